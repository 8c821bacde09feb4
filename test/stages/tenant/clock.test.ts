import { describe, expect, test } from 'vitest'
import { hours, minutes } from '../../../src/detect/units.ts'
import type { AgentEvent } from '../../../src/model/event.ts'
import { Driven } from '../../support/drive.ts'
import { event } from '../../support/events.ts'

const start = 1_800_000_000_000
let n = 0

/** A hijacked act, said to have happened `ahead` of when it was handed in. */
const hijack = (agent: string, arrived: number, ahead = 0, tenant = 'default'): AgentEvent =>
  event({
    id: `h${n++}`,
    time: arrived + ahead,
    tenant,
    agent: { id: agent },
    task: { id: `t-${agent}` },
    tool: { name: 'send_email' },
    action: 'export',
    provenance: { request: 'r', untrusted: 'identifier' },
    destinations: [{ hash: `h-${agent}`, kind: 'email', seen: { in: 'tool-output', form: 'prose' } }],
    origin: { publisher: 'local', owner: true, arrived },
  })
const alarms = (driven: Driven) => driven.findings.filter((f) => f.detector === 'unanswered-command')

describe('whatever time an act of somebody else has', () => {
  test.each([minutes(5), -hours(500)])('%d ms from now: alarms come and commands expire when they are due', (ahead) => {
    const run = (more: AgentEvent[]) => {
      const driven = new Driven().events(...more, hijack('a', start))
      for (let at = start + 1000; at <= start + hours(5); at += minutes(1)) driven.tick(at)
      const mine = (id: string) => driven.commands.some((c) => c.id === id && c.agent === 'a')
      return {
        alarms: alarms(driven)
          .filter((f) => f.agent === 'a')
          .map((f) => f.time),
        updates: driven.updates.filter((u) => mine(u.command)).map((u) => [u.state, u.time]),
      }
    }
    const alone = run([])
    expect(alone.alarms).toHaveLength(1)
    expect(alone.updates.at(-1)?.[0]).toBe('expired')
    expect(run([hijack('b', start, ahead, 'other'), hijack('c', start, ahead)])).toEqual(alone)
  })
})

describe('the life of a command counts from when it is issued', () => {
  test('also about an act that is told days late, and it says so', () => {
    const driven = new Driven().events(event({ time: start }), hijack('late', start, -hours(26)))
    const command = driven.only('tighten')
    expect(command).toMatchObject({ time: start - hours(26), notIssuedAfter: start - hours(26) })
    expect(command.expires).toBe(start + hours(4))
    expect(command.because).toContain('(told 26 h after the act)')
    expect(driven.tick(start + hours(3)).updates.map((u) => u.state)).toEqual(['issued'])
    expect(driven.tick(start + hours(4)).updates.map((u) => u.state)).toEqual(['issued', 'expired'])
  })

  test('an act ahead of its time takes back nothing that is yet to be given', () => {
    const command = new Driven().events(hijack('early', start, minutes(5))).only('tighten')
    expect(command.notIssuedAfter).toBe(start)
    expect(command.expires).toBe(start + hours(4))
    expect(command.because).not.toContain('told')
  })

  test('one that a person lets out hours later stands for its whole life from then on', () => {
    const driven = new Driven({ brake: { perTenant: 0 } }).events(hijack('held', start))
    const { id } = driven.only('tighten')
    driven.review('approve', start + hours(3), id)
    expect(driven.updates.at(-1)?.issue?.expires).toBe(start + hours(7))
    expect(driven.tick(start + hours(5)).updates.at(-1)?.state).toBe('issued')
  })
})

test('a point answers after it was asked, whatever its clock says', () => {
  const driven = new Driven().events(hijack('p', start))
  driven.receipt(driven.only('tighten').id, 'applied', 0)
  expect(driven.updates.at(-1)).toMatchObject({ state: 'applied', time: start })
})
