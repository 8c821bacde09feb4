import type { AgentState, Standing } from '../../model/agent-state.ts'
import type { AgentEvent } from '../../model/event.ts'
import { interrupts, rank } from '../../policy/ladder.ts'
import type { Policy } from '../../policy/policy.ts'
import { limits, none } from './agent-store.ts'
import { takeBack } from './evidence.ts'
import { actHash } from './held.ts'
import { dropMoot } from './moot.ts'

/** It stands no more, nor do the step-ups that were moot under it; answers what stood. */
export function lift(state: AgentState, command: string | undefined): Standing | undefined {
  const lifted = state.standing.find((s) => s.command === command)
  if (lifted === undefined) return undefined
  state.standing = state.standing.filter((s) => s !== lifted)
  dropMoot(state, lifted)
  return lifted
}

/**
 * A person let a command go. An approval is for its one act, once, and takes back that act’s evidence; a release says that
 * the command was wrong, and takes back all that it rested on and no higher one does that stands. Nothing else is touched: a person has looked at no more.
 */
export function approve(
  state: AgentState,
  command: string | undefined,
  time: number,
  policy: Policy,
  isRelease: boolean,
): Standing | undefined {
  const lifted = lift(state, command)
  if (lifted === undefined) return undefined
  const rests = isRelease ? (lifted.findings ?? none) : none
  const needed = state.standing.filter((s) => s.shadow !== true && s.until > time && rank(s.rung) > rank(lifted.rung))
  const isHeldUp = (finding: string) => needed.some((s) => s.findings?.includes(finding))
  takeBack(
    state,
    (e) => e.event === lifted.event || (rests.includes(e.finding) && !isHeldUp(e.finding)),
    time,
    policy.risk.halfLife,
  )
  if (lifted.act !== undefined) {
    const until = time + policy.expiry['step-up']
    const kept = (state.approved ?? none).filter((a) => a.until > time).slice(1 - limits.approved)
    state.approved = [...kept, { command: lifted.command, act: lifted.act, until }]
  }
  // A person vouched for it: what the open tasks show may be learned, unless something else still stands.
  if (state.standing.some((s) => s.until > time && interrupts(s.rung))) return lifted
  for (const task of state.tasks) task.tainted = false
  return lifted
}

/**
 * A person let a call go where it was held: a command that is about one act ends for it. What takes all authority, and what a
 * person ordered by hand, does not end there. Answers what ended.
 */
export function approveAtPoint(state: AgentState, event: AgentEvent, policy: Policy): Standing | undefined {
  const about = state.standing.find((s) => s.command === event.approval)
  if (about?.event === undefined || rank(about.rung) >= rank('revoke')) return undefined
  return approve(state, event.approval, event.time, policy, false)
}

/** Whether a person let this very act go ahead, and it has not been done since: it is now. */
export function isApproved(state: AgentState, event: AgentEvent): boolean {
  if (state.approved === undefined) return false
  const hash = actHash(event)
  const found = state.approved.find((a) => a.act === hash && a.used !== true && a.until > event.time)
  if (found === undefined) return false
  state.approved = state.approved.map((a) => (a === found ? { ...a, used: true } : a))
  return true
}
