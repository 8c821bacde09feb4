import { isMethod } from '../../detect/acts.ts'
import { outsideScope } from '../../detect/scope.ts'
import type { AgentEvent } from '../../model/event.ts'
import type { Scope } from '../../model/scope.ts'
import { allowanceFor } from '../../policy/allow.ts'
import { coveringOf, widenedFor } from '../../policy/widen.ts'
import { scopeOf } from '../../stages/agent/scopes.ts'
import { actOf } from '../../stages/findings.ts'
import type { LocalCore } from './local-core.ts'

/** Its findings say the same of such acts; who silences it, or forgives them, means this too. */
const detector = 'declared-scope'

/**
 * The scopes that whoever runs the guard gave it hold as they stand: an act outside is held however little harm it could do, and
 * whatever its arguments come from. What agents and monitors declare weighs as evidence only: a scope that forgot a tool is common.
 */
export class GivenScopes {
  readonly #ids: ReadonlySet<string>
  readonly #core: LocalCore
  readonly #now: () => number

  constructor(given: readonly Scope[] | undefined, core: LocalCore, now: () => number) {
    this.#ids = new Set(given?.map(({ id }) => id))
    this.#core = core
    this.#now = now
  }

  /** Why the act is to be held, in words; undefined: it is inside, or the policy does not enforce this. */
  against(event: AgentEvent): string | undefined {
    if (this.#ids.size === 0) return undefined
    const state = this.#core.peek(event.agent.id)
    const scope = state === undefined ? undefined : scopeOf(state, event)
    if (scope === undefined || !this.#ids.has(scope.id)) return undefined
    // A list of tools says nothing of what is no tool; where classes are declared, those do.
    if (event.tool !== undefined && scope.actions === undefined && isMethod(event.tool)) return undefined
    const outside = outsideScope(event, scope)
    if (outside === undefined || !this.#isEnforced(event)) return undefined
    // A person let acts like it go, after its detector had held one.
    return coveringOf(widenedFor(state?.widened, event), { detector }) === undefined ? outside.because : undefined
  }

  #isEnforced(event: AgentEvent): boolean {
    const { policy } = this.#core.policy
    const { mode = policy.mode, enabled = true } = policy.detectors[detector] ?? {}
    if (!enabled || mode !== 'enforce') return false
    return allowanceFor(policy, event.agent.id, actOf(event), [detector], this.#now()) === undefined
  }
}
