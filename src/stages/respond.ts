import { hash32, indexOf } from '../detect/index.ts'
import type { Stage } from '../flow/topology.ts'
import { type AgentState, noRisk, type Risk, type TaskState } from '../model/agent-state.ts'
import type { Command } from '../model/command.ts'
import { digest } from '../model/digest.ts'
import type { ActionClass } from '../model/event.ts'
import type { Finding } from '../model/finding.ts'
import { allowanceFor } from '../policy/allow.ts'
import {
  type Decision,
  decide,
  interruptionCost,
  interrupts,
  meanCost,
  rank,
  restrictionOf,
  targetKey,
  targetOf,
} from '../policy/ladder.ts'
import type { Policy, StampedPolicy } from '../policy/policy.ts'
import { agentStore, limits, none } from './agent-store.ts'
import type { Streams } from './streams.ts'

/** Weighs the cost of a bad act against that of a false interruption, and proposes a command when it pays. */
export function respond(fallback: StampedPolicy): Stage<Streams, 'charges', AgentState> {
  return {
    name: 'respond',
    from: 'charges',
    to: ['proposals'],
    store: agentStore,
    run(charge, context) {
      const stamped = context.shared('policy', 'current') ?? fallback
      const { finding } = charge
      const task = context.state.tasks.findLast((t) => t.id === finding.task)
      for (const weighed of weigh(context.state, task, finding, stamped.policy)) {
        const command = propose(weighed, finding, context.state, task, stamped)
        if (command !== undefined) context.emit('proposals', command)
      }
    },
  }
}

interface Weighed {
  decision: Decision
  bits: number
  mode: 'enforce' | 'shadow'
}

/**
 * The command that a decision calls for, unless it stands already. The guard runs this too: the same evidence gives the
 * same command id there and in the monitor.
 */
function propose(
  { decision, bits, mode }: Weighed,
  finding: Finding,
  state: AgentState,
  task: TaskState | undefined,
  { policy, version }: StampedPolicy,
): Command | undefined {
  if (rank(decision.rung) < rank('notify')) return undefined
  const evidence = state.evidence.filter((e) => e.event === finding.event || e.bits >= 1)
  const allowance = allowanceFor(
    policy,
    finding.agent,
    finding.act,
    evidence.map((e) => e.detector),
    finding.time,
  )
  const credential = suspectCredential(finding)
  const forgiven = allowance !== undefined && interrupts(decision.rung)
  // A copied credential is stopped by taking the credential: whoever holds it next is stopped too.
  const rung = forgiven
    ? 'notify'
    : credential !== undefined && decision.rung === 'quarantine'
      ? 'revoke'
      : decision.rung

  // The command falls on the task alone while the evidence is the task’s own.
  const ownTask = task !== undefined && standingOf(task.risk) >= standingOf(state.risk) * 0.8 ? task.id : undefined
  const target = targetOf(rung, finding.agent, ownTask, credential)
  const restriction = interrupts(rung) ? restrictionOf(rung, finding.act) : {}
  const whole = targetKey(target)
  const key = `${whole}|${JSON.stringify(restriction)}`
  // Before anything stands in the way: what repeats an act that is already ordered against is not learned either. Under a
  // policy in shadow mode the act runs, which makes it no better a lesson; one detector on trial does not stop the learning.
  if (interrupts(rung) && (mode === 'enforce' || policy.mode === 'shadow')) {
    if (task !== undefined) task.tainted = true
    state.taintedUntil = Math.max(state.taintedUntil, finding.time)
  }
  state.standing = state.standing.filter((s) => s.until > finding.time)
  // What already stands against the target is not ordered twice; a step-up for another tool is another step-up. What
  // only would have been ordered does not stand in the way of what is.
  if (
    state.standing.some(
      (s) =>
        (s.shadow !== true || mode === 'shadow') &&
        (s.target === key ||
          (s.target.startsWith(`${whole}|`) && rank(s.rung) > rank(rung) && rank(s.rung) >= rank('revoke'))) &&
        // What a person let go ahead is not asked about again while the question would have stood; worse is.
        (s.vouched !== true || rung === 'step-up'),
    )
  )
    return undefined
  const id = digest('command', finding.tenant, key, rung, finding.id)
  const life = policy.expiry[interrupts(rung) ? (rung as keyof typeof policy.expiry) : 'step-up']
  state.standing = state.standing.slice(1 - limits.standing).concat({
    command: id,
    rung,
    target: key,
    until: finding.time + life,
    ...(mode === 'shadow' ? { shadow: true as const } : {}),
  })
  const command: Command = {
    id,
    tenant: finding.tenant,
    time: finding.time,
    rung,
    target,
    restriction,
    agent: finding.agent,
    because: allowance === undefined ? finding.because : `${finding.because} (allowed by policy: ${allowance.because})`,
    evidence,
    bits: Math.round(bits * 100) / 100,
    costs: {
      odds: decision.odds,
      badAction: decision.badAction,
      falseInterruption: interruptionCost(rung, policy),
      ...(decision.next === undefined ? {} : { next: decision.next }),
    },
    policy: version,
    mode,
    automatic: true,
    notIssuedAfter: finding.time,
    expires: finding.time + life,
  }
  if (finding.principal !== undefined) command.principal = finding.principal
  if (finding.task !== undefined) command.task = finding.task
  if (rank(rung) >= rank('revoke'))
    command.credentials = target.credential !== undefined ? [target.credential] : [...state.credentials]
  return command
}

