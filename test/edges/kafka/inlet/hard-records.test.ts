import { randomUUID } from 'node:crypto'
import { closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import kafkajs, { type IHeaders } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { applyPatches } from '../../../../src/edges/kafka/client/patches.ts'
import { KafkaSource } from '../../../../src/edges/kafka/inlet/source.ts'
import type { Reject } from '../../../../src/model/reject.ts'
import { wallClock } from '../../../../src/runtime/wall-clock.ts'
import { sharedBroker } from '../../../support/broker.ts'
import { valuesOf } from '../../../support/log.ts'
import { openMonitor } from '../../../support/monitor.ts'
import { temporaryDirectory } from '../../../support/temporary.ts'
import { until } from '../../../support/until.ts'

/** Records that Kafka allows and few expect, against a real broker. */
process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1'
const patience = { withinMs: 60_000 }
let brokers: string[]
let admin: kafkajs.Admin
let producer: kafkajs.Producer
const opened: { close(): Promise<void> }[] = []

beforeAll(async () => {
  // The client’s own producer sends no header without a value.
  applyPatches()
  brokers = (await sharedBroker()).brokers
  const kafka = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING })
  admin = kafka.admin()
  producer = kafka.producer({ allowAutoTopicCreation: false })
  await Promise.all([admin.connect(), producer.connect()])
}, 120_000)

afterAll(async () => {
  for (const each of opened.reverse()) await each.close()
  await Promise.all([admin.disconnect(), producer.disconnect()])
}, 60_000)

/** The file in which a broker of the tests keeps what is in the topic. */
function segmentOf(topic: string): string | undefined {
  const homes = readdirSync(tmpdir()).filter((each) => each.startsWith('rescind-kafka-'))
  const files = homes.flatMap((home) => {
    const directory = join(tmpdir(), home)
    return (readdirSync(directory, { recursive: true }) as string[]).map((file) => join(directory, file))
  })
  return files.find((file) => file.endsWith(join(`${topic}-0`, '00000000000000000000.log')))
}

let n = 0
const act = (agent: string) =>
  JSON.stringify({
    id: `h-${++n}`,
    time: Date.now(),
    kind: 'outcome',
    agent: { id: agent },
    tool: { name: 't' },
    action: 'read',
  })

/** A topic that a source reads into a monitor. */
async function reading() {
  const name = `hard-${randomUUID().slice(0, 8)}`
  const configEntries = [{ name: 'message.timestamp.after.max.ms', value: '9223372036854775807' }]
  await admin.createTopics({ topics: [{ topic: name, numPartitions: 1, configEntries }], waitForLeaders: true })
  const here = await openMonitor(temporaryDirectory())
  const events: [string, Record<string, unknown>][] = []
  const open = (refreshMs = 200) => {
    const source = new KafkaSource({
      ...{ brokers, name, group: name, topics: [name], from: 'earliest', own: new Set(), refreshMs, clock: wallClock },
      take: async (batch) => (await here.monitor.take(batch)).rejected.length,
      onEvent: (event, about) => events.push([event, about]),
    })
    opened.push(here, source)
    return source
  }
  const send = (...messages: kafkajs.Message[]) => producer.send({ topic: name, messages })
  /** What is before `offset`, -1: all. An admin knows the leaders of topics that it has asked for since it began. */
  const drop = async (offset: string) => {
    const fresh = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).admin()
    await fresh.connect()
    await fresh.fetchTopicOffsets(name)
    await fresh
      .deleteTopicRecords({ topic: name, partitions: [{ partition: 0, offset }] })
      .finally(() => fresh.disconnect())
  }
  const acts = (agent: string) => here.monitor.agent('default', agent)?.acts ?? 0
  const refusals = async () => (await valuesOf(here.log, 'dead-letters')).map((each) => JSON.parse(each) as Reject)
  const took = (agent: string, count = 1) =>
    until(`${agent} took effect`, () => (acts(agent) === count ? true : undefined), patience)
  return { name, open, send, drop, acts, took, refusals, events }
}

test('a header without a value says nothing; of one that comes twice, its first value counts', async () => {
  const { open, send, took, refusals } = await reading()
  const nothing = { tracestate: null, 'content-type': [null, 'application/json'] } as unknown as IHeaders
  await send({ value: act('a') }, { value: act('a'), headers: nothing }, { value: act('a') })
  const source = open()
  await took('a', 3)
  expect(await refusals()).toEqual([])
  expect(source.counts).toMatchObject({ records: 3, rejected: 0, lost: 0, trouble: undefined })
}, 90_000)

