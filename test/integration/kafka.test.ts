import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { detectors } from '../../detectors/index.ts'
import { openKafkaLog } from '../../src/edges/kafka/log/open-kafka-log.ts'
import type { CommandUpdate } from '../../src/model/command.ts'
import { defaultPolicy, stamped } from '../../src/policy/policy.ts'
import { replayLog } from '../../src/runtime/replay.ts'
import type { TopicPlan } from '../../src/runtime/topics.ts'
import { agentKey } from '../../src/stages/lane-key.ts'
import { rescind } from '../../src/topology.ts'
import { sharedBroker } from '../support/broker.ts'
import { event } from '../support/events.ts'
import { valuesOf } from '../support/log.ts'
import { monitorOn, update } from '../support/monitor.ts'
import { until } from '../support/until.ts'

const plan: TopicPlan = {
  partitions: { agent: 4, trace: 2, credential: 2, cohort: 1, tenant: 1 },
  outputPartitions: 2,
  inboxRetentionMs: 86_400_000,
  outputRetentionMs: 86_400_000,
}

let brokers: string[] = []
beforeAll(async () => {
  brokers = (await sharedBroker()).brokers
}, 120_000)
const closers: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closers) await close()
})

const fresh = () => `i${randomUUID().slice(0, 8)}.`
async function instance(prefix: string) {
  const log = await openKafkaLog({ brokers, prefix })
  const opened = await monitorOn(log, plan)
  closers.push(() => opened.close())
  return opened
}
type Instance = Awaited<ReturnType<typeof instance>>

const raw = (e: unknown) => ({ body: JSON.stringify(e), contentType: 'application/json', received: 1_800_000_100_000 })
const stolen = (agent: string, network: string, credential = 'cred-1') =>
  event({ agent: { id: agent }, credential: { id: credential }, source: { network }, task: { id: `task-${agent}` } })
const revocations = (of: Instance) => [...of.monitor.commandTables.of('default').table.inForce()].map((c) => c.id)

/** Kafka’s groups take their time to form, the more so on a busy machine. */
const soon = (what: string, is: () => boolean | Promise<boolean>) =>
  until(what, async () => ((await is()) ? true : undefined), { withinMs: 40_000 })

test('a shared credential is revoked, the command survives a restart, and the log says the same again', async () => {
  const prefix = fresh()
  const first = await instance(prefix)
  await first.monitor.ingest([raw(stolen('a', 'eu'))])
  await first.close()

  const second = await instance(prefix)
  await second.monitor.ingest([raw(stolen('b', 'us'))])
  const issued = await update(second.monitor, 'default', (u) => u.state === 'issued')
  expect(issued.issue).toMatchObject({ rung: 'revoke', target: { credential: 'cred-1' } })
  await second.monitor.receive([
    { tenant: 'default', command: issued.command, point: 'p1', outcome: 'applied', time: 1_800_000_101_000 },
  ])
  await update(second.monitor, 'default', (u) => u.state === 'applied')
  await second.close()

  const third = await instance(prefix)
  expect(revocations(third)).toEqual([issued.command])
  await third.monitor.review({
    ...{ id: 'r1', tenant: 'default', time: 1_800_000_102_000, by: 'ann', reason: 'same team' },
    ...{ verb: 'release', command: issued.command },
  })
  await update(third.monitor, 'default', (u) => u.state === 'released')
  await third.monitor.close()

  const again = new Map<string, string[]>()
  for await (const { topic, value } of replayLog(rescind(detectors, stamped(defaultPolicy(), 0)), third.log))
    again.set(topic, [...(again.get(topic) ?? []), JSON.stringify(value)])
  for (const topic of ['findings', 'commands', 'receipts', 'reviews'])
    expect(again.get(topic)?.sort(), topic).toEqual((await valuesOf(third.log, topic)).sort())
  expect(again.get('commands')?.length).toBeGreaterThan(2)
}, 120_000)

test('two instances share the work; one leaves, the other knows what it knew', async () => {
  const prefix = fresh()
  const one = await instance(prefix)
  const two = await instance(prefix)
  const owned = (of: Instance) => of.log.membership?.assigned ?? 0
  await soon('both work', () => owned(one) > 1 && owned(two) > 1 && one.monitor.live.ready && two.monitor.live.ready)
  // Half of each pair is seen before one of them leaves, the other half after it.
  const pairs = Array.from({ length: 12 }, (_, i) => `pair-${i}`)
  await one.monitor.ingest(pairs.map((name) => raw(stolen(`${name}-a`, 'eu', name))))
  await soon('half is seen', () => seen(one) + seen(two) >= pairs.length)
  await one.close()
  await two.monitor.ingest(pairs.map((name) => raw(stolen(`${name}-b`, 'us', name))))
  await soon('all revoked', () => revocations(two).length === pairs.length)
  const updates = (await valuesOf(two.log, 'commands')).map((value) => JSON.parse(value) as CommandUpdate)
  expect(updates.filter((u) => u.state === 'issued')).toHaveLength(pairs.length)
  expect(one.failures).toEqual([])
  expect(two.failures).toEqual([])
}, 120_000)

test('enforcement points may write events to the topic themselves, with any key and in any format', async () => {
  const { monitor, log } = await instance(fresh())
  // Times are checked against the broker’s.
  const now = (e: ReturnType<typeof event>) => ({ ...e, time: Date.now() })
  const e = now(stolen('direct', 'eu'))
  const cloudEvent = {
    ...{
      specversion: '1.0',
      id: 'ce-1',
      source: '/gateway',
      type: 'dev.rescind.outcome',
      time: new Date().toISOString(),
    },
    datacontenttype: 'application/json',
    data: now(stolen('wrapped', 'eu')),
  }
  await log.append([
    { topic: 'events', key: agentKey('default', 'direct'), value: JSON.stringify(e) },
    { topic: 'events', key: 'no key of ours', value: JSON.stringify(now(stolen('elsewhere', 'eu'))), partition: 0 },
    {
      topic: 'events',
      key: 'x',
      value: JSON.stringify(cloudEvent),
      headers: { 'content-type': 'application/cloudevents+json' },
    },
    { topic: 'events', key: 'x', value: '{"neither": "this"' },
  ])
  for (const id of ['direct', 'elsewhere', 'wrapped'])
    await soon(`${id} acts`, () => monitor.agent('default', id)?.acts === 1)
  await soon('a dead letter', async () => (await valuesOf(log, 'dead-letters')).length === 1)
}, 120_000)

/** How many credentials this instance has met. */
const seen = (of: Instance) => of.monitor.live.lanes.get('credential')?.stats.keys ?? 0
