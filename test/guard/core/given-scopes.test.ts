import { afterEach, expect, test } from 'vitest'
import type { Scope } from '../../../src/model/scope.ts'
import { type Policy, parsePolicy } from '../../../src/policy/policy.ts'
import { everything, guarded } from '../mcp/servers.ts'

type Guarded = Awaited<ReturnType<typeof guarded>>
const open: Guarded[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

/** The official test server behind a stand-alone guard with this scope. */
async function held(scope: Partial<Scope>, policy?: object, options: object = {}): Promise<Guarded> {
  const parsed = policy === undefined ? undefined : (parsePolicy(policy) as { policy: Policy })
  const given = await guarded(everything(), {
    scopes: [{ id: 's1', tenant: 'default', agent: 'a1', ...scope }],
    ...parsed,
    ...options,
  })
  open.push(given)
  await given.wire.begin()
  return given
}

const sum = ({ wire }: Guarded) => wire.call('sum', 'get-sum', { a: 1, b: 2 })
const echo = ({ wire }: Guarded, id = 'echo', message = 'hello') => wire.call(id, 'echo', { message })

test('a tool that the scope names runs; another is held, whatever harm it could do, until a person lets it go', async () => {
  const guard = await held({ tools: ['get-sum'] })
  expect(await sum(guard)).toContain('The sum of 1 and 2 is 3')
  const refused = await echo(guard)
  expect(refused).toContain('Rescind holds this call to echo until a person approves it')
  expect(refused).toContain('tool echo is not in the declared scope')
  const [, handle = ''] = /"rescind\/handle":"([^"]+)"/.exec(refused) ?? []
  expect(guard.guard.release(handle)).toBe(true)
  expect(await echo(guard, 'again')).toContain('Echo: hello')
  // That one act, and no other one.
  expect(await echo(guard, 'other', 'something else')).toContain('is not in the declared scope')
})

test.each([
  ['an empty list allows nothing', { tools: [] }, true],
  ['a class that is not among them', { actions: ['delete' as const] }, true],
  ['all tools of the server', { tools: ['mcp-servers/everything/*'] }, false],
  ['no list', {}, false],
  ['a window that is over', { window: { from: 0, to: 1 } }, true],
])('%s', async (_what, scope, isHeld) => {
  const answer = await echo(await held(scope))
  if (isHeld) expect(answer).toMatch(/declared scope|declared change window/)
  else expect(answer).toContain('Echo: hello')
})

test.each([
  ['a policy in shadow', { mode: 'shadow' }, {}],
  ['a policy that learns', { mode: 'learn' }, {}],
  ['its detector on trial', { detectors: { 'declared-scope': { mode: 'shadow' } } }, {}],
  ['its detector off', { detectors: { 'declared-scope': { enabled: false } } }, {}],
  ['an allowance', { allow: [{ agent: 'a1', tool: 'echo', because: 'agreed' }] }, {}],
  ['a guard in shadow', {}, { mode: 'shadow' }],
])('%s holds nothing', async (_what, policy, options) => {
  expect(await echo(await held({ tools: ['get-sum'] }, policy, options))).toContain('Echo: hello')
})

test('what lists resources and prompts is no tool: a list of tools says nothing of it', async () => {
  const { wire } = await held({ tools: ['get-sum'] })
  for (const method of ['resources/list', 'prompts/list', 'tools/list']) {
    wire.send({ jsonrpc: '2.0', id: method, method, params: {} })
    expect(await wire.answer(method)).toContain('"result"')
  }
})
