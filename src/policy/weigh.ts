import type { Risk } from '../model/agent-state.ts'
import type { Rung } from '../model/command.ts'
import type { Act } from '../model/finding.ts'
import { type Decision, decide, oddsOf, rank } from './ladder.ts'
import type { Policy } from './policy.ts'

/** What stands against an agent and its task: statistical bits, bits of rules, and bits of acts that were held. */
export interface Stands {
  bits: number
  rules: number
  held: number
}

/** Evidence of an act in hand that is not part of what stands yet: whether the act happens is not decided. */
export interface Own {
  bits: number
  rules: number
  shadow: number
  shadowRules: number
}

/** The heavier of an agent’s own risk and its task’s. What was held in other tasks is over with these. */
export function standsNow(agent: Risk | null, task: Risk | null | undefined, shadow: boolean): Stands {
  const of = (risk: Risk | null | undefined, name: 'bits' | 'rules') =>
    risk === null || risk === undefined ? 0 : shadow ? (name === 'bits' ? risk.shadow : risk.shadowRules) : risk[name]
  const where = task === undefined ? agent : task
  return {
    bits: Math.max(of(agent, 'bits'), of(task, 'bits')),
    rules: Math.max(of(agent, 'rules'), of(task, 'rules')),
    held: (shadow ? where?.shadowHeld : where?.held) ?? 0,
  }
}

/** What the evidence of held acts leads to: a person is asked about each; of many, part of the work stops. */
const forHeld = { one: 'step-up', many: 'tighten' } as const satisfies Record<string, Rung>
/** So many other acts held in a task, and nobody is asked again: who gets more questions answers none with care. */
export const manyHeld = 16

/** The act that is weighed. */
export interface Weight {
  act: Act
  /** The agent’s mean cost of an act. */
  mean: number
  /** What the act’s own evidence is divided by: `mean`, or 1 for the first irreversible act of its class. */
  usual: number
  /**
   * There is a finding about the act. Without one only what stands decides: what other acts were held for is no evidence
   * against this one.
   */
  told: boolean
  /** Its evidence, where it is not counted in what stands. */
  own?: Own | undefined
  /** How many other acts of its task are held. */
  heldBefore: number
}

/** A decision with the evidence that it rests on. */
export interface Reckoned {
  decision: Decision
  bits: number
  /** What stands pays for it; else it took the act’s own evidence, and stopping the act undoes that. */
  stands: boolean
}

/** The one reckoning, of decisions and of explanations. Pure. */
export function reckon(
  stands: Stands,
  { act, mean, usual, told, own, heldBefore }: Weight,
  policy: Policy,
  shadow = false,
): Reckoned {
  const { bits, rules, held } = stands
  const alone = decide(bits, rules, act, told && own === undefined ? usual : mean, policy)
  const byItself: Reckoned = { decision: alone, bits: Math.max(0, bits) + rules, stands: true }
  if (!told) return byItself
  const ownBits = own === undefined ? 0 : shadow ? own.shadow : own.bits
  const all = Math.max(0, bits) + Math.max(0, ownBits)
  const most = heldBefore < manyHeld ? forHeld.one : forHeld.many
  const joint = decide(all, rules + held, act, usual, policy, most)
  if (rank(joint.rung) <= rank(alone.rung)) return byItself
  return { decision: joint, bits: all + rules + held, stands: false }
}

/** Whether what stands pays for an interruption of an act of this cost. Allocates nothing: it is asked for every act. */
export function pays(
  agent: Risk | null,
  task: Risk | null | undefined,
  cost: number,
  mean: number,
  policy: Policy,
): boolean {
  const bits = Math.max(agent?.shadow ?? 0, task?.shadow ?? 0, agent?.bits ?? 0, task?.bits ?? 0)
  const rules = Math.max(agent?.shadowRules ?? 0, task?.shadowRules ?? 0)
  return (bits > 0 || rules > 0) && oddsOf(bits, rules, mean, policy) * cost > policy.costs.interruption['step-up']
}
