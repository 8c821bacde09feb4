import { onCluster, type SchemaTarget } from './target.ts'

/**
 * What people and dashboards query (docs/history.md lists them). Each record counts once, whatever was redelivered: views
 * over rollups merge sets (rollups.ts), views over records read them FINAL, which keeps of rows with one key the first.
 * A filter on tenant, time or minute reaches the primary key through the view.
 */
const records: Readonly<Record<string, string>> = {
  v_events: 'events',
  v_findings: 'findings',
  v_command_updates: 'commands',
  v_receipts: 'receipts',
  v_reviews: 'reviews',
  v_dead_letters: 'dead_letters',
}

/** Half-life of the default policy’s risk, s; a policy file may say otherwise, the view does not know it. */
const halfLife = 6 * 3600

/** A later time would come back as another one: DateTime ends in 2106. */
const shown = "time < toDateTime64('2106-02-07 06:00:00', 3, 'UTC')"

const lagOf = (
  database: string,
  table: string,
): string => `SELECT '${table}' AS source, toStartOfMinute(recorded) AS minute,
  uniqExact(${table === 'dead_letters' ? 'id' : 'tenant, id'}) AS records,
  quantile(0.5)(dateDiff('millisecond', time, recorded)) AS arrival_p50_ms,
  quantile(0.99)(dateDiff('millisecond', time, recorded)) AS arrival_p99_ms,
  max(dateDiff('millisecond', time, recorded)) AS arrival_max_ms,
  quantile(0.5)(dateDiff('millisecond', recorded, stored)) AS storing_p50_ms,
  quantile(0.99)(dateDiff('millisecond', recorded, stored)) AS storing_p99_ms,
  max(dateDiff('millisecond', recorded, stored)) AS storing_max_ms
FROM ${database}.${table} GROUP BY minute`

const commands = (database: string): string =>
  `SELECT * EXCEPT (d, l) FROM (SELECT tenant, command, argMaxMerge(decision) AS d, argMaxMerge(latest) AS l,
  d.caused AS caused, d.agent AS agent, d.principal AS principal, d.task AS task, d.rung AS rung, d.mode AS mode, d.automatic AS automatic,
  d.bits AS bits, d.because AS because, d.policy AS policy, d.expires AS expires, l.state AS state, l.since AS since, l.why AS why,
  min(c.proposed) AS proposed_at, min(c.issued) AS issued_at, min(c.delivered) AS delivered_at, min(c.applied) AS applied_at,
  min(c.refused) AS refused_at, min(c.failed) AS failed_at, min(c.released) AS released_at, min(c.expired) AS expired_at,
  min(c.logged) AS logged_at, toBool(max(c.held)) AS held, groupUniqArrayArray(c.applied_by) AS applied_by, groupUniqArrayArray(c.refused_by) AS refused_by,
  toString(max(c.approved_by)) AS approved_by, toString(max(c.released_by)) AS released_by, uniqExactMerge(c.ids) AS updates,
  dateDiff('millisecond', caused, applied_at) AS effect_ms, dateDiff('millisecond', logged_at, applied_at) AS answer_ms,
  toBool(state IN ('issued', 'delivered', 'refused', 'failed')) AS unanswered
FROM ${database}.command_lives AS c GROUP BY tenant, command)`

