import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Dropped } from '../../../src/edges/lmdb/upkeep.ts'
import type { Log, TopicSpec } from '../../../src/ports/log.ts'
import { collect, deferred, listener } from '../../contract/records.ts'
import { handClock, openTemporary } from './temporary.ts'

const hour = 3600_000
const topic = 'kept'

let clock: ReturnType<typeof handClock>
let temporary: ReturnType<typeof openTemporary>
let log: Log
let drops: Dropped[]
let onDrop: (dropped: Dropped) => void

beforeEach(async () => {
  clock = handClock()
  drops = []
  onDrop = () => {}
  temporary = openTemporary({
    clock,
    tombstoneMs: 24 * hour,
    onRetention(dropped) {
      drops.push(dropped)
      onDrop(dropped)
    },
  })
  log = await temporary.open()
})

afterEach(() => temporary.dispose())

const create = (spec: Partial<TopicSpec>) => log.createTopics([{ name: topic, partitions: 1, ...spec }])
const append = (count: number, bytes = 100) =>
  log.append(Array.from({ length: count }, (_, index) => ({ topic, key: `${index}`, value: 'x'.repeat(bytes) })))

/** Resolves when retention has dropped everything below the offset. */
function droppedUpTo(start: number): Promise<void> {
  const reached = deferred<void>()
  onDrop = (dropped) => {
    if (dropped.start >= start) reached.resolve()
  }
  if ((drops.at(-1)?.start ?? 0) >= start) reached.resolve()
  return reached.promise
}

test('the oldest records above the size go, and no more than that', async () => {
  await create({ retentionBytes: 10_000 })
  await append(500)
  await droppedUpTo(400)
  const { start, end } = await log.range(topic, 0)
  const records = await collect(log.read(topic, 0))
  expect(end).toBe(500)
  expect(records.map(({ offset }) => offset)).toEqual(Array.from({ length: end - start }, (_, index) => start + index))
  const stored = records.reduce((sum, { key, value }) => sum + 13 + key.length + (value?.length ?? 0), 0)
  expect(stored).toBeLessThanOrEqual(10_000)
  expect(stored).toBeGreaterThan(10_000 - 200)
})

test('the size is still known after a restart', async () => {
  await create({ retentionBytes: 10_000 })
  await append(50)
  await log.close()
  log = await temporary.open()
  await append(50)
  await droppedUpTo(10)
  expect((await log.range(topic, 0)).start).toBeLessThan(25)
})

test('a sweep over a topic that holds nothing does not keep others from being written', async () => {
  await create({ retentionMs: hour, retentionBytes: 10 })
  await log.createTopics([{ name: 'other', partitions: 1 }])
  clock.tick()
  await log.append([{ topic: 'other', key: 'k', value: 'v' }])
  expect(await log.range('other', 0)).toEqual({ start: 0, end: 1 })
})

test('records past their age go with the sweep, in steps, and the newest stays', async () => {
  await create({ retentionMs: hour })
  await append(4000)
  clock.move(hour / 2)
  await append(10)
  clock.move(hour / 2 + 1)
  clock.tick()
  await droppedUpTo(4000)
  expect(await log.range(topic, 0)).toEqual({ start: 4000, end: 4010 })
  for (const { records } of drops) expect(records).toBeLessThanOrEqual(1000)
  clock.move(hour)
  clock.tick()
  await droppedUpTo(4009)
  expect(await log.range(topic, 0)).toEqual({ start: 4009, end: 4010 })
})

test('without retention nothing is dropped, and a topic may be given one later', async () => {
  await create({})
  await append(100)
  clock.move(1000 * hour)
  clock.tick()
  await append(1)
  expect(await log.range(topic, 0)).toEqual({ start: 0, end: 101 })
  await create({ retentionMs: hour })
  clock.tick()
  await droppedUpTo(100)
})

test('a group that is behind goes on at the first kept record', async () => {
  await create({ retentionBytes: 5_000 })
  await log.commit('late', { outputs: [], changelog: [], offsets: [{ topic, partition: 0, offset: 3 }] })
  await append(300)
  await droppedUpTo(250)
  const { start } = await log.range(topic, 0)
  const { arrived, options } = listener({ group: 'late', topics: [topic], from: 'latest', maxRecords: 10 })
  const consumer = await log.consume(options)
  expect((await arrived((seen) => seen.length > 0))[0]?.offset).toBe(start)
  await consumer.close()
})

test('a compacted topic holds one record per key; a tombstone is readable for its time and then gone', async () => {
  await create({ compacted: true, retentionMs: 1, retentionBytes: 1 })
  const put = (key: string, value: string | null) => log.append([{ topic, key, value }])
  const left = async () => (await collect(log.read(topic, 0))).map(({ offset, key, value }) => [offset, key, value])
  await put('a', '1')
  await put('b', '1')
  await put('a', '2')
  await put('b', null)
  expect(await left()).toEqual([
    [2, 'a', '2'],
    [3, 'b', null],
  ])
  clock.move(24 * hour + 1)
  clock.tick()
  // Both in one transaction: the tombstone that is due and the value that replaces another.
  await put('c', null)
  expect(await left()).toEqual([
    [2, 'a', '2'],
    [4, 'c', null],
  ])
  clock.move(24 * hour + 1)
  clock.tick()
  await put('c', 'back')
  await put('c', null)
  clock.tick()
  await put('d', '1')
  expect(await left()).toEqual([
    [2, 'a', '2'],
    [6, 'c', null],
    [7, 'd', '1'],
  ])
  expect(await log.range(topic, 0)).toEqual({ start: 0, end: 8 })
})

test('a consumer passes the hole that compaction leaves', async () => {
  await create({ compacted: true })
  await log.append(Array.from({ length: 50 }, (_, index) => ({ topic, key: 'a', value: String(index) })))
  await log.append([{ topic, key: 'a', value: null }])
  clock.move(25 * hour)
  clock.tick()
  await log.commit('other', { outputs: [], changelog: [], offsets: [] })
  const { arrived, options } = listener({ group: 'g', topics: [topic], from: 'earliest', maxRecords: 10 })
  const consumer = await log.consume(options)
  await log.append([{ topic, key: 'b', value: 'after' }])
  const seen = await arrived((records) => records.some(({ value }) => value === 'after'))
  expect(seen.map(({ offset }) => offset)).toEqual([51])
  await consumer.close()
})
