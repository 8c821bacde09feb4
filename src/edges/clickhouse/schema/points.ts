import { type Rollup, rollUp, rollups } from './rollups.ts'
import { onCluster, type SchemaTarget } from './target.ts'

/** What a point said in an update; before that column the state of the command was that of the point heard last. */
const said = "if(outcome = '', toString(state), toString(outcome))"

const utc = "DateTime64(3, 'UTC')"
const decision = `Tuple(caused ${utc}, agent String, principal String, task String, rung String, mode String, automatic Bool, bits Float64, because String, policy String, expires ${utc})`
const latest = `Tuple(state String, since ${utc}, why String)`
const quoted = (type: string) => `'${type.replaceAll("'", "\\'")}'`

/** When a command first came to a state by itself, and when a point first said so. */
const ofCommand = ['proposed', 'issued', 'expired', 'released']
const ofPoints = ['delivered', 'applied', 'refused', 'failed']

/**
 * The lives of commands by what each point said. As before, `applied` is when the first point applied it;
 * `applied_everywhere` when all had that it waited for.
 */
const courses: Rollup = {
  name: 'command_courses',
  of: 'commands',
  columns: `  tenant LowCardinality(String),
  command String CODEC(ZSTD(1)),
  decision AggregateFunction(argMax, ${decision}, UInt64),
  latest AggregateFunction(argMax, ${latest}, Tuple(UInt64, ${utc})),
${[...ofCommand, ...ofPoints, 'applied_everywhere', 'logged'].map((name) => `  ${name} SimpleAggregateFunction(min, Nullable(${utc})),`).join('\n')}
  held SimpleAggregateFunction(max, Bool),
  applied_by SimpleAggregateFunction(groupUniqArrayArray, Array(String)),
  refused_by SimpleAggregateFunction(groupUniqArrayArray, Array(String)),
  approved_by SimpleAggregateFunction(max, String),
  released_by SimpleAggregateFunction(max, String),
  ids AggregateFunction(uniqExact, String)`,
  order: 'tenant, command',
  select: `tenant, command,
  argMaxState(CAST((caused, agent, principal, task, rung, mode, automatic, bits, because, policy, expires), ${quoted(decision)}), if(issue, seq + 1, 0)) AS decision,
  argMaxState(CAST((state, time, why), ${quoted(latest)}), (seq, time)) AS latest,
${ofCommand.map((name) => `  min(if(state = '${name}', time, NULL)) AS ${name},`).join('\n')}
${ofPoints.map((name) => `  min(if(${said} = '${name}', time, NULL)) AS ${name},`).join('\n')}
  min(if(state = 'applied', time, NULL)) AS applied_everywhere,
  min(if(issue, commands.recorded, NULL)) AS logged,
  max(state = 'proposed' AND startsWith(why, 'the brake')) AS held,
  groupUniqArrayIf(toString(point), ${said} = 'applied') AS applied_by,
  groupUniqArrayIf(toString(point), ${said} IN ('refused', 'failed')) AS refused_by,
  max(if(state = 'issued', toString(actor), '')) AS approved_by,
  max(if(state = 'released', toString(actor), '')) AS released_by,
  uniqExactState(id) AS ids`,
  rest: 'GROUP BY tenant, command',
}

/** What stands in the place of `command_lives`, and the others as they were. */
export const rollupsNow: readonly Rollup[] = [...rollups.filter(({ name }) => name !== 'command_lives'), courses]

const commands = (database: string): string =>
  `SELECT * EXCEPT (d, l) FROM (SELECT tenant, command, argMaxMerge(decision) AS d, argMaxMerge(latest) AS l,
  d.caused AS caused, d.agent AS agent, d.principal AS principal, d.task AS task, d.rung AS rung, d.mode AS mode, d.automatic AS automatic,
  d.bits AS bits, d.because AS because, d.policy AS policy, d.expires AS expires, l.state AS state, l.since AS since, l.why AS why,
  min(c.proposed) AS proposed_at, min(c.issued) AS issued_at, min(c.delivered) AS delivered_at, min(c.applied) AS applied_at,
  min(c.applied_everywhere) AS applied_everywhere_at,
  min(c.refused) AS refused_at, min(c.failed) AS failed_at, min(c.released) AS released_at, min(c.expired) AS expired_at,
  min(c.logged) AS logged_at, toBool(max(c.held)) AS held, groupUniqArrayArray(c.applied_by) AS applied_by, groupUniqArrayArray(c.refused_by) AS refused_by,
  toString(max(c.approved_by)) AS approved_by, toString(max(c.released_by)) AS released_by, uniqExactMerge(c.ids) AS updates,
  dateDiff('millisecond', caused, applied_at) AS effect_ms, dateDiff('millisecond', logged_at, applied_at) AS answer_ms,
  toBool(state IN ('issued', 'delivered', 'refused', 'failed')) AS unanswered, toBool(state = 'partly-applied') AS partly
FROM ${database}.command_courses AS c GROUP BY tenant, command)`

const queries = (database: string): Readonly<Record<string, string>> => ({
  v_command_updates: `SELECT *, stored FROM ${database}.commands FINAL`,

  v_commands: commands(database),

  v_effect: `SELECT tenant, toStartOfMinute(caused) AS minute, rung, mode, count() AS commands, countIf(applied_at IS NOT NULL) AS applied,
  countIf(partly) AS partly, countIf(unanswered) AS unanswered, countIf(held) AS held, countIf(released_at IS NOT NULL) AS released,
  quantileExact(0.5)(effect_ms) AS effect_p50_ms, quantileExact(0.99)(effect_ms) AS effect_p99_ms, max(effect_ms) AS effect_max_ms
FROM (${commands(database)}) WHERE issued_at IS NOT NULL GROUP BY tenant, minute, rung, mode`,

  // The points that a command waits for stand in its issue; what each said since stands in updates of their own.
  v_command_points: `SELECT tenant, command, point, argMax(said, (seq, time)) AS outcome, argMax(time, (seq, time)) AS since,
  argMax(why, (seq, time)) AS why, toBool(max(said = 'awaited')) AS expected
FROM (SELECT tenant, command, toString(point) AS point, seq, time, ${said} AS said, why FROM ${database}.commands FINAL WHERE point != ''
  UNION ALL SELECT tenant, command, arrayJoin(JSONExtract(body, 'awaits', 'Array(String)')) AS point, seq, time, 'awaited' AS said, '' AS why
  FROM ${database}.commands FINAL WHERE issue)
GROUP BY tenant, command, point`,
})

const of = (target: SchemaTarget, name: string) => `${target.database}.${name}${onCluster(target)}`

/** Migration 5: what a point said stands in a column of its own, for a command’s state is a fold of its points’. */
export const pointOutcome = (target: SchemaTarget): readonly string[] => [
  `ALTER TABLE ${of(target, 'commands')} ADD COLUMN IF NOT EXISTS outcome LowCardinality(String) AFTER point`,
]

/**
 * Migration 6: the lives of commands by what each point said, in place of those by the state alone. Made and filled before the
 * old ones go; made again when all is run again.
 */
export const pointStates = (target: SchemaTarget): readonly string[] => [
  ...rollUp(target, courses),
  ...Object.entries(queries(target.database)).map(
    ([name, query]) => `CREATE OR REPLACE VIEW ${of(target, name)} AS\n${query}`,
  ),
  ...['command_lives_feed', 'command_lives'].map((name) => `DROP TABLE IF EXISTS ${of(target, name)} SYNC`),
]
