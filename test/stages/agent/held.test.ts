import { describe, expect, test } from 'vitest'
import { defineDetector } from '../../../src/detect/define.ts'
import { withStakes } from '../../../src/detect/stakes.ts'
import type { AgentEvent } from '../../../src/model/event.ts'
import { interrupts, rank } from '../../../src/policy/ladder.ts'
import { unsaid } from '../../support/detector.ts'
import { Driven } from '../../support/drive.ts'
import { event } from '../../support/events.ts'

const start = 1_800_000_000_000
let n = 0
/** An attempt to send to an address out of a tool’s text: twelve bits of a rule. `digest`: of its arguments. */
const attempt = (to: string, over: Partial<AgentEvent> = {}, digest = `send ${to}`) =>
  event({
    id: `h${n++}`,
    time: start + n * 1000,
    kind: 'attempt',
    call: `c${n}`,
    action: 'export',
    tool: { name: 'mail.send' },
    arguments: { digest },
    destinations: [{ hash: to, kind: 'email', seen: { in: 'tool-output', form: 'prose' } }],
    outcome: 'denied',
    ...over,
  })
const hardest = (driven: Driven) => Math.max(...driven.commands.map((c) => rank(c.rung)))

describe('the identical held act tried again', () => {
  test('is counted and told once: no findings, no bits, no climbing', () => {
    const driven = new Driven().events(attempt('evil'))
    const { findings, updates } = driven
    const before = { findings: findings.length, updates: updates.length, risk: driven.agent().risk?.shadowHeld }
    for (let i = 0; i < 50; i++) driven.events(attempt('evil', { time: start + 10_000 }))
    expect([findings.length, updates.length]).toEqual([before.findings, before.updates])
    expect(driven.agent().risk?.shadowHeld).toBeCloseTo(before.risk ?? 0, 2)
    expect(driven.agent().tasks[0]?.held?.[2]).toBe(51)
  })

  test('another destination, other arguments, another task are no repeats', () => {
    const driven = new Driven().events(attempt('evil'))
    driven.events(attempt('evil-2'), attempt('evil', {}, 'other words'), attempt('evil', { task: { id: 'other' } }))
    expect(driven.findings).toHaveLength(4)
  })

  test('after the hold would have ended it is judged anew', () => {
    const driven = new Driven().events(attempt('evil'), attempt('evil', { time: start + 2 * 3_600_000 }))
    expect(driven.findings).toHaveLength(2)
  })

  test('is remembered within bounds', () => {
    const driven = new Driven()
    for (let i = 0; i < 300; i++) driven.events(attempt(`d${i}`))
    expect(driven.agent().tasks[0]?.held?.length).toBeLessThanOrEqual(96)
    expect(JSON.stringify(driven.agent()).length).toBeLessThan(32_000)
  })
})

