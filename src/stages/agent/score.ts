import { isAct, isHeld } from '../../detect/index.ts'
import type { Context, Stage } from '../../flow/topology.ts'
import type { AgentState, TaskState } from '../../model/agent-state.ts'
import { digest } from '../../model/digest.ts'
import type { AgentEvent } from '../../model/event.ts'
import type { Finding } from '../../model/finding.ts'
import { credentialIn } from '../../model/keys.ts'
import type { Review } from '../../model/receipt.ts'
import { fade, isNothing, quietened, standing } from '../../policy/fade.ts'
import { costOfBad, meanCost } from '../../policy/ladder.ts'
import type { StampedPolicy } from '../../policy/policy.ts'
import { pays } from '../../policy/weigh.ts'
import { coveringOf, widenedFor } from '../../policy/widen.ts'
import type { Assessed, Streams } from '../streams.ts'
import { agentStore, limits, none } from './agent-store.ts'
import { approveAtPoint, isApproved } from './approvals.ts'
import { addHeld, addStanding, close, forgetSettled, happened, keep, open, ownOf, riskOf } from './evidence.ts'
import { isSteppedUp, isUndecided, rememberHeld } from './held.ts'
import { dispute } from './recently.ts'
import { claim, voiceOf } from './voices.ts'

/**
 * Adds an event’s evidence to the risk of its agent and task; rule findings add their fixed bits on top. What an act was
 * held for stands apart: the act did not happen. Every act is weighed against what stands, whether it brings evidence or not.
 */
export const score: Stage<Streams, 'assessed', AgentState> = {
  name: 'score',
  from: 'assessed',
  to: ['findings', 'charges', 'approvals'],
  store: agentStore,
  run(assessed, context) {
    const { event } = assessed
    const state = voiceOf(context.state, event.origin)
    const { policy } = assessed.stamped
    const acts = isAct(event)
    const held = acts && isHeld(event)
    const cost = acts ? costOfBad(event, policy) : 0
    state.cost += cost
    count(assessed, acts, held, cost, context)
    // It is weighed among the agent’s acts, and is none of them.
    if (held) {
      state.acts--
      state.cost -= cost
    } else if (acts && assessed.findings.length === 0) claim(context.state, event.origin)
  },
}

/** What an event says for and against its agent, and a look at the ladder where that pays. */
function count(
  assessed: Assessed,
  acts: boolean,
  held: boolean,
  cost: number,
  context: Context<Streams, AgentState>,
): void {
  const { event, task } = assessed
  const state = voiceOf(context.state, event.origin)
  const { policy } = assessed.stamped
  if (event.kind === 'approval') {
    const ended = approveAtPoint(state, event, policy)
    if (ended?.rung === 'step-up' && ended.shadow !== true) context.emit('approvals', approvalOf(event, ended.command))
  }
  const opened = !acts && event.kind === 'outcome' ? close(state, event) : undefined
  const through = opened !== undefined && !isHeld(event)
  if (through) happened(state, opened)
  const approved = acts && !held && isApproved(state, event)
  const findings = acts && !approved ? uncovered(assessed, context) : assessed.findings
  // A person vouched for it, and looked at this very act or at one like it.
  const vouched = approved || (findings.length === 0 && assessed.findings.length > 0)

  if (findings.length === 0 || vouched) {
    // What stands acts, however it came: in one piece or in many. What this act adds counts from the next one on.
    if (through || (acts && !approved)) {
      const isAsked = isSteppedUp(event) && !vouched
      weighStanding(assessed, state, acts ? cost : costOfBad(event, policy), isAsked, context)
    }
    const { bits, shadow } = assessed
    const counts = !held && !vouched
    quieten(assessed, state, counts ? bits : Math.min(0, bits), counts ? shadow : Math.min(0, shadow))
    if (counts && bits > 0) noteSmall(state, assessed)
    if (!counts || bits <= 0) forgetSettled(state)
    if (held) rememberHeld(task, event, policy.expiry['step-up'])
    if (vouched && task !== undefined) vouch(task, assessed.shown)
    return
  }

  const undecided = acts && isUndecided(event)
  const own = ownOf(findings, assessed.bits, assessed.shadow)
  for (const owner of task === undefined ? [state] : [state, task]) {
    owner.risk = standing(owner.risk, event.time, owner.last, policy.risk.halfLife)
    if (held || undecided) addHeld(owner.risk, own)
    else addStanding(owner.risk, own)
  }
  let added = held || undecided ? 0 : Math.max(0, assessed.bits)
  for (const finding of findings) {
    keep(state, finding, added, held || undecided)
    if (!finding.rule) added = 0
    context.emit('findings', finding)
  }
  if (undecided) open(state, event, own)
  if (held) rememberHeld(task, event, policy.expiry['step-up'])
  // One look at the ladder per event, with everything that it brought; the heaviest finding speaks for it.
  const heaviest = findings.reduce((a, b) => (b.bits > a.bits ? b : a))
  context.emit('charges', { time: event.time, event, finding: heaviest, own: held || undecided ? own : undefined })
  if (held)
    for (const owner of task === undefined ? [state] : [state, task]) {
      addStanding(riskOf(owner), drip(own))
      if (owner.risk !== null && isNothing(owner.risk)) owner.risk = null
    }
  // No outcome will tell what came of it.
  if (undecided && event.call === undefined) happened(state, { event: event.id, ...taskOf(task), ...own })
}

