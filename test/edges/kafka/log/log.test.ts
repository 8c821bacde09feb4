import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openKafkaLog } from '../../../../src/edges/kafka/log/open-kafka-log.ts'
import type { Log, LogRecord } from '../../../../src/ports/log.ts'
import { logContract } from '../../../contract/log.ts'
import { collect, deferred } from '../../../contract/records.ts'
import { sharedBroker } from '../../../support/broker.ts'

let brokers: string[] = []
beforeAll(async () => {
  brokers = (await sharedBroker()).brokers
}, 120_000)

const fresh = () => `t${randomUUID().slice(0, 8)}.`
const opened = new Set<Log>()
const open = async (prefix: string) => {
  const log = await openKafkaLog({ brokers, prefix })
  opened.add(log)
  return log
}
afterAll(() => Promise.all([...opened].map((log) => log.close())))

logContract('the log on Kafka', async () => {
  const prefix = fresh()
  let log = await open(prefix)
  return {
    log,
    async reopen() {
      await log.close()
      log = await open(prefix)
      return log
    },
    dispose: () => log.close(),
  }
})

test('what a reader that was left in the middle holds does not stop others', async () => {
  const log = await open(fresh())
  await log.createTopics([{ name: 'events', partitions: 1 }])
  await log.append(Array.from({ length: 50 }, (_, i) => ({ topic: 'events', key: 'a', value: String(i) })))
  const left = log.read('events', 0)[Symbol.asyncIterator]()
  await left.next()
  const [one, two] = await Promise.all([collect(log.read('events', 0)), collect(log.read('events', 0, 25))])
  expect(one.map((r) => r.value)).toEqual(Array.from({ length: 50 }, (_, i) => String(i)))
  expect(two.map((r) => r.offset)).toEqual(Array.from({ length: 25 }, (_, i) => i + 25))
})

test('two members share the partitions; when one leaves, the other gets all, and nothing is given to both', async () => {
  const prefix = fresh()
  const one = await open(prefix)
  const two = await open(prefix)
  await one.createTopics([{ name: 'events', partitions: 4 }])
  await two.createTopics([{ name: 'events', partitions: 4 }])
  const owners = new Map<Log, Set<number>>([
    [one, new Set()],
    [two, new Set()],
  ])
  const seen: LogRecord[] = []
  let check = () => {}
  const until = (fits: () => boolean) => {
    const done = deferred<void>()
    check = () => fits() && done.resolve()
    check()
    return done.promise
  }
  const join = (log: Log) =>
    log.consume({
      group: 'sharers',
      topics: ['events'],
      from: 'earliest',
      maxRecords: 10,
      async onAssigned(positions) {
        for (const { partition } of positions) owners.get(log)?.add(partition)
        check()
      },
      async onRevoked(partitions) {
        for (const { partition } of partitions) owners.get(log)?.delete(partition)
        check()
      },
      async onBatch({ topic, partition, records }) {
        expect(owners.get(log)?.has(partition)).toBe(true)
        seen.push(...records)
        const offset = (records.at(-1)?.offset ?? 0) + 1
        await log.commit('sharers', { outputs: [], changelog: [], offsets: [{ topic, partition, offset }] })
        check()
      },
      onFailed: (error) => {
        throw error
      },
    })
  const first = await join(one)
  await until(() => owners.get(one)?.size === 4)
  await join(two)
  await until(() => owners.get(one)?.size === 2 && owners.get(two)?.size === 2)
  const put = (count: number) =>
    one.append(
      Array.from({ length: count }, (_, i) => ({ topic: 'events', key: `k${i}`, value: 'v', partition: i % 4 })),
    )
  await put(40)
  await until(() => seen.length === 40)
  await first.close()
  await until(() => owners.get(two)?.size === 4)
  await put(40)
  await until(() => seen.length === 80)
  expect(new Set(seen.map((r) => `${r.partition}/${r.offset}`)).size).toBe(80)
})

test('a broker that is not there is named', async () => {
  await expect(openKafkaLog({ brokers: ['127.0.0.1:1'] })).rejects.toMatchObject({
    code: 'LOG_UNREACHABLE',
    message: expect.stringContaining('127.0.0.1:1'),
  })
})
