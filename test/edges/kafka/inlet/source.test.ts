import { randomUUID } from 'node:crypto'
import kafkajs from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { KafkaSource } from '../../../../src/edges/kafka/inlet/source.ts'
import type { KafkaSourceOptions } from '../../../../src/edges/kafka/inlet/source-options.ts'
import { RescindError } from '../../../../src/errors.ts'
import type { Reject } from '../../../../src/model/reject.ts'
import type { Monitor } from '../../../../src/runtime/monitor.ts'
import { wallClock } from '../../../../src/runtime/wall-clock.ts'
import { sharedBroker } from '../../../support/broker.ts'
import { valuesOf } from '../../../support/log.ts'
import { openMonitor } from '../../../support/monitor.ts'
import { temporaryDirectory } from '../../../support/temporary.ts'
import { until } from '../../../support/until.ts'

/** Everything here runs against a real broker; our own log is the embedded one. */
process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1'
const prefix = `src-${randomUUID().slice(0, 8)}.`
let brokers: string[]
let admin: kafkajs.Admin
let producer: kafkajs.Producer
const opened: { close(): Promise<void> }[] = []

beforeAll(async () => {
  brokers = (await sharedBroker()).brokers
  const kafka = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING })
  admin = kafka.admin()
  producer = kafka.producer({ allowAutoTopicCreation: false })
  await Promise.all([admin.connect(), producer.connect()])
}, 60_000)

afterAll(async () => {
  for (const each of opened.reverse()) await each.close()
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix))
  await admin.deleteTopics({ topics })
  await Promise.all([admin.disconnect(), producer.disconnect()])
}, 60_000)

async function topic(name: string, numPartitions = 1): Promise<string> {
  await admin.createTopics({ topics: [{ topic: prefix + name, numPartitions }], waitForLeaders: false })
  // A broker may not know yet what the controller has made.
  await until(`${name} has leaders`, async () => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [prefix + name] })
    return topics[0]?.partitions.length === numPartitions ? true : undefined
  })
  return prefix + name
}

const monitorHere = async () => {
  const here = await openMonitor(temporaryDirectory())
  opened.push(here)
  return here
}

/** A source into the monitor; what it said of itself is kept. */
function read(monitor: Monitor, over: Partial<KafkaSourceOptions> & Pick<KafkaSourceOptions, 'topics'>) {
  const name = over.name ?? `s-${randomUUID().slice(0, 8)}`
  const events: [string, Record<string, unknown>][] = []
  const source = new KafkaSource({
    ...{ brokers, name, group: `${prefix}${name}`, from: 'earliest', own: new Set(), refreshMs: 200, clock: wallClock },
    take: async (batch) => (await monitor.take(batch)).rejected.length,
    onEvent: (event, about) => events.push([event, about]),
    ...over,
  })
  opened.push(source)
  return Object.assign(source, { events, group: over.group ?? `${prefix}${name}` })
}

let n = 0
const act = (agent: string, at = Date.now()) =>
  JSON.stringify({
    id: `a-${++n}`,
    time: at,
    kind: 'outcome',
    agent: { id: agent },
    tool: { name: 't' },
    action: 'read',
  })
const send = (to: string, values: readonly string[], partition = 0) =>
  producer.send({ topic: to, messages: values.map((value) => ({ value, partition })) })
const acts = (monitor: Monitor, agent: string) => monitor.agent('default', agent)?.acts ?? 0
const repeated = (monitor: Monitor) => monitor.live.inboxes.get('events')?.repeated ?? 0
const committed = async (group: string, name: string) => {
  const [found] = await admin.fetchOffsets({ groupId: group, topics: [name] })
  return found?.partitions.map(({ offset }) => Number(offset))
}

const span = {
  resourceSpans: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'traced' } }] },
      scopeSpans: [
        {
          spans: [
            {
              traceId: '5b8efff798038103d269b633813fc60c',
              spanId: 'eee19b7ec3c1b174',
              name: 'execute_tool crm.search',
              startTimeUnixNano: `${Date.now()}000000`,
              endTimeUnixNano: `${Date.now()}000000`,
              attributes: [
                { key: 'gen_ai.operation.name', value: { stringValue: 'execute_tool' } },
                { key: 'gen_ai.tool.name', value: { stringValue: 'crm.search' } },
              ],
            },
          ],
        },
      ],
    },
  ],
}