/** What a person said at the point, for the tenant’s lane: else its command would show as in force until it expires. */
const approvalOf = ({ id, tenant, time, agent, principal, point }: AgentEvent, command: string): Review => ({
  id: digest('approval', tenant, id),
  tenant,
  time,
  by: principal ?? point?.id ?? agent.id,
  reason: 'approved where the call was held',
  verb: 'approve',
  command,
  agent: agent.id,
})

/** What is left of the findings about an act beside those that a widened approval covers: these are told, and count for nothing. */
function uncovered({ event, findings }: Assessed, context: Context<Streams, AgentState>): readonly Finding[] {
  if (findings.length === 0 || context.state.widened === undefined) return findings
  const lets = widenedFor(context.state.widened, event)
  if (lets.length === 0) return findings
  const left: Finding[] = []
  for (const finding of findings) {
    const covering = coveringOf(lets, finding)
    if (covering === undefined) left.push(finding)
    else context.emit('findings', { ...finding, widened: covering.command })
  }
  return left
}

/** Findings made in other lanes enter the agent’s risk here, in the order of its inbox. */
export function scoreReports(fallback: StampedPolicy): Stage<Streams, 'reports', AgentState> {
  return {
    name: 'score reports',
    from: 'reports',
    to: ['findings', 'charges'],
    store: agentStore,
    run(finding, context) {
      const state = voiceOf(context.state, finding.origin)
      if (state.evidence.some((e) => e.finding === finding.id)) return
      const credential = finding.key === 'credential' ? credentialIn(finding.subject) : undefined
      if (credential !== undefined && isOthers(context.state, finding)) dispute(context.state, credential)
      const { policy } = context.shared('policy', 'current') ?? fallback
      const task = state.tasks.findLast((t) => t.id === finding.task)
      // A credential in wrong hands is misused whether the act was held or not; its agent did nothing.
      const held = finding.held === true && (finding.key !== 'credential' || credential === undefined)
      const own = ownOf([{ ...finding, rule: true }], 0, 0)
      for (const owner of task === undefined ? [state] : [state, task]) {
        owner.risk = standing(owner.risk, finding.time, owner.last, policy.risk.halfLife)
        if (held) addHeld(owner.risk, own)
        else addStanding(owner.risk, own)
      }
      keep(state, { ...finding, rule: true }, 0, held)
      context.emit('findings', finding)
      context.emit('charges', { time: finding.time, event: undefined, finding, own: held ? own : undefined })
    },
  }
}

/** Whether the agent’s own publisher showed a credential that is another’s. */
const isOthers = ({ owner }: AgentState, { origin }: Finding): boolean =>
  origin?.heard === 'stranger' && (origin.owner === true || owner?.publisher === origin.publisher)

/** An approval is for one act: what only that act showed is new again for the next. */
function vouch(task: TaskState, shown: readonly number[]): void {
  const added = task.seen.slice(shown.length)
  if (added.length === 0) return
  task.vouched = [...(task.vouched ?? none), ...added].slice(-limits.seen)
  task.seen = [...shown]
}

const drip = ({ bits, shadow }: { bits: number; shadow: number }) => ({
  bits: Math.min(0, bits),
  shadow: Math.min(0, shadow),
  rules: 0,
  shadowRules: 0,
})

const taskOf = (task: TaskState | undefined) => (task === undefined ? {} : { task: task.id })

/**
 * Whether to look at the ladder without evidence of the act’s own. Costs nothing while nothing stands. What a step-up for acts
 * like it holds is looked at in any case: a person is asked about this one.
 */
function weighStanding(
  { event, task, stamped: { policy } }: Assessed,
  state: AgentState,
  cost: number,
  isAsked: boolean,
  context: Context<Streams, AgentState>,
): void {
  const { risk } = state
  const tasks = task?.risk ?? null
  if (risk === null && tasks === null && !isAsked) return
  for (const each of [risk, tasks]) if (each !== null) fade(each, event.time, policy.risk.halfLife)
  if (isAsked || pays(risk, tasks, cost, meanCost(state), policy))
    context.emit('charges', { time: event.time, event, finding: undefined, own: undefined })
}

function quieten({ event, task, stamped }: Assessed, state: AgentState, bits: number, shadow: number): void {
  const { halfLife } = stamped.policy.risk
  step.time = event.time
  step.bits = bits
  step.shadow = shadow
  state.risk = quietened(state.risk, step, state.last, halfLife)
  if (task !== undefined) task.risk = quietened(task.risk, step, task.last, halfLife)
}
/** Reused: most events are quiet. */
const step = { time: 0, bits: 0, shadow: 0 }

const maxSmallEvents = 4

/** Notes what is too little for a finding: it may add up, and then somebody asks what it was. */
function noteSmall(state: AgentState, { event, small, bits }: Assessed): void {
  if (small === undefined) return
  const before = state.untold
  const isMost = before === undefined || small.bits > before.most
  state.untold = {
    pieces: (before?.pieces ?? 0) + 1,
    bits: (before?.bits ?? 0) + bits,
    most: isMost ? small.bits : before.most,
    detector: isMost ? small.detector : before.detector,
    because: isMost ? small.because.slice(0, 256) : before.because,
    events: [...(before?.events ?? none), event.id].slice(-maxSmallEvents),
  }
}
