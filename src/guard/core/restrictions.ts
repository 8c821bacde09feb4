import type { AgentState } from '../../model/agent-state.ts'
import type { Command, Restriction, Selector } from '../../model/command.ts'
import type { AgentEvent } from '../../model/event.ts'
import { allowanceFor } from '../../policy/allow.ts'
import type { Policy } from '../../policy/policy.ts'
import { coveringOf, namesTool, widenedFor } from '../../policy/widen.ts'
import { actOf } from '../../stages/findings.ts'

export type Hold = 'deny' | 'step-up'

/** An act as restrictions look at it. */
export interface Held {
  event: AgentEvent
  /** When its task was said to begin; undefined: nobody said so (a restarted guard has not seen it), and it is caught. */
  taskStarted: number | undefined
  /** The guard’s own clock, ms. */
  now: number
  policy: Policy
  /** What a person lets go of the agent’s acts. */
  widened?: AgentState['widened'] | undefined
}

/** What catches an act. */
export interface Catch {
  hold: Hold
  command: Command
  /** The command is about this very act, not about others like it. */
  isExact: boolean
}

const holds = ['deny', 'stepUp', 'sanitise'] as const
const rankOf: Record<Hold, number> = { deny: 2, 'step-up': 1 }
const anyone = '*'

/** The stronger of two; of two that hold alike the one about this very act, else the first. */
export const stronger = (a: Catch | undefined, b: Catch | undefined): Catch | undefined =>
  a === undefined || (b !== undefined && weightOf(b) > weightOf(a)) ? b : a

const weightOf = ({ hold, isExact }: Catch): number => rankOf[hold] * 2 + (isExact ? 1 : 0)

/** Commands by whom they are about, so that an act looks at its own only. */
export class Restrictions {
  readonly #byTarget = new Map<string, Map<string, Command>>()
  readonly #byId = new Map<string, Command>()

  get size(): number {
    return this.#byId.size
  }

  put(command: Command): void {
    const key = keyOf(command)
    const commands = this.#byTarget.get(key) ?? new Map<string, Command>()
    this.#byTarget.set(key, commands)
    commands.set(command.id, command)
    this.#byId.set(command.id, command)
  }

  drop(id: string): void {
    const command = this.#byId.get(id)
    if (command === undefined) return
    this.#byId.delete(id)
    const key = keyOf(command)
    const commands = this.#byTarget.get(key)
    commands?.delete(id)
    if (commands?.size === 0) this.#byTarget.delete(key)
  }

  clear(): void {
    this.#byTarget.clear()
    this.#byId.clear()
  }

  get(id: string): Command | undefined {
    return this.#byId.get(id)
  }

  values(): IterableIterator<Command> {
    return this.#byId.values()
  }

  /** The strongest restriction that catches the act; `spared` may let one go. */
  find(act: Held, spared: (command: Command) => boolean = () => false): Catch | undefined {
    let strongest: Catch | undefined
    for (const command of this.#about(act.event)) {
      const hold = holdOf(command, act)
      if (hold === undefined || spared(command)) continue
      strongest = stronger(strongest, { hold, command, isExact: isOf(command, act.event) })
    }
    return strongest
  }

  /** Those that take something out of the act’s arguments or answer. */
  *sanitising(act: Held): Iterable<Command> {
    for (const command of this.#about(act.event)) {
      const { sanitise } = command.restriction
      if (sanitise !== undefined && selects(sanitise, act.event) && isInForce(command, act)) yield command
    }
  }

  *#about(event: AgentEvent): Iterable<Command> {
    if (this.#byId.size === 0) return
    const task = event.task?.id ?? event.session
    for (const key of [
      task === undefined ? undefined : `task ${task}`,
      event.credential === undefined ? undefined : `credential ${event.credential.id}`,
      `agent ${event.agent.id}`,
      anyone,
    ]) {
      const commands = key === undefined ? undefined : this.#byTarget.get(key)
      if (commands !== undefined) yield* commands.values()
    }
  }
}

