import { hash32, isHeld } from '../../detect/index.ts'
import type { AgentState, TaskState } from '../../model/agent-state.ts'
import type { AgentEvent } from '../../model/event.ts'
import { limits } from './agent-store.ts'

/** An attempt whose outcome is not known: its point can still hold it. */
export const isUndecided = ({ kind, outcome }: AgentEvent): boolean => kind === 'attempt' && outcome === undefined

/** An attempt that its point holds until a person has answered. */
export const isSteppedUp = ({ kind, outcome }: AgentEvent): boolean => kind === 'attempt' && outcome === 'stepped-up'

/** Which act of its agent it is: tool, class, arguments and destinations. Two hundred million acts share no hash by chance. */
export function actHash({ tool, action, arguments: args, destinations }: AgentEvent): number {
  const aims = destinations?.map((d) => d.hash).join() ?? ''
  return hash32(`${tool?.server ?? ''}\n${tool?.name ?? ''}\n${action ?? ''}\n${args?.digest ?? ''}\n${aims}`)
}

/** Hash, until when, times. */
const width = 3

/**
 * Whether it is the identical act again that was held in its task, and held again. It is counted, and that is all: a
 * model that insists says nothing new. Points that do not tell the digest of the arguments cannot say so.
 */
export function isHeldAgain(state: AgentState, task: TaskState | undefined, event: AgentEvent): boolean {
  if (!isHeld(event)) return false
  // Told late: a person has looked at it since.
  if (state.approved?.some((a) => a.command === event.decision) === true) return true
  const at = foundAt(task, event)
  const held = task?.held
  if (at < 0 || held === undefined) return false
  // A person was asked about it and has answered: it is another try, and another question.
  if (isSteppedUp(event) && !isAskedAbout(state, event)) return false
  held[at + 2] = (held[at + 2] as number) + 1
  return true
}

/** Whether a command about this very act stands. */
export function isAskedAbout({ standing }: AgentState, event: AgentEvent): boolean {
  const hash = actHash(event)
  return standing.some((s) => s.act === hash && s.shadow !== true && s.until > event.time)
}

/** How often the act was tried in its task while it was held. */
export function timesHeld(task: TaskState | undefined, event: AgentEvent): number {
  const at = foundAt(task, event)
  return at < 0 ? 0 : (task?.held?.[at + 2] ?? 0)
}

/** How many acts of the task are held now, this one aside. */
export function heldBeside(task: TaskState | undefined, event: AgentEvent | undefined): number {
  const held = task?.held
  if (held === undefined) return 0
  const own = event === undefined ? undefined : actHash(event)
  const time = event?.time ?? 0
  let count = 0
  for (let i = 0; i < held.length; i += width) if (held[i] !== own && (held[i + 1] as number) > time) count++
  return count
}

function foundAt(task: TaskState | undefined, event: AgentEvent): number {
  const held = task?.held
  if (held === undefined || event.arguments?.digest === undefined) return -1
  const hash = actHash(event)
  for (let i = 0; i < held.length; i += width) if (held[i] === hash && (held[i + 1] as number) > event.time) return i
  return -1
}

/** Remembers a held act for as long as a step-up stands; then it is judged anew. The oldest goes first. */
export function rememberHeld(task: TaskState | undefined, event: AgentEvent, life: number): void {
  if (task === undefined || event.arguments?.digest === undefined) return
  task.held ??= []
  const hash = actHash(event)
  const at = task.held.indexOf(hash)
  if (at >= 0 && at % width === 0) task.held.splice(at, width)
  else if (task.held.length >= limits.held * width) task.held.splice(0, width)
  task.held.push(hash, event.time + life, 1)
}
