import { expect, test } from 'vitest'
import { type Held, Restrictions, refusalOf } from '../../../src/guard/core/restrictions.ts'
import type { Command } from '../../../src/model/command.ts'
import type { AgentEvent } from '../../../src/model/event.ts'
import { defaultPolicy, parsePolicy } from '../../../src/policy/policy.ts'
import { event } from '../../support/events.ts'

const now = 1_800_000_500_000
const command = (over: Partial<Command>): Command => ({
  id: `c-${JSON.stringify(over).length}`,
  tenant: 'default',
  time: now - 1000,
  rung: 'tighten',
  target: { agent: 'agent-1' },
  restriction: { deny: {} },
  agent: 'agent-1',
  because: 'a test says so',
  evidence: [{ finding: 'f', detector: 'first-use', event: 'e', bits: 9, because: 'new' }],
  bits: 9,
  costs: { odds: 1, badAction: 1, falseInterruption: 1 },
  policy: 'p',
  mode: 'enforce',
  automatic: true,
  notIssuedAfter: now - 1000,
  expires: now + 1000,
  ...over,
})

function caught(over: Partial<Command>, act: Partial<AgentEvent> = {}, held: Partial<Held> = {}): string | undefined {
  const table = new Restrictions()
  table.put(command(over))
  const base = { event: event({ time: now, ...act }), taskStarted: undefined, now, policy: defaultPolicy() }
  return table.find({ ...base, ...held })?.hold
}

test('every member of the target must match', () => {
  expect(caught({})).toBe('deny')
  expect(caught({ target: { agent: 'other' } })).toBeUndefined()
  expect(caught({ target: { agent: 'agent-1', task: 'task-1' } })).toBe('deny')
  expect(caught({ target: { agent: 'other', task: 'task-1' } })).toBeUndefined()
  expect(caught({ target: { credential: 'k1' } }, { credential: { id: 'k1' } })).toBe('deny')
  expect(caught({ target: { credential: 'k1' } }, { credential: { id: 'k2' } })).toBeUndefined()
  expect(caught({ target: {} })).toBe('deny')
  expect(caught({ tenant: 'other' })).toBeUndefined()
})

test('a credential issued later is not caught, an earlier or undated one is', () => {
  const target = { credential: 'k1' }
  expect(caught({ target }, { credential: { id: 'k1', issued: now - 1001 } })).toBe('deny')
  expect(caught({ target }, { credential: { id: 'k1', issued: now - 999 } })).toBeUndefined()
  expect(caught({}, { credential: { id: 'k9', issued: now - 999 } })).toBeUndefined()
  expect(caught({}, { credential: { id: 'k9' } })).toBe('deny')
})

test('a task that began later is not caught; one whose beginning nobody saw is', () => {
  const target = { agent: 'agent-1', task: 'task-1' }
  expect(caught({ target }, {}, { taskStarted: now - 2000 })).toBe('deny')
  expect(caught({ target }, {}, { taskStarted: now - 500 })).toBeUndefined()
  expect(caught({ target })).toBe('deny')
  // A whole agent does not get away by beginning a task.
  expect(caught({}, {}, { taskStarted: now - 500 })).toBe('deny')
})

test('an expired command is ignored by the guard’s own clock', () => {
  expect(caught({ expires: now })).toBeUndefined()
  expect(caught({ expires: now + 1 })).toBe('deny')
})

test('every list of a selector that is present must match', () => {
  const act: Partial<AgentEvent> = {
    tool: { server: 'files', name: 'read' },
    action: 'export',
    resource: { dataset: 'crm' },
    destinations: [{ hash: 'd1' }],
    environment: 'production',
  }
  const deny = (selector: NonNullable<Command['restriction']['deny']>) =>
    caught({ restriction: { deny: selector } }, act)
  expect(deny({ tools: ['read'], actions: ['export'] })).toBe('deny')
  expect(deny({ tools: ['files/*'] })).toBe('deny')
  expect(deny({ tools: ['other/*'] })).toBeUndefined()
  expect(deny({ tools: ['read'], actions: ['read'] })).toBeUndefined()
  expect(deny({ datasets: ['crm'], destinations: ['d0', 'd1'], environments: ['production'] })).toBe('deny')
  expect(deny({ environments: ['sandbox'] })).toBeUndefined()
  expect(deny({ destinations: [] })).toBeUndefined()
})

test('deny outweighs step-up; what only takes something out holds nothing', () => {
  const table = new Restrictions()
  const act = { event: event({ time: now }), taskStarted: undefined, now, policy: defaultPolicy() }
  table.put(command({ id: 'a', restriction: { stepUp: {} } }))
  table.put(command({ id: 'b', restriction: { deny: {} } }))
  table.put(command({ id: 'c', restriction: { sanitise: { fields: ['body'] } } }))
  expect(table.find(act)?.command.id).toBe('b')
  table.drop('b')
  expect(table.find(act)?.hold).toBe('step-up')
  expect(table.find(act, () => true)).toBeUndefined()
  expect([...table.sanitising(act)].map((c) => c.id)).toEqual(['c'])
  expect([...table.sanitising({ ...act, now: 8e15 })]).toEqual([])
})

test('the allowlist is honoured again, but not against a person', () => {
  const parsed = parsePolicy({ allow: [{ tool: 'files.read', because: 'the nightly job' }] })
  if ('faults' in parsed) throw new Error('the policy is wrong')
  expect(caught({}, {}, { policy: parsed.policy })).toBeUndefined()
  expect(caught({ automatic: false }, {}, { policy: parsed.policy })).toBe('deny')
  expect(caught({}, { tool: { name: 'other' } }, { policy: parsed.policy })).toBe('deny')
})

test('what the guard cannot hold to, it says', () => {
  expect(refusalOf(command({}))).toBeUndefined()
  expect(refusalOf(command({ restriction: {} }))).toContain('restricts nothing')
  expect(refusalOf(command({ restriction: { throttle: {} } as Command['restriction'] }))).toContain('throttle')
  expect(refusalOf(command({ restriction: { sanitise: { fields: [] } } }))).toContain('no fields')
  const sanitise = { tools: ['files.read'], fields: ['password'] }
  expect(refusalOf(command({ restriction: { sanitise } }))).toBeUndefined()
})
