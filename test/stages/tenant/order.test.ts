import { describe, expect, test } from 'vitest'
import type { Order } from '../../../src/model/receipt.ts'
import { Driven } from '../../support/drive.ts'
import { event } from '../../support/events.ts'

const start = 1_800_000_000_000
const hour = 3_600_000

function order(driven: Driven, given: Partial<Order> = {}, id = 'r1', time = start): Driven {
  driven.drive.put('reviews', {
    id,
    tenant: 'default',
    time,
    by: 'ann',
    reason: 'it was told to stop',
    verb: 'order',
    agent: 'agent-1',
    order: { rung: 'revoke', until: time + hour, ...given },
  })
  return driven
}
const states = (driven: Driven) => driven.updates.map((u) => u.state)

describe('what a person orders by hand', () => {
  test('is a command in force at once, whatever mode the policy has and whatever the brake says', () => {
    const driven = order(new Driven({ mode: 'learn', brake: { perTenant: 0 } }), { credentials: ['c1'] })
    expect(driven.updates).toMatchObject([{ state: 'issued', by: 'ann', why: 'it was told to stop' }])
    expect(driven.only('revoke')).toMatchObject({
      agent: 'agent-1',
      target: { agent: 'agent-1' },
      restriction: { deny: {} },
      because: 'it was told to stop',
      by: 'ann',
      automatic: false,
      mode: 'enforce',
      credentials: ['c1'],
      notIssuedAfter: start,
      expires: start + hour,
    })
    expect(driven.reviews).toMatchObject([{ verb: 'order', by: 'ann', agent: 'agent-1' }])
    expect(driven.agent().standing).toMatchObject([{ rung: 'revoke', until: start + hour }])
  })

  test('told again it is the same command once', () => {
    const driven = order(order(new Driven()))
    expect(states(driven)).toEqual(['issued'])
    expect(driven.agent().standing).toHaveLength(1)
  })

  test.each<[Partial<Order>, object]>([
    [{ rung: 'quarantine' }, { target: { agent: 'agent-1' }, restriction: { deny: {} } }],
    [
      { rung: 'step-up', task: 't1' },
      { target: { agent: 'agent-1', task: 't1' }, restriction: { stepUp: {} } },
    ],
    [{ rung: 'tighten', only: { tools: ['mail/*'] } }, { restriction: { deny: { tools: ['mail/*'] } } }],
    [{ rung: 'tighten' }, { restriction: { deny: { actions: expect.arrayContaining(['write', 'export']) } } }],
  ])('%j falls on what it says', (given, expected) => {
    expect(order(new Driven(), given).commands).toMatchObject([expected])
  })

  test.each<Partial<Order>>([
    { rung: 'revoke', task: 't1' },
    { rung: 'quarantine', only: { tools: ['x'] } },
    { until: start },
    { until: start + 8 * 24 * hour },
  ])('%j is none', (given) => expect(order(new Driven(), given).commands).toEqual([]))

  test('lives as any command: receipts, the closed loop, release', () => {
    const driven = order(new Driven())
    const { id } = driven.only('revoke')
    driven.receipt(id, 'applied', start + 1000)
    expect(driven.agent().standing).toMatchObject([{ command: id, applied: true }])
    driven.events(event({ id: 'after', time: start + 60_000 }))
    expect(driven.findings.at(-1)).toMatchObject({ detector: 'revoked-use', because: expect.stringContaining(id) })
    driven.review('approve', start + 70_000, id)
    expect(states(driven).slice(0, 2)).toEqual(['issued', 'applied'])
    expect(driven.updates.filter((u) => u.state === 'released')).toEqual([])
    driven.review('release', start + 80_000, id)
    expect(driven.updates.find((u) => u.state === 'released')).toMatchObject({ command: id, by: 'ann', why: 'looked' })
    expect(driven.agent().standing.some((s) => s.command === id)).toBe(false)
  })

  test('ends by itself, and an alarm says that nobody applied it', () => {
    const driven = order(new Driven())
    driven.tick(start + 10_000)
    expect(driven.findings).toMatchObject([{ detector: 'unanswered-command' }])
    driven.tick(start + hour)
    expect(states(driven)).toEqual(['issued', 'expired'])
    expect(driven.agent().standing).toEqual([])
  })

  test('nothing is learned from the tasks that were open, until a person lets it go', () => {
    const driven = new Driven().events(event({ time: start - 1000 }), event({ time: start - 900, task: { id: 't2' } }))
    order(driven, { rung: 'step-up', task: 't2' })
    const tainted = () => driven.agent().tasks.map((task) => task.tainted)
    expect(tainted()).toEqual([false, true])
    driven.review('release', start + 1000, driven.only('step-up').id)
    expect(tainted()).toEqual([false, false])
  })

  test('the monitor does not order again what stands by hand, until it is released', () => {
    const mail = (i: number) =>
      event({
        id: `m${i}`,
        time: start + i,
        task: { id: `t${i}` },
        action: 'export',
        destinations: [{ hash: `d${i}`, kind: 'email', seen: { in: 'tool-output', form: 'prose' } }],
      })
    const mails = Array.from({ length: 8 }, (_, i) => mail(i))
    const stopped = (driven: Driven) => driven.events(...mails).commands.filter((c) => c.rung === 'quarantine').length
    expect(stopped(new Driven())).toBe(1)
    expect(stopped(order(new Driven(), { rung: 'quarantine' }))).toBe(1)
    const released = order(new Driven(), { rung: 'quarantine' })
    expect(stopped(released.review('release', start, released.only('quarantine').id))).toBe(2)
  })
})
