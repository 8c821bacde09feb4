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
  [
    'a tool outside the scope that text named by two thirds',
    { action: 'write', provenance: { ...asked, named: 0.667, identifies: true } },
    scope,
    10,
  ],
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
  ['a tool half of whose name text holds', { action: 'write', provenance: { ...asked, named: 0.5 } }, scope],
  [
    'a named tool inside the scope',
    { action: 'write', provenance: { ...asked, named: 1 } },
    { tools: ['send_email'], actions: ['write'] },
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

it('is less sure where the request was never seen', () => {
  const { rung, bits } = judged({ action: 'write', provenance: { untrusted: 'identifier' } })
  expect(bits).toBe(6)
  expect(rung).toBe('observe')
})
