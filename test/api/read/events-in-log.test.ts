import { afterAll, beforeAll, expect, test } from 'vitest'
import { EventsInLog } from '../../../src/api/read/events-in-log.ts'
import { openLocalLog } from '../../../src/edges/lmdb/open-local-log.ts'
import type { AgentEvent } from '../../../src/model/event.ts'
import type { Log } from '../../../src/ports/log.ts'
import { wallClock } from '../../../src/runtime/wall-clock.ts'
import { agentKey } from '../../../src/stages/lane-key.ts'
import { event } from '../../support/events.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

let log: Log
let reads = 0
let events: EventsInLog
beforeAll(async () => {
  const opened = await openLocalLog({ directory: temporaryDirectory(), clock: wallClock })
  await opened.createTopics([{ name: 'events', partitions: 2 }])
  log = opened
  const counted = {
    partitions: () => log.partitions('events'),
    partitionOf: (topic: string, key: string) => log.partitionOf(topic, key),
    range: (topic: string, partition: number) => log.range(topic, partition),
    async *read(...where: Parameters<Log['read']>) {
      for await (const record of log.read(...where)) {
        reads++
        yield record
      }
    },
  }
  events = new EventsInLog({ log: counted as unknown as Log })
})
afterAll(() => log.close())

const write = (...more: AgentEvent[]) =>
  log.append(
    more.map((each) => ({
      topic: 'events',
      key: agentKey(each.tenant, each.agent.id),
      value: JSON.stringify(each),
      headers: { stream: 'events' },
    })),
  )
const readFor = async (ask: () => Promise<unknown>) => {
  const before = reads
  await ask()
  return reads - before
}

test('two hundred questions for what is not there read the log once', async () => {
  await write(...Array.from({ length: 300 }, (_, i) => event({ id: `e${i}`, agent: { id: `a${i % 7}` } })))
  const ask = (n: number) => events.latest('id', 'default', `none-${n}`, { limit: 1 })
  expect(await readFor(() => Promise.all(Array.from({ length: 200 }, (_, n) => ask(n))))).toBe(300)
  expect(await readFor(() => ask(1))).toBe(0)
})

test('what came since is found, by its id, its agent and its trace', async () => {
  const one = event({ id: 'late', agent: { id: 'a1' }, trace: { id: 'trace-1' } })
  await write(one, { ...one, id: 'of another', tenant: 'other' })
  for (const [name, value] of [
    ['id', 'late'],
    ['trace', 'trace-1'],
  ] as const)
    expect(await events.latest(name, 'default', value, { limit: 5 })).toEqual([one])
  expect((await events.latest('agent', 'default', 'a1', { limit: 2 })).map(({ id }) => id)).toEqual(['e295', 'late'])
  expect(await events.latest('id', 'default', 'of another', { limit: 1 })).toEqual([])
})

test('of a span of time, and each once', async () => {
  const at = 1_700_000_000_000
  const acts = [0, 10, 20, 30].map((ms) => event({ id: `at-${ms}`, agent: { id: 'timed' }, time: at + ms }))
  await write(...acts, ...acts)
  const found = await events.latest('agent', 'default', 'timed', { limit: 10, from: at + 10, to: at + 30 })
  expect(found.map(({ id }) => id)).toEqual(['at-10', 'at-20'])
})

test('a question reads little more than what it finds', async () => {
  await write(event({ id: 'needle', agent: { id: 'needle' } }))
  await events.latest('id', 'default', 'needle', { limit: 1 })
  expect(await readFor(() => events.latest('id', 'default', 'needle', { limit: 1 }))).toBe(1)
})
