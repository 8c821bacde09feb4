import { type TSchema, Type } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { Command, CommandState, CommandUpdate } from '../../model/command.ts'
import { AgentEvent } from '../../model/event.ts'
import { Finding } from '../../model/finding.ts'
import { PointStates } from '../../model/point-state.ts'
import { Receipt, Review } from '../../model/receipt.ts'
import { Reject } from '../../model/reject.ts'
import type { HistoryQueries, QueryName } from '../../ports/history.ts'

interface Query<Name extends QueryName> {
  /** `{database}` stands for the name of the database; the rest are typed parameters that the store binds. */
  sql: string
  /** A row of the answer, from the one or more cells of a row of the result; undefined when it is not understood. */
  decode(cells: readonly unknown[]): HistoryQueries[Name]['row'] | undefined
}

const parsed = (text: unknown): unknown => {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}

/** Compiled at first use: a process that only writes never needs it. */
function checked<Type extends TSchema>(type: Type) {
  let validator: Validator<Record<never, never>, Type> | undefined
  return (value: unknown) => {
    validator ??= Compile(type)
    return validator.Check(value) ? value : undefined
  }
}

function bodies<Type extends TSchema>(type: Type) {
  const check = checked(type)
  return ([body]: readonly unknown[]) => check(parsed(body))
}

const from = 'time >= fromUnixTimestamp64Milli({from:Int64})'
const to = 'time < fromUnixTimestamp64Milli({to:Int64})'
const tenant = 'tenant = {tenant:String}'
const oldest = 'ORDER BY time, id, recorded LIMIT 1 BY id'
const newest = 'ORDER BY time DESC, id, recorded LIMIT 1 BY id LIMIT {limit:UInt32}'

const summary = checked(
  Type.Object({
    command: Command,
    state: CommandState,
    since: Type.Number(),
    updates: Type.Number(),
    points: PointStates,
  }),
)
const decodeSummary: Query<'commands'>['decode'] = ([body, state, since, updates, answers]) => {
  const update = parsed(body)
  // The last that was heard of each point.
  const points = Object.fromEntries(
    (Array.isArray(answers) ? answers : [])
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([, point, outcome, time, why]) => [point, { outcome, time, ...(why === '' ? {} : { why }) }]),
  )
  const command = typeof update === 'object' && update !== null && 'issue' in update ? update.issue : undefined
  return summary({ command, state, since, updates, points })
}
const noise = checked(
  Type.Object({
    detector: Type.String(),
    version: Type.Number(),
    mode: Type.String(),
    findings: Type.Number(),
    reviewed: Type.Number(),
    right: Type.Number(),
    wrong: Type.Number(),
  }),
)
const counts = checked(
  Type.Object({
    agent: Type.String(),
    events: Type.Number(),
    denied: Type.Number(),
    findings: Type.Number(),
    last: Type.Number(),
  }),
)

const summaries = `SELECT argMinIf(body, recorded, issue), argMax(state, (seq, time)), toFloat64(toUnixTimestamp64Milli(argMax(time, (seq, time)))), toFloat64(uniqExact(id)),
  groupArrayIf((toFloat64(seq), toString(point), toString(outcome), toFloat64(toUnixTimestamp64Milli(time)), why), outcome != '')
FROM {database}.commands`

