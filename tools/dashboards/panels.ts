/**
 * Grafana panels as data: each function answers one panel without its place; `dashboard.ts` lays them out. Only what we
 * use of Grafana's model is here (https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/).
 */
type Json = Readonly<Record<string, unknown>>

export const sources = {
  history: { type: 'grafana-clickhouse-datasource', uid: 'rescind-history' },
  metrics: { type: 'prometheus', uid: 'rescind-metrics' },
} as const

/** A query of a panel, as the data source's plugin stores it. */
export interface Target extends Json {
  readonly datasource: { readonly type: string; readonly uid: string }
  readonly refId: string
}

export interface Panel extends Json {
  readonly title: string
  readonly type: string
  readonly targets: readonly Target[]
  /** Of 24 columns, and rows of 30 pixels. */
  readonly size: { readonly w: number; readonly h: number }
}

/** The plugin's version that this model was written for. */
export const clickhousePlugin = '4.20.0'

/** Rows of ClickHouse as a table. */
export const rows = (rawSql: string, refId = 'A'): Target => clickhouse(rawSql, refId, 'table')

/** Rows of `time`, perhaps a text that names the series, and numbers; ordered by time. */
export const overTime = (rawSql: string, refId = 'A'): Target => clickhouse(rawSql, refId, 'timeseries')

const clickhouse = (rawSql: string, refId: string, queryType: 'table' | 'timeseries'): Target => ({
  datasource: sources.history,
  editorType: 'sql',
  format: queryType === 'table' ? 1 : 0,
  meta: {},
  pluginVersion: clickhousePlugin,
  queryType,
  rawSql: trimmed(rawSql),
  refId,
})

export const trimmed = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n')

/** PromQL over the range shown. */
export const metric = (expr: string, legendFormat: string, refId = 'A'): Target => ({
  datasource: sources.metrics,
  editorMode: 'code',
  expr,
  legendFormat,
  range: true,
  refId,
})

/** PromQL now. */
export const metricNow = (expr: string, legendFormat: string, refId = 'A'): Target => {
  const { range: _, ...rest } = metric(expr, legendFormat, refId)
  return { ...rest, datasource: sources.metrics, refId, instant: true }
}

export interface Look {
  description: string
  unit?: string
  w?: number
  h?: number
  /** From which value on green is orange, then red; with `below` the other way round. */
  limits?: readonly [orange: number, red: number]
  below?: boolean
  /** Where a click leads: path and query of a dashboard. */
  link?: { title: string; url: string }
  decimals?: number
  max?: number
}

const steps = ({ limits, below }: Look): Json[] => {
  if (limits === undefined) return [{ color: 'blue', value: null }]
  const [orange, red] = limits
  return below === true
    ? [
        { color: 'red', value: null },
        { color: 'orange', value: red },
        { color: 'green', value: orange },
      ]
    : [
        { color: 'green', value: null },
        { color: 'orange', value: orange },
        { color: 'red', value: red },
      ]
}

const defaults = (look: Look, custom: Json = {}): Json => ({
  ...(look.unit === undefined ? {} : { unit: look.unit }),
  ...(look.decimals === undefined ? {} : { decimals: look.decimals }),
  ...(look.max === undefined ? {} : { max: look.max, min: 0 }),
  ...(look.link === undefined ? {} : { links: [look.link] }),
  noValue: '–',
  thresholds: { mode: 'absolute', steps: steps(look) },
  custom,
})

const panel = (
  type: string,
  title: string,
  targets: readonly Target[],
  look: Look,
  size: { w: number; h: number },
  rest: Json,
): Panel => ({
  title,
  type,
  description: look.description,
  targets,
  size: { w: look.w ?? size.w, h: look.h ?? size.h },
  ...(targets[0] === undefined ? {} : { datasource: targets[0].datasource }),
  ...rest,
})

/** One number. */
export const stat = (title: string, target: Target, look: Look): Panel =>
  panel(
    'stat',
    title,
    [target],
    look,
    { w: 4, h: 4 },
    {
      fieldConfig: { defaults: { ...defaults(look), color: { mode: 'thresholds' } }, overrides: [] },
      options: {
        colorMode: look.limits === undefined ? 'none' : 'value',
        graphMode: 'none',
        justifyMode: 'auto',
        orientation: 'auto',
        reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
        textMode: 'auto',
      },
    },
  )

