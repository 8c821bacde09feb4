import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ErrorCode } from '../../src/errors.ts'
import type { Append, Log, OnPlaced } from '../../src/ports/log.ts'
import { collect, consumeUntil, deferred, fold, listener, readAll, values } from './records.ts'

export interface OpenedLog {
  log: Log
  /** Closes the log and opens it again over the same data. */
  reopen(): Promise<Log>
  /** Closes whatever is open and removes the data. */
  dispose(): Promise<void>
}

/** What src/ports/log.ts promises. Run by every implementation; names are fresh per test, so a broker may be shared. */
export function logContract(name: string, open: () => Promise<OpenedLog>): void {
  describe(`${name} keeps the contract of the log`, () => {
    let opened: OpenedLog
    let log: Log
    let events: string
    let state: string
    let group: string

    beforeEach(async () => {
      opened = await open()
      log = opened.log
      const run = randomUUID().slice(0, 8)
      events = `events-${run}`
      state = `state-${run}`
      group = `group-${run}`
      await log.createTopics([
        { name: events, partitions: 3 },
        { name: state, partitions: 2, compacted: true },
      ])
    })

    afterEach(() => opened.dispose())

    const event = (key: string, value: string | null = key): Append => ({ topic: events, key, value })
    const all = (topic: string) => readAll(log, topic)

    test('topics are created once; asking for more partitions fails', async () => {
      await log.createTopics([{ name: events, partitions: 3 }])
      expect(log.partitions(events)).toBe(3)
      await expect(log.createTopics([{ name: events, partitions: 4 }])).rejects.toMatchObject(
        failure('LOG_TOPIC_MISMATCH'),
      )
    })

    test('an unknown topic is refused', async () => {
      await expect(log.append([{ topic: 'nowhere', key: 'a', value: 'a' }])).rejects.toMatchObject(
        failure('LOG_TOPIC_UNKNOWN'),
      )
      expect(() => log.partitions('nowhere')).toThrow(expect.objectContaining(failure('LOG_TOPIC_UNKNOWN')))
      await expect(log.range('nowhere', 0)).rejects.toMatchObject(failure('LOG_TOPIC_UNKNOWN'))
    })

    test('an append answers positions in the order given, and offsets grow by one', async () => {
      const records = Array.from({ length: 40 }, (_, index) => event(`key-${index}`))
      const positions = await log.append(records)
      expect(positions).toHaveLength(40)
      const next = [0, 0, 0]
      for (const [index, { topic, partition, offset }] of positions.entries()) {
        expect({ topic, partition }).toEqual({ topic: events, partition: log.partitionOf(events, `key-${index}`) })
        expect(offset).toBe(next[partition])
        next[partition] = offset + 1
      }
      expect(await log.append([])).toEqual([])
    })

    test('what was written is read: keys, text of all kinds, headers, tombstones', async () => {
      const written: Append[] = [
        { topic: events, partition: 1, key: '', value: '' },
        { topic: events, partition: 1, key: 'ascii', value: '{"a":1}', headers: { traceparent: '00-ab', ünï: 'cödé' } },
        { topic: events, partition: 1, key: 'schlüssel', value: 'ω≈ç√ 😀', headers: {} },
        { topic: events, partition: 1, key: 'gone', value: null },
        { topic: events, partition: 1, key: 'k'.repeat(3000), value: 'x'.repeat(400_000) },
      ]
      const before = Date.now()
      await log.append(written)
      const records = await collect(log.read(events, 1))
      expect(
        records.map(({ topic, partition, key, value, headers }) => ({ topic, partition, key, value, headers })),
      ).toEqual(written.map((record) => ({ ...record, headers: record.headers ?? {} })))
      expect(records.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4])
      for (const { appended } of records) expect(Math.abs(appended - before)).toBeLessThan(60_000)
    })

    test("a key has the partition that Kafka's default partitioner gives it", () => {
      // Hashes from org.apache.kafka.common.utils.UtilsTest.testMurmur2.
      const hashes = { '21': -973932308, foobar: -790332482, 'a-little-bit-long-string': -985981536, abc: 479470107 }
      for (const [key, hash] of Object.entries(hashes))
        expect(log.partitionOf(events, key), key).toBe((hash & 0x7fffffff) % 3)
    })

    test('concurrent appends: none lost, none twice, each partition in the order of the calls', async () => {
      const calls = Array.from({ length: 300 }, (_, index) => log.append([event(`key-${index % 10}`, String(index))]))
      await Promise.all(calls)
      const records = await all(events)
      expect(records.map(({ value }) => Number(value)).sort((a, b) => a - b)).toEqual([...Array(300).keys()])
      for (const key of new Set(records.map((record) => record.key))) {
        const order = records.filter((record) => record.key === key).map(({ value }) => Number(value))
        expect(order).toEqual([...order].sort((a, b) => a - b))
      }
    })

    test('read starts where it is told and ends where the log ended at the call', async () => {
      await log.append([0, 1, 2, 3].map((value) => ({ ...event('a', String(value)), partition: 0 })))
      const reading = log.read(events, 0, 1)
      const first = await reading[Symbol.asyncIterator]().next()
      expect(first.value).toMatchObject({ offset: 1, value: '1' })
      const bounded = log.read(events, 0, 2)
      const values: (string | null)[] = []
      for await (const record of bounded) {
        if (values.length === 0) await log.append([{ ...event('a', 'late'), partition: 0 }])
        values.push(record.value)
      }
      expect(values).toEqual(['2', '3'])
      expect(await log.range(events, 0)).toEqual({ start: 0, end: 5 })
      expect(await collect(log.read(events, 2))).toEqual([])
    })

    test('records, topics and offsets outlive the process', async () => {
      await log.append([event('a', '1'), event('b', '2')])
      const partition = log.partitionOf(events, 'a')
      await log.commit(group, { outputs: [], changelog: [], offsets: [{ topic: events, partition, offset: 1 }] })
      const before = await all(events)
      log = await opened.reopen()
      await log.createTopics([{ name: events, partitions: 3 }])
      expect(await all(events)).toEqual(before)
      expect(await log.committed(group, events, partition)).toBe(1)
      const end = (await log.range(events, partition)).end
      expect(await log.append([event('a', '3')])).toEqual([{ topic: events, partition, offset: end }])
    })

    test('commit writes outputs, changelog and offsets', async () => {
      expect(await log.committed(group, events, 0)).toBeUndefined()
      await log.commit(group, {
        outputs: [event('out', 'finding')],
        changelog: [{ topic: state, key: 'agent', value: 'profile' }],
        offsets: [
          { topic: events, partition: 0, offset: 7 },
          { topic: events, partition: 1, offset: 9 },
        ],
      })
      expect(await all(events)).toMatchObject([{ key: 'out', value: 'finding' }])
      expect(fold(await all(state))).toEqual({ agent: 'profile' })
      expect(await log.committed(group, events, 0)).toBe(7)
      expect(await log.committed(group, events, 1)).toBe(9)
      expect(await log.committed(`${group}-other`, events, 0)).toBeUndefined()
    })

    test('onPlaced tells of the outputs, partition by partition, where they are', async () => {
      const told = new Map<string, string | null>()
      const onPlaced: OnPlaced = (records, { topic, partition, offset }) => {
        for (const [i, { value }] of records.entries()) told.set(`${topic}/${partition}/${offset + i}`, value)
      }
      const found = async () =>
        new Map((await all(events)).map((r) => [`${r.topic}/${r.partition}/${r.offset}`, r.value] as const))
      const records = Array.from({ length: 30 }, (_, index) => event(`key-${index % 10}`, String(index)))
      await Promise.all([log.append(records, onPlaced), log.append(records, onPlaced)])
      expect(told.size).toBe(60)
      expect(told).toEqual(await found())
      await log.commit(
        group,
        { outputs: records, changelog: [{ topic: state, key: 'a', value: 'b' }], offsets: [] },
        onPlaced,
      )
      expect(told.size).toBe(90)
      expect(told).toEqual(await found())
    })

    test('what is handed in when onPlaced tells of a record is durable no earlier than that', async () => {
      const order: string[] = []
      let next: Promise<unknown> | undefined
      const first = log.append([event('a', 'first')], (_, from) => {
        next = log.append([event('a', 'second')]).then(([at]) => {
          order.push('second')
          expect(at?.offset).toBe(from.offset + 1)
        })
      })
      await first.then(() => order.push('first'))
      await next
      expect(order).toEqual(['first', 'second'])
    })

    test('a compacted topic keeps the last value of each key, in the order of offsets, over a restart', async () => {
      const put = (key: string, value: string | null): Append => ({ topic: state, key, value })
      await log.append([put('a', '1'), put('b', '1'), put('a', '2')])
      await log.append([put('c', '1'), put('b', null), put('a', '3')])
      const long = 'long'.repeat(1000)
      await log.append([put(long, '1'), put(long, '2')])
      expect(fold(await all(state))).toEqual({ a: '3', c: '1', [long]: '2' })
      log = await opened.reopen()
      await log.createTopics([{ name: state, partitions: 2, compacted: true }])
      await log.append([put('b', '2'), put('c', null)])
      const records = await all(state)
      expect(fold(records)).toEqual({ a: '3', b: '2', [long]: '2' })
      for (const partition of [0, 1]) {
        const offsets = records.filter((record) => record.partition === partition).map(({ offset }) => offset)
        expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b))
      }
    })

    test('a consumer reads every partition from the earliest, in order, in batches of at most maxRecords', async () => {
      await log.append(Array.from({ length: 100 }, (_, index) => event(`key-${index}`, String(index))))
      const batches = await consumeUntil(log, { group, topics: [events], from: 'earliest', maxRecords: 7 }, 100)
      for (const { topic, partition, records, end } of batches) {
        expect(records.length).toBeGreaterThan(0)
        expect(records.length).toBeLessThanOrEqual(7)
        for (const record of records) expect(record).toMatchObject({ topic, partition })
        expect(end).toBeGreaterThan(records.at(-1)?.offset ?? Number.POSITIVE_INFINITY)
      }
      for (const partition of [0, 1, 2]) {
        const read = batches.filter((batch) => batch.partition === partition).flatMap(({ records }) => records)
        expect(read).toEqual(await collect(log.read(events, partition)))
      }
    })

    test('a consumer that has caught up is woken by an append', async () => {
      const { arrived, options } = listener({ group, topics: [events], from: 'earliest', maxRecords: 10 })
      const consumer = await log.consume(options)
      for (const value of ['1', '2', '3']) {
        await log.append([event('a', value)])
        await arrived((records) => records.some((record) => record.value === value))
      }
      await consumer.close()
    })

    test("a new group from 'latest' sees only what comes after its assignment", async () => {
      await log.append([event('a', 'old')])
      const assigned = deferred<void>()
      const { arrived, options } = listener({ group, topics: [events], from: 'latest', maxRecords: 10 })
      const consumer = await log.consume({ ...options, onAssigned: async () => assigned.resolve() })
      await assigned.promise
      await log.append([event('a', 'new')])
      const records = await arrived((seen) => seen.length > 0)
      expect(records.map(({ value }) => value)).toEqual(['new'])
      await consumer.close()
    })

    test('onAssigned is awaited before the first batch and tells where each partition starts', async () => {
      await log.append([0, 1, 2].map((value) => ({ ...event('a', String(value)), partition: 1 })))
      await log.commit(group, { outputs: [], changelog: [], offsets: [{ topic: events, partition: 1, offset: 2 }] })
      const order: string[] = []
      const { arrived, options } = listener({ group, topics: [events], from: 'earliest', maxRecords: 10 })
      const consumer = await log.consume({
        ...options,
        async onAssigned(positions) {
          order.push('assigning')
          expect(positions).toHaveLength(3)
          expect(positions).toContainEqual({ topic: events, partition: 1, offset: 2 })
          await readAll(log, state)
          order.push('assigned')
        },
        async onBatch(batch) {
          order.push('batch')
          await options.onBatch(batch)
        },
      })
      const records = await arrived((seen) => seen.length > 0)
      expect(records.map(({ offset }) => offset)).toEqual([2])
      expect(order).toEqual(['assigning', 'assigned', 'batch'])
      await consumer.close()
    })

    test('onAssigned may answer where to begin instead', async () => {
      await log.append([0, 1, 2, 3].map((value) => ({ ...event('a', String(value)), partition: 1 })))
      const { arrived, options } = listener({ group, topics: [events], from: 'earliest', maxRecords: 10 })
      const consumer = await log.consume({
        ...options,
        onAssigned: async () => [{ topic: events, partition: 1, offset: 3 }],
      })
      expect((await arrived((seen) => seen.length > 0)).map(({ offset }) => offset)).toEqual([3])
      await consumer.close()
    })

    test('consumers without a group each get everything', async () => {
      await log.append([event('a', '1'), event('b', '2')])
      const consumers = [1, 2].map(async () => {
        const { arrived, options } = listener({ topics: [events], from: 'earliest', maxRecords: 10 })
        const consumer = await log.consume(options)
        const records = await arrived((seen) => seen.length >= 2)
        await consumer.close()
        return records.map(({ value }) => value).sort()
      })
      expect(await Promise.all(consumers)).toEqual([
        ['1', '2'],
        ['1', '2'],
      ])
    })

    test('the probe of an open log succeeds, of a closed one it fails', async () => {
      await log.probe()
      await log.close()
      await expect(log.probe()).rejects.toMatchObject(failure('LOG_CLOSED'))
    })

    test('a group goes on where it committed; what it did not commit is given again', async () => {
      await log.append(Array.from({ length: 6 }, (_, index) => ({ ...event('a', String(index)), partition: 0 })))
      const first = await consumeUntil(log, { group, topics: [events], from: 'earliest', maxRecords: 2 }, 6, (batch) =>
        batch.records[0]?.offset === 0
          ? log.commit(group, { outputs: [], changelog: [], offsets: [{ topic: events, partition: 0, offset: 2 }] })
          : Promise.resolve(),
      )
      expect(values(first)).toEqual(['0', '1', '2', '3', '4', '5'])
      log = await opened.reopen()
      await log.createTopics([{ name: events, partitions: 3 }])
      const second = await consumeUntil(log, { group, topics: [events], from: 'earliest', maxRecords: 9 }, 4)
      expect(values(second)).toEqual(['2', '3', '4', '5'])
    })

    test('batches of one consumer never overlap', async () => {
      await log.append(Array.from({ length: 30 }, (_, index) => event(`key-${index}`)))
      let running = 0
      await consumeUntil(log, { group, topics: [events], from: 'earliest', maxRecords: 3 }, 30, async () => {
        expect(++running).toBe(1)
        await log.range(events, 0)
        running--
      })
    })

    test('a rejected batch stops the consumer, reaches onFailed, and is given again', async () => {
      await log.append([{ ...event('a', 'poison'), partition: 0 }])
      const failed = deferred<unknown>()
      let given = 0
      const { arrived, options } = listener({ group, topics: [events], from: 'earliest', maxRecords: 1 })
      const broken = new Error('handler broke')
      const consumer = await log.consume({
        ...options,
        async onBatch() {
          given++
          throw broken
        },
        onFailed: failed.resolve,
      })
      expect(await failed.promise).toBe(broken)
      await consumer.close()
      expect(given).toBe(1)
      const again = await log.consume(options)
      expect((await arrived((seen) => seen.length > 0))[0]?.value).toBe('poison')
      await again.close()
    })

    test('close of a consumer waits for the batch in hand, which may still commit', async () => {
      await log.append([{ ...event('a', '1'), partition: 0 }])
      const started = deferred<void>()
      const finish = deferred<void>()
      const { options } = listener({ group, topics: [events], from: 'earliest', maxRecords: 1 })
      const consumer = await log.consume({
        ...options,
        async onBatch() {
          started.resolve()
          await finish.promise
          await log.commit(group, { outputs: [], changelog: [], offsets: [{ topic: events, partition: 0, offset: 1 }] })
        },
      })
      await started.promise
      const closing = consumer.close()
      finish.resolve()
      await closing
      expect(await log.committed(group, events, 0)).toBe(1)
    })

    test('groups are independent of each other', async () => {
      await log.append([event('a', '1'), event('b', '2')])
      const options = { topics: [events], from: 'earliest', maxRecords: 10 } as const
      const read = await Promise.all(['1', '2'].map((n) => consumeUntil(log, { ...options, group: group + n }, 2)))
      for (const batches of read) expect(values(batches).sort()).toEqual(['1', '2'])
    })

    test('after close the log says so', async () => {
      await log.close()
      await log.close()
      const closed = failure('LOG_CLOSED')
      const { options } = listener({ group, topics: [events], from: 'earliest', maxRecords: 1 })
      await expect(log.append([event('a')])).rejects.toMatchObject(closed)
      await expect(log.commit(group, { outputs: [], changelog: [], offsets: [] })).rejects.toMatchObject(closed)
      await expect(log.consume(options)).rejects.toMatchObject(closed)
      await expect(log.range(events, 0)).rejects.toMatchObject(closed)
      await expect((async () => collect(log.read(events, 0)))()).rejects.toMatchObject(closed)
    })
  })
}

const failure = (code: ErrorCode) => ({ name: 'RescindError', code })