const queries = (database: string): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(
    Object.entries(records).map(([view, table]) => [view, `SELECT *, stored FROM ${database}.${table} FINAL`]),
  ),

  v_agents: `SELECT tenant, agent, argMax(toString(r.cohort), r.last) AS cohort, toDateTime64(min(first), 3, 'UTC') AS first_seen, toDateTime64(max(last), 3, 'UTC') AS last_seen
FROM ${database}.agent_days AS r GROUP BY tenant, agent`,

  // Of the fleet: several times faster than adding up v_agent_activity, which has a row per agent.
  v_activity: `SELECT tenant, toStartOfMinute(time) AS minute, cohort, uniqExact(agent) AS agents, count() AS events,
  countIf(outcome = 'denied') AS denied, countIf(outcome = 'failed') AS failed
FROM ${database}.events FINAL WHERE ${shown} GROUP BY tenant, minute, cohort`,

  v_agent_activity: `SELECT tenant, toStartOfMinute(time) AS minute, agent, cohort, count() AS events,
  countIf(kind = 'attempt') AS attempts, countIf(kind = 'outcome') AS outcomes, countIf(outcome = 'denied') AS denied,
  countIf(outcome = 'failed') AS failed, countIf(outcome = 'stepped-up') AS stepped_up, countIf(outcome = 'sanitised') AS sanitised
FROM ${database}.events FINAL WHERE ${shown} GROUP BY tenant, minute, agent, cohort`,

  v_agent_actions: `SELECT tenant, toStartOfMinute(time) AS minute, agent, cohort, action, count() AS events,
  countIf(outcome = 'denied') AS denied, countIf(outcome = 'failed') AS failed
FROM ${database}.events FINAL WHERE ${shown} GROUP BY tenant, minute, agent, cohort, action`,

  v_agent_tools: `SELECT tenant, toStartOfHour(time) AS hour, agent, cohort, server, tool, action, count() AS events,
  countIf(outcome = 'denied') AS denied, sum(result_bytes) AS bytes, sum(result_records) AS records, max(time) AS last_seen
FROM ${database}.events FINAL WHERE ${shown} AND tool != '' GROUP BY tenant, hour, agent, cohort, server, tool, action`,

  v_traces: `SELECT tenant, toStartOfHour(time) AS hour, trace, min(time) AS started, max(time) AS ended, groupUniqArray(toString(agent)) AS agents,
  arrayFilter(p -> p != '', groupUniqArray(toString(principal))) AS principals, argMax(chain, length(chain)) AS longest_chain,
  count() AS events, countIf(outcome = 'denied') AS denied
FROM ${database}.events FINAL WHERE ${shown} AND trace != '' GROUP BY tenant, hour, trace`,

  v_points: `SELECT tenant, toStartOfMinute(time) AS minute, point, count() AS events, max(recorded) AS last_seen,
  minIf(point_seq, point_seq > 0) AS lowest_seq, max(point_seq) AS highest_seq,
  if(highest_seq = 0, 0, toInt64(highest_seq - lowest_seq) + 1 - toInt64(uniqExactIf(point_seq, point_seq > 0))) AS missing
FROM ${database}.events FINAL WHERE ${shown} AND point != '' GROUP BY tenant, minute, point`,

  v_agent_findings: `SELECT tenant, minute, agent, cohort, detector, mode, rule, length(maxMapMerge(evidence) AS by_id) AS findings,
  arraySum(mapValues(by_id)) AS bits, arrayMax(mapValues(by_id)) AS max_bits
FROM ${database}.finding_minutes GROUP BY tenant, minute, agent, cohort, detector, mode, rule`,

  v_detector_findings: `SELECT tenant, minute, detector, mode, uniqExact(agent) AS agents, length(maxMapMerge(evidence) AS by_id) AS findings,
  arraySum(mapValues(by_id)) AS bits, arrayMax(mapValues(by_id)) AS max_bits
FROM ${database}.finding_minutes GROUP BY tenant, minute, detector, mode`,

  // The evidence fades; what quiet events give back is in no record, so this is the upper bound of the monitor's risk.
  // What the risk was when it was acted on is v_commands.bits.
  v_agent_risk: `SELECT tenant, minute, agent, cohort, mode, evidence_bits, findings,
  exponentialTimeDecayedSum(${halfLife / Math.LN2})(evidence_bits, minute) OVER (PARTITION BY tenant, agent, mode ORDER BY minute ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS standing_bits
FROM (SELECT tenant, minute, agent, any(toString(f.cohort)) AS cohort, mode, arraySum(mapValues(maxMapMerge(evidence) AS by_id)) AS evidence_bits, length(by_id) AS findings
  FROM ${database}.finding_minutes AS f GROUP BY tenant, minute, agent, mode)`,

  v_commands: commands(database),

  v_effect: `SELECT tenant, toStartOfMinute(caused) AS minute, rung, mode, count() AS commands, countIf(applied_at IS NOT NULL) AS applied,
  countIf(unanswered) AS unanswered, countIf(held) AS held, countIf(released_at IS NOT NULL) AS released,
  quantileExact(0.5)(effect_ms) AS effect_p50_ms, quantileExact(0.99)(effect_ms) AS effect_p99_ms, max(effect_ms) AS effect_max_ms
FROM (${commands(database)}) WHERE issued_at IS NOT NULL GROUP BY tenant, minute, rung, mode`,

  v_point_answers: `SELECT tenant, toStartOfMinute(time) AS minute, point, outcome, count() AS receipts
FROM ${database}.receipts FINAL WHERE ${shown} GROUP BY tenant, minute, point, outcome`,

  v_finding_verdicts: `SELECT f.tenant AS tenant, f.id AS finding, f.time AS time, f.agent AS agent, f.cohort AS cohort, f.detector AS detector,
  f.version AS version, f.mode AS mode, f.bits AS bits, f.because AS because, v.verdict.verb AS verdict, v.verdict.actor AS actor,
  v.verdict.reason AS reason, v.verdict.time AS reviewed_at, v.reviews AS reviews
FROM (SELECT * FROM ${database}.findings FINAL) AS f
INNER JOIN (SELECT tenant, finding, argMaxMerge(verdict) AS verdict, uniqExactMerge(ids) AS reviews FROM ${database}.finding_verdicts GROUP BY tenant, finding) AS v
ON f.tenant = v.tenant AND f.id = v.finding`,

  v_detector_noise: `SELECT f.tenant AS tenant, toDate(f.time) AS day, f.detector AS detector, f.version AS version, f.mode AS mode, count() AS findings,
  countIf(v.verb != '') AS reviewed, countIf(v.verb = 'right') AS right, countIf(v.verb = 'wrong') AS wrong,
  if(reviewed = 0, NULL, wrong / reviewed) AS noise
FROM (SELECT tenant, time, id, detector, version, mode FROM ${database}.findings FINAL WHERE ${shown}) AS f
LEFT JOIN (SELECT tenant, finding, argMaxMerge(verdict).verb AS verb FROM ${database}.finding_verdicts GROUP BY tenant, finding) AS v
ON f.tenant = v.tenant AND f.id = v.finding
GROUP BY tenant, day, detector, version, mode`,

  v_dead_letters_per_minute: `SELECT minute, stage, code, format, uniqExactMerge(ids) AS letters
FROM ${database}.dead_letter_minutes GROUP BY minute, stage, code, format`,

  // Lags of rows written, the redelivered among them; records are counted once.
  v_history_lag: Object.values(records)
    .map((table) => lagOf(database, table))
    .join('\nUNION ALL\n'),
})

/** Migration 4. */
export const views = (target: SchemaTarget): readonly string[] =>
  Object.entries(queries(target.database)).map(
    ([name, query]) => `CREATE OR REPLACE VIEW ${target.database}.${name}${onCluster(target)} AS\n${query}`,
  )
