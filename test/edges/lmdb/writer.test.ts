import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Store } from '../../../src/edges/lmdb/store.ts'
import type { Log } from '../../../src/ports/log.ts'
import { readAll } from '../../contract/records.ts'
import { openTemporary } from './temporary.ts'

let temporary: ReturnType<typeof openTemporary>
let log: Log
const apply = vi.spyOn(Store.prototype, 'apply')

beforeEach(async () => {
  temporary = openTemporary()
  log = await temporary.open({ maxPendingBytes: 100_000 })
  await log.createTopics([
    { name: 'events', partitions: 2 },
    { name: 'state', partitions: 1, compacted: true },
  ])
  apply.mockClear()
})

afterEach(() => temporary.dispose())

const append = (value: string) => log.append([{ topic: 'events', key: value, value }])

test('appends of one event turn share a transaction, those that come meanwhile the next', async () => {
  const first = Promise.all(Array.from({ length: 200 }, (_, index) => append(`a${index}`)))
  const during = new Promise((resolve) => setImmediate(resolve)).then(() => {
    expect(apply).toHaveBeenCalledTimes(1)
    return Promise.all(Array.from({ length: 200 }, (_, index) => append(`b${index}`)))
  })
  await Promise.all([first, during])
  expect(apply).toHaveBeenCalledTimes(2)
  expect(await readAll(log, 'events')).toHaveLength(400)
})

test('a transaction that fails rejects its callers, uses no offsets, and the next one succeeds', async () => {
  await append('before')
  apply.mockRejectedValueOnce(new Error('MDB_PANIC'))
  const failed = await Promise.allSettled([
    append('x'),
    append('y'),
    log.commit('g', {
      outputs: [],
      changelog: [{ topic: 'state', key: 'k', value: 'v' }],
      offsets: [{ topic: 'events', partition: 0, offset: 1 }],
    }),
  ])
  for (const result of failed)
    expect(result).toMatchObject({ status: 'rejected', reason: { code: 'LOG_WRITE_FAILED', retry: 'never' } })
  expect(await log.committed('g', 'events', 0)).toBeUndefined()
  expect(await readAll(log, 'state')).toEqual([])
  await append('after')
  expect((await readAll(log, 'events')).map(({ value }) => value).sort()).toEqual(['after', 'before'])
})

test('a full disk is said to be full and worth another try', async () => {
  apply.mockRejectedValueOnce(Object.assign(new Error('write: No space left on device'), { code: 28 }))
  await expect(append('x')).rejects.toMatchObject({
    code: 'LOG_WRITE_FAILED',
    retry: 'later',
    data: { directory: temporary.directory, freeBytes: expect.any(Number) },
  })
})

test('more than the disk takes is refused instead of held in memory; one large append always passes', async () => {
  const large = 'x'.repeat(60_000)
  const results = await Promise.allSettled([append(large), append(large), append(large)])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
  expect(results[1]).toMatchObject({ reason: { code: 'LOG_WRITE_FAILED', retry: 'later' } })
  await append('x'.repeat(200_000))
})

test('close writes what is queued', async () => {
  const queued = Array.from({ length: 50 }, (_, index) => append(String(index)))
  await log.close()
  await Promise.all(queued)
  log = await temporary.open()
  expect(await readAll(log, 'events')).toHaveLength(50)
})

test('the database grows by itself, also under a reader', async () => {
  const value = 'x'.repeat(50_000)
  const reading = log.read('events', 0)
  for (let round = 0; round < 40; round++)
    await log.append(Array.from({ length: 20 }, () => ({ topic: 'events', key: 'k', value, partition: 0 })))
  for await (const _ of reading) expect.unreachable('it was empty at the call')
  let count = 0
  for await (const record of log.read('events', 0)) {
    if (count % 100 === 0) await log.append([{ topic: 'events', key: 'k', value, partition: 1 }])
    expect(record.value === value).toBe(true)
    count++
  }
  expect(count).toBe(800)
})

test('while the disk is full others are refused at once; what the flow commits waits and is written when there is room', async () => {
  const full = Object.assign(new Error('write: No space left on device'), { code: 28 })
  apply.mockRejectedValueOnce(full).mockRejectedValueOnce(full)
  const placed: number[] = []
  const commit = log.commit(
    'g',
    {
      outputs: [{ topic: 'events', key: 'out', value: 'out' }],
      changelog: [{ topic: 'state', key: 'k', value: 'v' }],
      offsets: [{ topic: 'events', partition: 0, offset: 1 }],
    },
    (_, { offset }) => placed.push(offset),
  )
  for (const refused of await Promise.allSettled([append('x'), append('y')]))
    expect(refused).toMatchObject({ status: 'rejected', reason: { code: 'LOG_WRITE_FAILED', retry: 'later' } })
  await expect(append('z')).rejects.toMatchObject({ retry: 'later' })
  await expect(log.probe()).rejects.toMatchObject({ retry: 'later' })
  await commit
  expect(await log.committed('g', 'events', 0)).toBe(1)
  await append('after')
  const there = await readAll(log, 'events')
  const out = there.find(({ key }) => key === 'out')
  expect(placed).toEqual([out?.offset])
  expect(there.map(({ key }) => key)).toContain('after')
  expect((await readAll(log, 'state')).map(({ value }) => value)).toEqual(['v'])
})

test('what the flow commits is not refused because others have filled the queue', async () => {
  const large = 'x'.repeat(60_000)
  const commit = { outputs: [], changelog: [{ topic: 'state', key: 'k', value: large }], offsets: [] }
  const done = await Promise.allSettled([append(large), append(large), log.commit('g', commit)])
  expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})
