import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'

/** What Grafana puts in before Prometheus sees an expression. */
const filled = (expr: string): string => expr.replaceAll('$__rate_interval', '1m').replaceAll('$instance', '.*')

const run = (args: readonly string[]) => spawnSync('promtool', args, { encoding: 'utf8' })

/** Whether Prometheus’ own tool is here. */
export const hasPromtool = (): boolean => run(['--version']).status === 0

/**
 * The grammar of every expression, the alert rules’ file and their unit tests, judged by promtool (Debian: package
 * prometheus). Where it is not there, that is said, and our own check of names is all there is.
 */
export function judgedByPromtool(
  root: string,
  expressions: readonly { where: string; expr: string }[],
): { faults: string[]; notes: string[] } {
  if (!hasPromtool())
    return {
      faults: [],
      notes: [
        'promtool is not here (Debian: apt-get install prometheus): PromQL was checked for names only, alert rules were not tested',
      ],
    }
  const directory = mkdtempSync(join(tmpdir(), 'rescind-promtool-'))
  try {
    const groups = expressions.map(({ expr }, at) => ({
      name: `expression ${at}`,
      rules: [{ record: `checked:${at}`, expr: filled(expr) }],
    }))
    writeFileSync(join(directory, 'expressions.yml'), stringify({ groups }, { lineWidth: 0 }))
    const faults: string[] = []
    const grammar = run(['check', 'rules', join(directory, 'expressions.yml')])
    if (grammar.status !== 0) {
      // It names the groups that are wrong, and those name the panels.
      for (const [, at = '', why = ''] of `${grammar.stderr}${grammar.stdout}`.matchAll(/expression (\d+)"?,?(.*)/g)) {
        const wrong = expressions[Number(at)]
        faults.push(`${wrong?.where}: promtool: ${why.trim()}: ${wrong?.expr}`)
      }
      if (faults.length === 0) faults.push(`promtool: ${grammar.stderr}`)
    }
    for (const args of [
      ['check', 'rules', join(root, 'dashboards/alerts/rescind.rules.yml')],
      ['test', 'rules', join(root, 'test/dashboards/rules.test.yml')],
    ]) {
      const { status, stdout, stderr } = run(args)
      if (status !== 0) faults.push(`promtool ${args.join(' ')}: ${stderr}${stdout}`)
    }
    return { faults, notes: [] }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
