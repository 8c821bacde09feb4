import { type Board, choice, chosen } from '../dashboard.ts'
import { bars, lines, overTime, rows, stat, table } from '../panels.ts'
import {
  agentColumns,
  agentKey,
  cohort,
  commandMarks,
  detectorLink,
  ofCohort,
  ofTenant,
  tenant,
  within,
} from './shared.ts'

const ofDetector = chosen('detector')
const mine = `${ofTenant} AND ${ofCohort} AND ${ofDetector}`
const days = `day >= toDate($__fromTime) AND day <= toDate($__toTime) AND ${ofTenant} AND ${ofDetector}`

/** Bits at which calibration is compared: a share of 1 in 16, 256, 4,096 events is promised at most. */
const thresholds = [4, 8, 12]

/** Which detectors speak, how often they are wrong, in which mode they run, and whether their evidence keeps its promise. */
export const detectors: Board = {
  uid: 'rescind-detectors',
  title: 'Rescind: detectors',
  description: 'Findings, false rate from what people said, mode, and drift of calibration.',
  from: 'now-7d',
  refresh: '1m',
  variables: [
    tenant,
    cohort,
    choice(
      'detector',
      'Detector',
      `SELECT DISTINCT detector FROM v_detector_findings WHERE ${ofTenant} AND ${within('minute')} ORDER BY detector`,
    ),
  ],
  annotations: commandMarks(ofTenant),
  sections: [
    {
      title: 'Findings',
      panels: [
        stat(
          'Findings',
          rows(`SELECT sum(findings) AS findings FROM v_agent_findings WHERE ${within('minute')} AND ${mine}`),
          { description: 'In the span shown, all modes.' },
        ),
        stat(
          'Agents with findings',
          rows(`SELECT uniqExact(tenant, agent) AS agents FROM v_agent_findings WHERE ${within('minute')} AND ${mine}`),
          { description: 'In the span shown.' },
        ),
        stat(
          'Per 10,000 events',
          rows(`SELECT 10000 * f.findings / greatest(e.events, 1) AS findings FROM (SELECT sum(findings) AS findings FROM v_agent_findings WHERE ${within('minute')} AND ${mine}) AS f,
          (SELECT sum(events) AS events FROM v_agent_activity WHERE ${within('minute')} AND ${ofTenant} AND ${ofCohort}) AS e`),
          {
            description: 'How talkative.',
            decimals: 1,
          },
        ),
        stat(
          'Judged',
          rows(
            `SELECT sum(n.reviewed) / greatest(sum(n.findings), 1) AS judged FROM v_detector_noise AS n WHERE ${days}`,
          ),
          {
            description: 'Share of findings that a person marked right or wrong. All cohorts.',
            unit: 'percentunit',
          },
        ),
        stat(
          'False rate',
          rows(
            `SELECT if(sum(n.reviewed) = 0, NULL, sum(n.wrong) / sum(n.reviewed)) AS false_rate FROM v_detector_noise AS n WHERE ${days}`,
          ),
          {
            description: 'Wrong ones of those judged. All cohorts.',
            unit: 'percentunit',
            limits: [0.05, 0.2],
          },
        ),
        stat(
          'In shadow',
          rows(
            `SELECT uniqExactIf(detector, mode = 'shadow') AS detectors FROM v_agent_findings WHERE ${within('minute')} AND ${mine}`,
          ),
          {
            description: 'Detectors that decide and do not act.',
          },
        ),
        lines(
          'Findings over time',
          [
            overTime(
              `SELECT $__timeInterval(minute) AS time, concat(detector, ' ', mode) AS detector_mode, sum(findings) AS findings FROM v_agent_findings WHERE ${within('minute')} AND ${mine} GROUP BY time, detector_mode ORDER BY time, detector_mode`,
            ),
          ],
          {
            description: 'By detector and mode.',
            bars: true,
            stack: true,
          },
        ),
        bars(
          'Bits by detector',
          rows(
            `SELECT detector, sum(bits) AS bits, max(max_bits) AS largest FROM v_agent_findings WHERE ${within('minute')} AND ${mine} GROUP BY detector ORDER BY bits DESC`,
          ),
          {
            description: 'All of its evidence, and the largest single piece.',
          },
        ),
      ],
    },
    {
      title: 'Right or wrong',
      panels: [
        table(
          'By detector, version and mode',
          rows(`SELECT detector, version, mode, sum(n.findings) AS findings, sum(n.reviewed) AS reviewed, sum(n.right) AS right, sum(n.wrong) AS wrong, if(reviewed = 0, NULL, wrong / reviewed) AS false_rate
          FROM v_detector_noise AS n WHERE ${days} GROUP BY detector, version, mode ORDER BY false_rate DESC NULLS LAST, findings DESC`),
          {
            description:
              'What speaks for promoting a detector from shadow to enforce, or for the way back. All cohorts.',
            columns: { detector: { link: detectorLink }, false_rate: { unit: 'percentunit' } },
          },
        ),
        lines(
          'False rate by day',
          [
            overTime(
              `SELECT toDateTime(day) AS time, detector, sum(n.wrong) / sum(n.reviewed) AS false_rate FROM v_detector_noise AS n WHERE ${days} GROUP BY day, detector HAVING sum(n.reviewed) > 0 ORDER BY time, detector`,
            ),
          ],
          {
            description: 'By the day of the finding.',
            unit: 'percentunit',
            max: 1,
          },
        ),
        table(
          'Judged wrong',
          rows(
            `SELECT reviewed_at, detector, agent, round(bits, 1) AS bits, because, reason, actor, finding, ${agentKey()} FROM v_finding_verdicts WHERE ${within('time')} AND ${mine} AND verdict = 'wrong' ORDER BY reviewed_at DESC LIMIT 100`,
          ),
          {
            description: 'With what the person said.',
            w: 12,
            h: 8,
            columns: agentColumns,
          },
        ),
      ],
    },
    {
      title: 'Calibration',
      panels: [
        table(
          'Promised and observed',
          rows(`SELECT detector, version, mode, threshold AS at_bits, any(e.events) AS looked_at, countIf(bits >= threshold) AS crossed, crossed / greatest(looked_at, 1) AS observed, exp2(-threshold) AS promised, observed / promised AS times_promised
          FROM (SELECT detector, version, mode, bits, arrayJoin([${thresholds.join(', ')}]) AS threshold FROM v_findings WHERE ${within('time')} AND ${mine} AND NOT rule) AS f,
               (SELECT sum(events) AS events FROM v_agent_activity WHERE ${within('minute')} AND ${ofTenant} AND ${ofCohort}) AS e
          GROUP BY detector, version, mode, threshold ORDER BY detector, version, mode, threshold`),
          {
            description:
              'Statistical detectors: while agents behave as before, at most 2^-b of events may reach b bits. Above 1 in the last column is drift, or real attacks: the judged findings tell which. Rules make no such promise.',
            h: 8,
            columns: {
              observed: { unit: 'percentunit', decimals: 4 },
              promised: { unit: 'percentunit', decimals: 4 },
              times_promised: { decimals: 2, gauge: true },
            },
          },
        ),
        lines(
          'Times promised, by day, at 4 bits',
          [
            overTime(`SELECT f.time AS time, detector, f.crossed / greatest(e.events, 1) * 16 AS times_promised FROM
            (SELECT toStartOfDay(time) AS time, detector, countIf(bits >= 4) AS crossed FROM v_findings WHERE ${within('v_findings.time')} AND ${mine} AND NOT rule GROUP BY time, detector) AS f
            INNER JOIN (SELECT toStartOfDay(minute) AS time, sum(events) AS events FROM v_agent_activity WHERE ${within('minute')} AND ${ofTenant} AND ${ofCohort} GROUP BY time) AS e ON e.time = f.time
            ORDER BY time, detector`),
          ],
          {
            description: 'A line that climbs away from the others means that a profile no longer fits.',
            limits: [1, 4],
            limitLine: true,
          },
        ),
        lines(
          'Bits per finding',
          [
            overTime(
              `SELECT $__timeInterval(time) AS at, detector, quantileExact(0.5)(bits) AS median, max(bits) AS largest FROM v_findings WHERE ${within('time')} AND ${mine} AND bits > 0 GROUP BY at, detector ORDER BY at, detector`,
            ),
          ],
          {
            description: 'Median and largest.',
          },
        ),
      ],
    },
    {
      title: 'Latest',
      panels: [
        table(
          'Findings',
          rows(
            `SELECT time, tenant, agent, detector, version, mode, round(bits, 1) AS bits, because, tool, action, dataset, environment, task, id, ${agentKey()} FROM v_findings WHERE ${within('time')} AND ${mine} ORDER BY time DESC LIMIT 200`,
          ),
          {
            description: 'The last 200.',
            columns: { ...agentColumns, because: { width: 420 } },
          },
        ),
      ],
    },
  ],
}