describe('what others publish', () => {
  test('is read from two topics in their formats, without keys; ours are not believed', async () => {
    const { monitor } = await monitorHere()
    const [traces, clouds] = [await topic('traces'), await topic('clouds')]
    await send(traces, [JSON.stringify(span)])
    await producer.send({
      topic: clouds,
      messages: [
        {
          value: '{"kind":"outcome","tool":{"name":"t"},"action":"read"}',
          headers: {
            ce_specversion: '1.0',
            ce_id: 'c1',
            ce_source: '/crm',
            ce_type: 'agent.outcome',
            ce_time: new Date().toISOString(),
            ce_authtype: 'service_account',
            ce_authid: 'cloud%41agent',
            'Content-Type': 'application/json',
          },
        },
        // Who may only write here cannot put a command or a ruling into our flow.
        { value: act('plain'), headers: { stream: 'rulings', from: 'tenant/0#0@999999.0' } },
        { value: `${act('lines')}\n${act('lines')}` },
        { value: null },
      ],
    })
    const source = read(monitor, { topics: [traces, clouds] })
    await until('all are read', () => (source.counts.records === 5 ? true : undefined))
    await until('all took effect', () =>
      ['traced', 'cloud%41agent', 'plain', 'lines'].every((each) => acts(monitor, each) > 0) ? true : undefined,
    )
    expect(acts(monitor, 'lines')).toBe(2)
    expect(source.counts).toMatchObject({ rejected: 0, trouble: undefined })
    await until('no lag', () => (source.counts.lag === 0 ? true : undefined))
    await until('offsets are committed', async () =>
      (await committed(source.group, clouds))?.[0] === 4 ? true : undefined,
    )
  })

  test('on topics that come later is picked up by a pattern, from the first record, and never our own', async () => {
    const { monitor } = await monitorHere()
    const own = await topic('feed-own')
    const old = await topic('feed-old')
    await send(own, [act('self')])
    await send(old, [act('before')])
    const source = read(monitor, {
      topics: new RegExp(`^(?:${prefix.replaceAll('.', '\\.')}feed-.*)$`),
      own: new Set([own]),
      from: 'latest',
    })
    await until('it reads', async () => ((await committed(source.group, old))?.[0] === 1 ? true : undefined))
    const later = await topic('feed-later')
    await send(later, [act('later')])
    await send(old, [act('after')])
    await until('both took effect', () =>
      acts(monitor, 'later') === 1 && acts(monitor, 'after') === 1 ? true : undefined,
    )
    expect(acts(monitor, 'before') + acts(monitor, 'self')).toBe(0)
  })

  test('is read from a time on, or from offsets', async () => {
    const { monitor } = await monitorHere()
    const timed = await topic('timed')
    const noon = Date.now() - 3_600_000
    for (const [agent, timestamp] of [
      ['morning', noon - 1000],
      ['noon', noon],
      ['evening', noon + 1000],
    ] as const)
      await producer.send({ topic: timed, messages: [{ value: act(agent, timestamp), timestamp: String(timestamp) }] })
    read(monitor, { topics: [timed], from: noon })
    await until('noon and evening took effect', () =>
      acts(monitor, 'noon') === 1 && acts(monitor, 'evening') === 1 ? true : undefined,
    )
    expect(acts(monitor, 'morning')).toBe(0)
    const { monitor: other } = await monitorHere()
    const source = read(other, { topics: [timed], offsets: { [timed]: { 0: 2 } } })
    await until('the last is read', () => (source.counts.records === 1 ? true : undefined))
    await until('it took effect', () => (acts(other, 'evening') === 1 ? true : undefined))
    expect(acts(other, 'noon')).toBe(0)
  })
})

