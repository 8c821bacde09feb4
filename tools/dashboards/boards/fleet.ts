import { type Board, typed } from '../dashboard.ts'
import { lines, overTime, rows, stat, table } from '../panels.ts'
import {
  agentColumns,
  agentKey,
  agentOfCohort,
  boardLink,
  budget,
  cohort,
  commandMarks,
  detectorLink,
  inForce,
  ofCohort,
  ofTenant,
  target,
  tenant,
  within,
} from './shared.ts'

/** Took effect without waiting for a person. */
const effective = 'isNotNull(effect_ms) AND NOT held'
const commands = `${ofTenant} AND ${agentOfCohort}`

/** Where a SOC begins: who drifts, what is in force, whether it takes effect in time, and how noisy it is. */
export const fleet: Board = {
  uid: 'rescind-fleet',
  title: 'Rescind: fleet',
  description: 'Who drifts, what was done about it, how fast it took effect, and how often it was wrong.',
  from: 'now-24h',
  refresh: '30s',
  variables: [tenant, cohort, target, budget],
  annotations: commandMarks(commands),
  sections: [
    {
      title: 'Now',
      panels: [
        stat(
          'Agents that act',
          rows(
            `SELECT uniqExact(tenant, agent) AS agents FROM v_agent_activity WHERE ${within('minute')} AND ${ofTenant} AND ${ofCohort}`,
          ),
          {
            description: 'Seen in the span shown.',
          },
        ),
        stat(
          'Agents that drift',
          rows(
            `SELECT uniqExact(tenant, agent) AS agents FROM v_agent_risk WHERE ${within('minute')} AND ${ofTenant} AND ${ofCohort} AND standing_bits >= 8`,
          ),
          {
            description: 'With eight bits of evidence or more against them in the span shown.',
            limits: [1, 10],
          },
        ),
        stat(
          'Commands in force',
          rows(
            `SELECT count() AS commands FROM v_commands WHERE ${commands} AND ${inForce} AND expires > $__toTime AND caused <= $__toTime`,
          ),
          {
            description: 'Interruptions that stand at the end of the span.',
            limits: [1, 50],
            link: boardLink('rescind-response', 'Response'),
          },
        ),
        stat(
          'Applied nowhere',
          rows(`SELECT countIf(unanswered) AS commands FROM v_commands WHERE ${commands} AND caused <= $__toTime`),
          {
            description: 'In force, and no enforcement point has said that it holds to them.',
            limits: [1, 2],
            link: boardLink('rescind-response', 'Response'),
          },
        ),
        stat(
          'Time to effect, p95',
          rows(
            `SELECT quantileExact(0.95)(assumeNotNull(effect_ms)) / 1000 AS seconds FROM v_commands WHERE ${within('caused')} AND ${commands} AND ${effective}`,
          ),
          {
            description:
              'From the act to the first enforcement point that said “applied”. Red from five seconds on; the lines below go by the target chosen above. Without those that the brake held.',
            unit: 's',
            limits: [2, 5],
          },
        ),
        stat(
          'Interrupted wrongly',
          rows(`SELECT 10000 * c.wrong / greatest(e.events, 1) AS per_10000 FROM
          (SELECT countIf(isNotNull(released_at)) AS wrong FROM v_commands WHERE ${within('caused')} AND ${commands} AND mode = 'enforce') AS c,
          (SELECT sum(events) AS events FROM v_agent_activity WHERE ${within('minute')} AND ${ofTenant} AND ${ofCohort}) AS e`),
          {
            description: 'Commands that a person released, per 10,000 events: the measured side of the budget.',
            decimals: 2,
            limits: [1, 5],
            link: boardLink('rescind-detectors', 'Detectors'),
          },
        ),
      ],
    },
    {
      title: 'Who drifts',
      panels: [
        table(
          'Agents by evidence',
          rows(`SELECT r.tenant AS tenant, r.agent AS agent, r.cohort_of AS cohort, r.peak AS peak_bits, f.findings AS findings, f.detectors AS detectors, c.standing AS in_force, r.latest AS latest, ${agentKey('r.agent')}
          FROM (SELECT tenant, agent, any(v.cohort) AS cohort_of, max(standing_bits) AS peak, max(minute) AS latest FROM v_agent_risk AS v WHERE ${within('minute')} AND ${ofTenant} AND ${ofCohort} GROUP BY tenant, agent) AS r
          LEFT JOIN (SELECT tenant, agent, sum(findings) AS findings, arrayStringConcat(arraySort(groupUniqArray(detector)), ', ') AS detectors FROM v_agent_findings WHERE ${within('minute')} AND ${ofTenant} AND ${ofCohort} GROUP BY tenant, agent) AS f ON f.tenant = r.tenant AND f.agent = r.agent
          LEFT JOIN (SELECT tenant, agent, count() AS standing FROM v_commands WHERE ${commands} AND ${inForce} AND expires > $__toTime GROUP BY tenant, agent) AS c ON c.tenant = r.tenant AND c.agent = r.agent
          ORDER BY peak_bits DESC, findings DESC, agent LIMIT 100`),
          {
            description:
              'The most evidence that stood against each in the span, halved every six hours. An upper bound of the risk that the monitor went by.',
            columns: { ...agentColumns, peak_bits: { gauge: true, decimals: 1 } },
          },
        ),
        lines(
          'Evidence that stands, by agent',
          [
            overTime(`SELECT $__timeInterval(minute) AS time, agent, max(standing_bits) AS bits FROM v_agent_risk
          WHERE ${within('minute')} AND ${ofTenant} AND ${ofCohort} AND mode = 'enforce' AND (tenant, agent) IN (
            SELECT tenant, agent FROM v_agent_risk WHERE ${within('minute')} AND ${ofTenant} AND ${ofCohort} GROUP BY tenant, agent ORDER BY max(standing_bits) DESC LIMIT 10)
          GROUP BY time, agent ORDER BY time, agent`),
          ],
          {
            description: 'The ten with the most, at the minutes in which evidence came.',
          },
        ),
        lines(
          'Findings by detector',
          [
            overTime(`SELECT $__timeInterval(minute) AS time, detector, sum(findings) AS findings FROM v_agent_findings
          WHERE ${within('minute')} AND ${ofTenant} AND ${ofCohort} GROUP BY time, detector ORDER BY time, detector`),
          ],
          {
            description: 'All modes.',
            bars: true,
            stack: true,
            link: boardLink('rescind-detectors', 'Detectors'),
          },
        ),
      ],
    },
    {
      title: 'What was done',
      panels: [
        table(
          'Commands in force',
          rows(`SELECT caused, tenant, agent, principal, rung, state, round(bits, 1) AS bits, because, expires, command, ${agentKey()} FROM v_commands
          WHERE ${commands} AND ${inForce} AND expires > $__toTime AND caused <= $__toTime ORDER BY caused DESC LIMIT 200`),
          {
            description: 'With the reason in words. `rescind release ID` gives authority back.',
            columns: { ...agentColumns, because: { width: 420 } },
          },
        ),
        lines(
          'Time to effect against the target',
          [
            overTime(`SELECT $__timeInterval(caused) AS time, quantileExact(0.5)(assumeNotNull(effect_ms)) / 1000 AS p50, quantileExact(0.95)(assumeNotNull(effect_ms)) / 1000 AS p95, max(assumeNotNull(effect_ms)) / 1000 AS worst, any(${typed('target')}) AS target
            FROM v_commands WHERE ${within('caused')} AND ${commands} AND ${effective} GROUP BY time ORDER BY time`),
          ],
          {
            description: 'By the clocks of act and point. Without those that the brake held: they wait for a person.',
            unit: 's',
          },
        ),
        lines(
          'Commands by rung',
          [
            overTime(
              `SELECT $__timeInterval(caused) AS time, rung, count() AS commands FROM v_commands WHERE ${within('caused')} AND ${commands} AND mode = 'enforce' GROUP BY time, rung ORDER BY time, rung`,
            ),
          ],
          {
            description: 'That were issued or held by the brake; not those that only would have been.',
            bars: true,
            stack: true,
          },
        ),
      ],
    },
    {
      title: 'Noise',
      panels: [
        lines(
          'Wrong interruptions per 10,000 events, against the budget',
          [
            overTime(`SELECT e.time AS time, 10000 * c.wrong / greatest(e.events, 1) AS wrong, ${typed('budget')} AS budget FROM
            (SELECT toStartOfHour(minute) AS time, sum(events) AS events FROM v_agent_activity WHERE ${within('minute')} AND ${ofTenant} AND ${ofCohort} GROUP BY time) AS e
            LEFT JOIN (SELECT toStartOfHour(caused) AS time, countIf(isNotNull(released_at)) AS wrong FROM v_commands WHERE ${within('caused')} AND ${commands} AND mode = 'enforce' GROUP BY time) AS c ON c.time = e.time
            ORDER BY time`),
          ],
          {
            description: 'By the hour of the act; released by a person counts as wrong.',
            decimals: 2,
          },
        ),
        table(
          'Noise by detector',
          rows(`SELECT detector, mode, sum(n.findings) AS findings, sum(n.reviewed) AS reviewed, sum(n.wrong) AS wrong, if(reviewed = 0, NULL, wrong / reviewed) AS false_rate
          FROM v_detector_noise AS n WHERE day >= toDate($__fromTime) AND day <= toDate($__toTime) AND ${ofTenant} GROUP BY detector, mode ORDER BY findings DESC`),
          {
            description: 'From what people said of findings. All cohorts.',
            w: 12,
            h: 8,
            columns: { detector: { link: detectorLink }, false_rate: { unit: 'percentunit' } },
          },
        ),
        lines(
          'Acts by outcome',
          [
            overTime(`SELECT $__timeInterval(minute) AS time, sum(events) AS events, sum(denied) AS denied, sum(stepped_up) AS stepped_up, sum(sanitised) AS sanitised, sum(failed) AS failed
          FROM v_agent_activity WHERE ${within('minute')} AND ${ofTenant} AND ${ofCohort} GROUP BY time ORDER BY time`),
          ],
          {
            description: 'As the enforcement points reported them.',
            w: 24,
          },
        ),
      ],
    },
  ],
}
