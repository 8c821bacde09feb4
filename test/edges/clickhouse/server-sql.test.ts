import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Engine } from '../../../src/edges/chdb/start.ts'
import { defaultRetention, foundation, migrations } from '../../../src/edges/clickhouse/migrations.ts'
import { openHistory } from '../../../src/edges/clickhouse/open.ts'
import { temporaryEngine } from '../chdb/temporary.ts'

/**
 * What can be said of a server's SQL without a server: the engine here has the same parser, so each statement is parsed
 * by it; it has no users and no replicas, so these are not run.
 */
const folder = fileURLToPath(new URL('../../../deploy/clickhouse/', import.meta.url))
let engine: Engine
let client: ClickHouseClient
beforeAll(async () => {
  engine = await temporaryEngine()
  client = createClient({ url: engine.url, ...engine.writer, log: { level: ClickHouseLogLevel.OFF } })
})
afterAll(async () => {
  await client.close()
  await engine.close()
})

/** The statement as the engine understands it; throws when it does not. */
const parsed = async (query: string): Promise<string> => {
  const result = await client.query({
    query: 'SELECT formatQuery({query:String})',
    query_params: { query },
    format: 'JSONCompactEachRow',
  })
  const [[text] = []]: string[][] = await result.json()
  return text ?? ''
}

const statementsIn = (sql: string) =>
  sql
    .replace(/^--.*$/gm, '')
    .split(/;\s*$/m)
    .map((each) => each.trim())
    .filter((each) => each !== '')

const place = { database: 'rescind', retention: defaultRetention }
function schemaOf(cluster?: string): { head: string; statements: string[] } {
  const where = cluster === undefined ? place : { ...place, cluster }
  const head = `-- The whole schema of history${cluster === undefined ? '' : ' on a cluster'}, as Rescind makes it by itself (history.migrate). Generated; checked by
-- test/edges/clickhouse/server-sql.test.ts. For those who let another user make it: it may be run again, and run over
-- an earlier version it brings that up to date. Retention is the default one.`
  const noted = ({ id, name }: { id: number; name: string }) =>
    `INSERT INTO rescind.schema_migrations (id, name) VALUES (${id}, '${name}')`
  return {
    head,
    statements: [...foundation(where), ...migrations.flatMap((each) => [...each.statements(where), noted(each)])],
  }
}
const scriptOf = ({ head, statements }: ReturnType<typeof schemaOf>) =>
  `${head}\n\n${statements.map((statement) => `${statement.trim()};\n`).join('\n')}`