test('what was published in a transaction is read when it was committed, and not when it was aborted', async () => {
  const { monitor } = await monitorHere()
  const name = await topic('transactions')
  const kafka = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING })
  const settings = { transactionalId: `${prefix}t`, idempotent: true, maxInFlightRequests: 1 }
  const sender = kafka.producer({ ...settings, retry: { initialRetryTime: 20 } })
  await sender.connect()
  for (const [agent, isKept] of [
    ['undone', false],
    ['done', true],
  ] as const) {
    const transaction = await sender.transaction()
    await transaction.send({ topic: name, messages: [{ value: act(agent) }] })
    await (isKept ? transaction.commit() : transaction.abort())
  }
  await sender.disconnect()
  const source = read(monitor, { topics: [name] })
  await until('it took effect', () => (acts(monitor, 'done') === 1 ? true : undefined))
  await until('committed', async () => ((await committed(source.group, name))?.[0] === 3 ? true : undefined))
  expect(acts(monitor, 'undone')).toBe(0)
})

describe('once', () => {
  test('what is read again after a crash before the commit takes effect once', async () => {
    const { monitor } = await monitorHere()
    const name = await topic('again')
    await send(
      name,
      Array.from({ length: 50 }, () => act('once')),
    )
    let crashes = 2
    const source = read(monitor, {
      topics: [name],
      async take(batch) {
        const { rejected } = await monitor.take(batch)
        if (crashes-- <= 0) return rejected.length
        // Our log had taken the records and did not say so; then the source itself ends where it stands.
        if (crashes === 1) throw new RescindError('LOG_WRITE_FAILED', 'no answer', { retry: 'later' })
        throw new Error('killed')
      },
    })
    await until('committed', async () => ((await committed(source.group, name))?.[0] === 50 ? true : undefined))
    expect(source.events.map(([event]) => event)).toEqual(expect.arrayContaining(['waiting', 'away']))
    await send(name, [act('once')])
    await until('what is new took effect', () => (acts(monitor, 'once') === 51 ? true : undefined))
    expect(repeated(monitor)).toBe(100)
  })

  test('what another instance reads again takes effect once', async () => {
    const { monitor } = await monitorHere()
    const name = await topic('back')
    await send(
      name,
      Array.from({ length: 20 }, () => act('back')),
    )
    const first = read(monitor, { name: 'crm', topics: [name] })
    await until('committed', async () => ((await committed(first.group, name))?.[0] === 20 ? true : undefined))
    await first.close()
    const [was] = await admin.fetchOffsets({ groupId: first.group, topics: [name] })
    // As it stood before the last commits of an instance that was killed.
    const metadata = was?.partitions[0]?.metadata ?? ''
    const member = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING }).consumer({
      groupId: first.group,
      maxWaitTimeInMs: 100,
    })
    await member.connect()
    await member.subscribe({ topics: [name] })
    await member.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => {} })
    await member.commitOffsets([{ topic: name, partition: 0, offset: '5', metadata }])
    await member.disconnect()
    const second = read(monitor, { name: 'crm', topics: [name] })
    await until('it is read again', () => (second.counts.records === 15 ? true : undefined))
    await send(name, [act('back')])
    await until('what is new took effect', () => (acts(monitor, 'back') === 21 ? true : undefined))
    expect(repeated(monitor)).toBe(15)
  })

  test('a topic that was deleted and made anew is read from its start: its offsets name other records', async () => {
    const { monitor } = await monitorHere()
    const name = await topic('remade')
    await send(
      name,
      Array.from({ length: 5 }, () => act('old')),
    )
    const source = read(monitor, { topics: [name] })
    await until('committed', async () => ((await committed(source.group, name))?.[0] === 5 ? true : undefined))
    await source.close()
    await admin.deleteTopics({ topics: [name] })
    await until('it is gone', async () => ((await admin.listTopics()).includes(name) ? undefined : true))
    await topic('remade')
    await send(name, [act('new'), act('new')])
    read(monitor, { name: source.counts.name, topics: [name] })
    await until('both took effect', () => (acts(monitor, 'new') === 2 ? true : undefined))
    expect(repeated(monitor)).toBe(0)
  })

  test('also when that happens while it is read, whatever it was to begin with', async () => {
    const { monitor } = await monitorHere()
    const name = await topic('swapped')
    const source = read(monitor, { topics: [name], from: 'latest' })
    await until('it reads', async () => ((await committed(source.group, name))?.[0] === 0 ? true : undefined))
    await send(
      name,
      Array.from({ length: 5 }, () => act('old')),
    )
    await until('committed', async () => ((await committed(source.group, name))?.[0] === 5 ? true : undefined))
    await admin.deleteTopics({ topics: [name] })
    await until('it is gone', async () => ((await admin.listTopics()).includes(name) ? undefined : true))
    await topic('swapped')
    await send(name, [act('new'), act('new')])
    await until('both took effect', () => (acts(monitor, 'new') === 2 ? true : undefined), { withinMs: 30_000 })
    expect(acts(monitor, 'old')).toBe(5)
  }, 40_000)
})

