import { stringify } from 'yaml'
import { missing } from './boards/shared.ts'
import { sources, trimmed } from './panels.ts'

/** An alert with what to do about it: `section` is a heading of docs/operate.md. */
interface About {
  name: string
  /** page: somebody gets up. ticket: somebody looks at it in working hours. */
  severity: 'page' | 'ticket'
  /** How long it must hold before it fires. */
  holds: string
  summary: string
  description: string
  section: string
}

export interface Rule extends About {
  expr: string
}

/**
 * Counted within the last five minutes. A counter that did not exist five minutes ago has no increase that Prometheus can
 * see, so its first value counts as one.
 */
const lately = (series: string, by: string): string =>
  `sum by (${by}) (increase(${series}[5m])) > 0 or sum by (${by}) (${series} unless ${series} offset 5m) > 0`

/** By Prometheus, from the metrics of the processes. */
export const rules: readonly Rule[] = [
  {
    name: 'RescindCommandUnanswered',
    severity: 'page',
    holds: '0s',
    expr: lately('rescind_findings_total{detector="unanswered-command"}', 'mode'),
    section: 'Unanswered command',
    summary: 'A command was issued and an enforcement point that should hold to it has not applied it',
    description:
      'An agent that should be interrupted goes on, everywhere or at some points. The dashboard Response lists the command under “Unanswered” or “Points that do not apply”.',
  },
  {
    name: 'RescindRevokedAuthorityInUse',
    severity: 'page',
    holds: '0s',
    expr: lately('rescind_findings_total{detector="revoked-use"}', 'mode'),
    section: 'Revoked authority in use',
    summary: 'Authority that was revoked is being used',
    description: 'An act came with a credential, or by an agent, after a point had applied the revocation.',
  },
  {
    name: 'RescindBrakeTripped',
    severity: 'page',
    holds: '0s',
    expr: 'max by (tenant) (rescind_brake_tripped) == 1',
    section: 'Brake tripped',
    summary: 'The brake of tenant {{ $labels.tenant }} has tripped: automatic interruptions wait for a person',
    description:
      'More interruptions than the policy allows by itself: a real attack, a bad policy, or a detector gone wrong.',
  },
  {
    name: 'RescindNotReady',
    severity: 'page',
    holds: '1m',
    expr: 'up{job="rescind"} == 0 or rescind_ready == 0',
    section: 'Monitor not ready',
    summary: '{{ $labels.instance }} does not take events or does not decide',
    description:
      'It does not answer, its log takes no writes, or the flow stopped. Guards go on by their last table meanwhile.',
  },
  {
    name: 'RescindEventsWait',
    severity: 'page',
    holds: '2m',
    expr: 'sum by (inbox) (rescind_inbox_lag_records) > 10000',
    section: 'Events wait',
    summary: '{{ $value }} records wait in the inbox {{ $labels.inbox }}',
    description: 'Decisions come late by as long as it takes to work them off.',
  },
  {
    name: 'RescindSourceTrouble',
    severity: 'page',
    holds: '5m',
    expr: 'max by (source) (rescind_source_trouble) == 1 or sum by (source) (rescind_source_lag_records) > 10000 or sum by (source) (increase(rescind_source_lost_total[15m])) > 0',
    section: 'A source does not read',
    summary: 'The source {{ $labels.source }} does not read its topics, is far behind, or lost records',
    description: 'What others publish there is not judged. /readyz says what is wrong; nothing else is held up by it.',
  },
  {
    name: 'RescindDecisionsSlow',
    severity: 'ticket',
    holds: '5m',
    expr: 'histogram_quantile(0.99, sum by (le) (rate(rescind_event_to_command_seconds_bucket[10m]))) > 5',
    section: 'Decisions come late',
    summary: 'From act to command takes {{ $value | humanizeDuration }} at the 99th percentile',
    description: 'By the time that acts carry: slow senders and clocks that are off show here too.',
  },
  {
    name: 'RescindDeadLetters',
    severity: 'ticket',
    holds: '5m',
    expr: 'sum(rate(rescind_events_rejected_total[5m])) > 0.01 * (sum(rate(rescind_events_accepted_total[5m])) + sum(rate(rescind_events_rejected_total[5m]))) and sum(rate(rescind_events_rejected_total[5m])) > 0.1',
    section: 'Dead letters',
    summary: 'More than one record in a hundred cannot be used',
    description: 'What cannot be read is not watched. The dashboard Pipeline says which code and why.',
  },
  {
    name: 'RescindHistoryDown',
    severity: 'ticket',
    holds: '2m',
    expr: 'rescind_history_up == 0',
    section: 'History down or behind',
    summary: 'History does not answer {{ $labels.instance }}',
    description: 'Detection and commands go on; the log is its buffer for as long as the log is kept.',
  },
  {
    name: 'RescindHistoryBehind',
    severity: 'ticket',
    holds: '10m',
    expr: 'sum(rescind_history_lag_records) > 100000',
    section: 'History down or behind',
    summary: '{{ $value }} records are not in history yet',
    description: 'Dashboards and explanations show an older state than the monitor’s.',
  },
  {
    name: 'RescindHistoryRefusedRows',
    severity: 'ticket',
    holds: '0s',
    expr: 'sum(increase(rescind_history_rejected_total[15m])) > 0',
    section: 'Audit lost',
    summary: 'History could not take {{ $value }} rows',
    description: 'They are in the log and will not be in history.',
  },
  {
    name: 'RescindNotFetching',
    severity: 'page',
    holds: '30s',
    expr: 'rescind_log_assigned_partitions > 0 and rescind_log_fetch_age_seconds > 30',
    section: 'Kafka stands still',
    summary: '{{ $labels.instance }} holds partitions and does not fetch',
    description: 'What lies in its partitions waits until it is stopped or fetches again.',
  },
  {
    name: 'RescindRebalances',
    severity: 'ticket',
    holds: '0s',
    expr: 'sum(increase(rescind_log_events_total{event=~"rebalance|stall|crash"}[15m])) > 20',
    section: 'Kafka stands still',
    summary: 'Partitions were reassigned {{ $value }} times in a quarter of an hour',
    description: 'Each time the state of what moves is restored before work goes on.',
  },
  {
    name: 'RescindStateLetGo',
    severity: 'ticket',
    holds: '10m',
    expr: 'sum by (lane) (rate(rescind_lane_evictions_total[10m])) > 1',
    section: 'State let go',
    summary: 'The lane {{ $labels.lane }} forgets keys because it is full',
    description: 'An agent that is forgotten starts from its cohort again.',
  },
]

