import { readFile, writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { detectors } from '../detectors/index.ts'
import type { AnyDetector } from '../src/detect/define.ts'
import { needWords } from '../src/detect/needs.ts'
import { diagram } from './topology.ts'

/**
 * Writes what the docs say of the code: docs/detectors.md from the detectors, and the diagram of docs/how-it-works.md.
 * `npm run docs` runs it from the checkout; test/repo/docs.test.ts asserts that what is committed is what it writes.
 */
export const detectorsPage = (): string => `# Detectors

Written by \`npm run docs\` from \`detectors/\`; do not edit. A *rule* states fixed bits. A *statistical* detector bets a
stake on each event it looks at, and its bits are the log2 of an e-value: they keep the false-interruption budget
(how-it-works.md). Options are set by policy under \`detectors.<id>.options\`. A detector is *blind* for an agent while what it
needs was in none of that agent’s events: \`rescind doctor\`, \`GET /v1/detectors\` and the agent’s page of the console say where.

| detector | key | kind | sees |
|---|---|---|---|
${detectors.map((d) => `| [${d.id}](#${d.id}) | ${d.key} | ${kindOf(d)} | ${d.title} |`).join('\n')}

${detectors.map(section).join('\n\n')}
`

const kindOf = (d: AnyDetector): string => (d.rule ? 'rule' : `statistical, stake ${d.stake}`)

const list = (title: string, items: readonly string[]): string =>
  `**${title}**\n\n${items.map((item) => `- ${item}`).join('\n')}`

interface Option {
  type?: string
  default?: unknown
  description?: string
}

const section = (d: AnyDetector): string => `## ${d.id}

${d.title}. ${d.why}

Version ${d.version} · by ${d.key} · ${kindOf(d)} · ${d.labels.join(', ')}

**Needs** ${d.needs.length === 0 ? 'nothing but acts.' : `${d.needs.map((need) => `\`${needWords(need).replaceAll(' or ', '` or `')}\``).join(', ')}.`}

${list('Blind spots', d.blindSpots)}

${list('False alarms', d.falseAlarms)}

| option | default | |
|---|---|---|
${Object.entries<Option>(d.options.properties)
  .map(([name, option]) => `| \`${name}\` | ${JSON.stringify(option.default)} | ${option.description ?? ''} |`)
  .join('\n')}`

const begin = '<!-- topology: written by npm run docs -->'
const end = '<!-- /topology -->'

/** The page with the diagram of today between its markers. */
export function withDiagram(page: string): string {
  const from = page.indexOf(begin)
  const to = page.indexOf(end)
  if (from < 0 || to < from) throw new Error('docs/how-it-works.md has lost its topology markers')
  return `${page.slice(0, from + begin.length)}\n\`\`\`mermaid\n${diagram()}\n\`\`\`\n${page.slice(to)}`
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await writeFile('docs/detectors.md', detectorsPage())
  await writeFile('docs/how-it-works.md', withDiagram(await readFile('docs/how-it-works.md', 'utf8')))
  process.stdout.write('docs/detectors.md and the diagram of docs/how-it-works.md written\n')
}
