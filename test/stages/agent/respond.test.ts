import { describe, expect, test } from 'vitest'
import type { AgentEvent } from '../../../src/model/event.ts'
import { rank } from '../../../src/policy/ladder.ts'
import { Driven, policyOf } from '../../support/drive.ts'
import { event } from '../../support/events.ts'

const start = 1_800_000_000_000
/** A send to an address out of a tool’s text: twelve bits of a rule. */
const send = (id: string, over: Partial<AgentEvent> = {}, to = 'evil') =>
  event({
    id,
    time: start,
    action: 'export',
    tool: { name: 'mail.send' },
    destinations: [{ hash: to, kind: 'email', seen: { in: 'tool-output', form: 'prose' } }],
    ...over,
  })
const rungsOf = (driven: Driven) => driven.commands.map((c) => c.rung)

test('what already stands is not ordered twice', () => {
  const driven = new Driven().events(send('1'), send('2', { time: start + 1000 }))
  expect(driven.findings).toHaveLength(2)
  expect(new Set(driven.commands.map((c) => JSON.stringify([c.rung, c.target, c.restriction]))).size).toBe(
    driven.commands.length,
  )
})

test('a step-up that a person approved is not asked again for the same thing, neither for what was denied meanwhile', () => {
  const options = { detectors: { 'untrusted-destination': { options: { proseBits: 6.5 } } } }
  const driven = new Driven(options).events(send('1'))
  const asked = driven.only('step-up')
  driven.review('approve', start + 2000, asked.id)
  // Denied while the command stood, and reported after its release; then the act that the person let go ahead.
  driven.events(send('2', { time: start + 1000, outcome: 'denied', decision: asked.id }))
  driven.events(send('3', { time: start + 3000, approval: asked.id }))
  expect(driven.commands.filter((c) => c.rung === 'step-up')).toHaveLength(1)
  // Another tool is another question.
  driven.events(send('4', { time: start + 4000, tool: { name: 'chat.post' } }, 'evil-2'))
  expect(driven.commands.filter((c) => rank(c.rung) >= rank('step-up')).length).toBeGreaterThan(1)
})

test('a redelivered event changes nothing', () => {
  const once = new Driven().events(send('1'))
  const twice = new Driven().events(send('1'), send('1'))
  expect(twice.updates).toEqual(once.updates)
  expect(twice.agent()).toEqual(once.agent())
})

test('evidence in one task falls on that task; a hard rung on the agent', () => {
  const driven = new Driven().events(send('1'))
  expect(driven.commands[0]?.target).toEqual({ agent: 'agent-1', task: 'task-1' })
  for (let i = 0; i < 6; i++) driven.events(send(`m${i}`, { time: start + i, task: { id: `t${i}` } }, `d${i}`))
  expect(driven.commands.at(-1)).toMatchObject({ target: { agent: 'agent-1' }, restriction: { deny: {} } })
})

test('an allowed act is noted, not interrupted, and says by which allowance', () => {
  const allow = [{ agent: 'agent-1', action: 'export', because: 'the weekly report' }]
  const driven = new Driven({ allow }).events(send('1'))
  expect(rungsOf(driven)).toEqual(['notify'])
  expect(driven.commands[0]?.because).toContain('allowed by policy: the weekly report')
})

describe('modes', () => {
  test('learn observes and orders nothing', () => {
    const driven = new Driven({ mode: 'learn' }).events(send('1'))
    expect(driven.findings).toMatchObject([{ mode: 'learn' }])
    expect(driven.updates).toEqual([])
  })

  test('shadow decides as enforce would, and marks it', () => {
    const shadow = new Driven({ mode: 'shadow' }).events(send('1'))
    const enforced = new Driven().events(send('1'))
    expect(rungsOf(shadow)).toEqual(rungsOf(enforced))
    expect(shadow.commands.every((c) => c.mode === 'shadow')).toBe(true)
    expect(shadow.updates.every((u) => u.state === 'proposed')).toBe(true)
  })

  test('what a shadowed detector would have done does not stand in the way of what is done', () => {
    // The credential is under shadowed suspicion first; then the same agent does what an enforced rule stops.
    const policy = { detectors: { 'shared-credential': { mode: 'shadow', options: { bits: 24 } } } }
    const stolen = (id: string, agent: string, network: string) =>
      event({ id, time: start, agent: { id: agent }, credential: { id: 'c' }, source: { network } })
    const driven = new Driven(policy).events(stolen('1', 'a', 'eu'), stolen('2', 'b', 'us'))
    expect(driven.commands).toMatchObject([{ mode: 'shadow' }])
    const suspect = driven.commands[0]?.agent ?? ''
    driven.events(send('3', { agent: { id: suspect }, time: start + 1000 }))
    expect(driven.commands.some((c) => c.mode === 'enforce')).toBe(true)
  })

  test('nor does it once the policy enforces', () => {
    const driven = new Driven({ mode: 'shadow' }).events(send('1'))
    driven.drive.put('policy', policyOf())
    driven.events(send('2', { time: start + 1000 }))
    expect(driven.commands.slice(0, 2).map((c) => c.mode)).toEqual(['shadow', 'enforce'])
  })
})

describe('the closed loop', () => {
  test('an act after a revocation was applied is a finding and climbs the ladder', () => {
    const use = (id: string, agent: string, network: string, time: number) =>
      event({ id, time, agent: { id: agent }, credential: { id: 'c', issued: start - 1000 }, source: { network } })
    const driven = new Driven().events(use('1', 'a', 'eu', start), use('2', 'b', 'us', start + 1000))
    const revoke = driven.only('revoke')
    driven.receipt(revoke.id, 'applied', start + 2000)
    driven.events(use('3', revoke.agent, 'us', start + 60_000))
    expect(driven.findings.at(-1)).toMatchObject({
      detector: 'revoked-use',
      because: expect.stringContaining('acted with'),
    })
  })
})
