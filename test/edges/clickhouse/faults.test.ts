import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Engine } from '../../../src/edges/chdb/start.ts'
import { openHistory } from '../../../src/edges/clickhouse/open.ts'
import { type HistoryWriter, historyWriter } from '../../../src/edges/clickhouse/writer.ts'
import { type History, tables } from '../../../src/ports/history.ts'
import { type Fault, type FaultProxy, faultProxy } from '../../support/fault-proxy.ts'
import { until } from '../../support/until.ts'
import { temporaryEngine } from '../chdb/temporary.ts'
import { type MemoryLog, memoryLog } from './memory-log.ts'
import { records } from './records.ts'

/** The writer, real HTTP, a proxy that injects faults, and the real engine behind it. */
let engine: Engine
let client: ClickHouseClient
let proxy: FaultProxy
let log: MemoryLog
let history: History
let writer: HistoryWriter
let tests = 0
let database = ''
let rejected: unknown[] = []

const timeoutMs = 1_500
beforeAll(async () => {
  engine = await temporaryEngine()
  client = createClient({ url: engine.url, ...engine.writer, log: { level: ClickHouseLogLevel.OFF } })
})
afterAll(async () => {
  await client.close()
  await engine.close()
})
const start = async (mayBeAway: boolean) => {
  history = await openHistory({ url: proxy.url, ...engine.writer, database, timeoutMs, mayBeAway })
  writer = await historyWriter({
    log,
    history,
    maxRows: 50,
    maxDelayMs: 20,
    backoffMs: { first: 10, longest: 50 },
    onRejected: (each) => rejected.push(each),
  })
}
beforeEach(async () => {
  database = `faults_${++tests}`
  proxy = await faultProxy(engine.url)
  log = memoryLog()
  rejected = []
})
afterEach(async () => {
  proxy.fault = () => undefined
  await writer.close()
  await history.close()
  await proxy.close()
})

const topicOf = (table: string) => (table === 'dead_letters' ? 'dead-letters' : table)
let appended: Record<string, number> = {}
/** Records of every table, each with an id of its own. */
async function produce(rounds: number): Promise<void> {
  for (let n = 0; n < rounds; n++)
    for (const table of tables) {
      const from = appended[table] ?? 0
      const values = records[table].map((record, i) => JSON.stringify({ ...record, id: `${table}-${from + i}` }))
      appended[table] = from + values.length
      await log.append(
        values.map((value) => ({
          ...{ topic: topicOf(table), key: 'k', value },
          ...(table === 'events' ? { headers: { stream: 'events' } } : {}),
        })),
      )
    }
}
beforeEach(() => {
  appended = {}
})

/** Complete, without a row too many, in the tables themselves and in what the rollups make of them. */
async function expectComplete(): Promise<void> {
  await until(
    'all is stored',
    () => (writer.stats.lag === 0 && writer.stats.trouble === undefined ? true : undefined),
    {
      withinMs: 25_000,
    },
  )
  await log.drained()
  await writer.flush()
  const total = Object.values(appended).reduce((sum, n) => sum + n, 0)
  expect(writer.stats).toMatchObject({ rows: total, rejected: 0, lag: 0 })
  expect(rejected).toEqual([])
  const ask = async (query: string) => {
    const rows: unknown = await (await client.query({ query, format: 'JSONCompactEachRow' })).json()
    return rows
  }
  for (const table of tables)
    expect([table, await ask(`SELECT toUInt32(count()), toUInt32(uniqExact(id)) FROM ${database}.${table}`)]).toEqual([
      table,
      [[appended[table], appended[table]]],
    ])
  expect(await ask(`SELECT toUInt32(sum(events)) FROM ${database}.v_agent_activity`)).toEqual([[appended.events]])
  expect(await ask(`SELECT toUInt32(sum(findings)) FROM ${database}.v_agent_findings`)).toEqual([[appended.findings]])
  expect(await ask(`SELECT toUInt32(sum(letters)) FROM ${database}.v_dead_letters_per_minute`)).toEqual([
    [appended.dead_letters],
  ])
}

