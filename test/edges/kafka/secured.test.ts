import { writeFileSync } from 'node:fs'
import { type AddressInfo, createConnection, createServer } from 'node:net'
import { join } from 'node:path'
import { inspect } from 'node:util'
import kafkajs, { type Kafka } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkConfig } from '../../../src/config/load-config.ts'
import { checkCluster } from '../../../src/edges/kafka/check.ts'
import { connect } from '../../../src/edges/kafka/client/connection.ts'
import { KafkaSource } from '../../../src/edges/kafka/inlet/source.ts'
import { type KafkaLogOptions, openKafkaLog } from '../../../src/edges/kafka/log/open-kafka-log.ts'
import { kafkaOptions, sourceOptions } from '../../../src/edges/kafka/options.ts'
import type { Log } from '../../../src/ports/log.ts'
import { wallClock } from '../../../src/runtime/wall-clock.ts'
import { type Broker, startBroker } from '../../support/broker.ts'
import { built } from '../../support/build.ts'
import { documentedRights, grant } from '../../support/kafka/rights.ts'
import type { Doors } from '../../support/kafka/secured.ts'
import { rescind, startService } from '../../support/service.ts'
import { temporaryDirectory } from '../../support/temporary.ts'
import { until } from '../../support/until.ts'

/** Brokers with TLS, SASL and rights; users have the rights that docs/kafka.md gives, by its own commands. */
const secrets = {
  rescind: 'sesame-of-rescind',
  'rescind-setup': 'sesame-of-setup',
  'rescind-reader': 'sesame-of-reader',
}
const sessionMs = 4000
const allRights = documentedRights()
let broker: Broker
let doors: Doors
let operator: Kafka
beforeAll(async () => {
  const properties = { 'listener.name.sasl.scram-sha-256.connections.max.reauth.ms': String(sessionMs) }
  broker = await startBroker({ security: { users: secrets }, properties })
  doors = broker.doors as Doors
  operator = new kafkajs.Kafka({ brokers: broker.brokers, logLevel: kafkajs.logLevel.NOTHING })
  await grant(operator, allRights)
  const admin = operator.admin()
  await admin.createTopics({ topics: ['rescind.e', 'crm.agent-audit'].map((topic) => ({ topic, numPartitions: 1 })) })
  await admin.disconnect()
  await publish()
}, 120_000)
afterAll(() => broker.close())

/** What others publish for the source. */
async function publish(): Promise<void> {
  const producer = operator.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  const by = { agent: { id: 'from-crm' }, tool: { name: 'crm.search' }, action: 'read' }
  const value = JSON.stringify({ id: 'e', time: Date.now(), kind: 'outcome', ...by })
  await producer.send({ topic: 'crm.agent-audit', messages: [{ value }] })
  await producer.disconnect()
}

const said: string[] = []
/** As the configuration says it; what the client says is kept. */
const optionsOf = (kafka: object) => ({
  ...kafkaOptions(checkConfig({ kafka: { tls: true, caFile: doors.caFile, ...kafka } }).kafka),
  onMessage: (_: string, message: string, about: unknown) => void said.push(message, inspect(about, { depth: 9 })),
})
const bySasl = (saslMechanism = 'scram-sha-512', over: object = {}) =>
  optionsOf({ brokers: doors.sasl, saslMechanism, username: 'rescind', password: secrets.rescind, ...over })
const byCertificate = (user: string) => optionsOf({ brokers: doors.mutual, ...doors.ours.sign(user) })

const specs = [{ name: 'e', partitions: 1 }]
/** A member of a group; what it read, and why it ended. */
async function follow(log: Log, group: string) {
  const read: string[] = []
  let failed: unknown
  await log.consume({
    ...{ group, topics: ['e'], from: 'earliest', maxRecords: 100 },
    async onBatch({ topic, partition, records }) {
      read.push(...records.map(({ value }) => value ?? ''))
      const offset = (records.at(-1)?.offset ?? 0) + 1
      await log.commit(group, { outputs: [], changelog: [], offsets: [{ topic, partition, offset }] })
    },
    onFailed: (error) => {
      failed = error
    },
  })
  return {
    read,
    has: (value: string) =>
      until(value, () => {
        if (failed !== undefined) return { failed }
        return read.includes(value) ? {} : undefined
      }).then(({ failed: why }: { failed?: unknown }) => {
        if (why !== undefined) throw why
      }),
  }
}

/** All that an instance does with its log. */
async function instance(options: KafkaLogOptions, name: string): Promise<void> {
  const log = await openKafkaLog(options)
  try {
    await log.createTopics(specs)
    const [placed] = await log.append([{ topic: 'e', key: name, value: name }])
    await (await follow(log, name)).has(name)
    const found = []
    for await (const { value } of log.read('e', 0, placed?.offset)) found.push(value)
    expect(found[0]).toBe(name)
  } finally {
    await log.close()
  }
}

