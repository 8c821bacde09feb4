import { describe, expect, test, vi } from 'vitest'
import { rowOf } from '../../../src/edges/clickhouse/rows.ts'
import { type HistoryWriterOptions, historyWriter } from '../../../src/edges/clickhouse/writer.ts'
import { RescindError } from '../../../src/errors.ts'
import type { History, RejectedRow, Row, Table } from '../../../src/ports/history.ts'
import { event, finding } from '../../contract/history.ts'
import { type MemoryLog, memoryLog } from './memory-log.ts'
import { cellsOf } from './reading.ts'

interface FakeHistory extends History {
  inserts: { table: Table; rows: readonly Row[]; token: string }[]
  /** What the next inserts meet, in turn; then all is well. */
  trouble: (() => Promise<readonly RejectedRow[]>)[]
}

function fakeHistory(): FakeHistory {
  const fake: FakeHistory = {
    inserts: [],
    trouble: [],
    row: rowOf,
    async insert(table, rows, token) {
      const answer = (await fake.trouble.shift()?.()) ?? []
      fake.inserts.push({ table, rows, token })
      return answer
    },
    query: async () => [],
    ping: async () => true,
    close: async () => undefined,
  }
  return fake
}

const away = () => Promise.reject(new RescindError('HISTORY_UNAVAILABLE', 'away', { retry: 'later' }))
const gate = () => {
  let open = () => {}
  const closed = new Promise<readonly RejectedRow[]>((resolve) => {
    open = () => resolve([])
  })
  return { open, wait: () => closed }
}

const events = (from: number, count: number, partition = 0) =>
  Array.from({ length: count }, (_, n) => ({
    topic: 'events',
    partition,
    key: 'a',
    value: JSON.stringify(event('t', from + n)),
    headers: { stream: 'events' },
  }))

async function writing(options: Partial<HistoryWriterOptions> = {}, log: MemoryLog = memoryLog()) {
  const history = fakeHistory()
  const writer = await historyWriter({
    log,
    history,
    maxDelayMs: 60_000,
    backoffMs: { first: 1, longest: 2 },
    ...options,
  })
  return { log, history, writer }
}
const offsetsOf = (log: MemoryLog) => log.commits.flatMap(({ offsets }) => offsets)

