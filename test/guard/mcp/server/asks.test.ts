import { describe, expect, test } from 'vitest'
import { detectors } from '../../../../detectors/index.ts'
import { Guard } from '../../../../src/guard/core/guard.ts'
import { noLinks } from '../../../../src/guard/core/guard-links.ts'
import { LocalCore } from '../../../../src/guard/core/local-core.ts'
import type { Command } from '../../../../src/model/command.ts'
import { defaultPolicy, stamped } from '../../../../src/policy/policy.ts'
import { sessions } from '../scripted.ts'

const session = sessions()

const question = {
  method: 'sampling/createMessage',
  params: { maxTokens: 10, messages: [{ role: 'user', content: { type: 'text', text: 'Sum up: the mill is old.' } }] },
}
const words = { role: 'assistant', model: 'm', content: { type: 'text', text: 'The mill is old.' } }
const form = { method: 'elicitation/create', params: { message: 'Which floor?', requestedSchema: {} } }

/** A restriction as the monitor orders it against an agent that has lost all authority. */
const quarantine = (): Command => ({
  id: 'q1',
  tenant: 'default',
  time: 1,
  rung: 'quarantine',
  target: { agent: 'a1' },
  restriction: { deny: {} },
  agent: 'a1',
  because: 'it acted with authority that was revoked',
  evidence: [],
  bits: 20,
  costs: { odds: 1, badAction: 1, falseInterruption: 1 },
  policy: 'p',
  mode: 'enforce',
  automatic: false,
  notIssuedAfter: 8e15,
  expires: 8e15,
})

/** A guard whose table a test fills as the link to the monitor does. */
function held() {
  const links = noLinks()
  const core = LocalCore.of('default', detectors, stamped(defaultPolicy(), 0))
  return { guard: new Guard({ point: 'p1', agent: 'a1' }, core, links), hold: () => links.table.put(quarantine()) }
}

async function quarantined() {
  const { guard, hold } = held()
  const s = await session({}, {}, { guard })
  await s.begin({ sampling: {}, elicitation: {} })
  await s.call('get_list')
  hold()
  return s
}

describe('reads without a tool are acts', () => {
  test.each([
    ['resources/read', { uri: 'notes:1' }],
    ['resources/subscribe', { uri: 'notes:1' }],
    ['prompts/get', { name: 'review', arguments: { file: 'a' } }],
    ['completion/complete', { ref: { type: 'ref/prompt', name: 'review' }, argument: { name: 'file', value: 'a' } }],
  ])('%s has an attempt with what it touches', async (method, params) => {
    const s = await session({})
    await s.begin()
    expect(await s.ask(method, params)).toMatchObject({ result: {} })
    expect(s.events).toHaveLength(1)
    expect(s.events[0]).toMatchObject({ kind: 'attempt', action: 'read', tool: { name: method }, outcome: 'allowed' })
    expect(s.events[0]?.resource?.id).toMatch(/^[\da-f]{16,}$/)
  })

  test('a quarantined agent reads nothing', async () => {
    const s = await quarantined()
    const before = s.server.calls.length
    for (const method of [
      'resources/read',
      'resources/list',
      'prompts/get',
      'prompts/list',
      'completion/complete',
      'resources/subscribe',
      'tasks/result',
    ]) {
      const answer = await s.ask(method, { uri: 'notes:1', name: 'n', taskId: 't' })
      expect(answer.error, method).toMatchObject({ data: { 'rescind/outcome': 'deny', 'rescind/command': 'q1' } })
    }
    expect(s.server.calls.slice(before)).toEqual([])
    expect(s.events.at(-1)).toMatchObject({ outcome: 'denied', decision: 'q1' })
    // It may still say that it lives, and see what tools there are.
    expect(await s.ask('ping')).toMatchObject({ result: {} })
  })

  test('lists of a client that looks round are no acts', async () => {
    const s = await session({})
    await s.begin()
    for (const method of ['resources/list', 'prompts/list', 'resources/templates/list', 'tools/list'])
      await s.ask(method)
    expect(s.events).toEqual([])
  })
})

describe('what a server asks of the client', () => {
  test('is judged when it is answered, recorded, and sent on as it came', async () => {
    const s = await session({})
    await s.begin({ sampling: {}, elicitation: {} })
    for (const [id, ask, result, action] of [
      ['s1', question, words, 'export'],
      [7, form, { action: 'accept', content: { floor: 2 } }, 'write'],
    ] as const) {
      s.server.put({ id, ...ask })
      expect(await s.next(ask.method)).toMatchObject({ id, ...ask })
      const answer = s.server.answer()
      s.wire.send({ jsonrpc: '2.0', id, result })
      expect(await answer).toEqual({ jsonrpc: '2.0', id, result })
      expect(s.events.at(-1)).toMatchObject({ action, tool: { name: ask.method }, outcome: 'allowed' })
      expect(s.events.at(-1)?.arguments?.digest).toBeDefined()
    }
  })

  test('does not reach a client that never declared it, nor does an answer go back', async () => {
    const s = await session({})
    await s.begin()
    const refused = s.server.answer()
    s.server.put({ id: 's1', ...question })
    expect(await refused).toMatchObject({ id: 's1', error: { message: expect.stringContaining('sampling') as string } })
    s.wire.send({ jsonrpc: '2.0', id: 's1', result: words })
    await s.ask('ping')
    expect(s.server.seen.filter((m) => 'result' in m)).toEqual([])
    expect(s.wire.received.join()).not.toContain('sampling')
    expect(s.troubles.join()).toContain('never asked for')
  })

  test('does not reach a quarantined agent', async () => {
    const s = await quarantined()
    for (const ask of [question, form]) {
      const refused = s.server.answer()
      s.server.put({ id: 'x', ...ask })
      expect(await refused).toMatchObject({ id: 'x', error: {} })
      expect(s.events.at(-1)).toMatchObject({ tool: { name: ask.method }, outcome: 'denied' })
    }
  })

  test('an answer does not go when a restriction came meanwhile', async () => {
    const { guard, hold } = held()
    const s = await session({}, {}, { guard })
    await s.begin({ sampling: {} })
    s.server.put({ id: 1, ...question })
    await s.next(question.method)
    hold()
    const answer = s.server.answer()
    s.wire.send({ jsonrpc: '2.0', id: 1, result: words })
    expect(await answer).toMatchObject({ id: 1, error: {} })
  })

  test('roots and questions of tomorrow pass, errors too', async () => {
    const s = await session({})
    await s.begin({ roots: {} })
    for (const [id, method] of [
      [1, 'roots/list'],
      [2, 'tomorrow/ask'],
    ] as const) {
      s.server.put({ id, method })
      await s.next(method)
      const answer = s.server.answer()
      s.wire.send({ jsonrpc: '2.0', id, error: { code: -32601, message: 'no' } })
      expect(await answer).toMatchObject({ id, error: { message: 'no' } })
    }
    expect(s.events).toEqual([])
  })

  test('a server that asks without end is told no', async () => {
    const s = await session({})
    await s.begin({ roots: {} })
    for (let id = 0; id < 1000; id++) s.server.put({ id, method: 'roots/list' })
    const answer = s.server.answer()
    s.server.put({ id: 'last', method: 'roots/list' })
    expect(await answer).toMatchObject({ id: 'last', error: {} })
  })
})
