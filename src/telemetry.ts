import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

const secret = ['authorization', 'token', 'password', 'key', 'cookie', 'secret']

/** Structured lines on standard error, or on `destination`; nothing secret in them. */
export function createLogger(level: string, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    base: { service: 'rescind' },
    redact: {
      paths: secret.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*.*.${name}`]),
      censor: '[redacted]',
    },
  }
  return pino(options, destination ?? pino.destination({ dest: 2, sync: false }))
}

/** Every metric that we emit, by name: dashboards and docs are checked against this list. */
export const metricHelp = {
  rescind_ready: 'Whether this process takes events and decides.',
  rescind_events_accepted_total: 'Events accepted and on disk.',
  rescind_events_rejected_total: 'Records refused, by code; they are in the dead letters.',
  rescind_events_ignored_total: 'Records that were well formed and are no acts of agents.',
  rescind_findings_total: 'Findings, by detector and mode.',
  rescind_detector_faults_total: 'Detectors that failed and were benched for an agent or another key, by detector.',
  rescind_command_updates_total: 'Steps of commands, by rung and the state they came to.',
  rescind_commands_standing: 'Commands that have not ended, by tenant, rung and state.',
  rescind_command_points:
    'Points that commands which have not ended are with, by tenant and outcome; gone: left before an answer.',
  rescind_brake_tripped: 'Whether the brake asks a person first, by tenant.',
  rescind_event_to_command_seconds: 'From the act that caused a command to the command in the log.',
  rescind_inbox_lag_records: 'Records that wait in an inbox, as known at its last batch.',
  rescind_lane_keys: 'Keys that a lane holds state for.',
  rescind_lane_records_total: 'Records that a lane has processed since the start.',
  rescind_lane_ignored_total: 'Records of a lane that no stage reads.',
  rescind_lane_evictions_total: 'Keys that a lane let go because it was full.',
  rescind_lane_outgrown_total:
    'States of a key that had outgrown what is kept of one: made smaller, or forgotten, by lane.',
  rescind_restored_keys: 'Keys restored from the changelog at the start.',
  rescind_log_events_total: 'Rebalances, stalls, crashes, repeated sends and refused commits of the log, by event.',
  rescind_log_assigned_partitions: 'Partitions of Kafka that this instance works on.',
  rescind_log_fetch_age_seconds: 'Since a consumer with partitions last fetched.',
  rescind_inbox_repeated_total: 'Records that came again after a crash and were taken once, by inbox.',
  rescind_source_records_total: 'Records read from topics of others, by source.',
  rescind_source_rejected_total: 'Dead letters that came of them, by source.',
  rescind_source_lag_records: 'Records of the partitions that this instance reads for a source that wait, by source.',
  rescind_source_lost_total: 'Records that were gone, or could not be read, before a source had read them, by source.',
  rescind_source_trouble: 'Whether something keeps a source from reading, by source; /readyz says what.',
  rescind_history_up: 'Whether the history store answered last.',
  rescind_history_lag_records: 'Records that are not in history yet.',
  rescind_history_rows_total: 'Rows stored in history.',
  rescind_history_retries_total: 'Inserts that history failed.',
  rescind_history_rejected_total: 'Rows that history could not take.',
  rescind_decision_streams: 'Open decision streams, by kind.',
  rescind_decision_streams_dropped_total: 'Decision streams that we closed, by why.',
  rescind_decision_messages_total: 'Signed decision messages, by kind.',
  rescind_deliveries_total: 'Commands written to the stream of a named point.',
  rescind_channel_answers_total:
    'What channels answered, by channel and outcome; ended: the command had ended before it was told.',
  rescind_channel_breaker_open: 'Whether a channel does not answer, so that nothing is sent to it, by channel.',
  rescind_receipts_total: 'Receipts of enforcement points, by outcome.',
  rescind_http_request_seconds: 'HTTP requests, by method, route and status.',
  rescind_http_refused_total: 'Requests refused before their route, by code.',
  rescind_http_quota_refused_total: 'Requests, streams and connections refused because of a quota, by quota.',
} as const satisfies Record<string, string>
export type MetricName = keyof typeof metricHelp

export type Metrics = ReturnType<typeof createMetrics>

/** The metrics of one process. `processMetrics` adds memory, CPU and event loop under the same prefix. */
export function createMetrics({ processMetrics = true }: { processMetrics?: boolean } = {}) {
  const registry = new Registry()
  const registers = [registry]
  const counter = <L extends string>(name: MetricName, ...labelNames: L[]) =>
    new Counter<L>({ name, help: metricHelp[name], labelNames, registers })
  const gauge = <L extends string>(name: MetricName, ...labelNames: L[]) =>
    new Gauge<L>({ name, help: metricHelp[name], labelNames, registers })
  const histogram = <L extends string>(name: MetricName, buckets: number[], ...labelNames: L[]) =>
    new Histogram<L>({ name, help: metricHelp[name], buckets, labelNames, registers })
  if (processMetrics) collectDefaultMetrics({ register: registry, prefix: 'rescind_' })

  return {
    registry,
    ready: gauge('rescind_ready'),
    accepted: counter('rescind_events_accepted_total'),
    rejected: counter('rescind_events_rejected_total', 'code'),
    ignored: counter('rescind_events_ignored_total'),
    findings: counter('rescind_findings_total', 'detector', 'mode'),
    detectorFaults: counter('rescind_detector_faults_total', 'detector'),
    commandUpdates: counter('rescind_command_updates_total', 'rung', 'state'),
    commandsStanding: gauge('rescind_commands_standing', 'tenant', 'rung', 'state'),
    commandPoints: gauge('rescind_command_points', 'tenant', 'outcome'),
    brakeTripped: gauge('rescind_brake_tripped', 'tenant'),
    eventToCommand: histogram(
      'rescind_event_to_command_seconds',
      [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
    ),
    inboxLag: gauge('rescind_inbox_lag_records', 'inbox'),
    laneKeys: gauge('rescind_lane_keys', 'lane'),
    laneRecords: counter('rescind_lane_records_total', 'lane'),
    laneIgnored: counter('rescind_lane_ignored_total', 'lane'),
    laneEvictions: counter('rescind_lane_evictions_total', 'lane'),
    laneOutgrown: counter('rescind_lane_outgrown_total', 'lane'),
    restoredKeys: gauge('rescind_restored_keys'),
    logEvents: counter('rescind_log_events_total', 'event'),
    logAssigned: gauge('rescind_log_assigned_partitions'),
    logFetchAge: gauge('rescind_log_fetch_age_seconds'),
    inboxRepeated: counter('rescind_inbox_repeated_total', 'inbox'),
    sourceRecords: counter('rescind_source_records_total', 'source'),
    sourceRejected: counter('rescind_source_rejected_total', 'source'),
    sourceLag: gauge('rescind_source_lag_records', 'source'),
    sourceLost: counter('rescind_source_lost_total', 'source'),
    sourceTrouble: gauge('rescind_source_trouble', 'source'),
    historyUp: gauge('rescind_history_up'),
    historyLag: gauge('rescind_history_lag_records'),
    historyRows: counter('rescind_history_rows_total'),
    historyRetries: counter('rescind_history_retries_total'),
    historyRejected: counter('rescind_history_rejected_total'),
    streams: gauge('rescind_decision_streams', 'kind'),
    streamsDropped: counter('rescind_decision_streams_dropped_total', 'why'),
    messages: counter('rescind_decision_messages_total', 'kind'),
    deliveries: counter('rescind_deliveries_total'),
    channelAnswers: counter('rescind_channel_answers_total', 'channel', 'outcome'),
    channelBreaker: gauge('rescind_channel_breaker_open', 'channel'),
    receipts: counter('rescind_receipts_total', 'outcome'),
    http: histogram(
      'rescind_http_request_seconds',
      [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30],
      'method',
      'route',
      'status',
    ),
    refused: counter('rescind_http_refused_total', 'code'),
    quotaRefused: counter('rescind_http_quota_refused_total', 'quota'),
  }
}

/** Counts what an inlet took. */
export function countTaken(
  { accepted, rejected, ignored }: Metrics,
  taken: { accepted: number; rejected: readonly { code: string }[]; ignored: number },
): void {
  accepted.inc(taken.accepted)
  for (const { code } of taken.rejected) rejected.inc({ code })
  ignored.inc(taken.ignored)
}