describe('history writer', () => {
  test('gathers over batches up to its limit, and the token names the records', async () => {
    const { log, history, writer } = await writing({ maxRows: 2_500 })
    await log.append(events(0, 6_000))
    await log.drained()
    await writer.flush()
    expect(history.inserts.map(({ rows }) => rows.length)).toEqual([2_500, 2_500, 1_000])
    expect(history.inserts.map(({ token }) => token.replace(/@.*/, ''))).toEqual([
      'history/events/0:0-2499',
      'history/events/0:2500-4999',
      'history/events/0:5000-5999',
    ])
    expect(offsetsOf(log).map(({ offset }) => offset)).toEqual([2_500, 5_000, 6_000])
    expect(writer.stats).toMatchObject({ rows: 6_000, inserts: 3, lag: 0, retries: 0 })
    await writer.close()
  })

  test('writes what waits after its delay', async () => {
    const { log, history, writer } = await writing({ maxDelayMs: 5 })
    await log.append(events(0, 3))
    await vi.waitFor(() => expect(offsetsOf(log).at(-1)?.offset).toBe(3))
    await log.append(events(3, 1))
    await vi.waitFor(() => expect(offsetsOf(log).at(-1)?.offset).toBe(4))
    expect(history.inserts.length).toBe(2)
    await writer.close()
  })

  test('each topic goes to its table; other streams of the events topic and tombstones are skipped but committed', async () => {
    const { log, history, writer } = await writing()
    const value = JSON.stringify(finding('t', 1))
    await log.append([
      ...events(0, 1),
      { topic: 'events', key: 'a', value: '{"tick":1}', headers: { stream: 'tick' } },
      { topic: 'events', key: 'a', value, headers: { stream: 'finding' } },
      { topic: 'findings', key: 'a', value },
      { topic: 'commands', key: 'a', value: '{}' },
      { topic: 'commands', key: 'a', value: null },
      { topic: 'receipts', key: 'a', value: '{}' },
      { topic: 'dead-letters', key: 'a', value: '{}' },
    ])
    await log.drained()
    await writer.flush()
    expect(history.inserts.map(({ table, rows }) => [table, rows.length])).toEqual([
      ['events', 1],
      ['findings', 1],
      ['commands', 1],
      ['receipts', 1],
      ['dead_letters', 1],
    ])
    expect(Object.fromEntries(offsetsOf(log).map(({ topic, offset }) => [topic, offset]))).toEqual({
      events: 3,
      findings: 1,
      commands: 2,
      receipts: 1,
      'dead-letters': 1,
    })
    expect(writer.stats.skipped).toBe(3)
    await writer.close()
  })

  test('what others wrote into the events topic becomes rows: none, one or several from a record', async () => {
    const foreign: HistoryWriterOptions['foreign'] = ({ value }) => ({
      events: (JSON.parse(value ?? '[]') as { id: number; here: boolean }[])
        .filter(({ here }) => here)
        .map(({ id }) => ({ event: event('t', id) })),
    })
    const { log, history, writer } = await writing({ foreign })
    const raw = (...records: { id: number; here: boolean }[]) => ({
      topic: 'events',
      key: 'theirs',
      value: JSON.stringify(records),
    })
    await log.append([
      raw({ id: 1, here: true }, { id: 2, here: true }),
      raw({ id: 3, here: false }),
      // Sent on by the flow from another partition: ours now, and not asked about again.
      ...events(4, 1),
      { topic: 'events', key: 'a', value: '{"tick":1}', headers: { stream: 'tick' } },
      raw({ id: 5, here: true }),
    ])
    await log.drained()
    await writer.flush()
    expect(history.inserts).toHaveLength(1)
    const expected = [1, 2, 4, 5].map((id) => event('t', id))
    expect(history.inserts[0]?.rows.map((row) => JSON.parse(String(cellsOf('events', row).body)))).toEqual(expected)
    expect(offsetsOf(log).map(({ offset }) => offset)).toEqual([5])
    expect(writer.stats).toMatchObject({ rows: 4, skipped: 2, rejected: 0 })
    await writer.close()
  })

  test('offsets are committed only after the insert, and a store that is away is asked again with the same token', async () => {
    const { log, history, writer } = await writing()
    const door = gate()
    history.trouble.push(away, away, door.wait)
    await log.append(events(0, 3))
    await log.drained()
    const done = writer.flush()
    await vi.waitFor(() => expect(writer.stats.retries).toBe(2))
    expect(writer.stats).toMatchObject({ rows: 0, lag: 3, trouble: 'away' })
    expect(log.commits).toEqual([])
    door.open()
    await done
    expect(offsetsOf(log)).toEqual([{ topic: 'events', partition: 0, offset: 3 }])
    expect(writer.stats.trouble).toBeUndefined()
    await writer.close()
  })

  test('while the store is away it holds two batches and reads no further', async () => {
    const { log, history, writer } = await writing({ maxRows: 1_000, maxDelayMs: 1 })
    const door = gate()
    history.trouble.push(door.wait)
    const row = vi.spyOn(history, 'row')
    await log.append(events(0, 10_000))
    await vi.waitFor(() => expect(row.mock.calls.length).toBe(2_000))
    expect(history.trouble.length).toBe(0)
    door.open()
    await log.drained()
    await writer.flush()
    expect(writer.stats.rows).toBe(10_000)
    await writer.close()
  })

  test('refused rows and unreadable records are counted and told, and the rest goes on', async () => {
    const onRejected = vi.fn()
    const { log, history, writer } = await writing({ onRejected })
    history.trouble.push(async () => [{ index: 1, why: 'poison' }])
    const [first, second, third] = events(0, 3)
    if (!first || !second || !third) throw new Error('unreachable')
    await log.append([first, { ...first, value: 'nonsense' }, second, third])
    await log.drained()
    await writer.flush()
    expect(writer.stats).toMatchObject({ rows: 2, rejected: 2, lag: 0 })
    expect(onRejected.mock.calls.map(([{ table, why }]) => [table, why])).toEqual([
      ['events', expect.stringContaining('JSON')],
      ['events', 'poison'],
    ])
    expect(offsetsOf(log).at(-1)?.offset).toBe(4)
    await writer.close()
  })

  test('a partition that was lost is neither written from what waits nor committed from what is on its way', async () => {
    const { log, history, writer } = await writing()
    const door = gate()
    history.trouble.push(door.wait)
    await log.append([...events(0, 2, 0), ...events(0, 2, 1)])
    await log.drained()
    const first = writer.flush()
    await log.append([...events(2, 2, 0), ...events(2, 3, 1)])
    await log.drained()
    await log.revoke([{ topic: 'events', partition: 1 }])
    door.open()
    await first
    await writer.flush()
    expect(offsetsOf(log)).toEqual([
      { topic: 'events', partition: 0, offset: 2 },
      { topic: 'events', partition: 0, offset: 4 },
    ])
    expect(history.inserts.map(({ rows }) => rows.length)).toEqual([4, 2])
    await writer.close()
  })

  test('closing while the store is away leaves the rows to the log, and a later writer takes them', async () => {
    const log = memoryLog()
    const { history, writer } = await writing({ maxRows: 2, backoffMs: { first: 60_000, longest: 60_000 } }, log)
    history.trouble.push(away, away, away)
    await log.append(events(0, 5))
    await vi.waitFor(() => expect(writer.stats.retries).toBe(1))
    await writer.close()
    expect(log.commits).toEqual([])
    const later = await writing({}, log)
    await log.drained()
    await later.writer.flush()
    expect(later.writer.stats.rows).toBe(5)
    await later.writer.close()
  })

  test('closing writes what waits', async () => {
    const { log, history, writer } = await writing()
    await log.append(events(0, 5))
    await log.drained()
    await writer.close()
    expect(history.inserts.length).toBe(1)
    expect(offsetsOf(log).at(-1)?.offset).toBe(5)
  })

  test('a log that takes no commits ends the writer and is told once', async () => {
    const onFailed = vi.fn()
    const { log, writer } = await writing({ onFailed, maxRows: 1 })
    log.failCommits = true
    await log.append(events(0, 5))
    await log.drained()
    await vi.waitFor(() => expect(onFailed).toHaveBeenCalledTimes(1))
    expect(log.commits).toEqual([])
    await writer.close()
  })
})
