import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Rung, rungs } from '../../src/model/command.ts'
import type { ActionClass, Sensitivity } from '../../src/model/event.ts'
import type { Act } from '../../src/model/finding.ts'
import { costOfBad, decide, interrupts, meanCost, rank, restrictionOf, targetOf } from '../../src/policy/ladder.ts'
import { defaultPolicy } from '../../src/policy/policy.ts'
import { event } from '../support/events.ts'

const policy = defaultPolicy()
const acts = fc.record(
  {
    action: fc.constantFrom<ActionClass>('read', 'list', 'write', 'delete', 'execute', 'export', 'admin'),
    sensitivity: fc.constantFrom<Sensitivity>('public', 'internal', 'confidential', 'restricted'),
    environment: fc.constantFrom('production', 'sandbox', 'constructor', '__proto__', 'toString'),
    external: fc.boolean(),
    count: fc.integer({ min: 1, max: 100 }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Act>
const bits = fc.double({ min: 0, max: 60, noNaN: true })
const usual = fc.double({ min: 1, max: 1000, noNaN: true })

describe('cost of a bad act', () => {
  test('is the product of the policy’s factors', () => {
    expect(costOfBad({ action: 'export', sensitivity: 'restricted', external: true }, policy)).toBe(200 * 10 * 2)
    expect(costOfBad({ action: 'read', environment: 'sandbox' }, policy)).toBe(0.02)
    expect(costOfBad({}, policy)).toBe(10)
  })

  test('is the same for an event and for its act', () => {
    const destinations = [{ hash: 'd', kind: 'url' as const, boundary: 'external' as const }]
    expect(costOfBad(event({ action: 'export', destinations }), policy)).toBe(400)
  })

  test('is a number whatever names an event brings', () => {
    fc.assert(
      fc.property(acts, (act) => {
        expect(costOfBad(act, policy)).toBeGreaterThan(0)
      }),
    )
    expect(costOfBad({ action: 'read', environment: 'constructor' }, policy)).toBe(1)
  })
})

describe('decide', () => {
  test('more evidence never lowers the rung, statistical or ruled', () => {
    fc.assert(
      fc.property(bits, bits, bits, bits, acts, usual, (b, more, r, moreRules, act, mean) => {
        const less = rank(decide(b, r, act, mean, policy).rung)
        expect(rank(decide(b + more, r + moreRules, act, mean, policy).rung)).toBeGreaterThanOrEqual(less)
      }),
    )
  })

  test('a dearer act never lowers the rung, a dearer habit never raises it', () => {
    fc.assert(
      fc.property(bits, bits, acts, usual, fc.double({ min: 1, max: 9, noNaN: true }), (b, r, act, mean, factor) => {
        const plain = rank(decide(b, r, act, mean, policy).rung)
        const count = (act.count ?? 1) * Math.ceil(factor)
        expect(rank(decide(b, r, { ...act, count }, mean, policy).rung)).toBeGreaterThanOrEqual(plain)
        expect(rank(decide(b, r, act, mean * factor, policy).rung)).toBeLessThanOrEqual(plain)
      }),
    )
  })

  test('the next rung is reached with the bits it says, and not with fewer', () => {
    fc.assert(
      fc.property(bits, acts, usual, (b, act, mean) => {
        const { next } = decide(b, 0, act, mean, policy)
        if (next === undefined || next.bitsNeeded > 59 || next.bitsNeeded < 0.1) return
        expect(rank(decide(next.bitsNeeded + 0.01, 0, act, mean, policy).rung)).toBeGreaterThanOrEqual(rank(next.rung))
        expect(rank(decide(next.bitsNeeded - 0.01, 0, act, mean, policy).rung)).toBeLessThan(rank(next.rung))
      }),
    )
  })

  test('the first use of something harmless is noted, a first export of restricted data is stopped', () => {
    expect(decide(10, 0, { action: 'read' }, 1, policy).rung).toBe('notify')
    expect(interrupts(decide(10, 0, { action: 'export', sensitivity: 'restricted' }, 1, policy).rung)).toBe(true)
    expect(decide(0, 0, { action: 'export', sensitivity: 'restricted' }, 1, policy).rung).toBe('notify')
  })
})

test('an agent’s usual cost starts as ten acts of unit cost and is never less than one', () => {
  expect(meanCost({ acts: 0, cost: 0 })).toBe(1)
  expect(meanCost({ acts: 10, cost: 390 })).toBe(20)
  expect(meanCost({ acts: 1e6, cost: 1e4 })).toBe(1)
})

describe('whom and what', () => {
  test.each<[Rung, object]>([
    ['step-up', { agent: 'a', task: 't' }],
    ['tighten', { agent: 'a', task: 't' }],
    ['revoke', { credential: 'c' }],
    ['quarantine', { agent: 'a' }],
  ])('%s falls on %o', (rung, target) => {
    expect(targetOf(rung, 'a', 't', 'c')).toEqual(target)
  })

  test('without a task or credential it falls on the agent', () => {
    for (const rung of rungs) expect(targetOf(rung, 'a', undefined, undefined)).toEqual({ agent: 'a' })
    expect(targetOf('revoke', 'a', 't', undefined)).toEqual({ agent: 'a' })
  })

  test('mild rungs touch what the act was about, hard ones everything', () => {
    const act: Act = { action: 'export', tool: 'mail.send', destinations: ['d'] }
    expect(restrictionOf('step-up', act)).toEqual({ stepUp: { actions: ['export'], tools: ['mail.send'] } })
    expect(restrictionOf('tighten', act)).toEqual({ deny: { actions: ['export'], destinations: ['d'] } })
    expect(restrictionOf('revoke', act)).toEqual({ deny: {} })
  })

  test('one act is held to its destinations, one without to its arguments, what stands holds the tool', () => {
    const act: Act = { action: 'export', tool: 'mail.send', destinations: ['d'] }
    const tool = { actions: ['export'], tools: ['mail.send'] }
    expect(restrictionOf('step-up', act, 'act', 'x')).toEqual({ stepUp: { ...tool, destinations: ['d'] } })
    expect(restrictionOf('tighten', act, 'act', 'x')).toEqual({ deny: { actions: ['export'], destinations: ['d'] } })
    expect(restrictionOf('tighten', act, 'all')).toEqual({ deny: tool })
    const rm: Act = { action: 'delete', tool: 'run' }
    const run = { actions: ['delete'], tools: ['run'] }
    expect(restrictionOf('step-up', rm, 'act', 'x')).toEqual({ stepUp: { ...run, arguments: ['x'] } })
    expect(restrictionOf('tighten', rm, 'act', 'x')).toEqual({ deny: { ...run, arguments: ['x'] } })
    expect(restrictionOf('step-up', rm, 'act')).toEqual({ stepUp: run })
    expect(restrictionOf('step-up', rm, 'all', 'x')).toEqual({ stepUp: run })
  })
})
