import { describe, expect, test } from 'vitest'
import type { Command } from '../../../src/model/command.ts'
import type { AgentEvent } from '../../../src/model/event.ts'
import type { Widen } from '../../../src/model/receipt.ts'
import { Driven } from '../../support/drive.ts'

const start = 1_800_000_000_000
const hour = 3_600_000
type Sink = NonNullable<NonNullable<AgentEvent['provenance']>['sink']>

/** An act that aims where nothing vouches for; the point held it, or let it go. */
function act(id: string, over: Partial<AgentEvent> & { to?: string[]; sink?: Sink; flow?: 'secret' } = {}): AgentEvent {
  const { to = ['bob'], sink = 'outward', flow, ...rest } = over
  return {
    id,
    time: start,
    kind: 'attempt',
    tenant: 'default',
    agent: { id: 'a1' },
    task: { id: 't1' },
    tool: { server: 'mail', name: 'send_email' },
    action: 'export',
    destinations: to.map((hash) => ({ hash, kind: 'email', seen: { in: 'tool-output', form: 'prose' } })),
    arguments: { digest: id, bytes: 9 },
    provenance: { request: 'r', sink, tainted: true, untrusted: 'identifier', ...(flow === undefined ? {} : { flow }) },
    outcome: 'stepped-up',
    ...rest,
  }
}

const ran = (id: string, over: Parameters<typeof act>[1] = {}) =>
  act(id, { time: start + 60_000, outcome: 'allowed', ...over })

/** A held mail to bob, approved and widened. */
function widened(widen: Partial<Widen> = {}, first = act('e1')) {
  const driven = new Driven().events(first)
  const held = driven.only('step-up')
  answer(driven, held.id, 'approve', { to: 'tool', until: start + hour, ...widen })
  const command = driven.commands.find((c) => c.widens !== undefined)
  return { driven, held, command }
}

function answer(
  driven: Driven,
  command: string,
  verb: 'approve' | 'release',
  widen?: Widen,
  time = start + 1000,
): void {
  const about = { command, ...(widen === undefined ? {} : { widen }) }
  driven.drive.put('reviews', {
    id: `r${time}`,
    tenant: 'default',
    time,
    by: 'ann',
    reason: 'agreed with bob',
    verb,
    ...about,
  })
}

const interrupts = (driven: Driven): Command[] =>
  driven.commands.filter((c) => c.rung !== 'notify' && c.widens === undefined)