test('PLAIN, both kinds of SCRAM and a certificate let in, and records pass both ways', async () => {
  const ways = [bySasl('plain'), bySasl('scram-sha-256'), bySasl('scram-sha-512'), byCertificate('rescind')]
  await Promise.all(ways.map((way, at) => instance(way, `way-${at}`)))
})

test('a session that ends is proven anew under load: nothing is lost, doubled or tried again', async () => {
  const events: unknown[] = []
  const onEvent = (event: string, about: object) => events.push({ event, ...about })
  const log = await openKafkaLog({ ...bySasl('scram-sha-256'), compression: 'gzip', onEvent })
  await log.createTopics(specs)
  await log.append([{ topic: 'e', key: 'k', value: 'first' }])
  const { read, has } = await follow(log, 'sessions')
  await has('first')
  events.length = 0
  const sent: string[] = []
  const began = performance.now()
  const sender = async (name: string) => {
    while (performance.now() - began < 1.6 * sessionMs) {
      const values = Array.from({ length: 10 }, () => `${name}${sent.length}`)
      await log.append(values.map((value) => ({ topic: 'e', key: 'k', value })))
      sent.push(...values)
    }
  }
  await Promise.all(['a', 'b'].map(sender))
  await log.append([{ topic: 'e', key: 'k', value: 'last' }])
  await has('last')
  const from = read.indexOf('first') + 1
  expect(read.slice(from, -1).toSorted()).toEqual(sent.toSorted())
  expect(events).toEqual([])
  await log.close()
}, 60_000)

/** What somebody does who makes the topics: all of it, or why not. */
async function setup(options: ReturnType<typeof optionsOf>, name: string): Promise<void> {
  const { created, warnings } = await checkCluster({ ...options, prefix: `rescind.${name}.` }, specs, [], true)
  const unseen = warnings.find((warning) => warning.includes('not looked at'))
  if (unseen !== undefined) throw new Error(unseen)
  expect(created).toEqual([`rescind.${name}.e`])
}

/** A source of the documentation’s, until it has read or says why not. */
async function read(over: object): Promise<void> {
  const { sources, kafka } = checkConfig({
    sources: [{ name: 'crm', topics: ['crm.agent-audit'], from: 'earliest', tls: true, caFile: doors.caFile, ...over }],
  })
  const options = sourceOptions(sources[0] as (typeof sources)[0], 0, kafka, new Set())
  const source = new KafkaSource({ ...options, clock: wallClock, take: async () => 0, onEvent() {} })
  const { trouble } = await until('it reads, or says why not', () =>
    source.counts.records > 0 || source.counts.trouble !== undefined ? source.counts : undefined,
  )
  await source.close()
  if (trouble !== undefined) throw new Error(trouble)
}

const roles: Record<string, (user: string) => Promise<void>> = {
  'User:rescind': (user) => instance(byCertificate(user), user),
  'User:rescind-setup': (user) => setup(byCertificate(user), user),
  'User:rescind-reader': (user) => read({ brokers: doors.mutual, ...doors.ours.sign(user) }),
}

test('with the rights of the documentation all works; without any of them something is refused and the right named', async () => {
  const without = allRights.map((left, at) => ({
    user: `without-${at}`,
    left,
    rights: allRights.filter((each) => each.principal === left.principal && each !== left),
  }))
  await grant(
    operator,
    without.flatMap(({ user, rights }) => rights.map((each) => ({ ...each, principal: `User:${user}` }))),
  )
  for (const [principal, work] of Object.entries(roles)) await work(principal.slice('User:'.length))
  const told = await Promise.all(
    without.map(({ user, left: { principal } }) =>
      (roles[principal] as (user: string) => Promise<void>)(user).then(
        () => 'nothing was refused',
        (error: Error) => error.message,
      ),
    ),
  )
  // In the order in which the page gives them.
  const ofSetup = expect.stringMatching(/needs Create, Describe and DescribeConfigs on topics rescind\.without-/)
  expect(told).toEqual([
    expect.stringMatching(/needs Read on group rescind\.without-0 and on its topics/),
    expect.stringMatching(/needs Write on topic rescind\.e/),
    expect.stringMatching(/needs Read on group rescind\.without-2 and on its topics/),
    ...[ofSetup, ofSetup, ofSetup, expect.stringMatching(/needs DescribeConfigs on the cluster/)],
    expect.stringMatching(/No topic of this source is there, or we may not describe any/),
    expect.stringMatching(/needs Read on group rescind\.rescind-source-crm and on its topics/),
  ])
})

