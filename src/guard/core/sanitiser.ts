import type { AgentEvent } from '../../model/event.ts'
import type { Policy } from '../../policy/policy.ts'
import type { Restrictions } from './restrictions.ts'
import { type CleanArguments, type Cleaning, cleanArguments, cleaningOf } from './sanitise-rules.ts'
import type { GuardOptions } from './types.ts'

export interface SanitiserParts {
  options: GuardOptions
  /** The monitor’s table. */
  table: Restrictions
  policy(): Policy
  now(): number
}

/** What is to be taken out of calls and answers, by the policy in force and the commands that stand. */
export class Sanitiser {
  readonly #p: SanitiserParts
  readonly #isShadow: boolean

  constructor(parts: SanitiserParts) {
    this.#p = parts
    this.#isShadow = parts.options.mode === 'shadow'
  }

  /** The arguments as they may go; undefined: nothing bears on them. */
  arguments(args: unknown, event: AgentEvent, taskStarted: number | undefined): CleanArguments | undefined {
    const cleaning = this.#cleaning('arguments', event, taskStarted)
    return cleaning === undefined ? undefined : cleanArguments(args, cleaning)
  }

  /** What is to be taken out of the answer of a call; undefined: nothing. In shadow mode nothing is. */
  answer(event: AgentEvent, taskStarted: number | undefined): Cleaning | undefined {
    return this.#isShadow ? undefined : this.#cleaning('answer', event, taskStarted)
  }

  /** The same of what comes without a call: logs, lists, questions. */
  other(tool: NonNullable<AgentEvent['tool']>): Cleaning | undefined {
    return this.#isShadow ? undefined : cleaningOf('answer', { tool }, this.#p.policy(), [])
  }

  #cleaning(of: 'arguments' | 'answer', event: AgentEvent, taskStarted: number | undefined): Cleaning | undefined {
    const { table, policy, now } = this.#p
    const act = { event, taskStarted, now: now(), policy: policy() }
    return cleaningOf(of, event, act.policy, table.sanitising(act))
  }
}
