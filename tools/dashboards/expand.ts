/**
 * What Grafana and its ClickHouse plugin make of a query before it is sent: first the variables, then the macros. Only what
 * our dashboards may use; anything else is a fault of the dashboard. After pkg/macros/macros.go of
 * grafana/clickhouse-datasource and formatRegistry.ts of grafana/scenes.
 */
export interface View {
  /** ms since the epoch. */
  from: number
  to: number
  /** Width of a point of a graph, ms. */
  intervalMs: number
  /** Chosen values; of "all", what the variable says stands for all. */
  values: ReadonlyMap<string, string>
}

const seconds = (ms: number): number => Math.floor(ms / 1000)
const dateTime = (ms: number): string => `toDateTime(${seconds(ms)})`
const dateTime64 = (ms: number): string => `fromUnixTimestamp64Milli(${ms})`
const intervalSeconds = ({ intervalMs }: View): number => Math.max(1, seconds(intervalMs))

const macros: Readonly<Record<string, (view: View, argument: string) => string>> = {
  fromTime: ({ from }) => dateTime(from),
  toTime: ({ to }) => dateTime(to),
  fromTime_ms: ({ from }) => dateTime64(from),
  toTime_ms: ({ to }) => dateTime64(to),
  timeFilter: ({ from, to }, column) => `${column} >= ${dateTime(from)} AND ${column} <= ${dateTime(to)}`,
  timeFilter_ms: ({ from, to }, column) => `${column} >= ${dateTime64(from)} AND ${column} <= ${dateTime64(to)}`,
  timeInterval: (view, column) => `toStartOfInterval(toDateTime(${column}), INTERVAL ${intervalSeconds(view)} second)`,
  interval_s: (view) => String(intervalSeconds(view)),
}

const takesColumn = new Set(['timeFilter', 'timeFilter_ms', 'timeInterval'])

/** encodeURIComponent, and the five characters that it leaves alone and RFC 3986 does not. */
const percentEncoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

/** Variables of a text, by name. */
export const variablesOf = (text: string): string[] =>
  [...text.matchAll(/\$\{(\w+)(?::[^}]*)?\}|\$(?!__)([a-z]\w*)/g)]
    .map(([, braced, bare]) => braced ?? bare ?? '')
    .filter((name) => !name.startsWith('__'))

/** The SQL that reaches ClickHouse. Throws on a macro, variable or format that is not known here. */
export function expanded(sql: string, view: View): string {
  const filled = sql.replace(/\$\{(\w+)(?::(\w+))?\}/g, (whole, name: string, format: string | undefined) => {
    const value = view.values.get(name)
    if (value === undefined) throw new Error(`the variable ${name} is not defined`)
    if (format !== 'percentencode')
      throw new Error(`${whole}: in SQL a variable must be percent-encoded; every other format lets some name out`)
    return percentEncoded(value)
  })
  const done = filled.replace(/\$__(\w+)(?:\(([^()]*)\))?/g, (whole, name: string, argument: string | undefined) => {
    const macro = macros[name]
    if (macro === undefined) throw new Error(`the macro ${whole} is not known`)
    if (takesColumn.has(name) !== (argument !== undefined && argument.trim() !== ''))
      throw new Error(`the macro ${whole} has wrong arguments`)
    return macro(view, argument ?? '')
  })
  const left = /\$\w+/.exec(done)
  if (left !== null) throw new Error(`${left[0]} stays in the query`)
  return done
}

/** ms of `now-6h` and the like. */
export function agoMs(text: string): number {
  const [, count = '', unit = ''] = /^now-(\d+)([mhd])$/.exec(text) ?? []
  const size = { m: 60_000, h: 3_600_000, d: 86_400_000 }[unit]
  if (size === undefined) throw new Error(`${text} is no range that is known here`)
  return Number(count) * size
}