const isInsert = (url: string) => /insert/i.test(new URL(url, 'http://proxy').searchParams.get('query') ?? '')
/** Every second insert meets the fault, the first one included. */
const everySecond = (fault: Fault) => {
  let n = 0
  return (url: string): Fault => (isInsert(url) && n++ % 2 === 0 ? fault : undefined)
}
const met = (fault: Fault) => {
  const inner = everySecond(fault)
  const seen = { times: 0 }
  proxy.fault = (url) => {
    const now = inner(url)
    if (now !== undefined) seen.times++
    return now
  }
  return seen
}

test('away and back: connections are refused while records come', async () => {
  await start(false)
  await produce(5)
  await proxy.leave()
  await produce(20)
  await until('it was tried', () => (writer.stats.retries > 3 ? true : undefined))
  expect(writer.stats.trouble).toContain('ECONNREFUSED')
  await proxy.back()
  await produce(5)
  await expectComplete()
})

test('away at the start: the schema is made when it comes', async () => {
  await proxy.leave()
  await start(true)
  await produce(5)
  await until('it was tried', () => (writer.stats.retries > 2 ? true : undefined))
  await expect(history.query('event', { tenant: 't', id: 'events-1' })).rejects.toMatchObject({
    code: 'HISTORY_UNAVAILABLE',
    retry: 'later',
  })
  await proxy.back()
  await expectComplete()
})

test('away at the start is an error for those who must have it', async () => {
  await start(false)
  await proxy.leave()
  await expect(openHistory({ url: proxy.url, ...engine.writer, database })).rejects.toMatchObject({
    code: 'HISTORY_UNAVAILABLE',
  })
  await proxy.back()
})

test.each<[string, Fault]>([
  [
    'a full disk',
    {
      status: 500,
      code: 243,
      body: 'Code: 243. DB::Exception: Cannot reserve 1.00 MiB, not enough space. (NOT_ENOUGH_SPACE)',
    },
  ],
  [
    'too little memory',
    {
      status: 500,
      code: 241,
      body: 'Code: 241. DB::Exception: (total) memory limit exceeded. (MEMORY_LIMIT_EXCEEDED)',
    },
  ],
  [
    'too many parts',
    { status: 500, code: 252, body: 'Code: 252. DB::Exception: Too many parts (300). (TOO_MANY_PARTS)' },
  ],
  [
    'a table that is read-only for now',
    { status: 500, code: 242, body: 'Code: 242. DB::Exception: Table is in readonly mode. (TABLE_IS_READ_ONLY)' },
  ],
  ['a balancer with nobody behind it', { status: 503, code: 0, body: '<html>Service Unavailable</html>' }],
  ['a gateway that gave up', { status: 504, code: 0, body: '' }],
  ['an answer that got lost: what was stored is given again', { cut: true }],
])('%s', async (_, fault) => {
  await start(false)
  const seen = met(fault)
  await produce(12)
  await until('it was met', () => (seen.times > 5 ? true : undefined))
  await expectComplete()
  expect(writer.stats.retries).toBeGreaterThan(5)
})

test('answers that come after the client has given up: what was stored is given again', async () => {
  await start(false)
  const seen = met({ slowMs: timeoutMs * 2 })
  await produce(2)
  await until('it was met', () => (seen.times > 1 ? true : undefined), { withinMs: 20_000 })
  expect(writer.stats.retries).toBeGreaterThan(0)
  await expectComplete()
})

test('slow answers within the limit hold nothing up but history', async () => {
  await start(false)
  proxy.fault = (url) => (isInsert(url) ? { slowMs: 300 } : undefined)
  await produce(10)
  await expectComplete()
  expect(writer.stats.retries).toBe(0)
})