test('JSON in the frame of a schema registry is read; what is no JSON there is refused by its name', async () => {
  const { open, send, took, refusals } = await reading()
  const frame = (bytes: number[], value: string | Buffer) => ({
    value: Buffer.concat([Buffer.from(bytes), Buffer.from(value)]),
  })
  const uuid = Array.from({ length: 16 }, (_, i) => i + 0xf0)
  await send(
    frame([0, 0, 0, 0, 42], act('confluent')),
    frame([0, 0xff, 0xfe, 0x80, 200], act('confluent')),
    frame([0, 0, 0, 0, 0, 0, 0, 0, 7], act('apicurio')),
    frame([3, 0, ...uuid], act('glue')),
    frame([0, 0x80, 0, 0, 42], Buffer.from([2, 0xfe, 6, 0x61])),
    frame([3, 5, ...uuid], Buffer.from([0x78, 0x9c])),
  )
  open()
  await took('confluent', 2)
  await took('apicurio')
  await took('glue')
  const letters = await until(
    'both are refused',
    async () => {
      const found = await refusals()
      return found.length === 2 ? found : undefined
    },
    patience,
  )
  expect(letters.map(({ code, reason }) => [code, reason.split(':')[0]])).toEqual([
    ['FORMAT_UNSUPPORTED', `Confluent wire format, schema ${0x80000000 + 42}`],
    ['FORMAT_UNSUPPORTED', expect.stringMatching(/^AWS Glue schema registry, compressed, schema version f0f1f2/)],
  ])
}, 90_000)

test.each([-1, 0, 1, Date.now() - 3_600_000, Date.now() + 86_400_000])(
  'what time the record has is no matter: %d',
  async (timestamp) => {
    const { open, send, took, refusals } = await reading()
    await send({ value: act('timed'), timestamp: String(timestamp) })
    open()
    await took('timed')
    expect(await refusals()).toEqual([])
  },
  90_000,
)

test('what is dropped while it is read is counted, and reading goes on', async () => {
  const { open, send, drop, took, events } = await reading()
  await send({ value: act('before') })
  const first = open()
  await took('before')
  await first.close()
  await send(...Array.from({ length: 5 }, () => ({ value: act('dropped') })))
  await drop('6')
  await send({ value: act('after') })
  const second = open()
  await took('after')
  // By the first look at what is kept, or by the next one.
  await until('it is counted', () => (second.counts.lost === 5 ? true : undefined), patience)
  // And so while it runs: the client asks for what is gone.
  await until('it is known', () => (second.counts.lag === 0 ? true : undefined), patience)
  await Promise.all([send(...Array.from({ length: 200 }, () => ({ value: act('many') }))), drop('-1')])
  await send({ value: act('last') })
  await took('last')
  await until('no lag', () => (second.counts.lag === 0 ? true : undefined), patience)
  const told = events.filter(([event]) => event === 'lost').reduce((sum, [, about]) => sum + Number(about.records), 0)
  expect(second.counts.lost).toBe(told)
  expect(second.counts.records + told).toBe(5 + 1 + 200 + 1)
}, 120_000)

test('a batch that cannot be read is a dead letter, and what comes after it is read', async (context) => {
  const { name, open, send, took, refusals } = await reading()
  await send({ value: act('before') })
  await send({ value: act('broken') }, { value: act('broken') })
  await send({ value: act('after') })
  const file = segmentOf(name)
  // Only where the broker keeps its log on this machine.
  if (file === undefined) return context.skip()
  const bytes = readFileSync(file)
  const second = 12 + bytes.readInt32BE(8)
  const at = openSync(file, 'r+')
  writeSync(at, Buffer.alloc(24, 0xff), 0, 24, second + 61)
  closeSync(at)
  const source = open()
  await took('before')
  await took('after')
  expect(source.counts).toMatchObject({ lost: 2, rejected: 1, records: 3 })
  const [letter] = await refusals()
  expect(letter).toMatchObject({
    code: 'RECORD_DAMAGED',
    reason: expect.stringContaining('a batch of 2 records from offset 1 cannot be read'),
    origin: { source: name, topic: name, partition: 0, offset: 2 },
  })
  await until('no lag', () => (source.counts.lag === 0 ? true : undefined), patience)
}, 90_000)

test('where all is read there is no lag, whatever marks and undone transactions come last', async () => {
  const { name, open, took, acts } = await reading()
  const kafka = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING })
  const settings = { transactionalId: name, idempotent: true, maxInFlightRequests: 1 }
  const sender = kafka.producer({ ...settings, retry: { initialRetryTime: 20 } })
  await sender.connect()
  const transact = async (agent: string, isKept: boolean) => {
    const transaction = await sender.transaction()
    await transaction.send({ topic: name, messages: [{ value: act(agent) }] })
    await (isKept ? transaction.commit() : transaction.abort())
  }
  await transact('kept', true)
  const source = open()
  await took('kept')
  const isRead = () =>
    until('no lag', () => (source.counts.lag === 0 && source.assigned === 1 ? true : undefined), patience)
  await isRead()
  for (let i = 0; i < 3; i++) await transact('undone', false)
  await transact('kept', true)
  await transact('undone', false)
  await took('kept', 2)
  const [{ high = '' } = {}] = await admin.fetchTopicOffsets(name)
  await until(
    'all is passed',
    async () => {
      const [found] = await admin.fetchOffsets({ groupId: name, topics: [name] })
      return found?.partitions[0]?.offset === high ? true : undefined
    },
    patience,
  )
  await isRead()
  expect(acts('undone')).toBe(0)
  await sender.disconnect()
}, 120_000)
