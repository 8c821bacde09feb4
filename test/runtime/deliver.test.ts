import { Type } from 'typebox'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Receipt } from '../../src/model/receipt.ts'
import type { Reject } from '../../src/model/reject.ts'
import { type Answer, type Delivery, defineChannel } from '../../src/ports/channel.ts'
import { Deliver, type DeliverEvent } from '../../src/runtime/deliver.ts'
import { wallClock } from '../../src/runtime/wall-clock.ts'
import { event } from '../support/events.ts'
import { valuesOf } from '../support/log.ts'
import { openMonitor, update } from '../support/monitor.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { until } from '../support/until.ts'

let directory: string
let opened: Awaited<ReturnType<typeof openMonitor>>
const delivers: Deliver[] = []
beforeEach(async () => {
  directory = temporaryDirectory()
  opened = await openMonitor(directory)
})
afterEach(async () => {
  for (const each of delivers.splice(0)) await each.close()
  await opened.close()
})

/** A channel whose other side answers as the test says; what it was given stands in `given`. */
async function start(answer: (delivery: Delivery) => Answer, effect: 'enforces' | 'informs' = 'enforces') {
  const given: string[] = []
  const events: DeliverEvent[] = []
  const receipts: Receipt[] = []
  let reachable = true
  const channel = defineChannel({
    id: 'toy',
    title: 'A channel of this test',
    effect,
    carries: 'orders',
    options: Type.Object({}),
    open: async () => ({
      deliver: async (delivery: Delivery) => {
        given.push(`${delivery.verb} ${delivery.command.agent}`)
        return answer(delivery)
      },
      probe: async () => (reachable ? undefined : 'away'),
      close: async () => {},
    }),
  })
  const { monitor, log } = opened
  const deliver = new Deliver({
    log,
    clock: wallClock,
    channel,
    open: await channel.open({}),
    group: 'rescind',
    hasEnded: (tenant, command, seq) => monitor.commandTables.hasEnded(tenant, command, seq),
    receive: async (some) => {
      receipts.push(...some)
      await monitor.receive(some)
    },
    onEvent: (e) => events.push(e),
    onFailed: (error) => events.push({ kind: 'answer', outcome: 'unreachable', command: String(error) }),
    backoffMs: [1, 4],
  })
  delivers.push(deliver)
  await deliver.start()
  return { given, events, receipts, deliver, answers: (is: boolean) => (reachable = is) }
}

let pairs = 0
/** Two agents use one credential: a revocation is issued. Answers its id. */
async function stolen(): Promise<string> {
  const credential = { id: `cred-${++pairs}` }
  const acts = ['eu', 'us'].map((network) => ({
    body: JSON.stringify(
      event({ agent: { id: `agent-${network}-${pairs}` }, credential, source: { network }, time: Date.now() - 1000 }),
    ),
    received: Date.now(),
  }))
  await opened.monitor.ingest(acts)
  const issued = await update(
    opened.monitor,
    'default',
    (u) => u.state === 'issued' && u.issue?.target.credential === credential.id,
  )
  return issued.command
}

const release = (command: string) =>
  opened.monitor.review({
    ...{ id: `release-${command}`, tenant: 'default', time: Date.now(), by: 'ann', reason: 'a test' },
    verb: 'release',
    command,
  })

test('an order and its end are brought once each, and the proof becomes a receipt of the channel', async () => {
  const { given, receipts } = await start(() => ({ outcome: 'applied' }))
  const command = await stolen()
  const applied = await update(opened.monitor, 'default', (u) => u.state === 'applied')
  expect(applied).toMatchObject({ command, point: 'channel:toy' })
  await release(command)
  await until('the withdrawal', () => given.length === 2 || undefined)
  const [agent] = given.map((each) => each.split(' ')[1])
  expect(given).toEqual([`apply ${agent}`, `withdraw ${agent}`])
  expect(receipts).toHaveLength(1)
})

test('who is not reached is asked again; after several failures only once it says that it is there', async () => {
  let away = 7
  const { given, events, answers } = await start(() =>
    away-- > 0 ? { outcome: 'unreachable', why: 'no route' } : { outcome: 'applied' },
  )
  answers(false)
  await stolen()
  await until('the breaker', () => events.some((e) => e.kind === 'breaker' && e.open) || undefined)
  const tried = given.length
  expect(tried).toBe(5)
  answers(true)
  await update(opened.monitor, 'default', (u) => u.state === 'applied')
  expect(given).toHaveLength(8)
  expect(events.filter((e) => e.kind === 'breaker').map((e) => e.kind === 'breaker' && e.open)).toEqual([true, false])
})

test('a refusal is told and not tried again', async () => {
  const { given, receipts } = await start(() => ({ outcome: 'refused', why: 'no such client' }))
  await stolen()
  const refused = await update(opened.monitor, 'default', (u) => u.state === 'refused')
  expect(refused).toMatchObject({ point: 'channel:toy', why: 'no such client' })
  expect([given.length, receipts.length]).toEqual([1, 1])
})

test('one that informs never makes a command applied', async () => {
  const { events } = await start(() => ({ outcome: 'applied' }) as Answer, 'informs')
  await stolen()
  await update(opened.monitor, 'default', (u) => u.state === 'delivered')
  expect(events).toContainEqual(expect.objectContaining({ kind: 'overclaim' }))
  expect(opened.monitor.commandTables.of('default').recent.some((u) => u.state === 'applied')).toBe(false)
})

test('an order that ended before it could be brought is not brought any more', async () => {
  let away = true
  const { given, events } = await start(() => ({ outcome: away ? 'unreachable' : 'applied' }))
  const command = await stolen()
  await until('a try', () => given.length > 0 || undefined)
  await release(command)
  await update(opened.monitor, 'default', (u) => u.state === 'released')
  await until('its end is known', () => events.some((e) => e.kind === 'answer' && e.outcome === 'ended') || undefined)
  away = false
  await until('the withdrawal', () => given.at(-1)?.startsWith('withdraw') || undefined)
})

test('after a restart the channel goes on where it was, and knows what it has to withdraw', async () => {
  const first = await start(() => ({ outcome: 'applied' }))
  const command = await stolen()
  await update(opened.monitor, 'default', (u) => u.state === 'applied')
  await until(
    'its place is kept',
    async () => ((await opened.log.committed('rescind.channel.toy', 'commands', 0)) ?? 0) > 0 || undefined,
  )
  await first.deliver.close()
  delivers.splice(0)
  await opened.close()
  opened = await openMonitor(directory)
  const second = await start(() => ({ outcome: 'applied' }))
  await release(command)
  await until('the withdrawal', () => second.given.length > 0 || undefined)
  expect(second.given).toEqual([expect.stringMatching(/^withdraw agent-/)])
})

test('what throws counts as not reached; nothing of it is a dead letter while it may still come right', async () => {
  let first = true
  const { events } = await start(() => {
    if (!first) return { outcome: 'applied' }
    first = false
    throw new Error('socket hang up')
  })
  await stolen()
  await update(opened.monitor, 'default', (u) => u.state === 'applied')
  expect(events).toContainEqual(expect.objectContaining({ outcome: 'unreachable', why: 'socket hang up' }))
  expect((await valuesOf(opened.log, 'dead-letters')).map((each) => JSON.parse(each) as Reject)).toEqual([])
})
