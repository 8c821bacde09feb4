/**
 * `npm run -s check:dashboards`: every query of every panel, variable, annotation and alert rule runs against a history engine
 * with a story in it, as the reader account, and must bring rows; every Prometheus expression may name only what a process
 * emits. Ends with one line of JSON; what failed is on standard error.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parse } from 'yaml'
import { historyRules, rules } from './alerts.ts'
import { emittedMetrics } from './emitted.ts'
import { agoMs, expanded, type View } from './expand.ts'
import { generated } from './files.ts'
import { trimmed } from './panels.ts'
import { unknownIn } from './promql.ts'
import { judgedByPromtool } from './promtool.ts'
import { openStore, type Store } from './store.ts'
import { hostileName, storyEnd } from './story.ts'
import { faultsOf, type Shown } from './structure.ts'

export interface Report {
  dashboards: number
  panels: number
  queries: number
  failed: number
  alerts: number
}

export interface Checked {
  report: Report
  /** Dashboard, panel, query and what is wrong, one per line. */
  faults: string[]
  /** What was not checked, and why. */
  notes: string[]
}

/** Nobody’s name, twice: once harmless, once made to get out of its quotes. No answer may tell them apart. */
const nobody = ['nobody', `nobody\\' OR 1=1 OR '1'='1' -- \\`]

/** Checks what is committed below `root`; `look` may ask the same store more. */
export async function checkDashboards(
  root: string,
  look: (store: Store) => Promise<void> = async () => {},
): Promise<Checked> {
  const faults: string[] = []
  const shown: (Shown & { time: { from: string } })[] = []
  for (const path of generated(root).keys())
    if (path.endsWith('.json')) shown.push(JSON.parse(readFileSync(join(root, path), 'utf8')) as (typeof shown)[number])
  const provisioned = parse(
    readFileSync(join(root, 'deploy/grafana/provisioning/datasources/rescind.yml'), 'utf8'),
  ) as { datasources: { uid: string }[] }
  const sources = new Set(provisioned.datasources.map(({ uid }) => uid))
  for (const board of shown)
    for (const fault of faultsOf(board, shown, sources)) faults.push(`${board.title}: ${fault}`)

  let queries = 0
  const emitted = emittedMetrics()
  const expressions: { where: string; expr: string }[] = rules.map(({ name, expr }) => ({
    where: `alert ${name}`,
    expr,
  }))
  for (const board of shown) {
    for (const panel of board.panels)
      for (const { expr, refId } of panel.targets ?? [])
        if (expr !== undefined) expressions.push({ where: `${board.title} / ${panel.title} / ${refId}`, expr })
    for (const { name, query } of board.templating.list) {
      const asked = typeof query === 'object' ? query.query : undefined
      const [, series] = /^label_values\((.*), \w+\)$/.exec(asked ?? '') ?? []
      if (series !== undefined)
        expressions.push({ where: `${board.title} / variable ${name}`, expr: `group by (${name}) (${series})` })
    }
  }
  for (const { where, expr } of expressions) {
    queries++
    for (const fault of unknownIn(expr, emitted)) faults.push(`${where}: ${fault}: ${expr}`)
  }
  const judged = judgedByPromtool(root, expressions)
  faults.push(...judged.faults)

  const store = await openStore()
  try {
    const count = (asked: number) => {
      queries += asked
    }
    for (const board of shown) count(await askBoard(store, board, faults))
    count(await askAlerts(store, faults))
    await look(store)
  } finally {
    await store.close()
  }
  const panels = shown.reduce((sum, board) => sum + board.panels.filter(({ type }) => type !== 'row').length, 0)
  return {
    report: {
      dashboards: shown.length,
      panels,
      queries,
      failed: faults.length,
      alerts: rules.length + historyRules.length,
    },
    faults: faults.map((fault) => fault.replace(/\s*\n\s*/g, ' ')),
    notes: judged.notes,
  }
}

/** Points of a graph on an ordinary screen. */
const points = 300

