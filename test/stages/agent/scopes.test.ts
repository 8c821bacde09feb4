import { expect, test } from 'vitest'
import type { DeclaredScope } from '../../../src/model/scope.ts'
import { scopeOf } from '../../../src/stages/agent/scopes.ts'
import { Driven } from '../../support/drive.ts'
import { event } from '../../support/events.ts'

const scope = (by: string, id: string, over: Partial<DeclaredScope> = {}): DeclaredScope => ({
  ...{ id, tenant: 'default', agent: 'agent-1', tools: ['crm.read'] },
  ...{ ...over, by },
})
const origin = { publisher: 'key:a', owner: true as const, arrived: 1 }

test.each([
  ['of tasks', (i: number) => ({ task: `t${i}` })],
  ['of the agent', () => ({})],
])('very many scopes %s push out their own declarer’s', (_, over) => {
  const driven = new Driven().events(event({ origin })).declare(scope('key:a', 'own'))
  for (let i = 0; i < 500; i++) driven.declare(scope('key:b', `junk-${i}`, over(i)))
  const { scopes } = driven.agent()
  expect(scopes).toHaveLength(64)
  expect(scopes.some(({ by }) => by === 'key:a')).toBe(true)
  expect(scopeOf(driven.agent(), event())?.id).toBe('own')
})

test('the tasks of one declarer do not push out its standing scope', () => {
  const driven = new Driven().declare(scope('key:a', 'own'))
  for (let i = 0; i < 200; i++) driven.declare(scope('key:a', `t${i}`, { task: `t${i}` }))
  expect(driven.agent().scopes[0]?.id).toBe('own')
})

test('the id of a scope is its declarer’s, and the agent’s own publisher goes first', () => {
  const driven = new Driven()
    .declare(scope('key:b', 'same', { tools: ['*'] }))
    .declare(scope('key:a', 'same'))
    .events(event({ origin }))
  expect(scopeOf(driven.agent(), event())?.tools).toEqual(['crm.read'])
  driven.declare(scope('key:a', 'same', { tools: ['crm.write'] }))
  expect(driven.agent().scopes).toHaveLength(2)
  expect(scopeOf(driven.agent(), event())?.tools).toEqual(['crm.write'])
})
