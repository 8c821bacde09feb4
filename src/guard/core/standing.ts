import type { AgentEvent } from '../../model/event.ts'
import type { Scope } from '../../model/scope.ts'
import { GivenScopes } from './given-scopes.ts'
import type { GuardLinks } from './guard-links.ts'
import type { Holding, Meant } from './holding.ts'
import type { LocalCore } from './local-core.ts'
import type { OwnCommands } from './own-commands.ts'
import { type Catch, stronger } from './restrictions.ts'
import { type Staleness, stale } from './staleness.ts'
import type { OpenTask } from './tasks.ts'
import type { Fail } from './types.ts'

export interface StandingParts {
  core: LocalCore
  links: GuardLinks
  own: OwnCommands
  holding: Holding
  staleness: Staleness
  scopes: readonly Scope[] | undefined
  now: () => number
}

/** What stands against an act before anybody looks at the act itself: restrictions, and the monitor’s silence. */
export class Standing {
  /** Acts that met a monitor which was silent for too long, and what that meant for them. */
  readonly stale = { open: 0, closed: 0 }
  readonly #p: StandingParts
  readonly #scopes: GivenScopes

  constructor(parts: StandingParts) {
    this.#p = parts
    this.#scopes = new GivenScopes(parts.scopes, parts.core, parts.now)
  }

  get staleAfterMs(): number {
    return this.#p.staleness.afterMs
  }

  /** The strongest restriction of the monitor’s and the guard’s own that catches the act. */
  caught(event: AgentEvent, task: OpenTask | undefined, { held }: Meant): Catch | undefined {
    const { core, links, own, holding, now } = this.#p
    const { policy } = core.policy
    const { widened } = core.peek(event.agent.id) ?? {}
    const act = { event, taskStarted: task?.started, now: now(), policy, widened }
    const spared = holding.spares(held, event, task?.requested)
    return stronger(links.table.find(act, spared), own.table.find(act, spared))
  }

  /** Why a scope that was given to the guard holds the act, in words; a person may have let this very one go. */
  outside(event: AgentEvent, { isApproved }: Meant): string | undefined {
    return isApproved ? undefined : this.#scopes.against(event)
  }

  /** What the monitor’s silence means for the act; undefined: it is not silent for too long, or there is none. */
  silence({ action }: AgentEvent): Fail | undefined {
    const { links, staleness, now } = this.#p
    const heard = links.heard()
    const fail = heard === undefined ? undefined : stale(now() - heard, action, staleness)
    if (fail !== undefined) this.stale[fail]++
    return fail
  }
}
