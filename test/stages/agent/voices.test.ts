import { expect, test } from 'vitest'
import type { AgentState } from '../../../src/model/agent-state.ts'
import type { AgentEvent, Origin } from '../../../src/model/event.ts'
import { agentStore, emptyAgent } from '../../../src/stages/agent/agent-store.ts'
import { Driven } from '../../support/drive.ts'
import { event } from '../../support/events.ts'

const hour = 3_600_000
const start = 1_800_000_000_000
let n = 0

/** An event as the inlet stamps it. `OWNER!`: its key is bound to the agent. */
function by(publisher: string, over: Partial<AgentEvent> = {}): AgentEvent {
  const time = start + ++n * 1000
  const name = publisher.replace('!', '')
  const origin: Origin =
    publisher === name ? { publisher, arrived: time } : { publisher: name, owner: true, arrived: time }
  return event({ time, ...over, origin })
}

const evil = (publisher: string, over: Partial<AgentEvent> = {}) =>
  by(publisher, {
    tool: { name: 'send_email' },
    action: 'export',
    task: { id: `evil-${n}` },
    provenance: { request: 'r', untrusted: 'identifier' },
    destinations: [{ hash: `h-${n}`, kind: 'email', seen: { in: 'tool-output', form: 'prose' } }],
    ...over,
  })

const clean = (publisher: string, tasks: number, over: Partial<AgentEvent> = {}) =>
  Array.from({ length: tasks }, (_, i) => {
    const task = { id: `clean-${publisher}-${i}` }
    return [by(publisher, { task, ...over }), by(publisher, { ...over, kind: 'task-end', task })]
  }).flat()

const states = (driven: Driven) => driven.updates.map((u) => `${u.issue?.rung ?? ''} ${u.state}`)
const worst = (publisher: string) => [evil(publisher), evil(publisher), evil(publisher)]

test('what the publisher of an agent’s clean history says of it takes its authority away', () => {
  const driven = new Driven().events(...clean('key:a', 3), ...worst('key:a'))
  expect(driven.agent().owner).toEqual({ publisher: 'key:a', by: 'history' })
  expect(states(driven)).toContain('quarantine issued')
})

test('what one stranger says of an agent waits for a person, and changes nothing of the agent’s own', () => {
  const driven = new Driven().events(...clean('key:a', 3))
  const { strangers: _, ...before } = structuredClone(driven.agent())
  driven.events(...worst('key:b'), evil('key:b', { outcome: 'denied' }))
  const { strangers, ...after } = driven.agent()
  expect(after).toEqual(before)
  expect(strangers?.evidence.map((e) => e.publisher)).toContain('key:b')
  expect(new Set(states(driven))).toEqual(new Set(['step-up proposed']))
  expect(driven.commands[0]).toMatchObject({ publisher: 'key:b', heard: 'stranger' })
  expect(driven.commands[0]?.because).toContain('only key:b says so')
  // The owner’s own incident goes on as if nobody else had said anything.
  const alone = new Driven().events(...clean('key:a', 3), ...worst('key:a'))
  const ofOwner = (each: Driven) => each.commands.filter((c) => c.publisher === 'key:a').map((c) => c.rung)
  expect(ofOwner(driven.events(...worst('key:a')))).toEqual(ofOwner(alone))
})

test('what strangers say goes first where the state has outgrown what is kept, and costs the agent nothing', () => {
  const driven = new Driven().events(...clean('key:a', 3))
  const state = structuredClone(driven.agent())
  const scopes = [{ id: 's', tenant: 'default', agent: 'agent-1' }]
  const full: AgentState = {
    ...state,
    scopes,
    strangers: { ...emptyAgent(), detectors: { big: 'x'.repeat(2_000_000) } },
  }
  agentStore.shrink?.(full)
  expect(full).toEqual({ ...state, scopes, evictions: state.evictions + 1 })
})

test('two publishers that say it support each other', () => {
  const driven = new Driven().events(...clean('key:a', 3), ...worst('key:b'), ...worst('key:c'))
  expect(driven.commands.some((c) => c.rung === 'quarantine' && c.heard === undefined)).toBe(true)
})

test('whoever is heard first without a clean act does no more than ask, and owns nothing', () => {
  const driven = new Driven().events(...worst('key:b'))
  expect(new Set(states(driven))).toEqual(new Set(['step-up issued']))
  driven.events(...clean('key:a', 1))
  expect(driven.agent().owner).toEqual({ publisher: 'key:a', by: 'history' })
  expect(driven.agent().evidence).toEqual([])
  expect(states(driven.events(...worst('key:a')))).toContain('quarantine issued')
})

test('a heartbeat makes nobody an owner', () => {
  const driven = new Driven().events(by('key:b', { kind: 'heartbeat' }), ...worst('key:a'))
  expect(driven.agent().owner?.publisher).toBe('key:a')
})