test('rights that are taken while they are used end the writing and the reading, and are named', async () => {
  const rights = allRights.filter(({ principal }) => principal === 'User:rescind')
  const own = rights.map((each) => ({ ...each, principal: 'User:taken' }))
  await grant(operator, own)
  const log = await openKafkaLog(byCertificate('taken'))
  await log.createTopics(specs)
  await log.append([{ topic: 'e', key: 'k', value: 'while we may' }])
  const { has } = await follow(log, 'taken')
  await has('while we may')
  const admin = operator.admin()
  await admin.connect()
  await admin.deleteAcls({ filters: own })
  await admin.disconnect()
  await expect(has('never')).rejects.toThrow(/needs Read on group rescind\.taken and on its topics/)
  await expect(log.append([{ topic: 'e', key: 'k', value: 'v' }])).rejects.toThrow(/needs Write on topic rescind\.e/)
  await log.close()
})

test('to read without the right to join a group fails, and does not keep the log from closing', async () => {
  const rights = allRights.filter(({ principal }) => principal === 'User:rescind')
  const topicsOnly = rights.filter(({ resourceType }) => resourceType === kafkajs.AclResourceTypes.TOPIC)
  await grant(
    operator,
    topicsOnly.map((each) => ({ ...each, principal: 'User:alone' })),
  )
  const log = await openKafkaLog(byCertificate('alone'))
  await log.createTopics(specs)
  await log.append([{ topic: 'e', key: 'k', value: 'v' }])
  const read = async () => {
    for await (const _ of log.read('e', 0)) break
  }
  await expect(read()).rejects.toMatchObject({
    code: 'LOG_READ_FAILED',
    message: expect.stringContaining('needs Read on topics rescind.* and on groups rescind.reader-*'),
  })
  await log.close()
})

