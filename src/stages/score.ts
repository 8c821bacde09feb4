import { isAct } from '../detect/index.ts'
import type { Stage } from '../flow/topology.ts'
import type { AgentState, Risk, TaskState } from '../model/agent-state.ts'
import type { Finding } from '../model/finding.ts'
import { accumulate, fade } from '../policy/fade.ts'
import { costOfBad } from '../policy/ladder.ts'
import type { StampedPolicy } from '../policy/policy.ts'
import { agentStore, limits } from './profile.ts'
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
    fade(state.risk, event.time, halfLife)
    accumulate(state.risk, assessed.bits, assessed.shadow)
    if (task !== undefined) {
      fade(task.risk, event.time, halfLife)
      accumulate(task.risk, assessed.bits, assessed.shadow)
    }
    if (findings.length === 0) {
      // Nothing stands any more: the evidence behind it may go.
      if (state.evidence.length > 0 && isSettled(state.risk)) state.evidence = []
      return
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
      fade(state.risk, finding.time, policy.risk.halfLife)
      const task = state.tasks.findLast((t) => t.id === finding.task)
      if (task !== undefined) fade(task.risk, finding.time, policy.risk.halfLife)
      addRule(state, task, finding)
      keep(state, finding)
      context.emit('findings', finding)
      context.emit('charges', { time: finding.time, finding })
    },
  }
}

/** Less than a bit in all. */
const isSettled = (risk: Risk): boolean =>
  Math.max(risk.bits, risk.shadow, 0) + Math.max(risk.rules, risk.shadowRules) < 1

function addRule(state: AgentState, task: TaskState | undefined, finding: Finding): void {
  const enforced = finding.mode === 'enforce' ? finding.bits : 0
  const shadowed = finding.mode === 'learn' ? 0 : finding.bits
  for (const risk of task === undefined ? [state.risk] : [state.risk, task.risk]) {
    risk.rules += enforced
    risk.shadowRules += shadowed
  }
}

function keep(state: AgentState, finding: Finding): void {
  if (state.evidence.length >= limits.evidence) state.evidence.shift()
  state.evidence.push({
    finding: finding.id,
    detector: finding.detector,
    event: finding.event,
    bits: finding.bits,
    because: finding.because,
  })
}
