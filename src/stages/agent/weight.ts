import { hash32, indexOf } from '../../detect/index.ts'
import type { AgentState, TaskState } from '../../model/agent-state.ts'
import type { ActionClass, AgentEvent } from '../../model/event.ts'
import type { Act } from '../../model/finding.ts'
import { meanCost } from '../../policy/ladder.ts'
import type { Own, Weight } from '../../policy/weigh.ts'
import { heldBeside } from './held.ts'

/** An act and what is known of it. `told`: there is a finding about it; `own`: its evidence, where not counted yet. */
interface Weighed {
  act: Act
  task: TaskState | undefined
  told: boolean
  event?: AgentEvent | undefined
  own?: Own | undefined
}

/** An act as it is weighed for its agent. */
export function weightOf(state: AgentState, { act, task, told, event, own }: Weighed): Weight {
  const mean = meanCost(state)
  const usual = told && isFirstOfClass(state, act) ? 1 : mean
  return { act, mean, usual, told, own, heldBefore: heldBeside(task, event) }
}

/** What cannot be undone once it is done. */
const irreversible: ReadonlySet<ActionClass> = new Set(['delete', 'admin'])

/**
 * The first irreversible act of a kind that the agent has never shown in a clean task. The budget spreads over what an
 * agent does; this can happen only once per class in its life, so it is weighed by its own cost alone.
 */
const isFirstOfClass = (state: AgentState, act: Act): boolean =>
  act.action !== undefined &&
  irreversible.has(act.action) &&
  state.profile.tasks > 0 &&
  indexOf(state.profile.actions, hash32(act.action)) < 0