describe('the mildest rung that protects', () => {
  test('held acts, however many, reach at most tighten, and few commands', () => {
    const driven = new Driven()
    for (let i = 0; i < 300; i++) driven.events(attempt(`d${i}`, { outcome: i % 2 === 0 ? 'denied' : 'stepped-up' }))
    expect(hardest(driven)).toBe(rank('tighten'))
    expect(driven.commands.filter((c) => interrupts(c.rung)).length).toBeLessThanOrEqual(17)
  })

  test('a person is asked about each of the first, and about none when there are very many', () => {
    const driven = new Driven()
    for (let i = 0; i < 40; i++) {
      driven.events(attempt(`d${i}`))
      if (i === 12) expect(hardest(driven)).toBe(rank('step-up'))
    }
    expect(driven.commands.at(-1)).toMatchObject({
      rung: 'tighten',
      restriction: { deny: { actions: ['export'], tools: ['mail.send'] } },
    })
  })

  test('an act that names no destination is held by its arguments', () => {
    const erase = { action: 'delete', tool: { name: 'run' }, provenance: { sink: 'irreversible', unasked: 1 } } as const
    const { destinations: _, ...rm } = attempt('x', { ...erase }, 'rm -r x')
    const driven = new Driven().events(rm)
    expect(driven.commands).toMatchObject([
      { rung: 'step-up', restriction: { stepUp: { actions: ['delete'], tools: ['run'], arguments: ['rm -r x'] } } },
    ])
  })

  test('one held act touches that act: what else the tool does goes on unasked', () => {
    const driven = new Driven().events(attempt('evil'))
    const [command] = driven.commands
    expect(command).toMatchObject({ rung: 'step-up', target: { agent: 'agent-1', task: 'task-1' } })
    expect(command?.restriction).toEqual({
      stepUp: { actions: ['export'], tools: ['mail.send'], destinations: ['evil'] },
    })
    const others = attempt('anna', {
      outcome: 'allowed',
      destinations: [{ hash: 'anna', kind: 'email', seen: { in: 'request' } }],
    })
    driven.events(others)
    expect(driven.commands).toHaveLength(1)
  })

  test('an attempt whose outcome is not known yet is no act that got through', () => {
    const { outcome: _, ...open } = attempt('evil')
    const driven = new Driven()
    for (let i = 0; i < 40; i++) driven.events({ ...open, id: `o${i}`, call: `o${i}`, arguments: { digest: `${i}` } })
    expect(hardest(driven)).toBe(rank('step-up'))
  })

  test('the same acts, let through, cost the agent its authority', () => {
    const reported = new Driven()
    const attempted = new Driven()
    for (let i = 0; i < 4; i++) {
      const { call: _, ...report } = attempt(`d${i}`, { kind: 'outcome', outcome: 'allowed' })
      reported.events(report)
      const { outcome: __, ...open } = attempt(`d${i}`)
      const { destinations: ___, ...outcome } = { ...open, id: `${open.id}.o` }
      attempted.events(open, { ...outcome, kind: 'outcome', attempted: true, outcome: 'allowed' })
    }
    expect(hardest(reported)).toBeGreaterThanOrEqual(rank('revoke'))
    expect(hardest(attempted)).toBeGreaterThanOrEqual(rank('revoke'))
  })

  test('an attempt that its point then denied does not', () => {
    const driven = new Driven()
    for (let i = 0; i < 12; i++) {
      const { outcome: _, ...open } = attempt(`d${i}`)
      driven.events(open, { ...open, id: `${open.id}.o`, kind: 'outcome', attempted: true, outcome: 'denied' })
    }
    expect(hardest(driven)).toBe(rank('step-up'))
    expect(driven.agent().open).toBeUndefined()
  })

  test('what was held makes nothing usual and nothing dear', () => {
    const driven = new Driven()
    for (let i = 0; i < 40; i++) driven.events(attempt(`d${i}`))
    expect(driven.agent()).toMatchObject({ acts: 0, cost: 0 })
    expect(driven.agent().tasks[0]).toMatchObject({ acts: 0, seen: [] })
  })
})

