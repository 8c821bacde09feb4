import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tenantReader } from '../../../src/edges/chdb/reader-key.ts'
import type { Engine } from '../../../src/edges/chdb/start.ts'
import { openHistory } from '../../../src/edges/clickhouse/open.ts'
import type { History } from '../../../src/ports/history.ts'
import { recorded, records } from '../clickhouse/records.ts'
import { temporaryEngine } from './temporary.ts'

let engine: Engine
let history: History
const clients: ClickHouseClient[] = []
const clientFor = (account: { username: string; password: string }) => {
  const client = createClient({
    url: engine.url,
    ...account,
    database: 'rescind',
    log: { level: ClickHouseLogLevel.OFF },
  })
  clients.push(client)
  return client
}
const rows = async (client: ClickHouseClient, query: string): Promise<unknown[][]> =>
  await (await client.query({ query, format: 'JSONCompactEachRow' })).json()
/** Their agent has a name that no answer to another tenant may hold. */
const named = (text: string) => text.replaceAll('"a"', '"secret"')

let all: ClickHouseClient
let acme: ClickHouseClient
const acmes = "acme's/\\"

beforeAll(async () => {
  engine = await temporaryEngine()
  history = await openHistory({ url: engine.url, ...engine.writer })
  for (const table of ['events', 'findings', 'commands', 'receipts', 'reviews', 'dead_letters'] as const)
    for (const tenant of ['other', acmes]) {
      const own = records[table].map((record, n) => {
        const text = JSON.stringify({ ...record, tenant })
        return history.row(table, tenant === acmes ? text : named(text), recorded + n)
      })
      await history.insert(table, own, `${table}/${tenant}`)
    }
  all = clientFor(engine.reader)
  acme = clientFor(tenantReader(engine.reader.password, acmes))
})
afterAll(async () => {
  for (const client of clients) await client.close()
  await history.close()
  await engine.close()
})

describe('a reader of one tenant', () => {
  test('sees its own rows in every table and view, and nobody else’s', async () => {
    const holding = await rows(
      all,
      "SELECT DISTINCT table FROM system.columns WHERE database = 'rescind' AND name = 'tenant'",
    )
    expect(holding.length).toBeGreaterThan(30)
    for (const [table] of holding) {
      const query = `SELECT DISTINCT tenant FROM ${String(table)} ORDER BY tenant`
      const everybody = (await rows(all, query)).flat()
      const own = (await rows(acme, query)).flat()
      expect([table, own]).toEqual([table, everybody.filter((tenant) => tenant === acmes)])
    }
    expect((await rows(acme, 'SELECT DISTINCT tenant FROM v_events')).flat()).toEqual([acmes])
    expect((await rows(all, 'SELECT count() > 0 FROM dead_letters')).flat()).toEqual([1])
    for (const table of ['dead_letters', 'dead_letter_minutes', 'dead_letter_minutes_feed', 'v_dead_letters'])
      expect((await rows(acme, `SELECT count() FROM ${table}`)).flat()).toEqual([0])
  })

  test.each([
    'SELECT e.tenant FROM events AS e JOIN events AS f ON e.tenant != f.tenant',
    "SELECT * FROM events WHERE tenant = 'other'",
    "SELECT * FROM view(SELECT * FROM rescind.events) WHERE tenant = 'other'",
    "WITH x AS (SELECT * FROM events) SELECT * FROM x WHERE tenant IN (SELECT tenant FROM events WHERE tenant = 'other')",
    "SELECT * FROM (SELECT * FROM events UNION ALL SELECT * FROM rescind.events) WHERE tenant = 'other'",
    "SELECT * FROM events FINAL WHERE tenant = 'other'",
    'SELECT * FROM system.processes',
    'SELECT * FROM system.tables',
    'SELECT * FROM system.parts',
    'SELECT * FROM system.errors',
    'SELECT * FROM information_schema.tables',
  ])('nothing comes of: %s', async (query) => {
    expect(await rows(acme, query)).toEqual([])
  })

  test.each([
    'SELECT * FROM events SETTINGS additional_table_filters = {}',
    'SELECT * FROM events SETTINGS optimize_move_to_prewhere = 1',
    "SET additional_table_filters = '{}'",
    "SELECT count() FROM events PREWHERE throwIf(tenant = 'other') = 0",
    'EXPLAIN ESTIMATE SELECT * FROM events',
    'EXPLAIN indexes = 1 SELECT * FROM events',
    "SELECT * FROM merge('rescind', '^events$')",
    "SELECT * FROM mergeTreeIndex('rescind', 'events')",
  ])('is refused: %s', async (query) => {
    await expect(rows(acme, query)).rejects.toMatchObject({ code: expect.stringMatching(/^(164|497)$/) })
  })

  /** A condition that fails on another’s row would tell, by its error, what the row holds. */
  test.each([
    "FROM events WHERE throwIf(agent = 'secret') = 0",
    "FROM (SELECT throwIf(agent = 'secret') AS x FROM v_events) WHERE x = 0",
    'FROM events WHERE toInt64(agent) = 1',
    'FROM v_events WHERE toDate(agent) = today() AND time < now()',
    "FROM events WHERE toUUID(concat(agent, '')) = generateUUIDv4()",
  ])('an error tells no words: %s', async (rest) => {
    const error: unknown = await rows(acme, `SELECT count() ${rest}`).then(
      () => undefined,
      (why: unknown) => why,
    )
    expect(String(error)).toMatch(/Refused here: throwIf|The query failed on a value/)
    expect(String(error).replace(rest, '')).not.toContain('secret')
  })

  test('has a password of its own', async () => {
    const { username, password } = tenantReader(engine.reader.password, acmes)
    const others = tenantReader(engine.reader.password, 'other')
    for (const account of [
      { username: others.username, password },
      { username, password: others.password },
      { username: 'reader', password },
    ])
      await expect(rows(clientFor(account), 'SELECT 1')).rejects.toMatchObject({ code: '516' })
  })
})