/** Lines, or with `stack` areas, over time. */
export const lines = (
  title: string,
  targets: readonly Target[],
  look: Look & { stack?: boolean; bars?: boolean; limitLine?: boolean },
): Panel =>
  panel(
    'timeseries',
    title,
    targets,
    look,
    { w: 12, h: 8 },
    {
      fieldConfig: {
        defaults: {
          ...defaults(look, {
            drawStyle: look.bars === true ? 'bars' : 'line',
            fillOpacity: look.bars === true ? 60 : look.stack === true ? 25 : 5,
            lineWidth: 1,
            showPoints: 'auto',
            spanNulls: false,
            stacking: { group: 'A', mode: look.stack === true ? 'normal' : 'none' },
            thresholdsStyle: { mode: look.limitLine === true ? 'line' : 'off' },
          }),
          color: { mode: 'palette-classic' },
        },
        overrides: [],
      },
      options: {
        legend: { calcs: ['lastNotNull', 'max'], displayMode: 'table', placement: 'bottom', showLegend: true },
        tooltip: { mode: 'multi', sort: 'desc' },
      },
    },
  )

export interface Column {
  unit?: string
  width?: number
  link?: { title: string; url: string }
  /** A bar in the cell, as long as the number. */
  gauge?: boolean
  decimals?: number
  /** There for a link to read, not shown. */
  hidden?: boolean
}

/** Rows and columns; `columns` says how those named are shown. */
export const table = (
  title: string,
  target: Target,
  look: Look & { columns?: Readonly<Record<string, Column>> },
): Panel =>
  panel(
    'table',
    title,
    [target],
    look,
    { w: 24, h: 9 },
    {
      fieldConfig: {
        // Agents and tools choose much of this text: it is shown as it is, never as HTML.
        defaults: { ...defaults(look, { align: 'auto', cellOptions: { type: 'auto' }, filterable: true }) },
        overrides: Object.entries(look.columns ?? {}).map(([name, column]) => ({
          matcher: { id: 'byName', options: name },
          properties: [
            ...(column.unit === undefined ? [] : [{ id: 'unit', value: column.unit }]),
            ...(column.decimals === undefined ? [] : [{ id: 'decimals', value: column.decimals }]),
            ...(column.width === undefined ? [] : [{ id: 'custom.width', value: column.width }]),
            ...(column.link === undefined ? [] : [{ id: 'links', value: [column.link] }]),
            ...(column.hidden === true
              ? [{ id: 'custom.hideFrom', value: { legend: true, tooltip: true, viz: true } }]
              : []),
            ...(column.gauge === true
              ? [{ id: 'custom.cellOptions', value: { type: 'gauge', mode: 'basic', valueDisplayMode: 'text' } }]
              : []),
          ],
        })),
      },
      options: { cellHeight: 'sm', showHeader: true },
    },
  )

/** One bar per row: the first column is text, the others numbers. */
export const bars = (title: string, target: Target, look: Look & { stack?: boolean }): Panel =>
  panel(
    'barchart',
    title,
    [target],
    look,
    { w: 12, h: 8 },
    {
      fieldConfig: {
        defaults: { ...defaults(look, { fillOpacity: 70, lineWidth: 1 }), color: { mode: 'palette-classic' } },
        overrides: [],
      },
      options: {
        barWidth: 0.8,
        groupWidth: 0.7,
        legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
        orientation: 'horizontal',
        showValue: 'auto',
        stacking: look.stack === true ? 'normal' : 'none',
        tooltip: { mode: 'single', sort: 'none' },
        xTickLabelMaxLength: 40,
      },
    },
  )

/** Who hands work to whom: `nodes` has id, title, mainstat; `edges` has id, source, target, mainstat. */
export const graph = (title: string, nodes: string, edges: string, look: Look): Panel =>
  panel(
    'nodeGraph',
    title,
    [rows(nodes, 'nodes'), rows(edges, 'edges')],
    look,
    { w: 12, h: 10 },
    {
      fieldConfig: { defaults: {}, overrides: [] },
      options: { edges: {}, nodes: {} },
    },
  )

/** Words of ours, never of an agent. */
export const text = (title: string, content: string, size: { w: number; h: number }): Panel => ({
  title,
  type: 'text',
  targets: [],
  size,
  options: { content: trimmed(content), mode: 'markdown' },
})
