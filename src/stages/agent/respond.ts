import type { Stage } from '../../flow/topology.ts'
import type { AgentState, Risk, Standing, TaskState } from '../../model/agent-state.ts'
import type { Command } from '../../model/command.ts'
import { digest } from '../../model/digest.ts'
import type { Finding } from '../../model/finding.ts'
import { credentialIn } from '../../model/keys.ts'
import type { Origin } from '../../model/origin.ts'
import { allowanceFor } from '../../policy/allow.ts'
import { interruptionCost, interrupts, rank, restrictionOf, targetKey, targetOf } from '../../policy/ladder.ts'
import type { StampedPolicy } from '../../policy/policy.ts'
import { type Reckoned, reckon, standsNow } from '../../policy/weigh.ts'
import { actOf } from '../findings.ts'
import type { Charge, Streams } from '../streams.ts'
import { agentStore } from './agent-store.ts'
import { askAbout } from './ask.ts'
import { keep } from './evidence.ts'
import { actHash, isSteppedUp } from './held.ts'
import { reachOf, unprovenOf } from './reach.ts'
import { heldAct, stand } from './stand.ts'
import { standingEvidence } from './standing-evidence.ts'
import { aloneOf, voiceOf } from './voices.ts'
import { weightOf } from './weight.ts'

type Mode = 'enforce' | 'shadow'

/** Weighs the cost of a bad act against that of a false interruption, and proposes a command when it pays. */
export function respond(fallback: StampedPolicy): Stage<Streams, 'charges', AgentState> {
  return {
    name: 'respond',
    from: 'charges',
    to: ['proposals', 'findings'],
    store: agentStore,
    run(charge, context) {
      const stamped = context.shared('policy', 'current') ?? fallback
      const { event, finding } = charge
      const origin = finding?.origin ?? event?.origin
      const state = voiceOf(context.state, origin)
      const alone = aloneOf(context.state, origin, context.now, stamped.policy.risk.halfLife)
      const id = finding?.task ?? event?.task?.id ?? event?.session
      const task = state.tasks.findLast((t) => t.id === id)
      for (const [reckoned, mode] of weigh(state, task, charge, stamped)) {
        const { rung } = reckoned.decision
        if (rank(rung) < rank('notify') || (finding === undefined && !interrupts(rung))) continue
        const cause = finding ?? (event === undefined ? undefined : standingEvidence(event, state, mode))
        if (cause === undefined) continue
        const most = alone === undefined ? reckoned : asking(reckoned)
        const command = propose(most, mode, cause, charge, state, task, stamped, context.now)
        if (command === undefined) continue
        if (finding === undefined) context.emit('findings', cause)
        context.emit('proposals', saidBy(command, origin, alone, context.state))
      }
      const asked = event === undefined ? undefined : askAbout(event, finding, state, task, stamped, context.now)
      if (asked !== undefined) context.emit('proposals', saidBy(asked, origin, alone, context.state))
    },
  }
}

/** No more than a person is asked. */
const asking = (reckoned: Reckoned): Reckoned => {
  const { next: _, ...decision } = reckoned.decision
  return rank(decision.rung) <= rank('step-up') ? reckoned : { ...reckoned, decision: { ...decision, rung: 'step-up' } }
}

/** Adds whose word it rests on; where that is a stranger’s, what the command falls on is what the agent’s own publishers told. */
function saidBy(command: Command, origin: Origin | undefined, alone: string | undefined, home: AgentState): Command {
  if (origin === undefined) return command
  command.publisher = origin.publisher
  if (origin.heard === 'stranger') {
    if (home.points !== undefined) command.points = [...home.points]
    if (command.credentials !== undefined) command.credentials = [...home.credentials]
  }
  if (alone === undefined || origin.heard === undefined) return command
  const why =
    origin.heard === 'first'
      ? `only ${alone} was heard of this agent, and showed no clean act yet`
      : `only ${alone} says so, which does not speak for this agent or its credential`
  return { ...command, heard: origin.heard, because: `${command.because} (${why}: no more than a person is asked)` }
}

/** The decision on the evidence that enforces and, where shadowed detectors would go further, theirs as “would have”. */
function weigh(
  state: AgentState,
  task: TaskState | undefined,
  { event, finding, own }: Charge,
  { policy }: StampedPolicy,
): [Reckoned, Mode][] {
  const act = finding?.act ?? (event === undefined ? {} : actOf(event))
  const weight = weightOf(state, { act, task, told: finding !== undefined, event, own })
  const now = reckon(standsNow(state.risk, task?.risk, false), weight, policy)
  const wouldBe = reckon(standsNow(state.risk, task?.risk, true), weight, policy, true)
  const weighed: [Reckoned, Mode][] = [[now, 'enforce']]
  if (rank(wouldBe.decision.rung) > rank(now.decision.rung)) weighed.push([wouldBe, 'shadow'])
  return weighed
}

/**
 * The command that a decision calls for, unless it stands already. The guard runs this too: the same evidence gives the
 * same command id there and in the monitor.
 */
