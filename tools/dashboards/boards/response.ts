import { type Board, typed } from '../dashboard.ts'
import { bars, lines, metric, overTime, rows, stat, table } from '../panels.ts'
import {
  agentColumns,
  agentKey,
  agentOfCohort,
  cohort,
  commandMarks,
  inForce,
  missing,
  ofTenant,
  target,
  tenant,
  within,
} from './shared.ts'

const mine = `${ofTenant} AND ${agentOfCohort}`
const caused = `${within('caused')} AND ${mine}`

/** What became of commands, who answers and who does not, and what waits for a person. */
export const response: Board = {
  uid: 'rescind-response',
  title: 'Rescind: response',
  description: 'States of commands, unanswered ones, enforcement points, approvals and the brake.',
  from: 'now-24h',
  refresh: '10s',
  variables: [tenant, cohort, target],
  annotations: commandMarks(mine),
  sections: [
    {
      title: 'Now',
      panels: [
        stat(
          'Applied nowhere',
          rows(`SELECT countIf(unanswered) AS commands FROM v_commands WHERE ${mine} AND caused <= $__toTime`),
          {
            description: 'In force, and no point has said that it holds to them. “Sent” is not “applied”.',
            limits: [1, 2],
          },
        ),
        stat(
          'Applied in part',
          rows(`SELECT countIf(partly) AS commands FROM v_commands WHERE ${mine} AND caused <= $__toTime`),
          {
            description: 'Some points hold to them, and others refuse, fail or say nothing: below, by point.',
            limits: [1, 2],
          },
        ),
        stat(
          'In force',
          rows(
            `SELECT count() AS commands FROM v_commands WHERE ${mine} AND ${inForce} AND expires > $__toTime AND caused <= $__toTime`,
          ),
          { description: 'At the end of the span.' },
        ),
        stat(
          'Wait for a person',
          rows(
            `SELECT count() AS commands FROM v_commands WHERE ${mine} AND state = 'proposed' AND held AND expires > $__toTime`,
          ),
          {
            description: 'Held by the brake: approve or deny.',
            limits: [1, 10],
          },
        ),
        stat('Held by the brake', rows(`SELECT countIf(held) AS commands FROM v_commands WHERE ${caused}`), {
          description: 'In the span shown, whatever became of them.',
          limits: [1, 10],
        }),
        stat(
          'Refused or failed',
          rows(
            `SELECT countIf(isNotNull(refused_at) OR isNotNull(failed_at)) AS commands FROM v_commands WHERE ${caused}`,
          ),
          {
            description: 'At one point at least.',
            limits: [1, 5],
          },
        ),
        stat(
          'In time',
          rows(
            `SELECT if(count() = 0, NULL, countIf(assumeNotNull(effect_ms) <= 1000 * ${typed('target')}) / count()) AS in_time FROM v_commands WHERE ${caused} AND isNotNull(effect_ms) AND NOT held`,
          ),
          {
            description:
              'Share of applied commands that took effect within the target, without those that the brake held.',
            unit: 'percentunit',
            limits: [0.99, 0.95],
            below: true,
          },
        ),
      ],
    },
    {
      title: 'States',
      panels: [
        lines(
          'Steps of commands',
          [
            overTime(
              `SELECT $__timeInterval(time) AS at, state, count() AS steps FROM v_command_updates WHERE ${within('time')} AND ${ofTenant} GROUP BY at, state ORDER BY at, state`,
            ),
          ],
          {
            description: 'As they came; one command takes several. All cohorts.',
            bars: true,
            stack: true,
          },
        ),
        bars(
          'Where commands stand, by rung',
          rows(`SELECT rung, countIf(state = 'proposed') AS proposed, countIf(state = 'issued') AS issued, countIf(state = 'delivered') AS delivered, countIf(state = 'partly-applied') AS partly_applied, countIf(state = 'applied') AS applied,
            countIf(state = 'refused') AS refused, countIf(state = 'failed') AS failed, countIf(state = 'released') AS released, countIf(state = 'expired') AS expired FROM v_commands WHERE ${caused} GROUP BY rung ORDER BY rung`),
          {
            description: 'Of those caused in the span.',
            stack: true,
          },
        ),
        table(
          'Unanswered',
          rows(`SELECT caused, tenant, agent, rung, state, why, dateDiff('second', caused, $__toTime) AS for_seconds, principal, task, because, expires, command, ${agentKey()} FROM v_commands
          WHERE ${mine} AND caused <= $__toTime AND unanswered ORDER BY caused DESC LIMIT 200`),
          {
            description: 'Runbook: docs/operate.md, “Unanswered command”.',
            columns: { ...agentColumns, for_seconds: { unit: 's' }, because: { width: 360 } },
          },
        ),
        table(
          'Points that do not apply',
          rows(`SELECT c.caused AS caused, c.tenant AS tenant, c.agent AS agent, p.point AS point, p.outcome AS outcome, p.why AS why, p.since AS since, c.rung AS rung, c.state AS state, length(c.applied_by) AS applied_by_points, c.command AS command, ${agentKey('c.agent')} FROM
          (SELECT * FROM v_command_points WHERE ${ofTenant} AND (outcome IN ('refused', 'failed') OR (expected AND outcome IN ('awaited', 'delivered')))) AS p
          INNER JOIN (SELECT * FROM v_commands WHERE ${caused}) AS c ON c.tenant = p.tenant AND c.command = p.command
          ORDER BY c.caused DESC, p.point LIMIT 200`),
          {
            description:
              'Refused, failed or not answered at a point, whatever the others say. Runbook: docs/operate.md, “Unanswered command”.',
            columns: { ...agentColumns, why: { width: 360 } },
          },
        ),
        table(
          'Waits for a person',
          rows(`SELECT caused, tenant, agent, rung, round(bits, 1) AS bits, why, because, principal, task, expires, command, ${agentKey()} FROM v_commands
          WHERE ${caused} AND held ORDER BY state = 'proposed' DESC, caused DESC LIMIT 200`),
          {
            description: 'Held by the brake; those still waiting first. `rescind approve ID` or `rescind deny ID`.',
            columns: { ...agentColumns, because: { width: 360 } },
          },
        ),
      ],
    },
    {
      title: 'Time to effect',
      panels: [
        lines(
          'From act to applied',
          [
            overTime(
              `SELECT $__timeInterval(caused) AS time, quantileExact(0.5)(assumeNotNull(effect_ms)) / 1000 AS p50, quantileExact(0.99)(assumeNotNull(effect_ms)) / 1000 AS p99, any(${typed('target')}) AS target FROM v_commands WHERE ${caused} AND isNotNull(effect_ms) AND NOT held GROUP BY time ORDER BY time`,
            ),
          ],
          {
            description: 'Against the target. Without those that the brake held.',
            unit: 's',
          },
        ),
        lines(
          'From log to applied',
          [
            overTime(
              `SELECT $__timeInterval(caused) AS time, rung, max(assumeNotNull(answer_ms)) / 1000 AS worst FROM v_commands WHERE ${caused} AND isNotNull(answer_ms) GROUP BY time, rung ORDER BY time, rung`,
            ),
          ],
          {
            description: 'The part of the channels and the points.',
            unit: 's',
          },
        ),
      ],
    },
    {
      title: 'Channels and points',
      panels: [
        table(
          'Enforcement points',
          rows(`SELECT p.tenant AS tenant, p.point AS point, p.last AS last_event, p.events AS events, p.missing AS audit_missing, a.applied AS applied, a.refused AS refused, a.failed AS failed, nullIf(a.latest, toDateTime(0)) AS last_receipt
          FROM (SELECT tenant, point, max(last_seen) AS last, sum(v.events) AS events, ${missing('v')} AS missing FROM v_points AS v WHERE ${within('minute')} AND ${ofTenant} GROUP BY tenant, point) AS p
          LEFT JOIN (SELECT tenant, point, sumIf(receipts, outcome = 'applied') AS applied, sumIf(receipts, outcome = 'refused') AS refused, sumIf(receipts, outcome = 'failed') AS failed, max(minute) AS latest FROM v_point_answers WHERE ${within('minute')} AND ${ofTenant} GROUP BY tenant, point) AS a ON a.tenant = p.tenant AND a.point = p.point
          ORDER BY audit_missing DESC, point LIMIT 200`),
          {
            description: 'Who reports, with gaps in its numbering, and who answers.',
            w: 16,
          },
        ),
        lines(
          'Answers of points',
          [
            overTime(
              `SELECT $__timeInterval(minute) AS time, concat(point, ' ', outcome) AS answer, sum(receipts) AS receipts FROM v_point_answers WHERE ${within('minute')} AND ${ofTenant} GROUP BY time, answer ORDER BY time, answer`,
            ),
          ],
          {
            description: 'Receipts.',
            bars: true,
            stack: true,
            w: 8,
            h: 9,
          },
        ),
        lines(
          'Decision streams',
          [
            metric('sum by (kind) (rescind_decision_streams)', '{{kind}}'),
            metric(
              'sum by (why) (increase(rescind_decision_streams_dropped_total[$__rate_interval]))',
              'closed: {{why}}',
              'B',
            ),
          ],
          {
            description: 'Points that follow now, and streams that we closed.',
          },
        ),
        lines('The brake', [metric('max by (tenant) (rescind_brake_tripped)', '{{tenant}}')], {
          description: '1: automatic interruptions of the tenant wait for a person.',
          limits: [1, 1],
          max: 1,
        }),
      ],
    },
    {
      title: 'The way back',
      panels: [
        table(
          'Released and expired',
          rows(
            `SELECT caused, tenant, agent, rung, state, since, released_by, why, because, command, ${agentKey()} FROM v_commands WHERE ${caused} AND state IN ('released', 'expired') ORDER BY since DESC LIMIT 200`,
          ),
          {
            description: 'Authority given back, by whom and why.',
            columns: { ...agentColumns, because: { width: 360 } },
          },
        ),
        table(
          'What people decided',
          rows(
            `SELECT time, actor, verb, reason, agent, command, finding FROM v_reviews WHERE ${within('time')} AND ${ofTenant} ORDER BY time DESC LIMIT 200`,
          ),
          {
            description: 'Approvals, denials, releases, verdicts.',
          },
        ),
      ],
    },
  ],
}
