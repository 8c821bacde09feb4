import type { Command } from '../../model/command.ts'
import type { AgentEvent } from '../../model/event.ts'
import { interrupts, rank } from '../../policy/ladder.ts'
import { type Catch, Restrictions, stronger } from './restrictions.ts'

/** Most of the guard’s own commands at a time. */
const maxOwn = 10_000

/** Commands that the guard’s own detectors called for. They hold here at once; the monitor’s command with the same id comes later. */
export class OwnCommands {
  readonly table = new Restrictions()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** Takes what was proposed on an event; answers what of it holds that very act. `why`: what held it before. */
  adopt(event: AgentEvent, proposals: readonly Command[], isApproved: boolean, why?: string): Catch | undefined {
    let worst: Catch | undefined
    for (const proposed of proposals) {
      // It is held for what the other command, or the scope, says.
      const command = proposed.evidence.length > 0 || why === undefined ? proposed : { ...proposed, because: why }
      if (command.mode !== 'enforce' || !interrupts(command.rung)) continue
      const hold = command.rung === 'step-up' ? 'step-up' : 'deny'
      // A person has looked at this very act and let it go.
      if (isApproved && rank(command.rung) < rank('revoke')) continue
      this.#tidy()
      this.table.put(command)
      if (event.kind === 'attempt') worst = stronger(worst, { hold, command, isExact: true })
    }
    return worst
  }

  /** Takes a command out; answers it when it was there. */
  take(id: string): Command | undefined {
    const command = this.table.get(id)
    this.table.drop(id)
    return command
  }

  /** Ended commands leave when new ones come; the number of those in force is bounded by the core’s own. */
  #tidy(): void {
    const now = this.#now()
    for (const { id, expires } of this.table.values())
      if (expires <= now || this.table.size >= maxOwn) this.table.drop(id)
  }
}