/** Three at a time: the engine lets no more readers in. */
async function each<T>(all: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const next = all.values()
  await Promise.all(
    Array.from({ length: 3 }, async () => {
      for (const item of next) await work(item)
    }),
  )
}

async function askBoard(store: Store, board: Shown & { time: { from: string } }, faults: string[]): Promise<number> {
  const from = storyEnd - agoMs(board.time.from)
  const values = new Map<string, string>()
  const view: View = { from, to: storyEnd, intervalMs: (storyEnd - from) / points, values }
  let asked = 0
  const ask = async (
    where: string,
    sql: string,
    { mayBeEmpty = false, as = values }: { mayBeEmpty?: boolean; as?: ReadonlyMap<string, string> } = {},
  ) => {
    asked++
    try {
      const { rows } = await store.ask(expanded(sql, { ...view, values: as }))
      if (rows.length === 0 && !mayBeEmpty) faults.push(`${board.title} / ${where}: no rows: ${sql}`)
      return rows
    } catch (error) {
      faults.push(`${board.title} / ${where}: ${error instanceof Error ? error.message : String(error)}: ${sql}`)
      return []
    }
  }
  for (const { name, query, includeAll, allValue } of board.templating.list) {
    if (typeof query === 'string') values.set(name, query)
    else if (query?.rawSql !== undefined) {
      const rows = await ask(`variable ${name}`, query.rawSql)
      values.set(name, includeAll === true ? (allValue ?? '') : String(rows[0]?.[0]))
    }
  }
  const queries = [
    ...board.annotations.list.map(({ name, target }) => ({ where: `annotation ${name}`, sql: target.rawSql ?? '' })),
    ...board.panels.flatMap(({ title, targets = [] }) =>
      targets.flatMap(({ refId, rawSql }) =>
        rawSql === undefined ? [] : [{ where: `${title} / ${refId}`, sql: rawSql }],
      ),
    ),
  ]
  await each(queries, ({ where, sql }) => ask(where, sql))
  const named = ['tenant', 'cohort', 'agent', 'detector'].filter((name) => values.has(name))
  if (named.length === 0) return asked

  // A name out of a hostile agent is only a name: to all queries it is as unknown as a plain one.
  const [plain = values, hostile = values] = nobody.map(
    (value) => new Map([...values, ...named.map((name): [string, string] => [name, value])]),
  )
  await each(queries, async ({ where, sql }) => {
    if (!named.some((name) => sql.includes(`\${${name}:`))) return
    const answers = [
      await ask(`${where} of nobody`, sql, { as: plain, mayBeEmpty: true }),
      await ask(`${where} of a hostile name`, sql, { as: hostile, mayBeEmpty: true }),
    ]
    if (JSON.stringify(answers[0]) !== JSON.stringify(answers[1]))
      faults.push(`${board.title} / ${where}: a hostile name changes the answer: ${sql}`)
  })
  // And one that is there is found by it.
  const evil = new Map([...values, ['agent', hostileName] as const])
  if (values.has('agent'))
    for (const { where, sql } of queries)
      if (where.startsWith('Waterfall')) await ask(`${where} of a hostile agent`, sql, { as: evil })
  return asked
}

async function askAlerts(store: Store, faults: string[]): Promise<number> {
  for (const { name, sql, span } of historyRules) {
    const view: View = { from: storyEnd - 24 * 3_600_000, to: storyEnd, intervalMs: span * 1000, values: new Map() }
    try {
      const { columns, rows } = await store.ask(expanded(trimmed(sql), view))
      const at = columns.indexOf('value')
      if (rows.length === 0) faults.push(`alert ${name}: no rows`)
      else if (rows.some((row) => typeof row[at] !== 'number')) faults.push(`alert ${name}: no number named value`)
    } catch (error) {
      faults.push(`alert ${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return historyRules.length
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { report, faults, notes } = await checkDashboards(process.cwd())
  for (const line of [...notes, ...faults]) process.stderr.write(`${line}\n`)
  process.stdout.write(`${JSON.stringify(report)}\n`)
  if (report.failed > 0) process.exitCode = 1
}
