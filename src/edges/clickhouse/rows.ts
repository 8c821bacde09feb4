import type { Row, Table } from '../../ports/history.ts'
import { type Cell, flag, free, frees, instant, put, real, small, type Type, whole, word, words } from './columns.ts'
import { RowBinary } from './row-binary.ts'

/**
 * Records to rows, in RowBinary. Pure. The record's own text goes along whole as `body`; columns hold what people search
 * and count by. What a record lacks is empty or zero: a missing field must not cost the row.
 */
type Fields = Readonly<Record<string, unknown>>

const none: Fields = {}
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null
const fields = (value: unknown): Fields => (isFields(value) ? value : none)
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0)
const count = (value: unknown): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0
/** The latest time that DateTime64 can show, end of 2299; the body keeps what was said. */
const latest = 10_413_791_999_999
const time = (value: unknown): number => Math.min(count(value), latest)
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : [])
const each = (value: unknown, name: string): string[] =>
  Array.isArray(value) ? value.map((item) => text(fields(item)[name])) : []

interface Shape {
  columns: Readonly<Record<string, Type>>
  /** In the order of the columns. */
  cells(record: Fields): Cell[]
}

const events: Shape = {
  columns: {
    ...{ tenant: word, time: instant, agent: word, id: free, kind: word, cohort: word, principal: word, chain: frees },
    ...{ session: free, task: free, trace: free, call: free, credential: free, server: word, tool: word, action: word },
    ...{ resource: free, dataset: word, sensitivity: word, destinations: frees, external: flag, environment: word },
    ...{ outcome: word, argument_bytes: whole, result_bytes: whole, result_records: whole, ip: free, network: word },
    ...{ point: word, point_seq: whole },
  },
  cells(e) {
    const agent = fields(e.agent)
    const tool = fields(e.tool)
    const resource = fields(e.resource)
    const result = fields(e.result)
    const source = fields(e.source)
    const point = fields(e.point)
    const { destinations } = e
    return [
      text(e.tenant),
      time(e.time),
      text(agent.id),
      text(e.id),
      text(e.kind),
      text(agent.cohort),
      text(e.principal),
      each(e.chain, 'id'),
      text(e.session),
      text(fields(e.task).id),
      text(fields(e.trace).id),
      text(e.call),
      text(fields(e.credential).id),
      text(tool.server),
      text(tool.name),
      text(e.action),
      text(resource.id),
      text(resource.dataset),
      text(resource.sensitivity),
      each(destinations, 'hash'),
      Array.isArray(destinations) && destinations.some((to) => fields(to).boundary === 'external'),
      text(e.environment),
      text(e.outcome),
      count(fields(e.arguments).bytes),
      count(result.bytes),
      count(result.records),
      text(source.ip),
      text(source.network),
      text(point.id),
      count(point.seq),
    ]
  },
}

const findings: Shape = {
  columns: {
    ...{ tenant: word, time: instant, agent: word, id: free, cohort: word, principal: word, session: free, task: free },
    ...{ credential: free, detector: word, version: small, key: word, subject: free, rule: flag, bits: real },
    ...{ because: free, evidence: frees, event: free, action: word, tool: word, dataset: word, sensitivity: word },
    ...{ environment: word, mode: word, labels: words },
  },
  cells(f) {
    const act = fields(f.act)
    return [
      text(f.tenant),
      time(f.time),
      text(f.agent),
      text(f.id),
      text(f.cohort),
      text(f.principal),
      text(f.session),
      text(f.task),
      text(f.credential),
      text(f.detector),
      count(f.version),
      text(f.key),
      text(f.subject),
      f.rule === true,
      number(f.bits),
      text(f.because),
      texts(f.evidence),
      text(f.event),
      text(act.action),
      text(act.tool),
      text(act.dataset),
      text(act.sensitivity),
      text(act.environment),
      text(f.mode),
      texts(f.labels),
    ]
  },
}

const commands: Shape = {
  columns: {
    ...{ tenant: word, time: instant, command: free, id: free, seq: whole, state: word, point: word, why: free },
    ...{ actor: word, issue: flag, caused: instant, agent: word, principal: word, task: free, rung: word, mode: word },
    ...{ automatic: flag, bits: real, because: free, policy: word, findings: frees, expires: instant, outcome: word },
  },
  cells(update) {
    const issue = fields(update.issue)
    return [
      text(update.tenant),
      time(update.time),
      text(update.command),
      text(update.id),
      count(update.seq),
      text(update.state),
      text(update.point),
      text(update.why),
      text(update.by),
      isFields(update.issue),
      time(issue.time),
      text(issue.agent),
      text(issue.principal),
      text(issue.task),
      text(issue.rung),
      text(issue.mode),
      issue.automatic === true,
      number(issue.bits),
      text(issue.because),
      text(issue.policy),
      each(issue.evidence, 'finding'),
      time(issue.expires),
      text(update.outcome),
    ]
  },
}

const receipts: Shape = {
  columns: { tenant: word, time: instant, command: free, id: free, point: word, outcome: word, why: free },
  cells: (r) => [
    text(r.tenant),
    time(r.time),
    text(r.command),
    typeof r.id === 'string' ? text(r.id) : `${text(r.command)}/${text(r.point)}/${text(r.outcome)}`,
    text(r.point),
    text(r.outcome),
    text(r.why),
  ],
}

const reviews: Shape = {
  columns: {
    ...{ tenant: word, time: instant, id: free, actor: word, verb: word, reason: free, command: free, finding: free },
    agent: word,
  },
  cells: (r) => [
    text(r.tenant),
    time(r.time),
    text(r.id),
    text(r.by),
    text(r.verb),
    text(r.reason),
    text(r.command),
    text(r.finding),
    text(r.agent),
  ],
}

const deadLetters: Shape = {
  columns: {
    ...{ time: instant, stage: word, code: word, id: free, reason: free, field: free, format: word, raw_bytes: whole },
  },
  cells: (r) => [
    time(r.time),
    text(r.stage),
    text(r.code),
    text(r.id),
    text(r.reason),
    text(r.field),
    text(r.format),
    count(r.rawBytes),
  ],
}

const out = new RowBinary()

/** A shape with what every table has besides, and what of it can be known beforehand. */
function laidOut({ columns: own, cells }: Shape) {
  const columns: Shape['columns'] = { ...own, recorded: instant, body: free }
  const types = Object.values(columns)
  out.texts(Object.keys(columns))
  for (const type of types) out.text(type)
  return { columns, types, cells, head: out.take() }
}

const layouts: Readonly<Record<Table, ReturnType<typeof laidOut>>> = {
  events: laidOut(events),
  findings: laidOut(findings),
  commands: laidOut(commands),
  receipts: laidOut(receipts),
  reviews: laidOut(reviews),
  dead_letters: laidOut(deadLetters),
}

/** Names and types of what a row holds, in its order. */
export const columnsOf = (table: Table): Shape['columns'] => layouts[table].columns

/** What goes before the rows: the store compares it with its table. */
export const headOf = (table: Table): Buffer => layouts[table].head

/** Throws when the value is not a JSON object. */
export function rowOf(table: Table, value: string, recorded: number, parsed?: object): Row {
  const record: unknown = parsed ?? JSON.parse(value)
  if (!isFields(record) || Array.isArray(record)) throw new TypeError('not a JSON object')
  const { types, cells: cellsOf } = layouts[table]
  const cells = cellsOf(record)
  cells.push(time(recorded), value)
  // Of a row that could not be written whole.
  out.drop()
  for (let i = 0; i < cells.length; i++) put[types[i] as Type](out, cells[i] as Cell)
  return out.take()
}