describe('schema', () => {
  test.each([
    ['schema.sql', undefined],
    ['schema-cluster.sql', '{cluster}'],
  ])('deploy/clickhouse/%s is what the migrations say', async (name, cluster) => {
    const schema = schemaOf(cluster)
    for (const statement of schema.statements) await parsed(statement)
    await expect(scriptOf(schema)).toMatchFileSnapshot(`${folder}${name}`)
  })

  test('on a cluster every table is replicated and every definition is made everywhere', async () => {
    const { statements } = schemaOf('{cluster}')
    for (const statement of statements.filter((each) => !/^\s*INSERT/.test(each)))
      expect(await parsed(statement)).toMatch(/^(CREATE|ALTER|DROP) .* ON CLUSTER `\{cluster\}`/)
    const made = statements.filter((each) => /^\s*CREATE TABLE/.test(each))
    expect(made.length).toBeGreaterThan(10)
    for (const statement of made) {
      expect(statement).toMatch(
        /ENGINE = Replicated\w+MergeTree\('\/clickhouse\/tables\/\{shard\}\/\{database\}\/\{table\}', '\{replica\}'/,
      )
      expect(statement).not.toContain('non_replicated')
    }
  })

  test('the name of a cluster is a name', async () => {
    for (const cluster of ["x' SYNC", '', '{a}b', 'a b'])
      await expect(openHistory({ url: engine.url, ...engine.writer, cluster })).rejects.toMatchObject({
        code: 'CONFIG_INVALID',
      })
  })

  test('another retention is taken on at the next start, rollups included', async () => {
    const ttls = async () => {
      const result = await client.query({
        query:
          "SELECT name, extract(engine_full, 'toIntervalDay\\((\\d+)\\)') FROM system.tables WHERE database = 'kept' AND engine LIKE '%MergeTree' AND name != 'schema_migrations' ORDER BY name",
        format: 'JSONCompactEachRow',
      })
      return Object.fromEntries(await result.json<[string, string]>())
    }
    const open = async (retentionDays = {}) => {
      const history = await openHistory({ url: engine.url, ...engine.writer, database: 'kept', retentionDays })
      await history.close()
    }
    await open()
    const before = await ttls()
    expect(before).toMatchObject({ events: '90', agent_days: '90', findings: '400', dead_letter_minutes: '30' })
    await open({ events: 7 })
    expect(await ttls()).toEqual({ ...before, events: '7', agent_days: '7' })
  })
})

describe('users', () => {
  const passwords = {
    RESCIND_MIGRATOR_PASSWORD: 'migrator-password',
    RESCIND_WRITER_PASSWORD: "writer'; DROP",
    RESCIND_GRAFANA_PASSWORD: 'grafana-$password',
  }
  const print = (env: Record<string, string>) =>
    promisify(execFile)('sh', [`${folder}users.sh`], {
      env: { PATH: process.env.PATH ?? '', RESCIND_USERS_PRINT: '1', ...env },
    })
  test('users.sh fills in digests, and every statement is one that the parser takes', async () => {
    const { stdout } = await print(passwords)
    for (const secret of Object.values(passwords)) expect(stdout).not.toContain(secret)
    expect(stdout).not.toContain('${')
    const understood = await Promise.all(statementsIn(stdout).map(parsed))
    expect(understood.length).toBeGreaterThan(15)
    expect(understood.filter((each) => each.startsWith('CREATE USER')).length).toBe(3)
    for (const secret of Object.values(passwords))
      expect(stdout).toContain(createHash('sha256').update(secret).digest('hex'))
  })

  test('there is no default password: without one, or with a short one, nothing is printed', async () => {
    for (const name of Object.keys(passwords))
      for (const value of ['', 'short'])
        await expect(print({ ...passwords, [name]: value })).rejects.toMatchObject({
          stdout: '',
          stderr: expect.stringContaining(name),
        })
  })

  test('nobody is granted more than their work', () => {
    const grants = statementsIn(readFileSync(`${folder}users.sql`, 'utf8')).filter(
      (each) => each.startsWith('GRANT') && / ON /.test(each),
    )
    expect(grants).toEqual([
      'GRANT CREATE DATABASE, CREATE TABLE, CREATE VIEW, DROP TABLE, DROP VIEW, ALTER TABLE, ALTER VIEW, SELECT, INSERT ON rescind.* TO rescind_migrate',
      'GRANT CLUSTER ON *.* TO rescind_migrate',
      'GRANT SELECT, INSERT ON rescind.* TO rescind_write',
      'GRANT SELECT ON rescind.* TO rescind_read',
    ])
  })
})

test('the SQL in docs/history.md is SQL, and the policy it names is in cold-storage.xml', async () => {
  const page = readFileSync(new URL('../../../docs/history.md', import.meta.url), 'utf8')
  const blocks = [...page.matchAll(/^```sql\n([\s\S]*?)^```/gm)].flatMap(([, sql = '']) => statementsIn(sql))
  expect(blocks.length).toBe(3)
  for (const statement of blocks) await parsed(statement)
  const policy = /storage_policy = '(\w+)'/.exec(page)?.[1]
  expect(readFileSync(`${folder}cold-storage.xml`, 'utf8')).toContain(`<${policy}>`)
})

test('a TTL with a cold volume is left alone by the monitor', async () => {
  const open = async () => {
    const history = await openHistory({ url: engine.url, ...engine.writer, database: 'cold' })
    await history.close()
  }
  await open()
  // The engine here has one volume; rows that would move may be deleted instead.
  const ttl = `toDateTime(recorded) + toIntervalDay(14) DELETE WHERE tenant = 'x', toDateTime(recorded) + toIntervalDay(90)`
  await client.command({ query: `ALTER TABLE cold.events MODIFY TTL ${ttl}` })
  await open()
  const result = await client.query({
    query:
      "SELECT position(engine_full, 'toIntervalDay(14)') > 0 FROM system.tables WHERE database = 'cold' AND name = 'events'",
    format: 'JSONCompactEachRow',
  })
  expect(await result.json()).toEqual([[1]])
})
