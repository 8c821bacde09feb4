import { expect, it } from 'vitest'
import { detectors } from '../../detectors/index.ts'
import type { CommandUpdate } from '../../src/model/command.ts'
import type { AgentEvent } from '../../src/model/event.ts'
import type { Finding } from '../../src/model/finding.ts'
import type { Scope } from '../../src/model/scope.ts'
import { defaultPolicy, stamped } from '../../src/policy/policy.ts'
import { Drive } from '../../src/runtime/drive.ts'
import type { Streams } from '../../src/stages/streams.ts'
import { rescind } from '../../src/topology.ts'

/** The rung that one attempt leads to under the default policy, and what this detector said. */
function judged(act: Partial<AgentEvent>, scope?: Partial<Scope>) {
  const findings: Finding[] = []
  let rung = 'observe'
  const drive = new Drive<Streams>(rescind(detectors, stamped(defaultPolicy(), 0)), ({ topic, value }) => {
    if (topic === 'findings') findings.push(value as Finding)
    const { issue } = value as CommandUpdate
    if (topic === 'commands' && issue !== undefined) rung = issue.rung
  })
  const base = { id: 'e', time: 1_700_000_000_000, tenant: 'default', agent: { id: 'a' }, task: { id: 't' } }
  if (scope !== undefined) drive.put('scopes', { id: 's', tenant: 'default', agent: 'a', time: base.time, ...scope })
  drive.put('events', { ...base, kind: 'attempt', tool: { name: 'send_email' }, ...act })
  return { rung, bits: findings.find((f) => f.detector === 'untrusted-destination')?.bits ?? 0 }
}

const asked = { request: 'r' }
const toProse = { hash: 'h', seen: { in: 'tool-output', form: 'prose' } } as const
const scope = { tools: ['read_file'], actions: ['read'] } satisfies Partial<Scope>

const fires: [name: string, act: Partial<AgentEvent>, scope: Partial<Scope> | undefined, bits: number][] = [
  [
    'a write with an untrusted identifier',
    { action: 'write', provenance: { ...asked, untrusted: 'identifier' } },
    undefined,
    10.5,
  ],
  ['an act of unknown class with one', { provenance: { ...asked, untrusted: 'identifier' } }, undefined, 10.5],
  [
    'a write with an untrusted value',
    { action: 'write', provenance: { ...asked, untrusted: 'value' } },
    undefined,
    10.2,
  ],
  [
    'a read of an untrusted link',
    { action: 'read', provenance: { ...asked, untrusted: 'identifier' } },
    undefined,
    14.5,
  ],
  [
    'a listing by an untrusted link',
    { action: 'list', provenance: { ...asked, untrusted: 'identifier' } },
    undefined,
    14.5,
  ],
  ['a tool that text named, without a scope', { action: 'write', provenance: { ...asked, named: 1 } }, undefined, 10],
  ['an act that text told', { action: 'write', provenance: { ...asked, told: true, identifies: true } }, undefined, 10],
  [
    'an export to a stray destination, without provenance',
    { action: 'export', destinations: [toProse] },
    undefined,
    12,
  ],
]
it.each(fires)('%s is held', (_name, act, declared, bits) => {
  const { rung, bits: found } = judged(act, declared)
  expect(found).toBe(bits)
  expect(['step-up', 'tighten']).toContain(rung)
})

const silent: [name: string, act: Partial<AgentEvent>, scope?: Partial<Scope>][] = [
  ['a write whose values are all accounted for', { action: 'write', destinations: [toProse], provenance: asked }],
  ['a read with an untrusted plain value', { action: 'read', provenance: { ...asked, untrusted: 'value' } }],
  [
    'a named tool that carries an identifier, without a scope',
    { action: 'write', provenance: { ...asked, named: 1, identifies: true } },
  ],
  ['a tool half of whose name text holds', { action: 'write', provenance: { ...asked, named: 0.5 } }],
  [
    'an act that text told, where the scope says which tools',
    { action: 'write', provenance: { ...asked, told: true } },
    scope,
  ],
  [
    'a destination that the request named, without provenance',
    { action: 'export', destinations: [{ hash: 'h', seen: { in: 'request' } }] },
  ],
  ['a read, without provenance', { action: 'read', destinations: [toProse] }],
  [
    'the outcome of an attempt that was judged',
    { kind: 'outcome', attempted: true, action: 'write', provenance: { ...asked, untrusted: 'identifier' } },
  ],
]
it.each(silent)('%s is not', (_name, act, declared) => {
  expect(judged(act, declared)).toMatchObject({ bits: 0 })
})

it('is as sure of what text supplied where the request was never seen, but of visits', () => {
  expect(judged({ action: 'write', provenance: { untrusted: 'identifier' } })).toMatchObject({ bits: 10.5 })
  const visit = { sink: 'look', untrusted: 'identifier' } as const
  expect(judged({ action: 'read', provenance: visit }).bits).toBe(0)
  expect(judged({ action: 'read', provenance: { ...visit, added: true } }).bits).toBe(14.5)
})

it('holds what was read and must not leave, wherever it goes', () => {
  for (const [sink, action, bits] of [
    ['outward', 'export', 10.5],
    ['shared', 'write', 10.5],
    ['look', 'read', 14.5],
  ] as const) {
    const { rung, bits: found } = judged({ action, provenance: { sink, flow: 'secret' } })
    expect(found).toBe(bits)
    expect(['step-up', 'tighten']).toContain(rung)
  }
})

const doubtful = { doubt: 'nowhere', tainted: true } as const
it.each<[name: string, provenance: NonNullable<AgentEvent['provenance']>, bits: number]>([
  ['the request known', { ...doubtful, ...asked, sink: 'outward' }, 7],
  ['the memory cut', { ...doubtful, ...asked, doubt: 'lost', sink: 'outward' }, 7],
  ['nothing read that somebody wrote', { ...asked, doubt: 'nowhere', sink: 'outward' }, 0],
  ['in shared space', { ...doubtful, ...asked, sink: 'shared' }, 0],
  ['in own space', { ...doubtful, ...asked, sink: 'own' }, 0],
  ['the request not known, it only goes out', { ...doubtful, sink: 'outward' }, 0],
  ['the request not known, it carries what was read', { ...doubtful, sink: 'outward', carries: true }, 7],
  ['the request not known, it costs', { ...doubtful, sink: 'money' }, 7],
  ['the request not known, it persists', { ...doubtful, sink: 'persistence' }, 4],
  ['the request not known, it destroys', { ...doubtful, sink: 'irreversible' }, 7],
])('a value from nowhere, %s', (_name, provenance, bits) => {
  expect(judged({ provenance }).bits).toBe(bits)
})

it('never holds by what is copied into own space', () => {
  expect(judged({ action: 'write', provenance: { ...asked, sink: 'own', untrusted: 'value' } }).bits).toBe(0)
  expect(judged({ action: 'write', provenance: { sink: 'own', untrusted: 'identifier' } }).bits).toBe(0)
})