/** The decision on the evidence that enforces and, where shadowed detectors would go further, theirs as “would have”. */
function weigh(state: AgentState, task: TaskState | undefined, finding: Finding, policy: Policy): Weighed[] {
  const usual = isFirstOfClass(state, finding) ? 1 : meanCost(state)
  const own = state.risk ?? noRisk(finding.time)
  const tasks = task?.risk ?? own
  const bits = Math.max(own.bits, tasks.bits)
  const rules = Math.max(own.rules, tasks.rules)
  const shadow = Math.max(own.shadow, tasks.shadow)
  const shadowRules = Math.max(own.shadowRules, tasks.shadowRules)
  const decision = decide(bits, rules, finding.act, usual, policy)
  const wouldBe = decide(shadow, shadowRules, finding.act, usual, policy)
  const weighed: Weighed[] = [{ decision, bits: Math.max(0, bits) + rules, mode: 'enforce' }]
  if (rank(wouldBe.rung) > rank(decision.rung))
    weighed.push({ decision: wouldBe, bits: Math.max(0, shadow) + shadowRules, mode: 'shadow' })
  return weighed
}

/** What cannot be undone once it is done. */
const irreversible: ReadonlySet<ActionClass> = new Set(['delete', 'admin'])

/**
 * The first irreversible act of a kind that the agent has never shown in a clean task. The budget spreads over what an
 * agent does; this can happen only once per class in its life, so it is weighed by its own cost alone.
 */
const isFirstOfClass = (state: AgentState, { act }: Finding): boolean =>
  act.action !== undefined &&
  irreversible.has(act.action) &&
  state.profile.tasks > 0 &&
  indexOf(state.profile.actions, hash32(act.action)) < 0

const standingOf = (risk: Risk | null): number =>
  risk === null ? 0 : Math.max(risk.bits, risk.shadow, 0) + Math.max(risk.rules, risk.shadowRules)

/** A finding about a credential puts the credential itself under suspicion, not only the agent that showed it. */
const suspectCredential = (finding: Finding): string | undefined =>
  finding.key === 'credential' && !finding.subject.startsWith('agent:') ? finding.subject : undefined

/** A release ends what stands and clears the evidence that led to it: a person has looked. */
export const heed: Stage<Streams, 'rulings', AgentState> = {
  name: 'heed rulings',
  from: 'rulings',
  to: [],
  store: agentStore,
  run(ruling, { state }) {
    if (ruling.verb === 'applied') {
      const standing = state.standing.find((s) => s.command === ruling.command)
      if (standing !== undefined && rank(standing.rung) >= rank('revoke')) standing.applied = true
      return
    }
    const lifted = state.standing.find((s) => s.command === ruling.command)
    state.standing = state.standing.filter((s) => s !== lifted)
    if (ruling.verb !== 'released') return
    if (lifted?.rung === 'step-up') state.standing = state.standing.concat({ ...lifted, vouched: true })
    state.risk = null
    state.evidence = none
    // A person vouched for it: what the open tasks show may be learned, unless something else still stands.
    const vouched = state.standing.every((s) => s.vouched === true || !interrupts(s.rung))
    for (const task of state.tasks) {
      task.risk = null
      if (vouched) task.tainted = false
    }
  },
}