function propose(
  { decision, bits, stands }: Reckoned,
  mode: Mode,
  cause: Finding,
  { event, finding }: Charge,
  state: AgentState,
  task: TaskState | undefined,
  { policy, version }: StampedPolicy,
  now: number,
): Command | undefined {
  const evidence = state.evidence.filter(
    (e) => e.event === cause.event || (e.bits >= 1 && (!stands || e.held !== true)),
  )
  const detectors = evidence.map((e) => e.detector)
  if (finding === undefined) detectors.push(cause.detector)
  const allowance = allowanceFor(policy, cause.agent, cause.act, detectors, cause.time)
  const credential = suspectCredential(cause)
  const forgiven = allowance !== undefined && interrupts(decision.rung)
  // A copied credential is stopped by taking the credential: whoever holds it next is stopped too.
  const rung = forgiven
    ? 'notify'
    : credential !== undefined && decision.rung === 'quarantine'
      ? 'revoke'
      : decision.rung

  // The command falls on the task alone while the evidence is the task’s own.
  const isTasks = task !== undefined && (!stands || standingOf(task.risk) >= standingOf(state.risk) * 0.8)
  const target = targetOf(rung, cause.agent, isTasks ? task.id : undefined, credential)
  const whole = targetKey(target)
  state.standing = state.standing.filter((s) => s.until > now)
  const reach = reachOf(rung, cause.act, finding === undefined, stands)
  const act = reach === 'act' ? { ...cause.act, ...unprovenOf(event) } : cause.act
  const restriction = interrupts(rung) ? restrictionOf(rung, act, reach, event?.arguments?.digest) : {}
  const key = `${whole}|${JSON.stringify(restriction)}`
  // Before anything stands in the way: what repeats an act that is already ordered against is not learned either. Under a
  // policy in shadow mode the act runs, which makes it no better a lesson; one detector on trial does not stop the learning.
  if (interrupts(rung) && (mode === 'enforce' || policy.mode === 'shadow')) {
    if (task !== undefined) task.tainted = true
    state.taintedUntil = Math.max(state.taintedUntil, cause.time)
  }
  // Where all authority is taken already, what stands was answered; only new evidence goes further.
  if (
    finding === undefined &&
    state.standing.some((s) => (s.shadow !== true || mode === 'shadow') && rank(s.rung) >= rank('revoke'))
  )
    return undefined
  // What already stands against the target is not ordered twice; a step-up for another tool is another step-up, and so is that
  // for another act which a person is asked about. What only would have been ordered does not stand in the way of what is.
  const isAsked = rung === 'step-up' && task !== undefined && event !== undefined && isSteppedUp(event)
  const asked = isAsked ? actHash(event) : undefined
  if (
    state.standing.some(
      (s) =>
        (s.shadow !== true || mode === 'shadow') &&
        ((s.target === key && (asked === undefined || s.act === asked)) ||
          (s.target.startsWith(`${whole}|`) && rank(s.rung) > rank(rung) && rank(s.rung) >= rank('revoke'))),
    )
  )
    return undefined
  if (finding === undefined) {
    keep(state, cause, cause.bits, false)
    delete state.untold
    const kept = state.evidence.at(-1)
    if (kept !== undefined) evidence.push(kept)
  }
  const id = digest('command', cause.tenant, key, rung, cause.id)
  const life = policy.expiry[interrupts(rung) ? (rung as keyof typeof policy.expiry) : 'step-up']
  const standing: Standing = { command: id, rung, target: key, until: now + life }
  if (mode === 'shadow') standing.shadow = true
  if (interrupts(rung)) {
    standing.event = cause.event
    standing.reaches = { target, restriction }
    standing.findings = evidence.map((e) => e.finding)
    if (event !== undefined) standing.act = actHash(event)
  }
  stand(state, standing)
  const command: Command = {
    id,
    tenant: cause.tenant,
    time: cause.time,
    rung,
    target,
    restriction,
    agent: cause.agent,
    because: allowance === undefined ? cause.because : `${cause.because} (allowed by policy: ${allowance.because})`,
    evidence: evidence.map(({ finding, detector, event, bits, because, everyTime }) => ({
      finding,
      detector,
      event,
      bits,
      because,
      ...(everyTime === undefined ? {} : { everyTime }),
    })),
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
    notIssuedAfter: cause.time,
    expires: cause.time + life,
  }
  if (interrupts(rung) && rank(rung) < rank('revoke')) command.act = heldAct(cause, event)
  if (cause.principal !== undefined) command.principal = cause.principal
  if (cause.task !== undefined) command.task = cause.task
  if (state.points !== undefined) command.points = [...state.points]
  if (rank(rung) >= rank('revoke'))
    command.credentials = target.credential !== undefined ? [target.credential] : [...state.credentials]
  return command
}

const standingOf = (risk: Risk | null): number =>
  risk === null ? 0 : Math.max(risk.bits, risk.shadow, 0) + Math.max(risk.rules, risk.shadowRules)

/** A finding about a credential puts the credential itself under suspicion, not only the agent that showed it. */
const suspectCredential = (finding: Finding): string | undefined =>
  finding.key === 'credential' ? credentialIn(finding.subject) : undefined