describe('what stands acts', () => {
  /** Says a little about every read. */
  const drop = (bits: number, stake = 0.9) => {
    const defined = defineDetector({
      ...{ ...unsaid, id: 'drop', key: 'agent', rule: false, title: 'Drop' },
      state: () => null,
      step: (_, { action }) => (action === 'read' ? { bits, because: 'a little' } : null),
    })
    return withStakes([defined], { drop: stake })
  }
  const read = (i: number, over: Partial<AgentEvent> = {}) =>
    event({ id: `r${i}-${n++}`, time: start + i * 1000, kind: 'attempt', call: `r${n}`, outcome: 'allowed', ...over })

  test('in many pieces as in one, with a finding that says of what', () => {
    const driven = new Driven({}, drop(1))
    let first = -1
    for (let i = 0; i < 100 && first < 0; i++) {
      driven.events(read(i))
      if (driven.commands.some((c) => interrupts(c.rung))) first = i
    }
    expect(first).toBeGreaterThan(10)
    expect(driven.findings).toMatchObject([
      { detector: 'standing-evidence', because: expect.stringContaining('small pieces') },
    ])
    const [command] = driven.commands
    expect(command).toMatchObject({
      rung: 'step-up',
      restriction: { stepUp: { actions: ['read'], tools: ['files.read'] } },
    })
    expect(command?.evidence.at(-1)).toMatchObject({ finding: driven.findings[0]?.id, detector: 'standing-evidence' })
    expect(command?.bits).toBeGreaterThanOrEqual(13.2)
    expect(driven.findings[0]?.bits).toBeCloseTo(command?.bits ?? 0, 1)
  })

  test('against the cost of the act in hand: a dear act is stopped sooner, a cheap one goes on', () => {
    const driven = new Driven({}, drop(1))
    for (let i = 0; i < 11; i++) driven.events(read(i))
    expect(driven.commands).toEqual([])
    driven.events(read(11, { action: 'delete', tool: { name: 'files.delete' } }), read(12, { action: 'list' }))
    expect(driven.commands.filter((c) => interrupts(c.rung))).toMatchObject([
      { restriction: { stepUp: { actions: ['delete'] } } },
    ])
  })

  test('once: what it ordered is not ordered for every act, and a release takes the pieces back', () => {
    const driven = new Driven({}, drop(1))
    for (let i = 0; i < 16; i++) driven.events(read(i))
    const command = driven.only('step-up')
    driven.review('release', start + 19_000, command.id)
    expect(driven.agent().risk?.bits ?? 0).toBeLessThan(5)
    driven.events(read(20))
    expect(driven.commands).toHaveLength(1)
  })

  test('evidence of held acts is none against others', () => {
    const driven = new Driven()
    for (let i = 0; i < 20; i++) driven.events(attempt(`d${i}`))
    const commands = driven.commands.length
    for (let i = 0; i < 20; i++) driven.events(read(1000 + i, { action: 'write', tool: { name: 'files.write' } }))
    expect(driven.commands).toHaveLength(commands)
  })
})

describe('an approval', () => {
  const policy = { detectors: { 'untrusted-destination': { options: { proseBits: 6.5 } } } }
  const asked = () => {
    const driven = new Driven(policy).events(attempt('evil', { outcome: 'stepped-up' }))
    const command = driven.only('step-up')
    driven.review('approve', start + 1_000_000, command.id)
    return { driven, command }
  }
  const later = { time: start + 1_001_000, outcome: 'allowed' } as const

  test('lets its one act go, once', () => {
    const { driven, command } = asked()
    driven.events(attempt('evil', { ...later, approval: command.id }))
    expect(driven.commands).toHaveLength(1)
    expect(driven.agent().risk?.rules ?? 0).toBe(0)
    driven.events(attempt('evil', { ...later, time: later.time + 1 }))
    expect(driven.commands.length).toBe(2)
  })

  test('says which act that was', () => {
    expect(asked().command.act).toMatchObject({ tool: 'mail.send', arguments: 'send evil', destinations: ['evil'] })
  })

  test.each([
    ['arguments', attempt('evil', later, 'another amount')],
    ['destination', attempt('evil-2', later)],
    ['tool', attempt('evil', { ...later, tool: { name: 'chat.post' } })],
  ])('does not cover other %s', (_what, other) => {
    const { driven, command } = asked()
    driven.events({ ...other, approval: command.id })
    expect(driven.commands.length).toBe(2)
  })

  test('expires', () => {
    const { driven } = asked()
    driven.events(attempt('evil', { outcome: 'allowed', time: start + 1_000_000 + 3_600_001 }))
    expect(driven.commands.length).toBe(2)
  })

  test('takes back its own act’s evidence and no other', () => {
    const driven = new Driven({ ...policy, costs: { interruption: { tighten: 1e9, revoke: 1e9, quarantine: 1e9 } } })
    driven.events(attempt('other', { outcome: 'allowed', kind: 'outcome', action: 'write', time: start + 500_000 }))
    const rules = driven.agent().risk?.rules ?? 0
    expect(rules).toBeGreaterThan(6)
    driven.events(attempt('evil', { outcome: 'stepped-up', time: start + 500_001 }))
    const command = driven.commands.at(-1)
    driven.review('approve', start + 500_002, command?.id)
    expect(driven.agent().risk?.rules).toBeCloseTo(rules, 3)
    expect(driven.agent().risk?.shadowHeld).toBeUndefined()
  })
})
