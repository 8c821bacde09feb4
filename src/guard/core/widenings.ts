import type { Command } from '../../model/command.ts'
import { type WideningAnswer, widening } from '../../policy/widen.ts'
import type { Holding } from './holding.ts'
import type { LocalCore } from './local-core.ts'

/** Further acts that a person let go with a held one: told by the decision stream, stand-alone by hand. */
export class Widenings {
  readonly #tenant: string
  readonly #holding: Holding
  readonly #core: LocalCore
  readonly #now: () => number

  constructor(tenant: string, holding: Holding, core: LocalCore, now: () => number) {
    this.#tenant = tenant
    this.#holding = holding
    this.#core = core
    this.#now = now
  }

  /** They go until the command says. Told again it is the same. */
  put(command: Command): void {
    if (command.tenant === this.#tenant) this.#core.applyByHand(command, this.#now())
  }

  /** A person took it back. */
  take(command: string): void {
    this.#core.takeBack(command, this.#now())
  }

  /**
   * Stand-alone: a person let go the held call that `id` names, or that this command held, and further acts like it. Answers
   * the order for these; a text: why they cannot go; undefined: no such call is held here.
   */
  order(id: string, answer: Omit<WideningAnswer, 'time'>): Command | string | undefined {
    const held = this.#holding.heldBy(id)
    if (held === undefined)
      return this.#holding.knows(id) ? 'the call was let go already; widen the approval of the next one' : undefined
    const ordered = widening(held, { ...answer, time: this.#now() }, this.#core.policy)
    if (typeof ordered !== 'string') this.#holding.release(id, undefined, 'approved')
    return ordered
  }
}