test('a binding goes before history, and the local key may say a word about anybody’s agent', () => {
  const driven = new Driven().events(...clean('key:b', 1), by('local!'), by('key:b'))
  expect(driven.agent().owner).toEqual({ publisher: 'key:b', by: 'history' })
  driven.events(by('key:a!'), by('key:b'))
  expect(driven.agent().owner).toEqual({ publisher: 'key:a', by: 'binding' })
  expect(driven.agent().strangers?.acts).toBe(1)
})

test('a foreseen id that is sent first does not hide the real event; the publisher’s own redelivery is the same', () => {
  const id = 'span-1'
  const real = evil('key:a', { id })
  const driven = new Driven().events(
    ...clean('key:a', 3),
    by('key:b', { id, kind: 'heartbeat' }),
    evil('key:b', { id }),
  )
  const before = driven.findings.length
  driven.events(real)
  const found = driven.findings.slice(before)
  expect(found.length).toBeGreaterThan(0)
  expect(new Set(driven.findings.map((f) => f.id)).size).toBe(driven.findings.length)
  driven.events({ ...real })
  expect(driven.findings).toHaveLength(before + found.length)
})

test('an attempt and its outcome join, whoever reports them', () => {
  const call = 'call-1'
  const { outcome: _, ...tried } = evil('key:a', { kind: 'attempt', call })
  const driven = new Driven().events(...clean('key:a', 3), tried)
  expect(driven.agent().open).toHaveLength(1)
  driven.events(by('key:b', { call, attempted: true }))
  expect(driven.agent().open).toBeUndefined()
  expect(driven.agent().strangers).toBeUndefined()
})

test('an outcome that claims an attempt which nobody reported is an act', () => {
  const driven = new Driven().events(...clean('key:a', 3), evil('key:a', { attempted: true, call: 'none' }))
  expect(driven.findings.map((f) => f.detector)).toContain('untrusted-destination')
})

test('a stranger sets no cohort, and its tasks teach nothing', () => {
  const agent = { id: 'agent-1', cohort: 'finance' }
  const driven = new Driven().events(...clean('key:a', 3, { agent }))
  const { profile } = structuredClone(driven.agent())
  driven.events(...clean('key:b', 30, { agent: { id: 'agent-1', cohort: 'attackers' }, tool: { name: 'wire_money' } }))
  driven.tick(start + 48 * hour)
  driven.events(by('key:b', { task: { id: 'later' }, time: start + 48 * hour }))
  expect(driven.agent().cohort).toBe('finance')
  expect(driven.agent().profile).toEqual(profile)
})

test('an approval counts where a person gave it or a bound point told of it, not because an act names one', () => {
  const scope = { id: 's', tenant: 'default', agent: 'agent-1', approvals: ['delete' as const] }
  const found = (publisher: string, ...before: AgentEvent[]) => {
    const driven = new Driven().declare(scope).events(...clean(publisher, 1), ...before)
    driven.events(by(publisher, { action: 'delete', tool: { name: 'rm' }, approval: 'CHG-1' }))
    return driven.findings.some((f) => f.detector === 'declared-scope')
  }
  const told = (publisher: string) => by(publisher, { kind: 'approval', approval: 'CHG-1' })
  expect(found('key:a')).toBe(true)
  expect(found('key:a', told('key:a'))).toBe(true)
  expect(found('key:a!')).toBe(true)
  expect(found('key:a', told('key:b'))).toBe(true)
  expect(found('key:a!', told('key:a!'))).toBe(false)
  expect(found('local!')).toBe(false)
})

const credential = { id: 'c-1' }
const payer = (network: string, more: Partial<AgentEvent> = {}) =>
  ({ agent: { id: 'payer' }, credential, source: { network }, ...more }) satisfies Partial<AgentEvent>

test('a credential is not taken on the word of one who did not show it first, not even with an agent of his own', () => {
  const thief = { agent: { id: 'nobody' }, credential, source: { network: 'n2' } }
  for (const publisher of ['key:b', 'key:b!']) {
    const driven = new Driven().events(...clean('key:a', 3, payer('n1')))
    driven.events(...clean(publisher, 1, { agent: { id: 'nobody' } }), by(publisher, thief))
    expect(states(driven)).toEqual(['step-up proposed'])
    // Nor with the authority of his own agent.
    driven.events(evil(publisher, thief), evil(publisher, thief), evil(publisher, thief))
    const whole = driven.commands.filter((c) => c.rung === 'quarantine')
    expect(whole.length).toBeGreaterThan(0)
    expect(whole.flatMap((c) => c.credentials ?? [])).toEqual([])
    // And the real one goes on as if nothing had been, an hour later too.
    const before = driven.findings.length
    driven.events(by('key:a', payer('n1')), by('key:a', { ...payer('n1'), time: start + n * 1000 + 2 * hour }))
    expect(driven.findings.slice(before)).toEqual([])
  }
})

test('who showed it first says so, of any agent of his: it is taken', () => {
  const driven = new Driven().events(...clean('key:a', 3, payer('n1')), ...clean('key:a', 1, { agent: { id: 'x' } }))
  driven.events(by('key:a', { agent: { id: 'x' }, credential, source: { network: 'n2' } }))
  expect(driven.commands.map((c) => c.target)).toContainEqual({ credential: 'c-1' })
})
