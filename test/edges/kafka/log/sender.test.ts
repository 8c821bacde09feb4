import kafkajs from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Identity, Numbered } from '../../../../src/edges/kafka/client/idempotent.ts'
import { openKafkaLog } from '../../../../src/edges/kafka/log/open-kafka-log.ts'
import { Sender } from '../../../../src/edges/kafka/log/sender.ts'
import { type Broker, startBroker } from '../../../support/broker.ts'
import { until } from '../../../support/until.ts'

let broker: Broker
beforeAll(async () => {
  broker = await startBroker({ own: true, nodes: 3 })
}, 120_000)
afterAll(() => broker.close())

test('brokers are killed one after the other under many senders: what is acknowledged is there once, where it was said, in order', async () => {
  const retries: string[] = []
  const log = await openKafkaLog({
    ...{ brokers: broker.brokers, prefix: 'lanes.', replication: 3 },
    onEvent: (event, { why }) => retries.push(`${event}: ${why}`),
  })
  const topics = ['a', 'b']
  await log.createTopics(topics.map((name) => ({ name, partitions: 6 })))
  let isOver = false
  let acknowledged = 0
  const said = new Map<string, string[]>()
  // Two records for each partition, and in one call for both topics: many partitions travel in each request.
  const sender = async (name: string) => {
    for (let i = 0; !isOver; i++) {
      const records = topics.flatMap((topic) =>
        Array.from({ length: 12 }, (_, n) => ({ topic, partition: n % 6, key: name, value: `${name} ${i} ${n}` })),
      )
      for (const [at, { topic, partition, offset }] of (await log.append(records)).entries()) {
        const place = said.get(`${topic}/${partition}`) ?? []
        said.set(`${topic}/${partition}`, place)
        place[offset] = records[at]?.value ?? ''
      }
      acknowledged += records.length
    }
  }
  const senders = ['x', 'y', 'z'].map(sender)
  const more = async (count: number) => {
    const to = acknowledged + count
    await until(`${count} more are acknowledged`, () => (acknowledged >= to ? true : undefined), { withinMs: 60_000 })
  }
  await more(2000)
  for (const node of [1, 2, 3]) {
    await broker.kill(node)
    await more(2000)
    await broker.restart(node)
    await more(500)
  }
  isOver = true
  await Promise.all(senders)
  for (const topic of topics)
    for (let partition = 0; partition < 6; partition++) {
      const found: string[] = []
      for await (const { offset, value } of log.read(topic, partition)) found[offset] = value ?? ''
      expect(found).toEqual(said.get(`${topic}/${partition}`))
      for (const name of ['x', 'y', 'z']) {
        const own = found.filter((value) => value.startsWith(name)).map((value) => Number(value.split(' ')[1]))
        expect(own).toEqual([...own].sort((p, q) => p - q))
      }
    }
  // Else nothing was tried.
  expect(retries.length).toBeGreaterThan(0)
  await log.close()
}, 180_000)

/** A cluster that answers as it is told, and otherwise takes everything: for answers that a real one hardly ever gives. */
function scripted(answers: (string | undefined)[]) {
  const sent: { identity: number; numbered: string[] }[] = []
  let identities = 0
  const fresh = (): Identity => ({ producerId: ++identities, producerEpoch: 0 })
  let identity = fresh()
  const producer = {
    identity: async (lost?: Identity) => {
      if (lost === identity) identity = fresh()
      return identity
    },
    leader: async () => 1,
    produce: async (_: number, { producerId }: Identity, all: readonly Numbered[]) => {
      sent.push({
        identity: producerId,
        numbered: all.map((n) => `${n.topic}/${n.partition}#${n.firstSequence}+${n.messages.length}`),
      })
      const type = answers.shift()
      if (type !== undefined) throw new kafkajs.KafkaJSProtocolError(Object.assign(new Error(type), { type }))
      return all.map(({ firstSequence }) => 1000 + firstSequence)
    },
    refresh: async () => {},
    close: async () => {},
  }
  const lanes = new Sender({ producer, maxPendingBytes: 1000, onRetry: () => {}, wordsOf: String })
  const send = (partition: number, count = 1) =>
    lanes.send(
      't',
      partition,
      Array.from({ length: count }, () => ({ value: 'v' })),
      10,
    )
  return { lanes, send, sent }
}

