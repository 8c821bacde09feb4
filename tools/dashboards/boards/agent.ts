import { type Board, chosen } from '../dashboard.ts'
import { bars, graph, lines, overTime, rows, stat, table } from '../panels.ts'
import {
  agentColumns,
  agentKey,
  cohort,
  commandMarks,
  detectorLink,
  ofTenant,
  oneAgent,
  tenant,
  within,
} from './shared.ts'

const me = `${ofTenant} AND ${chosen('agent')}`
/** As long before the span shown as the profile is compared with. */
const before = `minute < $__fromTime AND minute >= $__fromTime - INTERVAL 14 DAY`
const tracesOfMine = `SELECT trace FROM v_events WHERE ${within('time')} AND ${me} AND trace != ''`

/** One agent: what is normal for it, what it does now, why it was interrupted, and on whose behalf. */
export const agent: Board = {
  uid: 'rescind-agent',
  title: 'Rescind: agent',
  description: 'One agent: profile against now, timeline, evidence, hand-overs, and both identities behind its acts.',
  from: 'now-24h',
  refresh: '30s',
  variables: [tenant, cohort, oneAgent],
  annotations: commandMarks(me),
  sections: [
    {
      title: 'Who it is',
      panels: [
        stat('Acts', rows(`SELECT sum(events) AS events FROM v_agent_activity WHERE ${within('minute')} AND ${me}`), {
          description: 'In the span shown.',
          unit: 'short',
        }),
        stat(
          'Denied',
          rows(
            `SELECT sum(denied) / greatest(sum(events), 1) AS denied FROM v_agent_activity WHERE ${within('minute')} AND ${me}`,
          ),
          {
            description: 'Share of its acts.',
            unit: 'percentunit',
            limits: [0.01, 0.1],
          },
        ),
        stat(
          'Evidence, most',
          rows(`SELECT max(standing_bits) AS bits FROM v_agent_risk WHERE ${within('minute')} AND ${me}`),
          {
            description: 'Bits, halved every six hours; an upper bound.',
            decimals: 1,
            limits: [4, 10],
          },
        ),
        stat(
          'Findings',
          rows(`SELECT sum(findings) AS findings FROM v_agent_findings WHERE ${within('minute')} AND ${me}`),
          { description: 'In all modes.' },
        ),
        stat(
          'Commands',
          rows(`SELECT countIf(mode = 'enforce') AS commands FROM v_commands WHERE ${within('caused')} AND ${me}`),
          {
            description: 'Against it.',
            limits: [1, 3],
          },
        ),
        stat(
          'Known since',
          rows(`SELECT toUnixTimestamp64Milli(min(first_seen)) AS first_seen FROM v_agents WHERE ${me}`),
          {
            description: 'First act in history.',
            unit: 'dateTimeAsLocal',
          },
        ),
        table(
          'Both identities: on whose behalf, as which workload, with what',
          rows(`SELECT principal, JSONExtractString(body, 'agent', 'workload') AS workload, credential, network, environment, count() AS events, uniqExact(task) AS tasks, min(time) AS first, max(time) AS last
          FROM v_events WHERE ${within('time')} AND ${me} GROUP BY principal, workload, credential, network, environment ORDER BY last DESC LIMIT 100`),
          {
            description:
              'One row per combination seen. A principal, workload, credential or network that is new here stands out by its first time.',
          },
        ),
      ],
    },
    {
      title: 'Profile against now',
      panels: [
        bars(
          'Share of its acts by class: usual and now',
          rows(`SELECT action, sumIf(events, ${before}) / greatest((SELECT sum(events) FROM v_agent_actions WHERE ${before} AND ${me}), 1) AS usual,
            sumIf(events, ${within('minute')}) / greatest((SELECT sum(events) FROM v_agent_actions WHERE ${within('minute')} AND ${me}), 1) AS now
          FROM v_agent_actions WHERE minute >= $__fromTime - INTERVAL 14 DAY AND minute <= $__toTime AND ${me} GROUP BY action ORDER BY now DESC, action`),
          {
            description: 'Usual: the 14 days before the span shown.',
            unit: 'percentunit',
          },
        ),
        table(
          'Tools: usual and now',
          rows(`SELECT tool, any(action) AS class, sumIf(events, hour < $__fromTime) AS before, sumIf(events, hour >= toStartOfHour($__fromTime)) AS now,
            max(last_seen) AS last, if(before = 0, 'new', '') AS first_use
          FROM v_agent_tools WHERE hour >= $__fromTime - INTERVAL 14 DAY AND hour <= $__toTime AND ${me} GROUP BY tool HAVING now > 0 ORDER BY before = 0 DESC, now DESC LIMIT 100`),
          {
            description: 'Tools that it uses in the span shown; new ones, not used in the 14 days before, first.',
            w: 12,
            h: 8,
          },
        ),
        lines(
          'Pace: acts per minute, and what is usual at most',
          [
            overTime(`SELECT $__timeInterval(minute) AS time, max(events) AS busiest_minute,
            any((SELECT quantileExact(0.99)(events) FROM (SELECT minute, sum(events) AS events FROM v_agent_activity WHERE ${before} AND ${me} GROUP BY minute))) AS usual_p99
          FROM (SELECT minute, sum(events) AS events FROM v_agent_activity WHERE ${within('minute')} AND ${me} GROUP BY minute) GROUP BY time ORDER BY time`),
          ],
          {
            description:
              'The busiest minute of each point, and the 99th percentile of its active minutes in the 14 days before.',
          },
        ),
        lines(
          'Acts by class',
          [
            overTime(
              `SELECT $__timeInterval(minute) AS time, action, sum(events) AS events FROM v_agent_actions WHERE ${within('minute')} AND ${me} GROUP BY time, action ORDER BY time, action`,
            ),
          ],
          {
            description: 'Over time.',
            bars: true,
            stack: true,
          },
        ),
      ],
    },
    {
      title: 'Evidence',
      panels: [
        table(
          'Waterfall: finding by finding',
          rows(`SELECT time, detector, mode, round(bits, 1) AS bits, round(sum(f.bits) OVER (ORDER BY f.time, f.id ROWS UNBOUNDED PRECEDING), 1) AS total, because, tool, action, dataset, task, event, id
          FROM v_findings AS f WHERE ${within('time')} AND ${me} ORDER BY time DESC LIMIT 200`),
          {
            description:
              'Newest first, with the bits so far, undiminished by time. `rescind explain ID` prints costs, rung taken and what was missing for the next.',
            columns: { bits: { gauge: true }, because: { width: 460 }, detector: { link: detectorLink } },
          },
        ),
        lines(
          'Evidence that stands',
          [
            overTime(
              `SELECT $__timeInterval(minute) AS time, mode, max(standing_bits) AS bits FROM v_agent_risk WHERE ${within('minute')} AND ${me} GROUP BY time, mode ORDER BY time, mode`,
            ),
          ],
          {
            description: 'At the minutes in which evidence came; halved every six hours.',
          },
        ),
        bars(
          'Bits by detector',
          rows(
            `SELECT detector, sum(bits) AS bits FROM v_agent_findings WHERE ${within('minute')} AND ${me} GROUP BY detector ORDER BY bits DESC`,
          ),
          {
            description: 'In the span shown.',
          },
        ),
        table(
          'Commands',
          rows(`SELECT caused, rung, mode, state, round(bits, 1) AS bits, because, principal, task, applied_at, released_at, released_by, expires, policy, command
          FROM v_commands WHERE ${within('caused')} AND ${me} ORDER BY caused DESC LIMIT 100`),
          {
            description: 'Against this agent, whatever became of them.',
            columns: { because: { width: 420 } },
          },
        ),
      ],
    },
    {
      title: 'Timeline and hand-overs',
      panels: [
        table(
          'Timeline',
          rows(`SELECT time, kind, tool, action, resource, sensitivity, outcome, external, principal, task, result_records, result_bytes, id FROM v_events
          WHERE ${within('time')} AND ${me} ORDER BY time DESC LIMIT 500`),
          {
            description: 'The last 500 acts.',
            columns: { result_bytes: { unit: 'bytes' } },
          },
        ),
        graph(
          'Chain of sub-agents',
          `SELECT who AS id, who AS title, sum(n) AS mainstat FROM (SELECT arrayJoin(chain) AS who, count() AS n FROM v_events WHERE ${within('time')} AND ${ofTenant} AND trace IN (${tracesOfMine}) GROUP BY who) GROUP BY who ORDER BY mainstat DESC LIMIT 100`,
          `SELECT concat(pair.1, ' → ', pair.2) AS id, pair.1 AS source, pair.2 AS target, count() AS mainstat FROM (
             SELECT arrayJoin(arrayZip(arrayPopBack(chain), arrayPopFront(chain))) AS pair FROM v_events WHERE ${within('time')} AND ${ofTenant} AND trace IN (${tracesOfMine}) AND length(chain) > 1)
           GROUP BY pair ORDER BY mainstat DESC LIMIT 200`,
          {
            description:
              'Who handed work to whom in the traces that this agent took part in: person, agent, sub-agent. Numbers are acts.',
          },
        ),
        table(
          'Traces with other agents',
          rows(`SELECT trace, min(started) AS began, max(ended) AS last, arrayStringConcat(arraySort(arrayDistinct(arrayFlatten(groupArray(agents)))), ', ') AS agents_in_it,
            arrayStringConcat(argMax(longest_chain, length(longest_chain)), ' → ') AS chain, sum(v.events) AS events, sum(v.denied) AS denied
          FROM v_traces AS v WHERE ${within('hour')} AND ${ofTenant} AND trace IN (${tracesOfMine}) GROUP BY trace ORDER BY last DESC LIMIT 100`),
          {
            description: 'Latest first.',
            w: 12,
            h: 10,
          },
        ),
        table(
          'Peers: the cohort in the same span',
          rows(`SELECT agent, sum(events) AS events, sum(denied) AS denied, round(any(r.peak), 1) AS peak_bits, ${agentKey()} FROM v_agent_activity AS a
          LEFT JOIN (SELECT tenant, agent, max(standing_bits) AS peak FROM v_agent_risk WHERE ${within('minute')} AND ${ofTenant} GROUP BY tenant, agent) AS r ON r.tenant = a.tenant AND r.agent = a.agent
          WHERE ${within('a.minute')} AND ${ofTenant.replaceAll('tenant =', 'a.tenant =')} AND a.cohort IN (SELECT cohort FROM v_agents WHERE ${me}) GROUP BY agent ORDER BY peak_bits DESC, events DESC LIMIT 50`),
          {
            description: 'An agent unlike its peers stands out here.',
            columns: agentColumns,
          },
        ),
      ],
    },
  ],
}