export interface HistoryRule extends About {
  uid: string
  /** One row per labels, with a number `value`; fires above `above`. */
  sql: string
  above: number
  /** Span looked at, s. */
  span: number
}

/** By Grafana, from history: what no metric knows. */
export const historyRules: readonly HistoryRule[] = [
  {
    uid: 'rescind-audit-lost',
    name: 'RescindAuditLost',
    severity: 'page',
    holds: '2m',
    sql: `SELECT tenant, point, toFloat64(${missing('v')}) AS value FROM v_points AS v WHERE $__timeFilter(minute) GROUP BY tenant, point`,
    above: 0,
    span: 3600,
    section: 'Audit lost',
    summary: 'Numbers of an enforcement point are missing: acts were done that nobody recorded',
    description: 'Counted over the last hour, without the last minute, in which events may still be on their way.',
  },
  {
    uid: 'rescind-false-interruptions',
    name: 'RescindFalseInterruptions',
    severity: 'ticket',
    holds: '0s',
    sql: `SELECT c.tenant AS tenant, 10000 * c.wrong / greatest(e.events, 1) AS value FROM
      (SELECT tenant, countIf(isNotNull(released_at)) AS wrong FROM v_commands WHERE $__timeFilter(caused) AND mode = 'enforce' AND automatic GROUP BY tenant) AS c
      INNER JOIN (SELECT tenant, sum(events) AS events FROM v_agent_activity WHERE $__timeFilter(minute) GROUP BY tenant) AS e ON e.tenant = c.tenant`,
    above: 1,
    span: 7 * 86_400,
    section: 'Too many false interruptions',
    summary: 'More than one interruption in 10,000 events was released by a person',
    description: 'Over the last seven days: the promise of the budget does not hold here.',
  },
  {
    uid: 'rescind-never-applied',
    name: 'RescindCommandNeverApplied',
    severity: 'page',
    holds: '0s',
    sql: `SELECT tenant, toFloat64(count()) AS value FROM v_commands WHERE caused >= $__fromTime - INTERVAL 7 DAY AND $__timeFilter(expired_at) AND isNotNull(issued_at) AND isNull(applied_at) AND mode = 'enforce' GROUP BY tenant`,
    above: 0,
    span: 3600,
    section: 'Unanswered command',
    summary: 'A command expired and no enforcement point had ever applied it',
    description: 'The agent was never interrupted.',
  },
]

