import { describe, expect, it } from 'vitest'
import { detectors } from '../../../detectors/index.ts'
import { isKnown } from '../../../src/detect/index.ts'
import { knownLimits, learnKnown } from '../../../src/detect/known.ts'
import type { AgentEvent } from '../../../src/model/event.ts'
import type { Profile } from '../../../src/model/profile.ts'
import { defaultPolicy, stamped } from '../../../src/policy/policy.ts'
import { Drive } from '../../../src/runtime/drive.ts'
import { agentStore } from '../../../src/stages/agent/agent-store.ts'
import { peersStore } from '../../../src/stages/cohort/peers.ts'
import type { Streams } from '../../../src/stages/streams.ts'
import { rescind } from '../../../src/topology.ts'

/** Runs one-act tasks and answers which values the cohort then knows. */
function learned(
  mode: 'learn' | 'enforce',
  tasks: readonly AgentEvent['provenance'][],
  cohort?: string,
): Profile | undefined {
  const drive = new Drive<Streams>(rescind(detectors, stamped({ ...defaultPolicy(), mode }, 0)))
  tasks.forEach((provenance, i) => {
    const base = {
      time: 1_700_000_000_000 + i * 3_600_000,
      tenant: 'default',
      agent: { id: 'a', ...(cohort === undefined ? {} : { cohort }) },
      task: { id: `t${i}` },
    }
    drive.put('events', { ...base, id: `${i}`, kind: 'attempt', action: 'read', ...(provenance && { provenance }) })
    drive.put('events', { ...base, id: `${i}-end`, kind: 'task-end' })
  })
  return cohort === undefined
    ? drive.lanes.get('agent')?.peek('default/a', agentStore)?.profile
    : drive.lanes.get('cohort')?.peek(`default/cohort:${cohort}`, peersStore)?.profile
}

describe('what becomes known', () => {
  it('a field at once; a value that was asked for only by a second request', () => {
    const once = learned('enforce', [{ request: 'r1', read: ['f'], used: ['u'] }], 'c')
    expect([isKnown(once, 'f'), isKnown(once, 'u'), isKnown(once, 'x')]).toEqual([true, false, false])
    const same = learned(
      'enforce',
      [
        { request: 'r1', used: ['u'] },
        { request: 'r1', used: ['u'] },
      ],
      'c',
    )
    expect(isKnown(same, 'u')).toBe(false)
    const other = learned(
      'enforce',
      [
        { request: 'r1', used: ['u'] },
        { request: 'r2', used: ['u'] },
      ],
      'c',
    )
    expect(isKnown(other, 'u')).toBe(true)
  })

  it('what only running text supplied: in learn mode alone', () => {
    const task = { request: 'r1', prose: ['p'] }
    expect(isKnown(learned('learn', [task], 'c'), 'p')).toBe(true)
    expect(isKnown(learned('enforce', [task, { ...task, request: 'r2' }], 'c'), 'p')).toBe(false)
  })

  it('nothing of a task that was interrupted', () => {
    const bad = { request: 'r1', untrusted: 'identifier', read: ['f'], prose: ['p'] } as const
    expect(isKnown(learned('enforce', [{ ...bad, read: ['f'], prose: ['p'] }], 'c'), 'f')).toBe(false)
  })

  it('for an agent without a cohort its own, and nothing where no event has provenance', () => {
    expect(isKnown(learned('enforce', [{ request: 'r1', read: ['f'] }]), 'f')).toBe(true)
    expect(learned('enforce', [undefined])?.known).toBeUndefined()
  })
})

it('stays bounded: what is not known goes first, then the oldest', () => {
  let known = learnKnown(undefined, { asked: 5, read: ['old', 'new'], used: ['unsure'] }, 4)
  known = learnKnown(known, { asked: 5, read: ['a', 'b', 'c'], used: [] }, 4)
  expect(known.size).toBeLessThanOrEqual(4)
  expect(known.values).not.toHaveProperty('unsure')
  expect(known.values).toHaveProperty('c')
  const many = Array.from({ length: knownLimits.cohort * 2 }, (_, i) => `v${i}`)
  expect(learnKnown(undefined, { asked: 1, read: many, used: [] }, knownLimits.cohort).size).toBeLessThanOrEqual(
    knownLimits.cohort,
  )
})
