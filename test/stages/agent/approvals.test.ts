import { describe, expect, test } from 'vitest'
import type { KeptEvidence, Standing } from '../../../src/model/agent-state.ts'
import type { AgentEvent } from '../../../src/model/event.ts'
import { defaultPolicy } from '../../../src/policy/policy.ts'
import { emptyAgent } from '../../../src/stages/agent/agent-store.ts'
import { approve } from '../../../src/stages/agent/approvals.ts'
import { Driven } from '../../support/drive.ts'
import { event } from '../../support/events.ts'

const start = 1_800_000_000_000
const small = { detectors: { 'untrusted-destination': { options: { proseBits: 6.5 } } } }
const aimed = (id: string, over: Partial<AgentEvent> = {}) =>
  event({
    id,
    time: start,
    action: 'export',
    tool: { name: 'mail.send' },
    destinations: [{ hash: id, kind: 'email', seen: { in: 'tool-output', form: 'prose' } }],
    ...over,
  })

/** A past of small reads, then eighty large ones: what stands climbs rung by rung. */
function bulk(bytes: number): Driven {
  const driven = new Driven()
  const read = (id: string, time: number, task: string, size: number) =>
    event({ id, time, task: { id: task }, result: { bytes: size, records: 1 } })
  for (let t = 0; t < 12; t++) {
    const began = start - 3 * 3_600_000 + t * 60_000
    const task = `past-${t}`
    driven.events(event({ id: `s${t}`, time: began, kind: 'task-start', task: { id: task } }))
    for (let i = 0; i < 3; i++) driven.events(read(`${task}-${i}`, began + i * 1000, task, 1000))
    const ended = { id: task, status: 'completed' } as const
    driven.events(event({ id: `e${t}`, time: began + 30_000, kind: 'task-end', task: ended }))
  }
  for (let i = 0; i < 80; i++) driven.events(read(`b${i}`, start + i * 200, 'now', bytes))
  return driven
}

describe('a step-up that a higher rung takes the place of', () => {
  test('is withdrawn, and approving it later lets nothing go and takes nothing back', () => {
    const driven = bulk(60_000)
    const [asked] = driven.commands.filter((c) => c.rung === 'step-up')
    const higher = driven.only('tighten')
    const of = driven.updates.filter((u) => u.command === asked?.id)
    expect(of).toMatchObject([{ state: 'issued' }, { state: 'expired', why: `superseded by tighten ${higher.id}` }])
    const before = structuredClone(driven.agent())
    expect(before.risk?.bits).toBeGreaterThan(13)
    driven.review('approve', start + 60_000, asked?.id).review('release', start + 61_000, asked?.id)
    expect(driven.agent()).toEqual(before)
  })

  test('asks nobody either when it comes after it', () => {
    const driven = new Driven(small)
    driven.drive.put('reviews', {
      ...{ id: 'r', tenant: 'default', time: start - 1, by: 'ann', reason: 'x', verb: 'order', agent: 'agent-1' },
      order: { rung: 'revoke', until: start + 1e7 },
    })
    driven.events(aimed('1', { kind: 'attempt', outcome: 'denied' }))
    const asked = driven.only('step-up')
    expect(driven.updates.filter((u) => u.command === asked.id).map((u) => u.state)).toEqual(['expired'])
    // Once the higher one is gone the same question is asked again.
    driven.review('release', start + 1000, driven.only('revoke').id)
    driven.events(aimed('2', { kind: 'attempt', outcome: 'denied', time: start + 2000 }))
    expect(driven.updates.at(-1)).toMatchObject({ state: 'issued', issue: { rung: 'step-up' } })
  })

  test('one for another act, or that a person ordered by hand, stands on', () => {
    const driven = new Driven(small).events(aimed('1'))
    const order = (id: string, agent: string, given: object) =>
      driven.drive.put('reviews', {
        ...{ id, tenant: 'default', time: start + 1000, by: 'ann', reason: 'x', verb: 'order', agent },
        order: { rung: 'tighten', until: start + 1e7, ...given },
      })
    order('r1', 'agent-1', { only: { tools: ['other'] } })
    order('r2', 'agent-2', {})
    order('r3', 'agent-1', { task: 'other' })
    order('r4', 'agent-1', { rung: 'step-up' })
    expect(driven.updates.filter((u) => u.state === 'expired')).toEqual([])
    order('r5', 'agent-1', { rung: 'revoke' })
    const ended = driven.updates.filter((u) => u.state === 'expired').map((u) => u.command)
    expect(ended).toEqual([driven.commands.find((c) => c.rung === 'step-up' && c.automatic)?.id])
  })
})

test('a release takes back what its command rested on, and nothing that a higher one rests on as well', () => {
  const kept = (finding: string): KeptEvidence => ({
    ...{ finding, detector: 'd', event: `event-${finding}`, bits: 5, because: '', rule: true, mode: 'enforce' },
    ...{ at: start, added: 5 },
  })
  const stands = (command: string, rung: Standing['rung'], findings: string[]): Standing => ({
    ...{ command, rung, target: command, until: start + 1e7, event: `event-${findings[0]}`, findings },
  })
  const state = {
    ...emptyAgent(),
    risk: { bits: 0, rules: 20, shadow: 0, shadowRules: 20, at: start },
    evidence: ['a', 'b', 'c', 'd'].map(kept),
    standing: [stands('low', 'step-up', ['a', 'b']), stands('high', 'revoke', ['c', 'b'])],
  }
  approve(state, 'low', start, defaultPolicy(), true)
  expect(state.evidence.map((e) => e.finding)).toEqual(['b', 'c', 'd'])
  expect(state.risk.rules).toBe(15)
  approve(state, 'high', start, defaultPolicy(), true)
  expect(state.evidence.map((e) => e.finding)).toEqual(['d'])
})

describe('an approval where the call was held', () => {
  const approval = (of: string) =>
    event({ id: `approval-${of}`, time: start + 5000, kind: 'approval', approval: of, principal: 'ann@corp.example' })

  test('ends the step-up everywhere, and stands in the audit trail', () => {
    const driven = new Driven(small).events(aimed('1', { kind: 'attempt', outcome: 'stepped-up' }))
    const asked = driven.only('step-up')
    driven.events(approval(asked.id), approval(asked.id))
    expect(driven.updates.map((u) => u.state)).toEqual(['issued', 'released'])
    expect(driven.updates.at(-1)).toMatchObject({ verb: 'approved', by: 'ann@corp.example' })
    expect(driven.reviews).toMatchObject([{ verb: 'approve', command: asked.id, by: 'ann@corp.example' }])
    expect(driven.agent().standing).toEqual([])
  })

  test('ends neither what a person ordered by hand nor what takes all authority', () => {
    const driven = new Driven()
    for (const rung of ['step-up', 'revoke'] as const)
      driven.drive.put('reviews', {
        ...{ id: rung, tenant: 'default', time: start, by: 'ann', reason: 'x', verb: 'order', agent: 'agent-1' },
        order: { rung, until: start + 1e7 },
      })
    for (const { id } of driven.commands) driven.events(approval(id))
    expect(driven.updates.map((u) => u.state)).toEqual(['issued', 'issued'])
    expect(driven.agent().standing.map((s) => s.rung)).toEqual(['step-up', 'revoke'])
  })
})