/** Where the runbook of a section is: on a dashboard of its own, so that it is at hand where the alert is seen. */
export const runbookUid = 'rescind-runbooks'
export const anchorOf = (section: string): string =>
  section
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')
const runbook = (section: string, panelOf: (section: string) => number) => ({
  runbook: `docs/operate.md#${anchorOf(section)}`,
  runbook_url: `/d/${runbookUid}?viewPanel=panel-${panelOf(section)}`,
})

const header = '# Written by `npm run dashboards` from tools/dashboards/alerts.ts; do not edit.\n'

/** dashboards/alerts/rescind.rules.yml */
export const prometheusRules = (panelOf: (section: string) => number): string =>
  header +
  stringify(
    {
      groups: [
        {
          name: 'rescind',
          rules: rules.map(({ name, expr, holds, severity, summary, description, section }) => ({
            alert: name,
            expr,
            ...(holds === '0s' ? {} : { for: holds }),
            labels: { severity },
            annotations: { summary, description, ...runbook(section, panelOf) },
          })),
        },
      ],
    },
    { lineWidth: 0 },
  )

/** deploy/grafana/provisioning/alerting/rescind.yml: query A, its last value B, the condition C. */
export const grafanaRules = (panelOf: (section: string) => number): string =>
  header +
  stringify(
    {
      apiVersion: 1,
      groups: [
        {
          orgId: 1,
          name: 'rescind history',
          folder: 'Rescind',
          interval: '1m',
          rules: historyRules.map((rule) => ({
            uid: rule.uid,
            title: rule.name,
            condition: 'C',
            for: rule.holds,
            // No row means that nothing is wrong; a failing query is the business of RescindHistoryDown.
            noDataState: 'OK',
            execErrState: 'KeepLast',
            labels: { severity: rule.severity },
            annotations: { summary: rule.summary, description: rule.description, ...runbook(rule.section, panelOf) },
            data: [
              {
                refId: 'A',
                relativeTimeRange: { from: rule.span + 60, to: 60 },
                datasourceUid: sources.history.uid,
                model: { refId: 'A', editorType: 'sql', format: 1, queryType: 'table', rawSql: trimmed(rule.sql) },
              },
              expression('B', { type: 'reduce', expression: 'A', reducer: 'last' }),
              expression('C', {
                type: 'threshold',
                expression: 'B',
                conditions: [{ evaluator: { type: 'gt', params: [rule.above] } }],
              }),
            ],
          })),
        },
      ],
    },
    { lineWidth: 0 },
  )

const expression = (refId: string, model: object) => ({
  refId,
  relativeTimeRange: { from: 0, to: 0 },
  datasourceUid: '__expr__',
  model: { refId, datasource: { type: '__expr__', uid: '__expr__' }, ...model },
})
