import { type Static, Type } from 'typebox'
import type { AgentState } from '../../../model/agent-state.ts'
import { type Command, Rung } from '../../../model/command.ts'
import type { Act } from '../../../model/finding.ts'
import type { StampedPolicy } from '../../../policy/policy.ts'
import { reckon, standsNow } from '../../../policy/weigh.ts'
import { emptyAgent } from '../../../stages/agent/agent-store.ts'
import { weightOf } from '../../../stages/agent/weight.ts'
import { riskNow } from '../agents.ts'

export const Reckoning = Type.Object({
  bits: Type.Number({ description: 'That stood when it was decided.' }),
  odds: Type.Number({ description: 'That the act is bad.' }),
  badAction: Type.Number({ description: 'Cost of a bad act of this kind.' }),
  falseInterruption: Type.Number({ description: 'Cost of taking the rung wrongly.' }),
  rung: Rung,
  next: Type.Optional(
    Type.Object(
      { rung: Rung, bitsNeeded: Type.Number(), bitsMissing: Type.Number() },
      { description: 'The nearest rung not taken, and what it would have needed.' },
    ),
  ),
  held: Type.Optional(
    Type.Number({ description: 'Bits of acts that were held, which count beside another act’s own evidence only.' }),
  ),
  policy: Type.String({ description: 'Version of the policy that reckons.' }),
})
export type Reckoning = Static<typeof Reckoning>

const round = (value: number) => Math.round(value * 100) / 100

/** A command carries its reckoning: nothing has changed since. */
export function asDecided({ bits, costs, rung, policy }: Command): Reckoning {
  const { odds, badAction, falseInterruption, next } = costs
  return {
    bits,
    odds,
    badAction,
    falseInterruption,
    rung,
    ...(next === undefined ? {} : { next: { ...next, bitsMissing: round(Math.max(0, next.bitsNeeded - bits)) } }),
    policy,
  }
}

/**
 * As it was decided, when a command came of it; else as the policy would decide now, by the reckoning that decides. `told`:
 * something was found about the act itself.
 */
export function reckoned(
  act: Act,
  known: { state: AgentState | undefined; policy: StampedPolicy; now: number },
  last: { command: Command } | undefined,
  taskId: string | undefined,
  told: boolean,
): Reckoning {
  if (last !== undefined) return asDecided(last.command)
  const { state = emptyAgent(), policy, now } = known
  const { halfLife } = policy.policy.risk
  const task = state.tasks.findLast((each) => each.id === taskId)
  const stands = standsNow(
    riskNow(state.risk, now, halfLife),
    task === undefined ? undefined : riskNow(task.risk, now, halfLife),
    false,
  )
  const { decision, bits } = reckon(stands, weightOf(state, { act, task, told }), policy.policy)
  const { next } = decision
  return {
    bits: round(bits),
    odds: decision.odds,
    badAction: decision.badAction,
    falseInterruption: decision.falseInterruption,
    rung: decision.rung,
    ...(next === undefined ? {} : { next: { ...next, bitsMissing: round(Math.max(0, next.bitsNeeded - bits)) } }),
    ...(stands.held === 0 ? {} : { held: round(stands.held) }),
    policy: policy.version,
  }
}