/** The most telling member of the target; the others are compared in `isAbout`. */
function keyOf({ target }: Command): string {
  if (target.task !== undefined) return `task ${target.task}`
  if (target.credential !== undefined) return `credential ${target.credential}`
  return target.agent === undefined ? anyone : `agent ${target.agent}`
}

/** What this guard can hold to; undefined when it can, else why not. */
export function refusalOf({ restriction }: Command): string | undefined {
  const known = holds.filter((h) => restriction[h] !== undefined)
  const strange = Object.keys(restriction).filter((k) => k !== 'allow' && !(holds as readonly string[]).includes(k))
  if (strange.length > 0) return `this guard does not know the restriction ${strange.join(', ').slice(0, 200)}`
  if (known.length === 0 && restriction.allow === undefined) return 'the command restricts nothing'
  const { sanitise } = restriction
  // What came over the wire is not checked against the model here.
  if (sanitise !== undefined && (!Array.isArray(sanitise.fields) || sanitise.fields.length === 0))
    return 'sanitise names no fields'
  return undefined
}

/** Whether the command is about this act, or the same one again. */
const isOf = ({ act }: Command, { tool, arguments: args }: AgentEvent): boolean =>
  act?.arguments !== undefined &&
  act.arguments === args?.digest &&
  act.tool === tool?.name &&
  act.server === tool?.server

function holdOf(command: Command, act: Held): Hold | undefined {
  const hold = strongest(command.restriction, act.event)
  return hold === undefined || !isInForce(command, act) ? undefined : hold
}

function isInForce(command: Command, act: Held): boolean {
  const { event, now, policy } = act
  if (command.expires <= now || command.tenant !== event.tenant || !isAbout(command, act)) return false
  // Honoured at the decision and again here; a person’s own command is above the allowlist.
  const detectors = command.evidence.map((e) => e.detector)
  if (!command.automatic) return true
  return allowanceFor(policy, event.agent.id, actOf(event), detectors, now) === undefined && !isWidened(command, act)
}

/** A person let acts like this one go, and all that the step-up rests on is covered by that. */
function isWidened({ rung, evidence }: Command, { event, widened }: Held): boolean {
  if (widened === undefined || rung !== 'step-up') return false
  const lets = widenedFor(widened, event)
  return lets.length > 0 && evidence.every((e) => coveringOf(lets, e) !== undefined)
}

/**
 * Every member of the target that is present must match, and the generation: a credential issued later, or a task that
 * began later, is not caught. A whole agent comes back with a credential issued later, not with a task of its own making.
 */
function isAbout({ target, notIssuedAfter }: Command, { event, taskStarted }: Held): boolean {
  const { credential } = event
  if (target.agent !== undefined && target.agent !== event.agent.id) return false
  if (target.task !== undefined) {
    if (target.task !== (event.task?.id ?? event.session)) return false
    return taskStarted === undefined || taskStarted <= notIssuedAfter
  }
  if (target.credential !== undefined && target.credential !== credential?.id) return false
  return credential?.issued === undefined || credential.issued <= notIssuedAfter
}

function strongest(restriction: Restriction, event: AgentEvent): Hold | undefined {
  if (restriction.deny !== undefined && selects(restriction.deny, event)) return 'deny'
  if (restriction.stepUp !== undefined && selects(restriction.stepUp, event)) return 'step-up'
  return undefined
}

/** Every list that is present must match; an empty selector matches every act. */
export function selects(selector: Selector, event: AgentEvent): boolean {
  const { tools, actions, datasets, destinations, environments, arguments: digests } = selector
  if (tools !== undefined && (event.tool === undefined || !namesTool(tools, event.tool))) return false
  if (actions !== undefined && (event.action === undefined || !actions.includes(event.action))) return false
  const dataset = event.resource?.dataset
  if (datasets !== undefined && (dataset === undefined || !datasets.includes(dataset))) return false
  if (destinations !== undefined && event.destinations?.some((d) => destinations.includes(d.hash)) !== true)
    return false
  const digest = event.arguments?.digest
  if (digests !== undefined && (digest === undefined || !digests.includes(digest))) return false
  return environments === undefined || (event.environment !== undefined && environments.includes(event.environment))
}
