import { expect, it } from 'vitest'
import declaredScope from '../../detectors/declared-scope.ts'
import { type Kit, looked } from '../../src/detect/index.ts'
import type { AgentEvent } from '../../src/model/event.ts'
import type { Scope } from '../../src/model/scope.ts'

const options = { bits: 12, softBits: 3, lookingBits: 7 }
const declared: Scope = {
  id: 's',
  tenant: 'default',
  agent: 'a',
  tools: ['read_file', 'mail/*'],
  actions: ['read', 'write'],
}

function bits(act: Partial<AgentEvent>, scope: Scope | undefined = declared, rules = 0) {
  const event: AgentEvent = { id: 'e', time: 1000, kind: 'attempt', tenant: 'default', agent: { id: 'a' }, ...act }
  const kit = { scope, options, task: { risk: { shadowRules: rules } } } as unknown as Kit<typeof options>
  const answer = declaredScope.step(null, event, kit)
  return answer === looked || answer === null ? 0 : answer.bits
}

const read = { request: 'r', fromRead: true }
const own = { request: 'r' }
const remove = { tool: { name: 'delete_file' }, action: 'delete' } as const
const other = { tool: { name: 'other' }, action: 'write' } as const

it.each<[name: string, act: Partial<AgentEvent>, expected: number]>([
  ['class outside, argument read', { ...remove, provenance: read }, 12],
  ['class outside that cannot be undone, arguments asked for', { ...remove, provenance: own }, 12],
  [
    'class outside that changes rights, arguments asked for',
    { tool: { name: 'grant' }, action: 'admin', provenance: own },
    12,
  ],
  ['class outside, arguments asked for', { tool: { name: 'send' }, action: 'export', provenance: own }, 3],
  ['delete by a tool outside, of a class inside', { tool: { name: 'other' }, action: 'write', provenance: own }, 3],
  ['tool outside, argument read', { ...other, provenance: read }, 3],
  ['tool outside, only reading', { tool: { name: 'look' }, action: 'read', provenance: read }, 0],
  ['class outside, without provenance', remove, 12],
  ['tool outside, without provenance', other, 12],
  ['reading outside, without provenance', { tool: { name: 'look' }, action: 'read' }, 7],
  ['class outside, the request never seen', { ...remove, provenance: {} }, 12],
  ['inside', { tool: { name: 'read_file' }, action: 'read', provenance: read }, 0],
  ['inside by server', { tool: { name: 'send', server: 'mail' }, action: 'write', provenance: read }, 0],
  ['the very tool, of a class outside', { tool: { name: 'read_file' }, action: 'execute', provenance: {} }, 0],
  ['the very tool, of a grave class outside', { tool: { name: 'read_file' }, action: 'delete', provenance: own }, 12],
  ['one of all tools of a server, of a class outside', { tool: { name: 'x', server: 'mail' }, action: 'execute' }, 12],
  ['no call of a tool, of a class inside', { tool: { name: 'prompts/get' }, action: 'read', provenance: {} }, 0],
  ['no call of a tool, of a class outside', { tool: { name: 'prompts/get' }, action: 'list', provenance: {} }, 7],
  ['an outcome whose attempt was judged', { ...remove, kind: 'outcome', attempted: true }, 0],
])('%s', (_name, act, expected) => {
  expect(bits(act)).toBe(expected)
})

it('does not soften what arguments say nothing about', () => {
  const inside = { tool: { name: 'read_file' }, action: 'read', provenance: own } as const
  expect(bits(inside, { ...declared, deadline: 999 })).toBe(7)
  expect(bits({ ...inside, environment: 'production' }, { ...declared, environments: ['sandbox'] })).toBe(7)
  expect(bits({ ...other, provenance: own }, { ...declared, window: { from: 0, to: 999 } })).toBe(12)
})

it('counts a forgotten tool once, and a tool filled with what was read in full where no classes are declared', () => {
  expect(bits({ ...other, provenance: own }, declared, 3)).toBe(0)
  const { actions: _, ...toolsOnly } = declared
  expect(bits({ ...other, provenance: read }, toolsOnly)).toBe(12)
})

it('does not look without a scope', () => {
  expect(bits(remove, { id: 's', tenant: 'default', agent: 'a' })).toBe(0)
})
