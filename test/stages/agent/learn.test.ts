import { describe, expect, test } from 'vitest'
import { hash32, indexOf } from '../../../src/detect/index.ts'
import type { AgentEvent } from '../../../src/model/event.ts'
import { rate } from '../../../src/model/profile.ts'
import { peersStore } from '../../../src/stages/cohort/peers.ts'
import { Driven } from '../../support/drive.ts'
import { event } from '../../support/events.ts'

const start = 1_800_000_000_000
const minute = 60_000
let n = 0
const act = (task: string, time: number, over: Partial<AgentEvent> = {}) =>
  event({ id: `l${n++}`, time, task: { id: task }, ...over })
const end = (task: string, time: number) => act(task, time, { kind: 'task-end' })
const evil = (task: string, time: number) =>
  act(task, time, {
    action: 'export',
    tool: { name: 'mail.send' },
    destinations: [{ hash: 'evil', kind: 'email', seen: { in: 'tool-output', form: 'prose' } }],
  })
const knows = (driven: Driven, tool: string) => indexOf(driven.agent().profile.tools, hash32(tool)) >= 0
const knowsEvil = (driven: Driven) => indexOf(driven.agent().profile.destinations, hash32('evil')) >= 0

describe('learned when the task ended clean', () => {
  test('not while it runs, then once', () => {
    const driven = new Driven().events(act('t', start), act('t', start + 1))
    expect(knows(driven, 'files.read')).toBe(false)
    driven.events(end('t', start + 2))
    expect(driven.agent().profile).toMatchObject({ tasks: 1, acts: 2 })
    expect(knows(driven, 'files.read')).toBe(true)
  })

  test('or was quiet for the hold, when another one begins', () => {
    const driven = new Driven().events(act('t', start), act('u', start + 14 * minute))
    expect(knows(driven, 'files.read')).toBe(false)
    driven.events(act('v', start + 15 * minute))
    expect(driven.agent().profile.tasks).toBe(1)
  })

  test('an event is scored before it is learned: the act that ends up known was new', () => {
    const driven = new Driven()
    for (let i = 0; i < 30; i++) driven.events(act(`t${i}`, start + i * 100), end(`t${i}`, start + i * 100 + 1))
    driven.events(act('new', start + 9000, { tool: { name: 'odd' } }), end('new', start + 9001))
    expect(driven.findings.at(-1)).toMatchObject({ detector: 'first-use', because: expect.stringContaining('odd') })
    expect(knows(driven, 'odd')).toBe(true)
  })

  test('what was denied is never learned', () => {
    const driven = new Driven().events(act('t', start, { outcome: 'denied' }), end('t', start + 1))
    expect(knows(driven, 'files.read')).toBe(false)
  })
})

describe('an attacker cannot teach', () => {
  test('a task that was interrupted is never learned, however it ends', () => {
    const driven = new Driven().events(act('t', start), evil('t', start + 1), end('t', start + 2))
    expect(driven.commands.length).toBeGreaterThan(0)
    expect(driven.agent().profile.tasks).toBe(0)
    expect(knowsEvil(driven)).toBe(false)
  })

  test('repeating what is already ordered against, in a task of its own, teaches nothing either', () => {
    const driven = new Driven()
    for (let i = 0; i < 12; i++) driven.events(evil(`t${i}`, start + i * 1000), end(`t${i}`, start + i * 1000 + 1))
    expect(knowsEvil(driven)).toBe(false)
    expect(driven.agent().profile.tasks).toBe(0)
  })

  test('nor its peers', () => {
    const driven = new Driven().events(
      act('good', start, { agent: { id: 'agent-1', cohort: 'team' } }),
      end('good', start + 1),
      evil('bad', start + 2),
      end('bad', start + 3),
    )
    const told = driven.drive.lanes.get('cohort')?.peek('default/fleet', peersStore)
    expect(told?.profile.tasks).toBe(1)
  })

  test('minutes before an interruption that still wait for the hold are not learned', () => {
    const driven = new Driven()
    for (let i = 0; i < 10; i++) driven.events(act('t', start + i * minute))
    driven.events(evil('t', start + 10 * minute + 1))
    driven.events(act('u', start + 60 * minute), act('u', start + 61 * minute))
    expect(driven.agent().profile.rates[rate.pace]).toBe(0)
  })
})

describe('bounds', () => {
  test('open tasks, shown values and minutes are bounded, and what was dropped is counted', () => {
    const driven = new Driven({ learning: { hold: 3_600_000 } })
    for (let i = 0; i < 200; i++) driven.events(act(`t${i}`, start + i))
    for (let i = 0; i < 200; i++) driven.events(act('wide', start + 300, { tool: { name: `tool-${i}` } }))
    const state = driven.agent()
    expect(state.tasks.length).toBeLessThanOrEqual(24)
    expect(state.tasks.at(-1)?.seen.length).toBeLessThanOrEqual(128)
    expect(state.evictions).toBeGreaterThan(200)
    expect(JSON.stringify(state).length).toBeLessThan(32_000)
  })
})