describe('trouble', () => {
  test('a record that cannot be used is a dead letter that says where it came from, and stops nothing', async () => {
    const { monitor, log } = await monitorHere()
    const name = await topic('poison')
    await send(name, ['\u0000\uFFFE not json', '{"kind":', act('well')])
    const source = read(monitor, { name: 'dirty', topics: [name] })
    await until('the good one took effect', () => (acts(monitor, 'well') === 1 ? true : undefined))
    await until('committed', async () => ((await committed(source.group, name))?.[0] === 3 ? true : undefined))
    expect(source.counts).toMatchObject({ records: 3, rejected: 2 })
    const letters = (await valuesOf(log, 'dead-letters')).map((each) => JSON.parse(each) as Reject)
    expect(letters.map(({ code, origin }) => [code, origin])).toEqual([
      ['FORMAT_UNSUPPORTED', { source: 'dirty', topic: name, partition: 0, offset: 0 }],
      ['JSON_SYNTAX', { source: 'dirty', topic: name, partition: 0, offset: 1 }],
    ])
    expect(new Set(letters.map(({ id }) => id)).size).toBe(2)
  })

  test('a cluster that is away is said, asked again, and does not hold a stop', async () => {
    const { monitor, failures } = await monitorHere()
    const source = read(monitor, { brokers: ['127.0.0.1:9'], topics: ['any'] })
    await until('it is said', () => source.counts.trouble)
    const began = performance.now()
    await source.close()
    expect(performance.now() - began).toBeLessThan(5000)
    expect(failures).toEqual([])
  })

  test('a topic that is not there is said, and read when it comes', async () => {
    const { monitor } = await monitorHere()
    const source = read(monitor, { topics: [`${prefix}soon`], from: 'latest' })
    expect(await until('it is said', () => source.counts.trouble)).toContain('No topic')
    await topic('soon')
    await send(`${prefix}soon`, [act('soon')])
    await until('it took effect', () => (acts(monitor, 'soon') === 1 ? true : undefined))
    await until('the trouble is over', () => (source.counts.trouble === undefined ? true : undefined))
  })
})

test('a second instance takes half of the partitions, and nothing is lost or counted twice on the way', async () => {
  const { monitor } = await monitorHere()
  const name = await topic('shared', 4)
  const all = async () => {
    for (let partition = 0; partition < 4; partition++)
      await send(
        name,
        Array.from({ length: 25 }, () => act('busy')),
        partition,
      )
  }
  const group = `${prefix}shared`
  const one = read(monitor, { name: 'shared', group, topics: [name] })
  await until('one has all', () => (one.assigned === 4 ? true : undefined))
  await all()
  const two = read(monitor, { name: 'shared', group, topics: [name] })
  await all()
  await until('each has two', () => (one.assigned === 2 && two.assigned === 2 ? true : undefined), { withinMs: 20_000 })
  await all()
  await until('all took effect', () => (acts(monitor, 'busy') === 300 ? true : undefined), { withinMs: 20_000 })
  expect(two.counts.records).toBeGreaterThan(0)
  await two.close()
  await until('one has all again', () => (one.assigned === 4 ? true : undefined), { withinMs: 20_000 })
  await all()
  await until('all took effect', () => (acts(monitor, 'busy') === 400 ? true : undefined), { withinMs: 20_000 })
})