test('what is handed in together is one request; while it is on its way, the next gathers', async () => {
  const { send, sent } = scripted([])
  const first = [send(0), send(1, 2), send(0)]
  expect(await Promise.all(first)).toEqual([1000, 1000, 1001])
  expect(await Promise.all([send(0), send(1)])).toEqual([1002, 1002])
  expect(sent.map((each) => each.numbered)).toEqual([
    ['t/0#0+2', 't/1#0+2'],
    ['t/0#2+1', 't/1#2+1'],
  ])
})

test('partitions of a failed request are sent again one by one under the same numbers; one that lost count is counted anew', async () => {
  const { send, sent } = scripted([undefined, 'NOT_LEADER_FOR_PARTITION', undefined, 'OUT_OF_ORDER_SEQUENCE_NUMBER'])
  await Promise.all([send(0), send(1)])
  expect(await Promise.all([send(0), send(1)])).toEqual([1001, 1000])
  expect(sent).toEqual([
    { identity: 1, numbered: ['t/0#0+1', 't/1#0+1'] },
    { identity: 1, numbered: ['t/0#1+1', 't/1#1+1'] },
    { identity: 1, numbered: ['t/0#1+1'] },
    { identity: 1, numbered: ['t/1#1+1'] },
    { identity: 2, numbered: ['t/1#0+1'] },
  ])
  // Of two counts, so two requests.
  await Promise.all([send(0), send(1)])
  expect(sent.slice(5)).toEqual([
    { identity: 1, numbered: ['t/0#2+1'] },
    { identity: 2, numbered: ['t/1#1+1'] },
  ])
})

test('a record that no broker will take is refused alone, and its number is used again', async () => {
  const { send, sent } = scripted(['MESSAGE_TOO_LARGE', 'MESSAGE_TOO_LARGE'])
  const [large, small] = await Promise.allSettled([send(0), send(1)])
  expect(large).toMatchObject({ status: 'rejected', reason: { code: 'LOG_WRITE_FAILED', retry: 'never' } })
  expect(small).toEqual({ status: 'fulfilled', value: 1000 })
  expect(await send(0)).toBe(1000)
  expect(sent.at(-1)?.numbered).toEqual(['t/0#0+1'])
})

test('a record that is refused after a try that may have succeeded: the next does not come under its number', async () => {
  const { send, sent } = scripted(['REQUEST_TIMED_OUT', 'TOPIC_AUTHORIZATION_FAILED'])
  const first = send(0).catch((error: unknown) => error)
  await until('it was tried', () => sent.length > 0 || undefined)
  const second = send(0)
  expect(await first).toMatchObject({ code: 'LOG_WRITE_FAILED', retry: 'never' })
  expect(await second).toBe(1000)
  expect(sent).toEqual([
    { identity: 1, numbered: ['t/0#0+1'] },
    { identity: 1, numbered: ['t/0#0+1'] },
    { identity: 2, numbered: ['t/0#0+1'] },
  ])
})

test('no more is held than may wait, and a close ends what no broker takes', async () => {
  const { lanes, send, sent } = scripted(Array.from({ length: 100 }, () => 'LEADER_NOT_AVAILABLE'))
  const waiting = Promise.allSettled(Array.from({ length: 100 }, (_, n) => send(n % 50)))
  await expect(send(0)).rejects.toMatchObject({ code: 'LOG_WRITE_FAILED', retry: 'later' })
  await lanes.close(50)
  expect(new Set((await waiting).map(({ status }) => status))).toEqual(new Set(['rejected']))
  expect(sent.every(({ numbered }) => numbered.every((each) => each.includes('#0+')))).toBe(true)
})
