import type { AnyDetector, Kit } from '../../detect/define.ts'
import { eValue } from '../../detect/index.ts'
import { reused } from '../../flow/reused.ts'
import type { Stage } from '../../flow/topology.ts'
import type { AgentState } from '../../model/agent-state.ts'
import type { AgentEvent } from '../../model/event.ts'
import type { Finding } from '../../model/finding.ts'
import { looked, type Verdict } from '../../model/verdict.ts'
import { benched, type Fault, faultOf } from '../fault.ts'
import { findingOf } from '../findings.ts'
import { panel, type Seat } from '../panel.ts'
import type { Assessed, Profiled, Streams } from '../streams.ts'
import { agentStore } from './agent-store.ts'

/** A verdict under this many bits is evidence for the risk but not worth a record of its own. */
const worthTelling = 3
const none: readonly never[] = []

/**
 * Runs the detectors keyed by agent and task beside the profile, and sends the event on to the lanes of those keyed by
 * something else, as far as they want it.
 */
export function detect(detectors: readonly AnyDetector[]): Stage<Streams, 'profiled', AgentState> {
  const seats = panel(detectors, 'agent', 'task')
  const traced = detectors.filter((d) => d.key === 'trace')
  const credentialed = detectors.filter((d) => d.key === 'credential')
  const assessed = reused<Assessed>({
    time: 0,
    event: undefined,
    task: undefined,
    stamped: undefined,
    bits: 0,
    shadow: 0,
    findings: none,
    shown: [],
    small: undefined,
  })
  const small = { detector: '', bits: 0, because: '' }
  return {
    name: 'detect',
    from: 'profiled',
    to: ['assessed', 'trace-acts', 'credential-acts'],
    store: agentStore,
    run(input, context) {
      const { event } = input
      let findings: Finding[] | undefined
      let staked = 0
      let won = 0
      let shadowStaked = 0
      let shadowWon = 0
      small.bits = 0
      for (const seat of seats(input.stamped.policy)) {
        const answer = ask(seat, input)
        if (answer === null || answer === undefined) continue
        const { stake } = seat.detector
        const enforced = seat.mode === 'enforce'
        if (seat.mode !== 'learn') shadowStaked += stake
        if (enforced) staked += stake
        if (answer === looked) continue
        const e = stake * worth(answer, stake)
        if (seat.mode !== 'learn') shadowWon += e
        if (enforced) won += e
        if (answer.bits < worthTelling && answer.fault !== true && answer.note !== true) {
          if (answer.bits > small.bits && seat.mode !== 'learn') {
            small.detector = seat.detector.id
            small.bits = answer.bits
            small.because = answer.because
          }
          continue
        }
        const subject = seat.detector.key === 'task' ? (input.task?.id ?? '') : event.agent.id
        findings ??= []
        findings.push(findingOf(seat.detector, seat.mode, subject, event, answer))
      }
      assessed.time = event.time
      assessed.event = event
      assessed.task = input.task
      assessed.stamped = input.stamped
      assessed.bits = Math.log2(1 - staked + won)
      assessed.shadow = Math.log2(1 - shadowStaked + shadowWon)
      assessed.findings = findings ?? none
      assessed.shown = input.kit.shown
      assessed.small = small.bits > 0 ? small : undefined
      context.emit('assessed', assessed)
      const { time } = event
      const byTrace = event.trace === undefined ? none : wanting(traced, event, input.kit)
      if (byTrace.length > 0) context.emit('trace-acts', { time, event, by: byTrace })
      const byCredential = wanting(credentialed, event, input.kit)
      if (byCredential.length > 0) context.emit('credential-acts', { time, event, by: byCredential })
    },
  }
}

/** The e-value to bet on: what a window is worth now over what it was worth before. */
function worth({ bits, before }: Verdict, stake: number): number {
  const e = eValue(bits)
  if (before === undefined || stake === 0) return stake === 0 ? 0 : e
  return Math.max(0, (1 - stake + stake * e) / (1 - stake + stake * eValue(before)) - 1 + stake) / stake
}

function wanting(detectors: readonly AnyDetector[], event: AgentEvent, kit: Kit<unknown>): readonly string[] {
  let by: string[] | undefined
  for (const d of detectors)
    if (d.wants === undefined || d.wants(event, kit)) {
      by ??= []
      by.push(d.id)
    }
  return by ?? none
}

function ask(seat: Seat, { event, state, task, kit }: Profiled): Fault | typeof looked | null {
  const { detector } = seat
  const owner = detector.key === 'task' ? task : state
  if (owner === undefined) return null
  let own = owner.detectors?.[detector.id]
  if (own === benched) return null
  if (own === undefined) {
    own = detector.state()
    if (own !== null) {
      owner.detectors ??= {}
      owner.detectors[detector.id] = own
    }
  }
  kit.options = seat.options
  try {
    return detector.step(own, event, kit as Kit<never>)
  } catch (error) {
    owner.detectors ??= {}
    owner.detectors[detector.id] = benched
    return faultOf(detector, error)
  }
}