describe('an approval that a person widens', () => {
  test('is a command on record: who, when, what, until, because', () => {
    const { driven, held, command } = widened()
    expect(command).toMatchObject({
      rung: 'observe',
      agent: 'a1',
      target: { agent: 'a1', task: 't1' },
      restriction: {
        allow: { tools: ['mail/send_email'], actions: ['export'], sinks: ['outward'], destinations: ['bob'] },
      },
      because: 'agreed with bob',
      widens: { command: held.id, to: 'tool', by: 'ann' },
      time: start + 1000,
      expires: start + hour,
      automatic: false,
      mode: 'enforce',
    })
    const [released, issued] = driven.updates.slice(-2)
    expect([released?.state, released?.verb, issued?.state, issued?.by]).toEqual([
      'released',
      'approved',
      'issued',
      'ann',
    ])
    expect(driven.reviews.at(-1)?.widen).toEqual({ to: 'tool', until: start + hour })
    expect(driven.agent('a1').widened).toHaveLength(1)
  })

  test('told again, or after a restart from state, it is the same command once', () => {
    const { driven, held } = widened()
    const before = driven.updates.length
    answer(driven, held.id, 'approve', { to: 'tool', until: start + hour })
    expect(driven.updates).toHaveLength(before)
  })

  test('lets further acts of the kind go: they are told, and count for nothing', () => {
    const { driven, command } = widened()
    const before = interrupts(driven).length
    for (let i = 0; i < 40; i++) driven.events(ran(`f${i}`))
    expect(interrupts(driven)).toHaveLength(before)
    expect(driven.findings.filter((f) => f.widened === command?.id)).toHaveLength(40)
    expect(driven.agent('a1').risk).toBeNull()
    expect(driven.agent('a1').evidence).toEqual([])
  })

  test.each<[string, Partial<Widen>, Parameters<typeof act>[1], boolean]>([
    ['the tool to the same destination', { to: 'tool' }, {}, true],
    ['the tool to another destination', { to: 'tool' }, { to: ['eve'] }, false],
    ['the tool to another destination besides', { to: 'tool' }, { to: ['bob', 'eve'] }, false],
    ['the tool without a destination', { to: 'tool' }, { to: [] }, false],
    ['the tool of another server', { to: 'tool' }, { tool: { server: 'x', name: 'send_email' } }, false],
    ['another tool to the destination', { to: 'tool' }, { tool: { server: 'mail', name: 'share_note' } }, false],
    ['any tool, where the destination is widened', { to: 'destination' }, { tool: { name: 'share_note' } }, true],
    ['another destination besides', { to: 'destination' }, { to: ['bob', 'eve'] }, false],
    ['a payment to it', { to: 'destination' }, { sink: 'money' }, false],
    ['rights for it', { to: 'destination' }, { sink: 'persistence', action: 'admin' }, false],
    ['an approval in its place', { to: 'destination' }, { sink: 'approval', action: 'approve' }, false],
    ['a secret that goes there', { to: 'tool' }, { flow: 'secret' }, false],
    ['another task', { to: 'tool' }, { task: { id: 't2' } }, false],
    ['another task, where any is meant', { to: 'tool', anyTask: true }, { task: { id: 't2' } }, true],
    ['another agent', { to: 'tool', anyTask: true }, { agent: { id: 'a2' } }, false],
    ['after its end', { to: 'tool' }, { time: start + hour }, false],
  ])('%s: %j', (_, widen, over, goes) => {
    const { driven } = widened(widen)
    const before = interrupts(driven).length
    driven.events(ran('f1', { outcome: 'stepped-up', ...over }))
    expect(interrupts(driven).length === before).toBe(goes)
  })

  test('covers what the same detectors say: what another one says asks a person', () => {
    const { driven } = widened()
    driven.declare({ id: 's', tenant: 'default', agent: 'a1', destinations: ['ann'] }, start)
    const before = interrupts(driven).length
    driven.events(ran('f1', { outcome: 'stepped-up' }))
    const [asked] = interrupts(driven).slice(before)
    expect(asked?.evidence.map((e) => e.detector)).toEqual(['declared-scope'])
  })

  test('is taken back, and then a person is asked again', () => {
    const { driven, command } = widened()
    answer(driven, command?.id ?? '', 'release', undefined, start + 2000)
    expect(driven.updates.at(-1)).toMatchObject({ command: command?.id, state: 'released', by: 'ann' })
    const before = interrupts(driven).length
    driven.events(ran('f1', { outcome: 'stepped-up' }))
    expect(interrupts(driven)).toHaveLength(before + 1)
  })

  test('taken back: what went by it before, and where that was not heard yet, got through by nothing', () => {
    const { driven, command } = widened()
    const by = { decision: command?.id ?? '' }
    answer(driven, command?.id ?? '', 'release', undefined, start + 70_000)
    const before = interrupts(driven).length
    driven.events(ran('f1'), ran('f2', { time: start + 80_000, ...by }))
    expect([interrupts(driven).length, driven.agent('a1').risk]).toEqual([before, null])
    driven.events(ran('f3', { time: start + 80_000 }))
    expect(interrupts(driven).length).toBeGreaterThan(before)
  })

  test('ends by itself', () => {
    const { driven, command } = widened()
    driven.tick(start + hour + 1)
    const before = interrupts(driven).length
    driven.events(ran('f1'), ran('f2', { time: start + hour, outcome: 'stepped-up' }))
    expect(interrupts(driven)).toHaveLength(before + 1)
    expect(driven.updates.findLast((u) => u.command === command?.id)).toMatchObject({ state: 'expired' })
  })

  test.each<[string, Partial<Widen>, AgentEvent]>([
    ['longer than the policy lets it', { until: start + 25 * hour }, act('e1')],
    ['over before it begins', { until: start }, act('e1')],
    ['a secret goes out', {}, act('e1', { flow: 'secret' })],
    ['which of two destinations is not said', { to: 'destination' }, act('e1', { to: ['bob', 'eve'] })],
    ['a destination that it does not have', { to: 'destination', destination: 'eve' }, act('e1')],
  ])('is refused, the approval alone stands: %s', (_, widen, first) => {
    const { driven, held, command } = widened(widen, first)
    expect(command).toBeUndefined()
    expect(driven.updates.findLast((u) => u.command === held.id)).toMatchObject({ state: 'released', verb: 'approved' })
  })

  test('of irreversible acts ends where the ration of a task does', () => {
    const destroys = (id: string, over: Partial<AgentEvent>) =>
      act(id, {
        tool: { name: 'delete_file' },
        action: 'delete',
        to: [],
        ...over,
        provenance: { request: 'r', sink: 'irreversible', tainted: true, unasked: 1 },
      })
    const { driven } = widened({}, destroys('e1', {}))
    const before = interrupts(driven).length
    for (let i = 0; i < 100; i++) driven.events(destroys(`f${i}`, { time: start + 60_000, outcome: 'allowed' }))
    expect(interrupts(driven)).toHaveLength(before)
    driven.events(destroys('over', { time: start + 60_000, outcome: 'stepped-up' }))
    expect(interrupts(driven)).toHaveLength(before + 1)
  })
})
