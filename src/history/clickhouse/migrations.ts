import type { ClickHouseClient } from '@clickhouse/client'
import { RescindError } from '../../errors.ts'
import { type Table, tables } from '../../ports/history.ts'

export interface Migration {
  id: number
  name: string
  /** Statements for a database; each may be run again after a crash in the middle. */
  statements(database: string): readonly string[]
}

/**
 * All tables alike: `recorded` is when the log took the record and is the only time that can be trusted, so partitions
 * and retention go by it; an event that claims to be of 1970 is kept as long as any other. `time` is the act's own.
 * Of rows with one key the one recorded first stays (`rank` grows backwards). `body` holds the whole record.
 */
const table = (name: string, columns: string, order: string): string => `
CREATE TABLE IF NOT EXISTS ${name} (
${columns},
  recorded DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
  body String CODEC(ZSTD(3)),
  rank UInt64 MATERIALIZED 18446744073709551615 - toUInt64(toUnixTimestamp64Milli(recorded))
)
ENGINE = ReplacingMergeTree(rank)
PARTITION BY toMonday(recorded)
ORDER BY (${order})
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1, ttl_only_drop_parts = 1`

/** Never edited once released: a change of the schema is a new entry. */
export const migrations: readonly Migration[] = [
  {
    id: 1,
    name: 'tables of the records',
    statements: (database) => [
      table(
        `${database}.events`,
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
        `${database}.findings`,
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
        `${database}.commands`,
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
        `${database}.receipts`,
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
        `${database}.dead_letters`,
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
    ],
  },
]

/** Days that a table's records are kept, counted from when the log took them. */
export type Retention = Readonly<Record<Table, number>>
export const defaultRetention: Retention = {
  events: 90,
  findings: 400,
  commands: 400,
  receipts: 400,
  dead_letters: 30,
}

async function strings(client: ClickHouseClient, query: string): Promise<string[][]> {
  const rows: unknown = await (await client.query({ query, format: 'JSONCompactStringsEachRow' })).json()
  return Array.isArray(rows) ? rows.map((row: unknown) => (Array.isArray(row) ? row.map(String) : [])) : []
}

/** Brings the schema up to date and the retention to what is asked; several monitors may do it at once. */
export async function migrate(client: ClickHouseClient, database: string, retention: Retention): Promise<void> {
  const run = (query: string) => client.command({ query })
  await run(`CREATE DATABASE IF NOT EXISTS ${database} ENGINE = Atomic`)
  await run(
    `CREATE TABLE IF NOT EXISTS ${database}.schema_migrations (id UInt32, name String, applied DateTime64(3, 'UTC') DEFAULT now64(3)) ENGINE = ReplacingMergeTree ORDER BY id SETTINGS fsync_after_insert = 1`,
  )
  const done = new Set(
    (await strings(client, `SELECT DISTINCT id FROM ${database}.schema_migrations`)).map(([id]) => Number(id)),
  )
  const newest = Math.max(0, ...done)
  const known = migrations.length
  if (newest > known)
    throw new RescindError(
      'HISTORY_MIGRATION_FAILED',
      `The history schema is at version ${newest}; this Rescind knows versions up to ${known}. Use a newer Rescind`,
      { data: { database, newest, known } },
    )
  for (const { id, name, statements } of migrations) {
    if (done.has(id)) continue
    for (const statement of statements(database)) await run(statement)
    await client.insert({ table: `${database}.schema_migrations`, values: [{ id, name }], format: 'JSONEachRow' })
  }
  await retain(client, database, retention)
}

async function retain(client: ClickHouseClient, database: string, retention: Retention): Promise<void> {
  const engines = new Map(
    (await strings(client, `SELECT name, engine_full FROM system.tables WHERE database = '${database}'`)).map(
      ([name = '', engine = '']) => [name, engine],
    ),
  )
  for (const name of tables) {
    const days = retention[name]
    if (engines.get(name)?.includes(`toIntervalDay(${days})`) === true) continue
    await client.command({
      query: `ALTER TABLE ${database}.${name} MODIFY TTL toDateTime(recorded) + toIntervalDay(${days})`,
      clickhouse_settings: { materialize_ttl_after_modify: 0 },
    })
  }
}
