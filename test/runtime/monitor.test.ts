import { expect, test } from 'vitest'
import { detectors } from '../../detectors/index.ts'
import { openLocalLog } from '../../src/edges/lmdb/open-local-log.ts'
import { defaultPolicy, stamped } from '../../src/policy/policy.ts'
import { replayLog } from '../../src/runtime/replay.ts'
import { embeddedPlan } from '../../src/runtime/topics.ts'
import { wallClock } from '../../src/runtime/wall-clock.ts'
import { rescind } from '../../src/topology.ts'
import { event } from '../support/events.ts'
import { holdingState, withholding } from '../support/log.ts'
import { monitorOn, openMonitor, update } from '../support/monitor.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { until } from '../support/until.ts'

const raw = (e: unknown) => ({ body: JSON.stringify(e), contentType: 'application/json', received: 1_800_000_100_000 })

const stolen = (agent: string, network: string) =>
  event({ agent: { id: agent }, credential: { id: 'cred-1' }, source: { network }, task: { id: `task-${agent}` } })

test('a shared credential becomes a revocation that is issued, applied and released', async () => {
  const { monitor, failures, close } = await openMonitor(temporaryDirectory())
  const result = await monitor.ingest([raw(stolen('a', 'eu')), raw(stolen('b', 'us'))])
  expect(result).toEqual({ accepted: 2, rejected: [], ignored: 0 })

  const issued = await update(monitor, 'default', (u) => u.state === 'issued')
  expect(issued.issue).toMatchObject({ rung: 'revoke', target: { credential: 'cred-1' }, restriction: { deny: {} } })
  // The two agents live in different partitions: whichever came second is the one that is named.
  expect(['a', 'b']).toContain(issued.issue?.agent)
  expect([...monitor.commandTables.of('default').table.inForce()].map((c) => c.id)).toEqual([issued.command])
  expect(monitor.commandTables.of('default').table.digest).toBe(issued.digest)

  await monitor.receive([
    { tenant: 'default', command: issued.command, point: 'p1', outcome: 'applied', time: 1_800_000_101_000 },
  ])
  const applied = await update(monitor, 'default', (u) => u.state === 'applied')
  expect(applied).toMatchObject({ command: issued.command, point: 'p1' })

  await monitor.review({
    id: 'r1',
    tenant: 'default',
    time: 1_800_000_102_000,
    by: 'ann',
    reason: 'same team',
    verb: 'release',
    command: issued.command,
  })
  await update(monitor, 'default', (u) => u.state === 'released')
  expect([...monitor.commandTables.of('default').table.inForce()]).toEqual([])
  expect(failures).toEqual([])
  await close()
})

test('state comes back after a restart, and nothing is issued twice', async () => {
  const directory = temporaryDirectory()
  const first = await openMonitor(directory)
  await first.monitor.ingest([raw(stolen('a', 'eu'))])
  await first.close()
  const second = await openMonitor(directory)
  await second.monitor.ingest([raw(stolen('b', 'us'))])
  const issued = await update(second.monitor, 'default', (u) => u.state === 'issued')
  await second.close()
  const third = await openMonitor(directory)
  expect([...third.monitor.commandTables.of('default').table.inForce()].map((c) => c.id)).toEqual([issued.command])
  await third.close()
})

test('replaying the log gives the same findings and commands, byte for byte', async () => {
  const { monitor, log, close } = await openMonitor(temporaryDirectory())
  const time = 1_800_000_100_000
  const about = { tenant: 'default', time }
  await monitor.tellPresence({ ...about, here: ['p1', 'p2'], gone: [] })
  for (const [agent, point] of ['a', 'b'].flatMap((a) => ['p1', 'p2'].map((p) => [a, p])))
    await monitor.ingest([raw({ ...event({ agent: { id: agent ?? '' } }), point: { id: point } })])
  for (let i = 0; i < 50; i++)
    await monitor.ingest([
      raw(stolen('a', 'eu')),
      raw(event({ agent: { id: 'c' }, action: 'export', destinations: [{ hash: `d${i}`, kind: 'url' }] })),
    ])
  await monitor.ingest([raw(stolen('b', 'us'))])
  const { command } = await update(monitor, 'default', (u) => u.issue?.rung === 'revoke')
  await monitor.receive([
    { ...about, command, point: 'p1', outcome: 'applied' },
    { ...about, command, point: 'p2', outcome: 'refused' },
  ])
  await monitor.tellPresence({ ...about, here: [], gone: [{ point: 'p2', since: time }] })
  expect(await update(monitor, 'default', (u) => u.outcome === 'gone')).toMatchObject({ state: 'applied', point: 'p2' })
  await monitor.close()
  const recorded = new Map<string, string[]>()
  for (const topic of ['findings', 'commands']) {
    const values: string[] = []
    for await (const record of log.read(topic, 0)) values.push(record.value ?? '')
    recorded.set(topic, values)
  }
  const again = new Map<string, string[]>([
    ['findings', []],
    ['commands', []],
  ])
  for await (const { topic, value } of replayLog(rescind(detectors, stamped(defaultPolicy(), 0)), log))
    again.get(topic)?.push(JSON.stringify(value))
  expect(again.get('findings')?.sort()).toEqual(recorded.get('findings')?.sort())
  expect(again.get('commands')).toEqual(recorded.get('commands'))
  expect(recorded.get('commands')?.length).toBeGreaterThan(0)
  await close()
})

test('a chain of lanes waits for no reading: what a lane sends is taken as soon as it has its place', async () => {
  const log = await openLocalLog({ directory: temporaryDirectory(), clock: wallClock })
  const { monitor, failures, close } = await monitorOn(withholding(log, ['credential-acts', 'proposals']), embeddedPlan)
  // Where something else came in between, it is read after all; so not every chain goes through here.
  let pair = 0
  const issued = await until('a chain without reading', async () => {
    const credential = { id: `cred-${pair}` }
    const [a, b] = ['eu', 'us'].map((network) => ({ ...stolen(`${network}-${pair}`, network), credential }))
    await monitor.ingest([raw(a), raw(b)])
    pair++
    return monitor.commandTables.of('default').recent.find((u) => u.state === 'issued')
  })
  expect(issued.issue).toMatchObject({ rung: 'revoke', restriction: { deny: {} } })
  expect(failures).toEqual([])
  await close()
})

test('state that cannot be written for a while does not outgrow what one write can hold', async () => {
  const log = await openLocalLog({ directory: temporaryDirectory(), clock: wallClock })
  const { slow, sizes, go } = holdingState(log)
  const plan = { ...embeddedPlan, partitions: { ...embeddedPlan.partitions, agent: 1 } }
  const { monitor, failures, close } = await monitorOn(slow, plan)
  const agents = 11_000
  for (let from = 0; from < agents; from += 1000) {
    const acts = Array.from({ length: 1000 }, (_, i) => ({
      ...event({ agent: { id: `a${from + i}` }, time: 1_800_000_050_000 }),
      id: `e${from + i}`,
    }))
    await monitor.ingest(acts.map(raw))
  }
  const taken = () => monitor.live.lanes.get('agent')?.stats.processed ?? 0
  let before = -1
  await until(
    'no more is taken',
    () => {
      const now = taken()
      const same = now === before
      before = now
      return (sizes.length > 0 && now >= 4000 && same) || undefined
    },
    { everyMs: 500 },
  )
  go()
  await until('all is taken', () => taken() >= agents || undefined)
  await close()
  expect(sizes.reduce((sum, size) => sum + size)).toBeGreaterThanOrEqual(agents)
  expect(Math.max(...sizes)).toBeLessThan(5000)
  expect(failures).toEqual([])
})
