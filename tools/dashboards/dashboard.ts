import { type Panel, rows, sources, trimmed } from './panels.ts'

type Json = Readonly<Record<string, unknown>>

export interface Variable extends Json {
  readonly name: string
}

export interface Board {
  uid: string
  title: string
  description: string
  variables: readonly Variable[]
  annotations?: readonly Json[]
  /** Range shown at first. */
  from: string
  refresh: string
  sections: readonly { title: string; panels: readonly Panel[] }[]
}

/** What stands for "all" in a variable: a filter that is this lets everything pass. */
const everything = '*'

/**
 * A value chosen by the viewer, as SQL text that can hold anything: an agent chooses its own name. Grafana's
 * `singlequote` and `sqlstring` leave the backslash alone, and in ClickHouse `\'` does not end a string, so a name with
 * both breaks out of either; percent-encoding leaves neither quote nor backslash.
 */
export const value = (name: string): string => `decodeURLComponent('\${${name}:percentencode}')`

/** True where the column is what was chosen, or all was. */
export const chosen = (column: string, name: string = column): string =>
  `(${value(name)} = '${everything}' OR ${column} = ${value(name)})`

/** A choice out of the answer of a query. */
export function choice(
  name: string,
  label: string,
  sql: string,
  { all = true, initial }: { all?: boolean; initial?: string } = {},
): Variable {
  const current = all ? { text: 'All', value: '$__all' } : { text: initial ?? '', value: initial ?? '' }
  const query = { editorType: 'sql', format: 1, queryType: 'table', rawSql: trimmed(sql), refId: name }
  return {
    name,
    label,
    type: 'query',
    datasource: sources.history,
    definition: trimmed(sql),
    query: { ...query, datasource: sources.history },
    // On time range change: most depend on what was seen in it.
    refresh: 2,
    includeAll: all,
    ...(all ? { allValue: everything } : {}),
    multi: false,
    current,
    options: [],
    regex: '',
    // Without “all” the first of the answer is chosen at first, so its order stands; Grafana would sort by name.
    sort: all ? 1 : 0,
    hide: 0,
  }
}

/** A choice out of the values of a label. */
export const labelChoice = (name: string, label: string, series: string): Variable => ({
  name,
  label,
  type: 'query',
  datasource: sources.metrics,
  definition: `label_values(${series}, ${name})`,
  query: { qryType: 1, query: `label_values(${series}, ${name})`, refId: name },
  refresh: 2,
  includeAll: true,
  allValue: '.*',
  multi: false,
  current: { text: 'All', value: '$__all' },
  options: [],
  regex: '',
  sort: 1,
  hide: 0,
})

/** A number that the viewer may type. */
export const number = (name: string, label: string, initial: number): Variable => ({
  name,
  label,
  type: 'textbox',
  current: { text: String(initial), value: String(initial) },
  query: String(initial),
  options: [{ selected: true, text: String(initial), value: String(initial) }],
  hide: 0,
})

/** The number in a textbox, or zero: what else was typed does not become SQL. */
export const typed = (name: string): string => `toFloat64OrZero(${value(name)})`

/** Marks on the time axis from rows of time, title, text and tags. */
export const marks = (name: string, iconColor: string, sql: string): Json => ({
  name,
  datasource: sources.history,
  enable: true,
  hide: false,
  iconColor,
  target: rows(sql, 'Anno'),
})

/** The tag by which our dashboards find each other. */
const tag = 'rescind'

/** A dashboard in Grafana's model: panels flow from left to right under the heading of their section. */
export function dashboard(board: Board): Json {
  const panels: Json[] = []
  let y = 0
  const add = (panel: Json, gridPos: Json) => panels.push({ id: panels.length + 1, gridPos, ...panel })
  for (const { title, panels: members } of board.sections) {
    add({ type: 'row', title, collapsed: false, panels: [] }, { x: 0, y, w: 24, h: 1 })
    y++
    let x = 0
    let tallest = 0
    for (const { size, ...panel } of members) {
      if (x + size.w > 24) {
        y += tallest
        x = 0
        tallest = 0
      }
      add(panel, { x, y, ...size })
      x += size.w
      tallest = Math.max(tallest, size.h)
    }
    y += tallest
  }
  return {
    uid: board.uid,
    title: board.title,
    description: board.description,
    tags: [tag],
    schemaVersion: 39,
    version: 1,
    editable: false,
    graphTooltip: 1,
    time: { from: board.from, to: 'now' },
    timepicker: {},
    timezone: 'browser',
    refresh: board.refresh,
    links: [
      {
        title: 'Rescind',
        type: 'dashboards',
        tags: [tag],
        asDropdown: true,
        includeVars: true,
        keepTime: true,
        targetBlank: false,
        icon: 'external link',
        tooltip: 'The other dashboards',
        url: '',
      },
    ],
    templating: { list: board.variables },
    annotations: { list: board.annotations ?? [] },
    panels,
  }
}

/** Address of another of our dashboards with what is chosen here; `more` overrides, for example `var-agent=…`. */
export const toBoard = (uid: string, keep: readonly string[], more: readonly string[] = []): string =>
  `/d/${uid}?${[...keep.map((name) => `\${${name}:queryparam}`), ...more, '$' + '{__url_time_range}'].join('&')}`
