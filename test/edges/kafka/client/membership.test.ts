import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type Held,
  isAway,
  isOver,
  joining,
  type Membership,
  type MembershipEvent,
  mayWrite,
  type Phase,
  transition,
} from '../../../../src/edges/kafka/client/membership.ts'

const longestAwayMs = 100
const after = (events: readonly MembershipEvent[], from: Membership = joining(0)): Membership =>
  events.reduce((member, event) => transition(member, event, longestAwayMs), from)

const joined: MembershipEvent = { type: 'joined', at: 1 }
const heard = (at: number): MembershipEvent => ({ type: 'heard', at })
const simple = (...types: Exclude<MembershipEvent['type'], 'joined' | 'heard'>[]): MembershipEvent[] =>
  types.map((type) => ({ type }))

test.each<[string, Phase, readonly MembershipEvent[]]>([
  ['it begins by joining', 'joining', []],
  ['an assignment makes it a member', 'joined', [joined]],
  ['a rebalance leaves it one', 'joined', [joined, { type: 'joined', at: 2 }]],
  ['a client that broke is stopped', 'stopping', [joined, ...simple('broke')]],
  ['also before it was ever a member', 'stopping', simple('broke')],
  ['and breaks no more while it is', 'stopping', [joined, ...simple('broke', 'broke', 'stalled')]],
  ['then it joins again', 'joining', [joined, ...simple('broke', 'stopped')]],
  ['as one that stands still does', 'joining', [joined, ...simple('stalled', 'stopped')]],
  ['only a member can stand still', 'joining', simple('stalled')],
  ['an assignment that comes while it is stopped does not keep it', 'stopping', [...simple('broke'), joined]],
  ['it may break again while it joins', 'stopping', [joined, ...simple('broke', 'stopped', 'broke')]],
  ['what is closed stays closed', 'closing', [joined, ...simple('closed', 'broke', 'stopped', 'failed'), joined]],
  ['what failed stays failed', 'failed', [joined, ...simple('failed', 'closed', 'broke', 'stopped'), joined]],
  ['a client that is being stopped can be closed', 'closing', [joined, ...simple('broke', 'closed', 'stopped')]],
])('%s', (_, phase, events) => {
  expect(after(events).phase).toBe(phase)
})

test.each<[string, Held, readonly MembershipEvent[]]>([
  ['nothing is held before the first assignment', 'nothing', [heard(50), ...simple('broke', 'stopped', 'released')]],
  ['a late first assignment finds nothing that could be another’s', 'ours', [{ type: 'joined', at: 5000 }]],
  [
    'who joins again in time keeps what it has',
    'ours',
    [joined, ...simple('broke', 'stopped'), { type: 'joined', at: 90 }],
  ],
  [
    'who joins again after too long does not',
    'fenced',
    [joined, ...simple('broke', 'stopped'), { type: 'joined', at: 102 }],
  ],
  ['each answer of the coordinator counts', 'ours', [joined, heard(80), { type: 'joined', at: 180 }]],
  ['an answer to a heartbeat does not lift the fence', 'fenced', [joined, { type: 'joined', at: 200 }, heard(210)]],
  ['nor does the next assignment', 'fenced', [joined, { type: 'joined', at: 200 }, { type: 'joined', at: 210 }]],
  ['nor does it to be run again', 'fenced', [joined, { type: 'joined', at: 200 }, ...simple('broke', 'stopped')]],
  ['to give up what was held does', 'ours', [joined, { type: 'joined', at: 200 }, ...simple('released')]],
  ['what comes while it closes is held, to be given up', 'ours', [...simple('closed'), joined]],
])('%s', (_, held, events) => {
  expect(after(events).held).toBe(held)
})

test('what is held is written while the group knows us, and not after', () => {
  const member = after([joined])
  expect([mayWrite(member, 101, longestAwayMs), isAway(member, 101, longestAwayMs)]).toEqual([true, false])
  expect([mayWrite(member, 102, longestAwayMs), isAway(member, 102, longestAwayMs)]).toEqual([false, true])
  expect(mayWrite(after([heard(150)], member), 200, longestAwayMs)).toBe(true)
  expect(mayWrite(after([{ type: 'joined', at: 150 }], member), 150, longestAwayMs)).toBe(false)
  expect(mayWrite(joining(0), 1, longestAwayMs)).toBe(false)
})

const events: fc.Arbitrary<MembershipEvent> = fc.oneof(
  fc.constantFrom<MembershipEvent>(...simple('released', 'broke', 'stalled', 'stopped')),
  fc.record({ type: fc.constantFrom('joined' as const, 'heard' as const), at: fc.nat(400) }),
)
const ends = fc.constantFrom<MembershipEvent>(...simple('closed', 'failed'))

test('whatever happens: an end is for good, only giving up lifts a fence, and what was held is never nothing again', () => {
  fc.assert(
    fc.property(fc.array(events), ends, fc.array(fc.oneof(events, ends)), (before, end, more) => {
      let member = joining(0)
      let over: Phase | undefined
      for (const event of [...before, end, ...more]) {
        const next = transition(member, event, longestAwayMs)
        if (member.held === 'fenced' && event.type !== 'released') expect(next.held).toBe('fenced')
        if (member.held !== 'nothing') expect(next.held).not.toBe('nothing')
        if (over !== undefined) expect(next.phase).toBe(over)
        if (isOver(next)) over ??= next.phase
        member = next
      }
      expect(over).toBe(end.type === 'closed' ? 'closing' : 'failed')
    }),
  )
})
