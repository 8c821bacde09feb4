import type { ClickHouseClient } from '@clickhouse/client'
import { RescindError } from '../../errors.ts'
import { tables } from '../../ports/history.ts'
import { pointOutcome, pointStates, rollupsNow } from './schema/points.ts'
import { rollUp, rollups } from './schema/rollups.ts'
import { recordTables, reviewsAndChain } from './schema/tables.ts'
import { engine, onCluster, type Retention, type SchemaTarget, ttl } from './schema/target.ts'
import { views } from './schema/views.ts'

export interface Migration {
  id: number
  name: string
  /** Each may be run again after a crash in the middle, and beside another monitor that runs it too. */
  statements(target: SchemaTarget): readonly string[]
  /** The statements do not rest on each other. */
  anyOrder?: true
}

/** Never edited once released: a change of the schema is a new entry. */
export const migrations: readonly Migration[] = [
  { id: 1, name: 'tables of the records', statements: recordTables },
  { id: 2, name: 'reviews, chain of delegation, time of storing', statements: reviewsAndChain },
  { id: 3, name: 'rollups', statements: (target) => rollups.flatMap((rollup) => rollUp(target, rollup)) },
  { id: 4, name: 'views', statements: views, anyOrder: true },
  { id: 5, name: 'what a point said of a command', statements: pointOutcome },
  { id: 6, name: 'state of a command per point', statements: pointStates },
]

export const defaultRetention: Retention = {
  events: 90,
  findings: 400,
  commands: 400,
  receipts: 400,
  reviews: 400,
  dead_letters: 30,
}

/** What migrations are noted in. */
export const foundation = (target: SchemaTarget): readonly string[] => [
  `CREATE DATABASE IF NOT EXISTS ${target.database}${onCluster(target)} ENGINE = Atomic`,
  `CREATE TABLE IF NOT EXISTS ${target.database}.schema_migrations${onCluster(target)} (id UInt32, name String, applied DateTime64(3, 'UTC') DEFAULT now64(3)) ENGINE = ${engine(target, 'ReplacingMergeTree')} ORDER BY id SETTINGS fsync_after_insert = 1`,
]

async function strings(client: ClickHouseClient, query: string): Promise<string[][]> {
  const rows: unknown = await (await client.query({ query, format: 'JSONCompactStringsEachRow' })).json()
  return Array.isArray(rows) ? rows.map((row: unknown) => (Array.isArray(row) ? row.map(String) : [])) : []
}

/** Brings the schema up to date and the retention to what is asked; several monitors may do it at once. */
export async function migrate(client: ClickHouseClient, target: SchemaTarget): Promise<void> {
  const { database } = target
  const run = (query: string) => client.command({ query })
  for (const statement of foundation(target)) await run(statement)
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
  for (const { id, name, statements, anyOrder } of migrations) {
    if (done.has(id)) continue
    const waiting = [...statements(target)]
    const worker = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await run(next)
    }
    await Promise.all(Array.from({ length: anyOrder ? 3 : 1 }, worker))
    await client.insert({ table: `${database}.schema_migrations`, values: [{ id, name }], format: 'JSONEachRow' })
  }
  await retain(client, target)
}

/** A rollup is kept as long as the records that it is made of. */
async function retain(client: ClickHouseClient, target: SchemaTarget): Promise<void> {
  const { database } = target
  const engines = new Map(
    (await strings(client, `SELECT name, engine_full FROM system.tables WHERE database = '${database}'`)).map(
      ([name = '', full = '']) => [name, full],
    ),
  )
  for (const { name, of } of [...tables.map((name) => ({ name, of: name })), ...rollupsNow]) {
    if (engines.get(name)?.includes(`toIntervalDay(${target.retention[of]})`) === true) continue
    await client.command({
      query: `ALTER TABLE ${database}.${name}${onCluster(target)} MODIFY TTL ${ttl(target, of)}`,
      clickhouse_settings: { materialize_ttl_after_modify: 0 },
    })
  }
}
