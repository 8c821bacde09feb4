/**
 * How a consumer stands with its group, as a machine: what is done about it, `GroupMember` does. Time is an argument, ms by
 * the process’s clock.
 *
 *   joining ──joined──► joined ──broke, stalled──► stopping ──stopped──► joining
 *   any of them ──closed──► closing      any of them ──failed──► failed
 */
export interface Membership {
  readonly phase: Phase
  readonly held: Held
  /** When the group last knew us. */
  readonly heardAt: number
}

export type Phase =
  /** The client runs and has no assignment of this run yet. */
  | 'joining'
  /** It has one, and may get others: a rebalance is no phase of its own, for work goes on meanwhile. */
  | 'joined'
  /** The client ended by something that passes, or stands still: it is to be stopped and run again. */
  | 'stopping'
  | 'closing'
  | 'failed'

/** Whether what is held here may be written. */
export type Held =
  /** There was no assignment ever. */
  | 'nothing'
  | 'ours'
  /** We were away for so long that it may be another’s by now: it is given up and restored before it is ours again. */
  | 'fenced'

export type MembershipEvent =
  | { type: 'joined'; at: number }
  /** The coordinator knew us. */
  | { type: 'heard'; at: number }
  /** What was held is given up. */
  | { type: 'released' }
  /** The client ended by something that passes. */
  | { type: 'broke' }
  | { type: 'stalled' }
  /** The client is stopped, and run again. */
  | { type: 'stopped' }
  | { type: 'closed' }
  | { type: 'failed' }

export const joining = (at: number): Membership => ({ phase: 'joining', held: 'nothing', heardAt: at })

/** The one place where membership changes. `longestAwayMs`: away for longer, a member holds nothing any more. */
export function transition(from: Membership, event: MembershipEvent, longestAwayMs: number): Membership {
  const { phase } = from
  switch (event.type) {
    // An assignment may still come while the client is being stopped or closed: what it brings is held, and given up in order.
    case 'joined':
      return {
        phase: phase === 'joining' ? 'joined' : phase,
        held: from.held === 'ours' && isAway(from, event.at, longestAwayMs) ? 'fenced' : orOurs(from.held),
        heardAt: event.at,
      }
    case 'heard':
      return { ...from, heardAt: event.at }
    case 'released':
      return from.held === 'fenced' ? { ...from, held: 'ours' } : from
    // What breaks while it is being stopped is over with it.
    case 'broke':
      return isOver(from) ? from : { ...from, phase: 'stopping' }
    case 'stalled':
      return phase === 'joined' ? { ...from, phase: 'stopping' } : from
    case 'stopped':
      return phase === 'stopping' ? { ...from, phase: 'joining' } : from
    case 'closed':
      return isOver(from) ? from : { ...from, phase: 'closing' }
    case 'failed':
      return isOver(from) ? from : { ...from, phase: 'failed' }
  }
}

const orOurs = (held: Held): Held => (held === 'nothing' ? 'ours' : held)

/** It ends or has ended, and comes back no more. */
export const isOver = ({ phase }: Membership): boolean => phase === 'closing' || phase === 'failed'

/** Whether the group has not known us for so long that another may have taken over. */
export const isAway = ({ heardAt }: Membership, now: number, longestAwayMs: number): boolean =>
  now - heardAt > longestAwayMs

/** Whether what is held may be written now. */
export const mayWrite = (member: Membership, now: number, longestAwayMs: number): boolean =>
  member.held === 'ours' && !isAway(member, now, longestAwayMs)
