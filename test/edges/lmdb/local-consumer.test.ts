import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Log } from '../../../src/ports/log.ts'
import { deferred, listener } from '../../contract/records.ts'
import { openTemporary } from './temporary.ts'

let temporary: ReturnType<typeof openTemporary>
let log: Log
const subscription = { group: 'g', topics: ['events'], from: 'earliest', maxRecords: 10 } as const

beforeEach(async () => {
  temporary = openTemporary()
  log = await temporary.open()
  await log.createTopics([{ name: 'events', partitions: 3 }])
})

afterEach(() => temporary.dispose())

const fill = (partition: number, count: number, value = 'x') =>
  log.append(Array.from({ length: count }, () => ({ topic: 'events', key: 'k', value, partition })))

test('partitions take turns, however much one of them holds', async () => {
  await fill(0, 500)
  await fill(1, 30)
  await fill(2, 30)
  const turns: number[] = []
  const { arrived, options } = listener(subscription)
  const consumer = await log.consume({
    ...options,
    onBatch(batch) {
      turns.push(batch.partition)
      return options.onBatch(batch)
    },
  })
  await arrived((seen) => seen.length === 560)
  expect(turns.slice(0, 9)).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2])
  await consumer.close()
})

test('a batch of large records ends early', async () => {
  await fill(0, 10, 'x'.repeat(3_000_000))
  const { arrived, options } = listener(subscription)
  const sizes: number[] = []
  const consumer = await log.consume({
    ...options,
    onBatch(batch) {
      sizes.push(batch.records.length)
      return options.onBatch(batch)
    },
  })
  await arrived((seen) => seen.length === 10)
  expect(sizes).toEqual([3, 3, 3, 1])
  await consumer.close()
})

test('a second consumer of a group is refused while the first runs, and welcome after', async () => {
  const { options } = listener(subscription)
  const first = await log.consume(options)
  await expect(log.consume(options)).rejects.toMatchObject({ code: 'BUG_STATE', data: { group: 'g' } })
  await first.close()
  await (await log.consume(options)).close()
})

test('a failed consumer may be started again from onFailed', async () => {
  await fill(0, 1)
  const { arrived, options } = listener(subscription)
  const restarted = deferred<void>()
  await log.consume({
    ...options,
    onBatch: () => Promise.reject(new Error('once')),
    onFailed: () => log.consume(options).then(() => restarted.resolve(), restarted.reject),
  })
  await restarted.promise
  await arrived((seen) => seen.length === 1)
})

test('a group behind a restored directory starts at the end, not beyond it', async () => {
  await fill(0, 5)
  await log.commit('g', { outputs: [], changelog: [], offsets: [{ topic: 'events', partition: 0, offset: 99 }] })
  const { arrived, options } = listener(subscription)
  const assigned = deferred<void>()
  const consumer = await log.consume({ ...options, onAssigned: async () => assigned.resolve() })
  await assigned.promise
  await fill(0, 1, 'new')
  expect((await arrived((seen) => seen.length > 0)).map(({ offset }) => offset)).toEqual([5])
  await consumer.close()
})

test('closing the log lets the batch in hand commit', async () => {
  await fill(0, 1)
  const started = deferred<void>()
  const finish = deferred<void>()
  const { options } = listener(subscription)
  let failed: unknown
  await log.consume({
    ...options,
    async onBatch() {
      started.resolve()
      await finish.promise
      await log.commit('g', { outputs: [], changelog: [], offsets: [{ topic: 'events', partition: 0, offset: 1 }] })
    },
    onFailed(error) {
      failed = error
    },
  })
  await started.promise
  const closing = log.close()
  finish.resolve()
  await closing
  expect(failed).toBeUndefined()
  log = await temporary.open()
  expect(await log.committed('g', 'events', 0)).toBe(1)
})
