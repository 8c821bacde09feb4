import { onCluster, type Place } from './place.ts'

/** What a point said in an update; before that column the state of the command was that of the point heard last. */
const said = "if(outcome = '', toString(state), toString(outcome))"

const firstSaid = (name: string) => `min(if(said = '${name}', time, NULL)) AS ${name}`
const firstState = (name: string) => `min(if(state = '${name}', time, NULL)) AS ${name}`

/** As `lives` names them, in its order. */
const columns = [
  ...['tenant', 'command', 'decision', 'latest', 'proposed', 'issued', 'expired', 'released'],
  ...['delivered', 'applied', 'refused', 'failed', 'applied_everywhere', 'logged', 'held', 'applied_by', 'refused_by'],
  ...['approved_by', 'released_by', 'ids', 'recorded'],
]

const lives = (database: string): string => `SELECT tenant, command,
  argMaxState(CAST((caused, agent, principal, task, rung, mode, automatic, bits, because, policy, expires), 'Tuple(caused DateTime64(3, \\'UTC\\'), agent String, principal String, task String, rung String, mode String, automatic Bool, bits Float64, because String, policy String, expires DateTime64(3, \\'UTC\\'))'), if(issue, seq + 1, 0)) AS decision,
  argMaxState(CAST((state, time, why), 'Tuple(state String, since DateTime64(3, \\'UTC\\'), why String)'), (seq, time)) AS latest,
  ${['proposed', 'issued', 'expired', 'released'].map(firstState).join(',\n  ')},
  ${['delivered', 'applied', 'refused', 'failed'].map(firstSaid).join(',\n  ')},
  min(if(state = 'applied', time, NULL)) AS applied_everywhere,
  min(if(issue, commands.recorded, NULL)) AS logged,
  max(state = 'proposed' AND startsWith(why, 'the brake')) AS held,
  groupUniqArrayIf(toString(point), said = 'applied') AS applied_by,
  groupUniqArrayIf(toString(point), said IN ('refused', 'failed')) AS refused_by,
  max(if(state = 'issued', toString(actor), '')) AS approved_by,
  max(if(state = 'released', toString(actor), '')) AS released_by,
  uniqExactState(id) AS ids, max(commands.recorded) AS recorded
FROM (SELECT *, ${said} AS said FROM ${database}.commands) AS commands
GROUP BY tenant, command`

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
FROM ${database}.command_lives AS c GROUP BY tenant, command)`

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

const of = (place: Place, name: string) => `${place.database}.${name}${onCluster(place)}`

/** Migration 5: what a point said stands in a column of its own, for a command’s state is a fold of its points’. */
export const pointOutcome = (place: Place): readonly string[] => [
  `ALTER TABLE ${of(place, 'commands')} ADD COLUMN IF NOT EXISTS outcome LowCardinality(String) AFTER point`,
]

/**
 * Migration 6: `applied` of the lives is when the first point applied it, as before; `applied_everywhere` when all had that
 * it waited for. What is stored already is rolled up again, which changes nothing but fills the new column.
 */
export const pointStates = (place: Place): readonly string[] => {
  const { database } = place
  return [
    `ALTER TABLE ${of(place, 'command_lives')} ADD COLUMN IF NOT EXISTS applied_everywhere SimpleAggregateFunction(min, Nullable(DateTime64(3, 'UTC'))) AFTER applied`,
    `ALTER TABLE ${of(place, 'command_lives_feed')} MODIFY QUERY\n${lives(database)}`,
    `INSERT INTO ${database}.command_lives (${columns.join(', ')})\n${lives(database)}`,
    ...Object.entries(queries(database)).map(
      ([name, query]) => `CREATE OR REPLACE VIEW ${of(place, name)} AS\n${query}`,
    ),
  ]
}
