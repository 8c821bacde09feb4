import { checkKafka } from '../compose/log.ts'
import { loadConfig } from '../config/load-config.ts'
import { colors, type Output, plain, table } from './output.ts'

/** `rescind topics create|check`: what the cluster has, beside what the monitor would make there. */
export async function topics(what: 'create' | 'check', options: { config?: string }, out: Output): Promise<void> {
  const config = loadConfig({ ...(options.config === undefined ? {} : { file: options.config }), env: process.env })
  const report = await checkKafka(config, what === 'create')
  const ok = report.faults.length === 0
  out.answer({ ok, ...report }, () => {
    const { created, faults, warnings } = report
    const lines: string[] = []
    if (what === 'create')
      lines.push(
        created.length === 0 ? 'Nothing was missing.' : `Made: ${created.map((name) => plain(name)).join(', ')}`,
      )
    if (!ok) {
      lines.push(
        table(
          ['TOPIC', 'SETTING', 'FOUND', 'WANTED'],
          faults.map(({ topic, setting, found, wanted }) => [topic, setting, found, wanted].map((each) => plain(each))),
        ),
        '',
        ...new Set(faults.map(({ mend }) => `  ${plain(mend, 1000)}`)),
      )
    }
    for (const warning of warnings) lines.push(`${colors.yellow('!')} ${plain(warning, 1000)}`)
    if (ok) lines.push(`${colors.green('✓')} ${report.topics} topics are as the monitor wants them`)
    return lines.join('\n')
  })
  if (!ok) process.exitCode = 1
}
