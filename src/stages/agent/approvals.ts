import type { AgentState } from '../../model/agent-state.ts'
import type { AgentEvent } from '../../model/event.ts'
import { interrupts } from '../../policy/ladder.ts'
import type { Policy } from '../../policy/policy.ts'
import { limits, none } from './agent-store.ts'
import { takeBack } from './evidence.ts'
import { actHash } from './held.ts'

/**
 * A person let a command go. An approval is for its one act, once, and takes back that act’s evidence; a release says that
 * the command was wrong, and takes back all that it rested on. Nothing else is touched: a person has looked at no more.
 */
export function approve(
  state: AgentState,
  command: string | undefined,
  time: number,
  policy: Policy,
  isRelease: boolean,
): void {
  const lifted = state.standing.find((s) => s.command === command)
  if (lifted === undefined) return
  state.standing = state.standing.filter((s) => s !== lifted)
  const rests = isRelease ? (lifted.findings ?? none) : none
  takeBack(state, (e) => e.event === lifted.event || rests.includes(e.finding), time, policy.risk.halfLife)
  if (lifted.act !== undefined) {
    const until = time + policy.expiry['step-up']
    const kept = (state.approved ?? none).filter((a) => a.until > time).slice(1 - limits.approved)
    state.approved = [...kept, { command: lifted.command, act: lifted.act, until }]
  }
  // A person vouched for it: what the open tasks show may be learned, unless something else still stands.
  if (state.standing.some((s) => s.until > time && interrupts(s.rung))) return
  for (const task of state.tasks) task.tainted = false
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