test('a broker that goes while we prove who we are has not refused us', async () => {
  const [, port = ''] = (doors.sasl[0] ?? '').split(':')
  let isCut = 0
  for (let cutAt = 2; cutAt <= 7; cutAt++) {
    let connections = 0
    const proxy = createServer((client) => {
      const isFirst = connections++ === 0
      let chunks = 0
      const server = createConnection(Number(port), '127.0.0.1')
      for (const socket of [client, server])
        socket
          .on('error', () => {})
          .on('close', () => {
            client.destroy()
            server.destroy()
          })
      server.pipe(client)
      client.on('data', (chunk) => {
        if (isFirst && ++chunks === cutAt) {
          isCut++
          client.destroy()
        } else server.write(chunk)
      })
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const brokers = [`127.0.0.1:${(proxy.address() as AddressInfo).port}`]
    const admin = connect({ ...bySasl(), brokers }).admin()
    await admin.connect()
    await admin.disconnect()
    proxy.close()
  }
  // The last questions are those that prove it.
  expect(isCut).toBeGreaterThanOrEqual(5)
})

test('who is not let in hears of the setting to mend, soon, and nobody of a secret', async () => {
  const foreign = doors.foreign.sign('rescind')
  const expired = doors.ours.sign('rescind', -1)
  const own = doors.ours.sign('rescind')
  const cases: [() => ReturnType<typeof optionsOf>, RegExp][] = [
    [() => bySasl('scram-sha-512', { password: secrets['rescind-reader'] }), /; kafka\.username, kafka\.password: /],
    [() => bySasl('scram-sha-512', { username: 'nobody' }), /; kafka\.username, kafka\.password: /],
    [() => bySasl('plain', { password: secrets['rescind-reader'] }), /; kafka\.username, kafka\.password: /],
    [() => bySasl('scram-sha-512', { caFile: doors.foreign.caFile }), /; kafka\.caFile: /],
    [() => bySasl('scram-sha-512', { caFile: undefined }), /; kafka\.caFile: /],
    [() => bySasl('plain', { brokers: doors.expired }), /certificate has expired; it is the broker’s/],
    [() => bySasl('plain', { brokers: broker.brokers }), /; kafka\.tls: nothing speaks TLS/],
    [() => bySasl('plain', { tls: false, caFile: undefined }), /; .*kafka\.tls/],
    [() => bySasl('plain', { brokers: doors.mutual, ...own }), /; kafka\.saslMechanism: they want none/],
    [() => optionsOf({ brokers: doors.sasl }), /; .*kafka\.saslMechanism/],
    [() => optionsOf({ brokers: doors.mutual }), /; kafka\.certFile: /],
    [() => optionsOf({ brokers: doors.mutual, ...foreign }), /; kafka\.certFile: /],
    [() => optionsOf({ brokers: doors.mutual, ...expired }), /; kafka\.certFile: /],
    [
      () => optionsOf({ brokers: doors.mutual, ...own, keyFile: foreign.keyFile }),
      /^kafka\.certFile, kafka\.keyFile: /,
    ],
    [() => optionsOf({ brokers: doors.mutual, certFile: own.certFile }), /^kafka\.certFile: needs kafka\.keyFile/],
    [() => bySasl('plain', { caFile: own.keyFile }), /^kafka\.caFile: /],
    [() => bySasl('plain', { tls: false }), /^kafka\.caFile: needs kafka\.tls/],
  ]
  const told = await Promise.all(
    cases.map(async ([options, words]) => {
      const began = performance.now()
      const error = await (async () => setup(options(), 'nobody'))().catch((e: unknown) => e)
      return { error, words, ms: Math.round(performance.now() - began) }
    }),
  )
  for (const { error, words } of told) expect(error).toMatchObject({ message: expect.stringMatching(words) })
  for (const { ms } of told) expect(ms).toBeLessThan(5000)
  const all = [...said, ...told.map(({ error }) => inspect(error, { depth: 9 }))].join('\n')
  for (const secret of [...Object.values(secrets), 'PRIVATE KEY']) expect(all).not.toContain(secret)
})

test('a source that is not let in names its own settings', async () => {
  const sasl = { brokers: doors.sasl, saslMechanism: 'plain', username: 'rescind-reader', password: 'another' }
  await expect(read(sasl)).rejects.toThrow(/; sources\.0\.username, sources\.0\.password: /)
})

test('the program: topics by one user, the monitor by another, a source by a third; who lacks something ends with 1 and says what', async () => {
  built()
  const file = join(temporaryDirectory(), 'rescind.yaml')
  const sasl = { brokers: doors.sasl, tls: true, caFile: doors.caFile, saslMechanism: 'scram-sha-512' }
  const reader = { username: 'rescind-reader', password: secrets['rescind-reader'] }
  const crm = { name: 'crm', ...sasl, ...reader, topics: ['crm.agent-audit'], from: 'earliest', tenant: 'crm' }
  writeFileSync(file, JSON.stringify({ kafka: { ...sasl, partitions: 2 }, sources: [crm] }))
  const as = (user: keyof typeof secrets, password: string = secrets[user]) => ({
    env: { RESCIND_KAFKA_USERNAME: user, RESCIND_KAFKA_PASSWORD: password },
  })
  const start = () => ['start', '--no-history', '--config', file, '--data', temporaryDirectory(), '--port', '0']
  const refused = await Promise.all([
    rescind(start(), as('rescind')),
    rescind(start(), as('rescind', 'sesame-of-nobody')),
    rescind(['topics', 'check', '--config', file], as('rescind-setup', 'sesame-of-nobody')),
  ])
  expect(refused.map(({ code }) => code)).toEqual([1, 1, 1])
  expect(refused.map(({ stderr }) => stderr)).toEqual([
    expect.stringMatching(/User:rescind needs Create on topics rescind\.\*.*\[LOG_UNREACHABLE\]/),
    expect.stringMatching(/kafka\.username, kafka\.password: .* \[LOG_UNREACHABLE\]/),
    expect.stringMatching(/kafka\.username, kafka\.password: .* \[LOG_UNREACHABLE\]/),
  ])
  for (const what of ['create', 'check']) {
    const done = await rescind(['topics', what, '--config', file], as('rescind-setup'))
    expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining('✓ 15 topics') })
    refused.push(done)
  }
  const first = await startService(temporaryDirectory(), { args: ['--config', file], ...as('rescind') })
  await until('the drill passed', () => (first.said.stderr.includes('the drill passed') ? true : undefined))
  await publish()
  await until('the source is read', async () =>
    (await first.metric('rescind_source_records_total')) === 1 ? true : undefined,
  )
  await first.inHistory()
  expect(await first.stop()).toBe(0)
  const second = await startService(temporaryDirectory(), {
    args: ['--no-history', '--config', file],
    ...as('rescind'),
  })
  await until('the state is taken over', async () => {
    const { agents } = await second.get<{ agents: { id: string }[] }>('/v1/agents?tenant=crm')
    return agents.some(({ id }) => id === 'from-crm') ? true : undefined
  })
  const { commands } = await second.get<{ commands: { state: string }[] }>('/v1/commands?tenant=drill')
  expect(commands.map(({ state }) => state)).toContain('applied')
  expect(await second.stop()).toBe(0)
  const all = JSON.stringify([refused, first.said, second.said])
  for (const secret of [...Object.values(secrets), 'sesame-of-nobody']) expect(all).not.toContain(secret)
}, 60_000)
