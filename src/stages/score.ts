import { isAct } from '../detect/index.ts'
import type { Stage } from '../flow/topology.ts'
import type { AgentState, Risk, TaskState } from '../model/agent-state.ts'
import type { Finding } from '../model/finding.ts'
import { accumulate, quietened, standing } from '../policy/fade.ts'
import { costOfBad } from '../policy/ladder.ts'
import type { StampedPolicy } from '../policy/policy.ts'
import { agentStore, limits, none } from './agent-store.ts'
import type { Streams } from './streams.ts'

/** Adds an event’s evidence to the risk of its agent and task; rule findings add their fixed bits on top. */
export const score: Stage<Streams, 'assessed', AgentState> = {
  name: 'score',
  from: 'assessed',
  to: ['findings', 'charges'],
  store: agentStore,
  run(assessed, context) {
    const { state } = context
    const { event, findings, task } = assessed
    const { policy } = assessed.stamped
    const { halfLife } = policy.risk
    if (isAct(event)) state.cost += costOfBad(event, policy)
    if (findings.length === 0) {
      state.risk = quietened(state.risk, assessed, state.last, halfLife)
      if (task !== undefined) task.risk = quietened(task.risk, assessed, task.last, halfLife)
      // Nothing stands any more: the evidence behind it may go.
      if (state.evidence.length > 0 && isSettled(state.risk)) state.evidence = none
      return
    }
    for (const owner of task === undefined ? [state] : [state, task]) {
      owner.risk = standing(owner.risk, event.time, owner.last, halfLife)
      accumulate(owner.risk, assessed.bits, assessed.shadow)
    }
    for (const finding of findings) {
      if (finding.rule) addRule(state, task, finding)
      keep(state, finding)
      context.emit('findings', finding)
    }
    // One look at the ladder per event, with everything that it brought; the heaviest finding speaks for it.
    const heaviest = findings.reduce((a, b) => (b.bits > a.bits ? b : a))
    context.emit('charges', { time: event.time, finding: heaviest })
  },
}

/** Findings made in other lanes enter the agent’s risk here, in the order of its inbox. */
export function scoreReports(fallback: StampedPolicy): Stage<Streams, 'reports', AgentState> {
  return {
    name: 'score reports',
    from: 'reports',
    to: ['findings', 'charges'],
    store: agentStore,
    run(finding, context) {
      const { state } = context
      if (state.evidence.some((e) => e.finding === finding.id)) return
      const { policy } = context.shared('policy', 'current') ?? fallback
      const task = state.tasks.findLast((t) => t.id === finding.task)
      for (const owner of task === undefined ? [state] : [state, task])
        owner.risk = standing(owner.risk, finding.time, owner.last, policy.risk.halfLife)
      addRule(state, task, finding)
      keep(state, finding)
      context.emit('findings', finding)
      context.emit('charges', { time: finding.time, finding })
    },
  }
}

/** Less than a bit in all. */
const isSettled = (risk: Risk | null): boolean =>
  risk === null || Math.max(risk.bits, risk.shadow, 0) + Math.max(risk.rules, risk.shadowRules) < 1

function addRule(state: AgentState, task: TaskState | undefined, finding: Finding): void {
  const enforced = finding.mode === 'enforce' ? finding.bits : 0
  const shadowed = finding.mode === 'learn' ? 0 : finding.bits
  for (const risk of [state.risk, task?.risk]) {
    if (risk === null || risk === undefined) continue
    risk.rules += enforced
    risk.shadowRules += shadowed
  }
}

function keep(state: AgentState, finding: Finding): void {
  state.evidence = state.evidence.slice(1 - limits.evidence).concat({
    finding: finding.id,
    detector: finding.detector,
    event: finding.event,
    bits: finding.bits,
    because: finding.because,
  })
}
