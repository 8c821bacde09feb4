import type { Command } from '../../model/command.ts'
import type { AgentEvent } from '../../model/event.ts'

/** An act that was held, as far as a person approves it: the same tool, class and destinations of the same task. */
interface HeldAct {
  agent: string
  task: string | undefined
  tool: string | undefined
  action: string | undefined
  destinations: readonly string[]
  event: string
}

const limits = { held: 512, acts: 8, released: 512 } as const

/** Acts held by a step-up, and those that a person has let go since. Bounded; the oldest go first. */
export class Releases {
  readonly #held = new Map<string, HeldAct[]>()
  readonly #released: (HeldAct & { command: string })[] = []

  hold(command: Command, event: AgentEvent): void {
    const acts = this.#held.get(command.id) ?? []
    if (acts.length < limits.acts) acts.push(heldAct(event))
    this.#held.delete(command.id)
    this.#held.set(command.id, acts)
    if (this.#held.size <= limits.held) return
    for (const id of this.#held.keys()) {
      this.#held.delete(id)
      return
    }
  }

  /**
   * Lets go what a command held. The monitor may have seen more than the guard and named its command otherwise: then the
   * event on which both rest says that they are one. Answers the ids of the guard’s own commands that it stands for.
   */
  release(id: string, evidence: readonly string[] = []): string[] {
    const ids = [...this.#held]
      .filter(([held, acts]) => held === id || acts.some((a) => evidence.includes(a.event)))
      .map(([held]) => held)
    for (const held of ids) {
      for (const act of this.#held.get(held) ?? []) this.#released.push({ ...act, command: id })
      this.#held.delete(held)
    }
    while (this.#released.length > limits.released) this.#released.shift()
    return ids
  }

  /** The command whose release covers this act. */
  covering(event: AgentEvent): string | undefined {
    if (this.#released.length === 0) return undefined
    const act = heldAct(event)
    return this.#released.findLast(
      (r) =>
        r.agent === act.agent &&
        r.task === act.task &&
        r.tool === act.tool &&
        r.action === act.action &&
        act.destinations.every((d) => r.destinations.includes(d)),
    )?.command
  }
}

const heldAct = (event: AgentEvent): HeldAct => ({
  agent: event.agent.id,
  task: event.task?.id ?? event.session,
  tool: event.tool?.name,
  action: event.action,
  destinations: (event.destinations ?? []).map((d) => d.hash),
  event: event.id,
})
