import { isHeld } from '../../detect/acts.ts'
import type { AgentState, OpenAct, Risk, TaskState, Untold } from '../../model/agent-state.ts'
import type { AgentEvent } from '../../model/event.ts'
import { seenFields } from '../../model/fields.ts'
import type { Spread } from '../../model/profile.ts'
import { accumulate, fade, isNothing } from '../../policy/fade.ts'
import type { Policy } from '../../policy/policy.ts'
import { close, forgetSettled, happened } from './evidence.ts'
import { rememberHeld } from './held.ts'

/** What an attempt may change in its agent’s state before its point has decided on it. */
export interface Before {
  acts: number
  cost: number
  risk: Risk | null
  untold: Untold | undefined
  task:
    | {
        acts: number
        risk: Risk | null
        seen: number[]
        vouched: number[] | undefined
        items: Spread | null
        read: number
        used: number
      }
    | undefined
}

const copied = (risk: Risk | null): Risk | null => (risk === null ? null : { ...risk })

export const taskOf = (state: AgentState, event: AgentEvent): TaskState | undefined => {
  const id = event.task?.id ?? event.session
  return id === undefined ? undefined : state.tasks.findLast((t) => t.id === id)
}

/** Taken before the attempt goes through the stages. */
export function before(state: AgentState, event: AgentEvent): Before {
  const task = taskOf(state, event)
  return {
    acts: state.acts,
    cost: state.cost,
    risk: copied(state.risk),
    untold: state.untold,
    task: task && {
      acts: task.acts,
      risk: copied(task.risk),
      // Replaced when it grows, never changed.
      seen: task.seen,
      vouched: task.vouched,
      items: task.items === null ? null : [...task.items],
      read: task.values?.read.length ?? 0,
      used: task.values?.used.length ?? 0,
    },
  }
}

/**
 * The point decided on the attempt in hand: what it held leaves the state as if it had come with its outcome, which is how
 * the monitor sees it; what it let go counts in full. `event` carries the outcome by now.
 */
export function decided(state: AgentState, was: Before, event: AgentEvent, policy: Policy): void {
  state.fields = seenFields(state.fields ?? 0, event)
  const opened = close(state, event)
  if (!isHeld(event)) {
    if (opened !== undefined) happened(state, opened)
    return
  }
  const task = taskOf(state, event)
  const { halfLife } = policy.risk
  const shape = (now: Risk | null, then: Risk | null) => withoutAct(now, then, opened, event.time, halfLife)
  state.acts = was.acts
  state.cost = was.cost
  state.risk = shape(state.risk, was.risk)
  untell(state, was.untold)
  if (task !== undefined) {
    task.acts = was.task?.acts ?? 0
    task.risk = shape(task.risk, was.task?.risk ?? null)
    task.seen = was.task?.seen ?? []
    if (was.task?.vouched === undefined) delete task.vouched
    else task.vouched = was.task.vouched
    task.items = was.task?.items ?? null
    if (task.values !== undefined) {
      task.values.read.length = was.task?.read ?? 0
      task.values.used.length = was.task?.used ?? 0
    }
  }
  forgetSettled(state)
  rememberHeld(task, event, policy.expiry['step-up'])
}

/** Takes out the piece that the act added; what was there before may have been told meanwhile. */
function untell(state: AgentState, was: Untold | undefined): void {
  if (state.untold === undefined || state.untold === was) return
  if (was !== undefined && state.untold.pieces === was.pieces + 1) state.untold = was
  else delete state.untold
}

/** A risk that an act added to, had it been known that it would be held: what was unusual about it does not count. */
function withoutAct(
  now: Risk | null,
  then: Risk | null,
  opened: OpenAct | undefined,
  time: number,
  halfLife: number,
): Risk | null {
  if (now === null) return null
  if (opened !== undefined) accumulate(now, Math.min(0, opened.bits), Math.min(0, opened.shadow))
  else {
    if (then !== null) fade(then, time, halfLife)
    now.bits = Math.min(now.bits, Math.max(0, then?.bits ?? 0))
    now.shadow = Math.min(now.shadow, Math.max(0, then?.shadow ?? 0))
  }
  return isNothing(now) ? null : now
}
