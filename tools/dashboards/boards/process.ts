import { type Board, labelChoice } from '../dashboard.ts'
import { lines, metric, metricNow, stat } from '../panels.ts'

const mine = '{instance=~"$instance"}'
const per = (name: string, by: string): string => `sum by (${by}) (rate(${name}${mine}[$__rate_interval]))`
/** Every instance follows all findings and commands and counts them: the largest count is the count. */
const once = (name: string, by: string): string => `max by (${by}) (rate(${name}${mine}[$__rate_interval]))`
const quantile = (q: number, name: string): string =>
  `histogram_quantile(${q}, sum by (le) (rate(${name}_bucket${mine}[$__rate_interval])))`

/** What every process says of itself on /metrics: the monitor’s own counts, then the runtime’s. */
export const processBoard: Board = {
  uid: 'rescind-process',
  title: 'Rescind: process metrics',
  description: 'What the processes count and measure of themselves, from /metrics by Prometheus.',
  from: 'now-3h',
  refresh: '10s',
  variables: [labelChoice('instance', 'Instance', 'rescind_events_accepted_total')],
  sections: [
    {
      title: 'Health',
      panels: [
        stat('Ready', metricNow(`min(rescind_ready${mine})`, 'ready'), {
          description: 'Every instance takes events and decides. 0: one does not; /readyz says why.',
          limits: [1, 0.5],
          below: true,
        }),
        stat('History answers', metricNow(`min(rescind_history_up${mine})`, 'up'), {
          description: 'Detection goes on without it: the log is its buffer.',
          limits: [1, 0.5],
          below: true,
        }),
        stat('Brakes tripped', metricNow(`sum(max by (tenant) (rescind_brake_tripped${mine}))`, 'tripped'), {
          description: 'Tenants whose automatic interruptions wait for a person.',
          limits: [1, 2],
        }),
        stat('Records waiting', metricNow(`sum(rescind_inbox_lag_records${mine})`, 'records'), {
          description: 'In all inboxes.',
          unit: 'short',
          limits: [10_000, 100_000],
        }),
        stat('Decision streams', metricNow(`sum(rescind_decision_streams${mine})`, 'streams'), {
          description: 'Enforcement points that follow decisions now.',
        }),
        stat('Memory', metricNow(`max(rescind_process_resident_memory_bytes${mine})`, 'RSS'), {
          description: 'Of the largest process.',
          unit: 'bytes',
          limits: [3 * 1024 ** 3, 4 * 1024 ** 3],
        }),
      ],
    },
    {
      title: 'In',
      panels: [
        lines(
          'Events per second',
          [
            metric(per('rescind_events_accepted_total', 'instance'), 'accepted {{instance}}'),
            metric(per('rescind_events_rejected_total', 'code'), 'refused {{code}}', 'B'),
          ],
          { description: 'Accepted means on disk. What is refused is in the dead letters.', unit: 'eps' },
        ),
        lines('Records per second by lane', [metric(per('rescind_lane_records_total', 'lane'), '{{lane}}')], {
          description: 'Processed, by key: agent, trace, credential, cohort, tenant.',
          unit: 'rps',
        }),
        lines('Records waiting by inbox', [metric(`sum by (inbox) (rescind_inbox_lag_records${mine})`, '{{inbox}}')], {
          description: 'As known at the last batch of each.',
          limits: [10_000, 100_000],
          limitLine: true,
        }),
        lines('Keys in memory by lane', [metric(`sum by (lane) (rescind_lane_keys${mine})`, '{{lane}}')], {
          description: 'State is bounded: at the limit the key that was quiet longest goes.',
        }),
        lines(
          'Keys let go, records ignored',
          [
            metric(per('rescind_lane_evictions_total', 'lane'), 'let go {{lane}}'),
            metric(per('rescind_lane_ignored_total', 'lane'), 'ignored {{lane}}', 'B'),
          ],
          { description: 'A key that is let go begins anew when it comes back.', unit: 'ops' },
        ),
        lines('Keys restored at the start', [metric(`rescind_restored_keys${mine}`, '{{instance}}')], {
          description: 'From the changelog.',
        }),
      ],
    },
    {
      title: 'Kafka',
      panels: [
        lines(
          'Partitions and events of the log',
          [
            metric(`rescind_log_assigned_partitions${mine}`, 'partitions {{instance}}'),
            metric(per('rescind_log_events_total', 'event'), '{{event}} per second', 'B'),
          ],
          { description: 'Zero partitions on the embedded log.' },
        ),
        lines(
          'Topics of others: records per second',
          [
            metric(per('rescind_source_records_total', 'source'), 'read {{source}}'),
            metric(per('rescind_source_rejected_total', 'source'), 'refused {{source}}', 'B'),
            metric(per('rescind_source_lost_total', 'source'), 'lost {{source}}', 'C'),
          ],
          { description: 'Events that others publish, by source.', unit: 'rps' },
        ),
        lines(
          'Topics of others: records waiting',
          [metric(`sum by (source) (rescind_source_lag_records${mine})`, '{{source}}')],
          {
            description: 'Of the partitions that the instances read.',
          },
        ),
        lines('Records that came again', [metric(per('rescind_inbox_repeated_total', 'inbox'), '{{inbox}}')], {
          description: 'After a crash, and taken once.',
          unit: 'rps',
        }),
        lines('Since the last fetch', [metric(`rescind_log_fetch_age_seconds${mine}`, '{{instance}}')], {
          description: 'Of a consumer that has partitions.',
          unit: 's',
        }),
      ],
    },
    {
      title: 'Findings and commands',
      panels: [
        lines(
          'Findings per minute',
          [metric(`60 * ${once('rescind_findings_total', 'detector, mode')}`, '{{detector}} {{mode}}')],
          { description: 'By detector and mode.', stack: true },
        ),
        lines(
          'Steps of commands per minute',
          [metric(`60 * ${once('rescind_command_updates_total', 'rung, state')}`, '{{rung}} {{state}}')],
          {
            description: 'Issued, delivered, applied in part or everywhere, refused, failed, expired, released.',
            stack: true,
          },
        ),
        lines(
          'From act to command',
          [0.5, 0.95, 0.99].map((q, i) =>
            metric(quantile(q, 'rescind_event_to_command_seconds'), `p${q * 100}`, 'ABC'[i]),
          ),
          { description: 'From the time the act carries to the command in the log.', unit: 's' },
        ),
        lines(
          'Points of standing commands',
          [metric(`sum by (outcome) (max by (tenant, outcome) (rescind_command_points${mine}))`, '{{outcome}}')],
          {
            description:
              'What points say of commands that have not ended; a refusal stays until it is answered or over.',
          },
        ),
        lines(
          'Commands standing',
          [
            metric(
              `sum by (rung, state) (max by (tenant, rung, state) (rescind_commands_standing${mine}))`,
              '{{rung}} {{state}}',
            ),
          ],
          { description: 'That have not ended.', stack: true },
        ),
      ],
    },
    {
      title: 'Out',
      panels: [
        lines(
          'Decision messages per second',
          [
            metric(per('rescind_decision_messages_total', 'kind'), '{{kind}}'),
            metric(per('rescind_deliveries_total', 'instance'), 'written to a named point {{instance}}', 'B'),
          ],
          { description: 'Signed messages on the streams of the enforcement points.', unit: 'ops' },
        ),
        lines(
          'Streams',
          [
            metric(`sum by (kind) (rescind_decision_streams${mine})`, 'open {{kind}}'),
            metric(per('rescind_decision_streams_dropped_total', 'why'), 'closed by us per second: {{why}}', 'B'),
          ],
          { description: 'Open, and those that we closed, with why.' },
        ),
        lines('Receipts per second', [metric(per('rescind_receipts_total', 'outcome'), '{{outcome}}')], {
          description: 'Answers of enforcement points.',
          unit: 'ops',
        }),
        lines(
          'History: rows per second',
          [
            metric(per('rescind_history_rows_total', 'instance'), 'stored {{instance}}'),
            metric(per('rescind_history_retries_total', 'instance'), 'inserts tried again {{instance}}', 'B'),
            metric(per('rescind_history_rejected_total', 'instance'), 'rows refused {{instance}}', 'C'),
          ],
          { description: 'What the history writer does.', unit: 'ops' },
        ),
        lines(
          'History: records behind',
          [metric(`sum by (instance) (rescind_history_lag_records${mine})`, '{{instance}}')],
          {
            description: 'In the log and not yet in history.',
          },
        ),
      ],
    },
    {
      title: 'HTTP',
      panels: [
        lines(
          'Requests per second by route and status',
          [
            metric(
              per('rescind_http_request_seconds_count', 'method, route, status'),
              '{{method}} {{route}} {{status}}',
            ),
          ],
          { description: 'As the API answered.', unit: 'reqps' },
        ),
        lines(
          'Time to answer, p99',
          [
            metric(
              `histogram_quantile(0.99, sum by (le, route) (rate(rescind_http_request_seconds_bucket${mine}[$__rate_interval])))`,
              '{{route}}',
            ),
          ],
          { description: 'By route.', unit: 's' },
        ),
        lines('Refused before their route', [metric(per('rescind_http_refused_total', 'code'), '{{code}}')], {
          description: 'No or a wrong token, too many requests, a wrong Host header.',
          unit: 'reqps',
        }),
        lines('Refused by quota', [metric(per('rescind_http_quota_refused_total', 'quota'), '{{quota}}')], {
          description: 'What a caller, tenant or point asked for beyond its share; connections that gave way.',
          unit: 'reqps',
        }),
      ],
    },
    {
      title: 'Runtime',
      panels: [
        lines(
          'Processor',
          [metric(`rate(rescind_process_cpu_seconds_total${mine}[$__rate_interval])`, '{{instance}}')],
          {
            description: 'Cores in use.',
          },
        ),
        lines(
          'Memory',
          [
            metric(`rescind_process_resident_memory_bytes${mine}`, 'RSS {{instance}}'),
            metric(`rescind_nodejs_heap_size_used_bytes${mine}`, 'heap {{instance}}', 'B'),
          ],
          { description: 'Of the monitor; the embedded history engine is a process of its own.', unit: 'bytes' },
        ),
        lines('Event loop: wait, p99', [metric(`rescind_nodejs_eventloop_lag_p99_seconds${mine}`, '{{instance}}')], {
          description: 'How long a ready callback waits.',
          unit: 's',
          limits: [0.1, 0.5],
          limitLine: true,
        }),
        lines('Garbage collection', [metric(per('rescind_nodejs_gc_duration_seconds_sum', 'kind'), '{{kind}}')], {
          description: 'Share of time.',
          unit: 'percentunit',
        }),
      ],
    },
  ],
}
