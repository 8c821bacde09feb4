import type { AgentState } from '../model/agent-state.ts'
import type { Restriction, Rung, Selector, Target } from '../model/command.ts'
import { rungs } from '../model/command.ts'
import type { AgentEvent } from '../model/event.ts'
import type { Act } from '../model/finding.ts'
import type { Policy } from './policy.ts'

export type Interruption = Exclude<Rung, 'observe'>

/** What a bad act of this kind costs, in the unit of one bad read of internal data. */
export function costOfBad(act: Act | AgentEvent, { costs }: Policy): number {
  const sensitivity = 'resource' in act ? act.resource?.sensitivity : (act as Act).sensitivity
  const external = 'destinations' in act && act.destinations?.some(isExternal)
  // Foreign text looks things up here: only what the policy itself names counts, not `constructor`.
  const named = act.environment !== undefined && Object.hasOwn(costs.environment, act.environment)
  const byEnvironment = named ? (costs.environment[act.environment as string] ?? 1) : 1
  return (
    costs.action[act.action ?? 'unknown'] *
    costs.sensitivity[sensitivity ?? 'internal'] *
    byEnvironment *
    ('count' in act ? (act.count ?? 1) : 1) *
    (external === true || ('external' in act && act.external === true) ? costs.external : 1)
  )
}

const isExternal = (d: string | { boundary?: string }): boolean => typeof d !== 'string' && d.boundary === 'external'

/** The agent’s own mean cost of an act, as if ten acts of unit cost had come before. */
export const meanCost = (state: Pick<AgentState, 'acts' | 'cost'>): number =>
  Math.max(1, (state.cost + 10) / (state.acts + 10))

/** The rung that expected cost asks for, with its reckoning, and the next one with what it would have needed. */
export interface Decision {
  rung: Rung
  odds: number
  badAction: number
  falseInterruption: number
  next?: { rung: Rung; bitsNeeded: number }
}

/**
 * Expected cost: a rung is taken when odds × cost(bad act) exceeds cost(false interruption by it). The highest such rung
 * wins; costs grow along the ladder, so it is the last that still pays.
 *
 * Statistical evidence: odds = budget × 2^bits ÷ `usual`, the agent’s own mean cost. An e-CUSUM crosses b bits falsely on
 * at most 2^-b of benign events, so a threshold of log2(usual / (budget × cost)) for acts of each cost interrupts falsely
 * at most budget × mean(cost) / usual = budget of all events: the budget is spent where acts are dearest, and holds.
 * Rules are outside the budget: their 2^rules multiplies the odds, and statistical evidence adds to them only as far as it
 * exceeds what is usual.
 */
export function decide(
  bits: number,
  rules: number,
  act: Act,
  usual: number,
  policy: Policy,
  most: Rung = 'quarantine',
): Decision {
  const odds = oddsOf(bits, rules, usual, policy)
  const badAction = costOfBad(act, policy)
  let rung: Rung = 'observe'
  for (const candidate of rungs.slice(1, rank(most) + 1) as Interruption[])
    if (odds * badAction > policy.costs.interruption[candidate]) rung = candidate
  const decision: Decision = {
    rung,
    odds,
    badAction,
    falseInterruption: rung === 'observe' ? 0 : policy.costs.interruption[rung],
  }
  const next = rung === most ? undefined : (rungs[rank(rung) + 1] as Interruption | undefined)
  if (next !== undefined && badAction > 0)
    decision.next = {
      rung: next,
      bitsNeeded:
        Math.round(
          Math.log2(
            (policy.costs.interruption[next] / (badAction * policy.budget)) *
              (odds > statisticalOdds(bits, usual, policy) ? 1 : usual),
          ) * 100,
        ) / 100,
    }
  return decision
}

const statisticalOdds = (bits: number, usual: number, { budget }: Policy): number =>
  (budget * 2 ** Math.min(bits, 60)) / usual

/** The odds that an act is bad, under evidence of these bits; `usual` is its agent’s mean cost of an act. */
export function oddsOf(bits: number, rules: number, usual: number, policy: Policy): number {
  const statistical = statisticalOdds(bits, usual, policy)
  if (rules <= 0) return statistical
  return Math.max(statistical, policy.budget * 2 ** Math.min(rules, 60) * Math.max(1, 2 ** Math.min(bits, 60) / usual))
}

/** What taking a rung wrongly costs; observing costs nothing. */
export const interruptionCost = (rung: Rung, policy: Policy): number =>
  rung === 'observe' ? 0 : policy.costs.interruption[rung]

export const rank = (rung: Rung): number => rungs.indexOf(rung)

/** A rung that stops or delays the agent. */
export const interrupts = (rung: Rung): boolean => rank(rung) >= rank('step-up')

/** Whom a rung falls on: the task while the evidence is the task’s own, else the agent; a credential when it is the subject. */
export function targetOf(rung: Rung, agent: string, task: string | undefined, credential: string | undefined): Target {
  if (rank(rung) >= rank('quarantine')) return { agent }
  if (credential !== undefined && rank(rung) >= rank('revoke')) return { credential }
  return task === undefined || rank(rung) >= rank('revoke') ? { agent } : { agent, task }
}

/**
 * How much of the work a mild rung touches. `act`: that act, as far as its destinations tell it from others, else its arguments.
 * `about`: what it was about, its tool or where it went. `all`: its tool, wherever it goes.
 */
export type Reach = 'act' | 'about' | 'all'

/** What a rung forbids. Step-up and tighten touch what the act was about; revoke and quarantine everything. */
export function restrictionOf(
  rung: Rung,
  { action, tool, destinations }: Act,
  reach: Reach = 'about',
  argumentsDigest?: string,
): Restriction {
  if (rank(rung) >= rank('revoke')) return { deny: {} }
  const of: Selector = action === undefined ? {} : { actions: [action] }
  const byTool: Selector = tool === undefined ? of : { ...of, tools: [tool] }
  const isAimed = destinations !== undefined && destinations.length > 0
  let selector = byTool
  if (reach === 'act' && !isAimed && argumentsDigest !== undefined)
    selector = { ...byTool, arguments: [argumentsDigest] }
  else if (isAimed && rung === 'tighten' && reach !== 'all') selector = { ...of, destinations }
  else if (isAimed && reach === 'act') selector = { ...byTool, destinations }
  return rung === 'tighten' ? { deny: selector } : { stepUp: selector }
}

export const targetKey = (t: Target): string => `${t.agent ?? ''}|${t.task ?? ''}|${t.credential ?? ''}`