// Whether 64-bit integers come as text is the server's choice, so counts and times are made floats: exact up to 2^53.
export const queries: { readonly [Name in QueryName]: Query<Name> } = {
  'events-of-agent': {
    sql: `SELECT body FROM {database}.events WHERE ${tenant} AND ${from} AND ${to} AND agent = {agent:String} ${newest}`,
    decode: bodies(AgentEvent),
  },
  event: {
    sql: `SELECT body FROM {database}.events WHERE ${tenant} AND id = {id:String} ORDER BY recorded LIMIT 1`,
    decode: bodies(AgentEvent),
  },
  'events-of-task': {
    sql: `SELECT body FROM {database}.events WHERE ${tenant} AND task = {task:String} ${oldest} LIMIT {limit:UInt32}`,
    decode: bodies(AgentEvent),
  },
  'events-of-trace': {
    sql: `SELECT body FROM {database}.events WHERE ${tenant} AND trace = {trace:String} ${oldest} LIMIT {limit:UInt32}`,
    decode: bodies(AgentEvent),
  },
  'evidence-of-finding': {
    sql: `SELECT body FROM {database}.events WHERE ${tenant} AND id IN (
  SELECT arrayJoin(evidence) FROM {database}.findings WHERE ${tenant} AND id = {finding:String}
) ${oldest}`,
    decode: bodies(AgentEvent),
  },
  findings: {
    sql: `SELECT body FROM {database}.findings WHERE ${tenant} AND ${from} AND ${to}
  AND ({agent:String} = '' OR agent = {agent:String}) AND ({detector:String} = '' OR detector = {detector:String}) ${newest}`,
    decode: bodies(Finding),
  },
  finding: {
    sql: `SELECT body FROM {database}.findings WHERE ${tenant} AND id = {id:String} ORDER BY recorded LIMIT 1`,
    decode: bodies(Finding),
  },
  'findings-of-agent': {
    sql: `SELECT body FROM {database}.findings WHERE ${tenant} AND ${from} AND ${to} AND agent = {agent:String} ${newest}`,
    decode: bodies(Finding),
  },
  'findings-of-event': {
    sql: `SELECT body FROM {database}.findings WHERE ${tenant} AND event = {event:String} ORDER BY time DESC, id, recorded LIMIT 1 BY id`,
    decode: bodies(Finding),
  },
  'findings-of-command': {
    sql: `SELECT body FROM {database}.findings WHERE ${tenant} AND id IN (
  SELECT arrayJoin(findings) FROM {database}.commands WHERE ${tenant} AND command = {command:String} AND issue
) ORDER BY time DESC, id, recorded LIMIT 1 BY id`,
    decode: bodies(Finding),
  },
  commands: {
    sql: `${summaries} WHERE ${tenant} AND command IN (
  SELECT command FROM {database}.commands
  WHERE ${tenant} AND issue AND caused >= fromUnixTimestamp64Milli({from:Int64}) AND caused < fromUnixTimestamp64Milli({to:Int64})
    AND ({agent:String} = '' OR agent = {agent:String})
  ORDER BY caused DESC, command LIMIT 1 BY command LIMIT {limit:UInt32}
) GROUP BY command ORDER BY maxIf(caused, issue) DESC, command`,
    decode: decodeSummary,
  },
  command: {
    sql: `${summaries} WHERE ${tenant} AND command = {command:String} GROUP BY command HAVING countIf(issue) > 0`,
    decode: decodeSummary,
  },
  'updates-of-command': {
    sql: `SELECT body FROM {database}.commands WHERE ${tenant} AND command = {command:String} ORDER BY seq, time, id, recorded LIMIT 1 BY id`,
    decode: bodies(CommandUpdate),
  },
  'receipts-of-command': {
    sql: `SELECT body FROM {database}.receipts WHERE ${tenant} AND command = {command:String} ORDER BY time, id, recorded LIMIT 1 BY id`,
    decode: bodies(Receipt),
  },
  reviews: {
    sql: `SELECT body FROM {database}.reviews WHERE ${tenant} AND ${from} AND ${to}
  AND ({finding:String} = '' OR finding = {finding:String}) AND ({command:String} = '' OR command = {command:String}) ${newest}`,
    decode: bodies(Review),
  },
  'noise-of-detectors': {
    sql: `SELECT f.detector, toFloat64(f.version), f.mode, toFloat64(count()) AS n, toFloat64(countIf(v.verb != '')),
  toFloat64(countIf(v.verb = 'right')), toFloat64(countIf(v.verb = 'wrong'))
FROM (SELECT id, detector, version, mode FROM {database}.findings FINAL WHERE ${tenant} AND ${from} AND ${to}) AS f
LEFT JOIN (SELECT finding, argMaxMerge(verdict).verb AS verb FROM {database}.finding_verdicts WHERE ${tenant} GROUP BY finding) AS v
ON f.id = v.finding GROUP BY f.detector, f.version, f.mode ORDER BY n DESC, f.detector`,
    decode: ([detector, version, mode, findings, reviewed, right, wrong]) =>
      noise({ detector, version, mode, findings, reviewed, right, wrong }),
  },
  'dead-letters': {
    sql: `SELECT body FROM {database}.dead_letters WHERE ${from} AND ${to} ${newest}`,
    decode: bodies(Reject),
  },
  'counts-per-agent': {
    sql: `SELECT agent, toFloat64(events), toFloat64(denied), toFloat64(findings), toFloat64(toUnixTimestamp64Milli(last)) FROM (
  SELECT agent, count() AS events, countIf(outcome = 'denied') AS denied, max(time) AS last
  FROM {database}.events FINAL WHERE ${tenant} AND ${from} AND ${to} GROUP BY agent
) AS e LEFT JOIN (
  SELECT agent, count() AS findings FROM {database}.findings FINAL WHERE ${tenant} AND ${from} AND ${to} GROUP BY agent
) AS f USING agent ORDER BY events DESC, agent LIMIT {limit:UInt32}`,
    decode: ([agent, events, denied, findings, last]) => counts({ agent, events, denied, findings, last }),
  },
}
