import type { Board } from '../dashboard.ts'
import { bars, lines, metric, metricNow, overTime, rows, stat, table } from '../panels.ts'
import { missing, ofTenant, tenant, within } from './shared.ts'

/** Whether everything that comes in is looked at, kept and shown in time. */
export const pipeline: Board = {
  uid: 'rescind-pipeline',
  title: 'Rescind: pipeline',
  description: 'Lag, throughput, dead letters by reason, size of state, and how far history is behind.',
  from: 'now-6h',
  refresh: '10s',
  variables: [tenant],
  sections: [
    {
      title: 'Now',
      panels: [
        stat('Events per second', metricNow('sum(rate(rescind_events_accepted_total[1m]))', 'events'), {
          description: 'Accepted, over the last minute.',
          unit: 'eps',
        }),
        stat('Records waiting', metricNow('sum(rescind_inbox_lag_records)', 'records'), {
          description: 'In all inboxes.',
          limits: [10_000, 100_000],
          unit: 'short',
        }),
        stat(
          'Refused',
          metricNow(
            'sum(rate(rescind_events_rejected_total[5m])) / sum(rate(rescind_events_accepted_total[5m]) + ignoring (code) group_left () sum(rate(rescind_events_rejected_total[5m])))',
            'share',
          ),
          {
            description: 'Share of records that became dead letters, over five minutes.',
            unit: 'percentunit',
            limits: [0.001, 0.01],
          },
        ),
        stat('Keys in memory', metricNow('sum(rescind_lane_keys)', 'keys'), {
          description: 'State of all lanes.',
          unit: 'short',
        }),
        stat('History behind', metricNow('sum(rescind_history_lag_records)', 'records'), {
          description: 'Records in the log and not in history.',
          unit: 'short',
          limits: [10_000, 100_000],
        }),
        stat(
          'Missing audit',
          rows(
            `SELECT sum(of_point) AS missing FROM (SELECT ${missing('v')} AS of_point FROM v_points AS v WHERE ${within('minute')} AND ${ofTenant} GROUP BY tenant, point)`,
          ),
          {
            description: 'Numbers of enforcement points that never came, in the span shown.',
            limits: [1, 100],
          },
        ),
      ],
    },
    {
      title: 'Throughput and lag',
      panels: [
        lines(
          'Events by minute',
          [
            overTime(
              `SELECT $__timeInterval(minute) AS time, sum(events) / greatest(60, $__interval_s) AS per_second FROM v_agent_activity WHERE ${within('minute')} AND ${ofTenant} GROUP BY time ORDER BY time`,
            ),
          ],
          {
            description: 'As history has them, by the time that they carry.',
            unit: 'eps',
          },
        ),
        lines(
          'Records per second by lane',
          [metric('sum by (lane) (rate(rescind_lane_records_total[$__rate_interval]))', '{{lane}}')],
          { description: 'Processed.', unit: 'rps' },
        ),
        lines('Lag by inbox', [metric('sum by (inbox) (rescind_inbox_lag_records)', '{{inbox}}')], {
          description: 'Records that wait.',
        }),
        lines(
          'From the act to the log',
          [
            overTime(
              `SELECT $__timeInterval(minute) AS time, source, max(arrival_p99_ms) / 1000 AS p99 FROM v_history_lag WHERE ${within('minute')} GROUP BY time, source ORDER BY time, source`,
            ),
          ],
          {
            description: 'The worst minute’s p99, by kind of record: late senders, slow networks, clocks that are off.',
            unit: 's',
          },
        ),
      ],
    },
    {
      title: 'Kafka',
      panels: [
        lines('Partitions by instance', [metric('rescind_log_assigned_partitions', '{{instance}}')], {
          description: 'Zero on the embedded log, and for an instance that the group has no work for.',
          w: 8,
        }),
        lines('Since the last fetch', [metric('rescind_log_fetch_age_seconds', '{{instance}}')], {
          description: 'Of a consumer that has partitions. Red: it stands still.',
          unit: 's',
          limits: [10, 30],
          limitLine: true,
          w: 8,
        }),
        lines(
          'Events of the log per minute',
          [metric('60 * sum by (event) (rate(rescind_log_events_total[$__rate_interval]))', '{{event}}')],
          {
            description: 'Rebalances, stalls, crashes, sends that were repeated, commits that were refused.',
            bars: true,
            stack: true,
            w: 8,
          },
        ),
      ],
    },
    {
      title: 'Dead letters',
      panels: [
        lines(
          'By code',
          [
            overTime(
              `SELECT $__timeInterval(minute) AS time, code, sum(letters) AS letters FROM v_dead_letters_per_minute WHERE ${within('minute')} GROUP BY time, code ORDER BY time, code`,
            ),
          ],
          {
            description: 'What could not be used.',
            bars: true,
            stack: true,
          },
        ),
        bars(
          'By stage and reason',
          rows(
            `SELECT concat(stage, ' ', code, if(format = '', '', concat(' (', format, ')'))) AS reason, sum(letters) AS letters FROM v_dead_letters_per_minute WHERE ${within('minute')} GROUP BY reason ORDER BY letters DESC LIMIT 20`,
          ),
          {
            description: 'In the span shown.',
          },
        ),
        table(
          'Latest',
          rows(
            `SELECT time, stage, code, field, reason, format, raw_bytes, id FROM v_dead_letters WHERE ${within('time')} ORDER BY time DESC LIMIT 100`,
          ),
          {
            description: 'The record itself is in the column body of v_dead_letters; it is hostile text.',
            columns: { raw_bytes: { unit: 'bytes' }, reason: { width: 520 } },
          },
        ),
      ],
    },
    {
      title: 'State and history',
      panels: [
        lines('Keys in memory', [metric('sum by (lane) (rescind_lane_keys)', '{{lane}}')], { description: 'By lane.' }),
        lines(
          'Keys let go per second',
          [metric('sum by (lane) (rate(rescind_lane_evictions_total[$__rate_interval]))', '{{lane}}')],
          { description: 'Because a lane was full.' },
        ),
        lines(
          'From the log to history',
          [
            overTime(
              `SELECT $__timeInterval(minute) AS time, source, max(storing_p99_ms) / 1000 AS p99 FROM v_history_lag WHERE ${within('minute')} GROUP BY time, source ORDER BY time, source`,
            ),
          ],
          {
            description: 'The worst minute’s p99, by kind of record.',
            unit: 's',
          },
        ),
        lines(
          'History writer',
          [
            metric('sum(rate(rescind_history_rows_total[$__rate_interval]))', 'rows per second'),
            metric('sum(rate(rescind_history_retries_total[$__rate_interval]))', 'inserts tried again per second', 'B'),
            metric('sum(rescind_history_lag_records)', 'records behind', 'C'),
          ],
          { description: 'What it stores, and what it owes.' },
        ),
        table(
          'Records kept',
          rows(
            `SELECT source, sum(records) AS records, min(minute) AS first, max(minute) AS last FROM v_history_lag WHERE ${within('minute')} GROUP BY source ORDER BY source`,
          ),
          {
            description: 'In the span shown, by kind, redelivered ones counted once.',
            w: 12,
            h: 8,
          },
        ),
        table(
          'Gaps in audit',
          rows(`SELECT tenant, point, before AS last_minute, minute AS next_minute, lowest_seq - seq_before - 1 AS missing FROM (
            SELECT tenant, point, minute, toInt64(v.lowest_seq) AS lowest_seq, lagInFrame(toInt64(v.highest_seq), 1, toInt64(v.lowest_seq) - 1) OVER w AS seq_before, lagInFrame(minute, 1, minute) OVER w AS before
            FROM v_points AS v WHERE ${within('minute')} AND ${ofTenant} AND v.highest_seq > 0 WINDOW w AS (PARTITION BY tenant, point ORDER BY minute ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING))
          WHERE missing > 0 ORDER BY next_minute DESC LIMIT 200`),
          {
            description:
              'Between two minutes in which an enforcement point reported, numbers are missing. Runbook: docs/operate.md, “Audit lost”.',
            w: 12,
            h: 8,
          },
        ),
      ],
    },
  ],
}
