/// <reference lib="es2024.string" />
import type { Row, Table } from '../../ports/history.ts'

/**
 * Records to rows, as lines of JSONCompactEachRow. Pure. The record's own text goes along whole as `body`; columns hold
 * what people search and count by. What a record lacks is empty or zero: a missing field must not cost the row.
 */
type Fields = Readonly<Record<string, unknown>>
type Cell = string | number | boolean | readonly string[]

const none: Fields = {}
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null
const fields = (value: unknown): Fields => (isFields(value) ? value : none)
/** Half a surrogate pair would make the store refuse the batch. */
const text = (value: unknown): string => (typeof value === 'string' ? value.toWellFormed() : '')
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
  columns: readonly string[]
  cells(record: Fields): Cell[]
}

const events: Shape = {
  columns: [
    ...['tenant', 'time', 'agent', 'id', 'kind', 'cohort', 'principal', 'chain', 'session', 'task', 'trace'],
    ...['call', 'credential', 'server', 'tool', 'action', 'resource', 'dataset', 'sensitivity', 'destinations'],
    ...['external', 'environment', 'outcome', 'argument_bytes', 'result_bytes', 'result_records', 'ip', 'network'],
    ...['point', 'point_seq'],
  ],
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
  columns: [
    ...['tenant', 'time', 'agent', 'id', 'cohort', 'principal', 'session', 'task', 'credential', 'detector', 'version'],
    ...['key', 'subject', 'rule', 'bits', 'because', 'evidence', 'event', 'action', 'tool', 'dataset', 'sensitivity'],
    ...['environment', 'mode', 'labels'],
  ],
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
  columns: [
    ...['tenant', 'time', 'command', 'id', 'seq', 'state', 'point', 'why', 'actor', 'issue', 'caused', 'agent'],
    ...['principal', 'task', 'rung', 'mode', 'automatic', 'bits', 'because', 'policy', 'findings', 'expires'],
  ],
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
    ]
  },
}

const receipts: Shape = {
  columns: ['tenant', 'time', 'command', 'id', 'point', 'outcome', 'why'],
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
  columns: ['tenant', 'time', 'id', 'actor', 'verb', 'reason', 'command', 'finding', 'agent'],
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
  columns: ['time', 'stage', 'code', 'id', 'reason', 'field', 'format', 'raw_bytes'],
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

const shapes: Readonly<Record<Table, Shape>> = {
  events,
  findings,
  commands,
  receipts,
  reviews,
  dead_letters: deadLetters,
}

/** In the order of a row's cells. */
export const columnsOf = (table: Table): readonly string[] => [...shapes[table].columns, 'recorded', 'body']

/**
 * Throws when the value is not a JSON object. A record on one line goes into its cell as the JSON that it is, and the
 * store keeps its text (input_format_json_read_objects_as_strings): that spares both sides the escaping.
 */
export function rowOf(table: Table, value: string, recorded: number, parsed?: object): Row {
  const record: unknown = parsed ?? JSON.parse(value)
  if (!isFields(record) || Array.isArray(record)) throw new TypeError('not a JSON object')
  const cells = shapes[table].cells(record)
  cells.push(time(recorded))
  const whole = value.startsWith('{') && value.endsWith('}') && !value.includes('\n') && !value.includes('\r')
  const body = whole ? value.toWellFormed() : JSON.stringify(value.toWellFormed())
  return `${JSON.stringify(cells).slice(0, -1)},${body}]`
}
