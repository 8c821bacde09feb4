import { type Table, tables } from '../../../ports/history.ts'
import { durable, engine, onCluster, type SchemaTarget, ttl } from './target.ts'

/**
 * All tables alike: `recorded` is when the log took the record and is the only time that can be trusted, so partitions
 * and retention go by it; an event that claims to be of 1970 is kept as long as any other. `time` is the act's own.
 * Of rows with one key the one recorded first stays (`rank` grows backwards). `body` holds the whole record.
 */
const table = (target: SchemaTarget, name: Table, columns: string, order: string): string => `
CREATE TABLE IF NOT EXISTS ${target.database}.${name}${onCluster(target)} (
${columns},
  recorded DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  body String CODEC(ZSTD(3)),
  rank UInt64 MATERIALIZED 18446744073709551615 - toUInt64(toUnixTimestamp64Milli(recorded))
)
ENGINE = ${engine(target, 'ReplacingMergeTree', 'rank')}
PARTITION BY toMonday(recorded)
ORDER BY (${order})
TTL ${ttl(target, name)}
SETTINGS ${durable(target)}, ttl_only_drop_parts = 1`

/** Migration 1: the records as they come. */
export const recordTables = (target: SchemaTarget): readonly string[] => [
  table(
    target,
    'events',
    `  tenant LowCardinality(String),
  time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  agent LowCardinality(String),
  id String CODEC(ZSTD(1)),
  kind LowCardinality(String),
  cohort LowCardinality(String),
  principal LowCardinality(String),
  session String CODEC(ZSTD(1)),
  task String CODEC(ZSTD(1)),
  trace String CODEC(ZSTD(1)),
  call String CODEC(ZSTD(1)),
  credential String CODEC(ZSTD(1)),
  server LowCardinality(String),
  tool LowCardinality(String),
  action LowCardinality(String),
  resource String CODEC(ZSTD(1)),
  dataset LowCardinality(String),
  sensitivity LowCardinality(String),
  destinations Array(String) CODEC(ZSTD(1)),
  external Bool,
  environment LowCardinality(String),
  outcome LowCardinality(String),
  argument_bytes UInt64 CODEC(ZSTD(1)),
  result_bytes UInt64 CODEC(ZSTD(1)),
  result_records UInt64 CODEC(ZSTD(1)),
  ip String CODEC(ZSTD(1)),
  network LowCardinality(String),
  point LowCardinality(String),
  point_seq UInt64 CODEC(ZSTD(1)),
  INDEX id_bloom id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX task_bloom task TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX credential_bloom credential TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX agent_set agent TYPE set(1000) GRANULARITY 1`,
    'tenant, time, agent, id',
  ),
  table(
    target,
    'findings',
    `  tenant LowCardinality(String),
  time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  agent LowCardinality(String),
  id String CODEC(ZSTD(1)),
  cohort LowCardinality(String),
  principal LowCardinality(String),
  session String CODEC(ZSTD(1)),
  task String CODEC(ZSTD(1)),
  credential String CODEC(ZSTD(1)),
  detector LowCardinality(String),
  version UInt32,
  key LowCardinality(String),
  subject String CODEC(ZSTD(1)),
  rule Bool,
  bits Float64,
  because String CODEC(ZSTD(3)),
  evidence Array(String) CODEC(ZSTD(1)),
  event String CODEC(ZSTD(1)),
  action LowCardinality(String),
  tool LowCardinality(String),
  dataset LowCardinality(String),
  sensitivity LowCardinality(String),
  environment LowCardinality(String),
  mode LowCardinality(String),
  labels Array(LowCardinality(String)),
  INDEX id_bloom id TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX event_bloom event TYPE bloom_filter(0.01) GRANULARITY 1`,
    'tenant, time, agent, id',
  ),
  table(
    target,
    'commands',
    `  tenant LowCardinality(String),
  time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  command String CODEC(ZSTD(1)),
  id String CODEC(ZSTD(1)),
  seq UInt64 CODEC(ZSTD(1)),
  state LowCardinality(String),
  point LowCardinality(String),
  why String CODEC(ZSTD(3)),
  actor LowCardinality(String),
  issue Bool,
  caused DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  agent LowCardinality(String),
  principal LowCardinality(String),
  task String CODEC(ZSTD(1)),
  rung LowCardinality(String),
  mode LowCardinality(String),
  automatic Bool,
  bits Float64,
  because String CODEC(ZSTD(3)),
  policy LowCardinality(String),
  findings Array(String) CODEC(ZSTD(1)),
  expires DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  INDEX command_bloom command TYPE bloom_filter(0.01) GRANULARITY 1`,
    'tenant, time, command, id',
  ),
  table(
    target,
    'receipts',
    `  tenant LowCardinality(String),
  time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  command String CODEC(ZSTD(1)),
  id String CODEC(ZSTD(1)),
  point LowCardinality(String),
  outcome LowCardinality(String),
  why String CODEC(ZSTD(3)),
  INDEX command_bloom command TYPE bloom_filter(0.01) GRANULARITY 1`,
    'tenant, time, command, id',
  ),
  table(
    target,
    'dead_letters',
    `  time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  stage LowCardinality(String),
  code LowCardinality(String),
  id String CODEC(ZSTD(1)),
  reason String CODEC(ZSTD(3)),
  field String CODEC(ZSTD(1)),
  format LowCardinality(String),
  raw_bytes UInt64,
  raw String ALIAS JSONExtractString(body, 'raw')`,
    'time, code, id',
  ),
]

const alter = (target: SchemaTarget, name: string) => `ALTER TABLE ${target.database}.${name}${onCluster(target)}`

/** Migration 2: people's answers, the chain of delegation, and when a row was stored. */
export const reviewsAndChain = (target: SchemaTarget): readonly string[] => [
  table(
    target,
    'reviews',
    `  tenant LowCardinality(String),
  time DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  id String CODEC(ZSTD(1)),
  actor LowCardinality(String),
  verb LowCardinality(String),
  reason String CODEC(ZSTD(3)),
  command String CODEC(ZSTD(1)),
  finding String CODEC(ZSTD(1)),
  agent LowCardinality(String),
  INDEX finding_bloom finding TYPE bloom_filter(0.01) GRANULARITY 1,
  INDEX command_bloom command TYPE bloom_filter(0.01) GRANULARITY 1`,
    'tenant, time, id',
  ),
  `${alter(target, 'events')} ADD COLUMN IF NOT EXISTS chain Array(String) CODEC(ZSTD(1)) AFTER principal, ADD INDEX IF NOT EXISTS trace_bloom trace TYPE bloom_filter(0.01) GRANULARITY 1`,
  ...tables.map(
    (name) =>
      `${alter(target, name)} ADD COLUMN IF NOT EXISTS stored DateTime64(3, 'UTC') MATERIALIZED now64(3) CODEC(Delta, ZSTD(1))`,
  ),
]
