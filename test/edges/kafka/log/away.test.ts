import { afterAll, beforeAll, expect, test } from 'vitest'
import { openKafkaLog } from '../../../../src/edges/kafka/log/open-kafka-log.ts'
import type { Position } from '../../../../src/ports/log.ts'
import { type Broker, startBroker } from '../../../support/broker.ts'
import { until } from '../../../support/until.ts'

const awayMs = 32_000

let broker: Broker
beforeAll(async () => {
  broker = await startBroker({ own: true })
}, 120_000)
afterAll(() => broker.close())

test('who was away from the group for too long writes nothing of what it held, and restores all of it', async () => {
  const log = await openKafkaLog({ brokers: broker.brokers, prefix: 'away.', sessionMs: 1000, longestUnknownMs: 2000 })
  await log.createTopics([
    { name: 'inbox', partitions: 2 },
    { name: 'state', partitions: 2, compacted: true },
  ])
  const told: string[] = []
  const read: string[] = []
  const failures: unknown[] = []
  const names = (positions: readonly Omit<Position, 'offset'>[]) => positions.map((p) => p.partition).sort()
  const consumer = await log.consume({
    group: 'g',
    topics: ['inbox'],
    from: 'earliest',
    maxRecords: 10,
    onAssigned: async (positions) => void told.push(`assigned ${names(positions)}`),
    onRevoked: async (partitions) => {
      // As the owner would: it writes what it has before it lets go.
      await commit('late')
      told.push(`revoked ${names(partitions)}`)
    },
    onBatch: async ({ records }) => void read.push(...records.map((r) => r.value ?? '')),
    onFailed: (error) => failures.push(error),
  })
  const commit = (value: string) =>
    log.commit('g', {
      outputs: [],
      changelog: [{ topic: 'state', partition: 0, key: 'k', value }],
      offsets: [{ topic: 'inbox', partition: 0, offset: 1 }],
    })
  const state = async () => {
    const values: string[] = []
    for await (const { value } of log.read('state', 0)) values.push(value ?? '')
    return values
  }
  await log.append([{ topic: 'inbox', partition: 0, key: 'a', value: 'before' }])
  await until('the record is read', () => (read.length > 0 ? true : undefined), { withinMs: 20_000 })
  await commit('in time')
  expect(told).toEqual(['assigned 0,1'])

  await broker.stopAll()
  const began = performance.now()
  // Longer also than the watchdog waits for a fetch: what goes on again is one member, not several.
  await until('too long is over', () => (performance.now() - began > awayMs ? true : undefined), { withinMs: 60_000 })
  const late = commit('late')
  await broker.startAll()
  await until('it begins anew', () => (told.length >= 3 ? true : undefined), { withinMs: 30_000 })
  await late
  expect(told).toEqual(['assigned 0,1', 'revoked 0,1', 'assigned 0,1'])
  expect(await state()).toEqual(['in time'])

  await commit('after')
  expect(await state()).toEqual(['in time', 'after'])
  await log.append([{ topic: 'inbox', partition: 1, key: 'b', value: 'after' }])
  await until('it reads on', () => (read.includes('after') ? true : undefined), { withinMs: 20_000 })
  expect((await log.members('g')).map(({ partitions }) => partitions)).toEqual([{ inbox: [0, 1] }])
  expect(told).toHaveLength(3)
  expect(failures).toEqual([])
  await consumer.close()
  await log.close()
}, 120_000)
