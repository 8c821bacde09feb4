import { type AnyDetector, type DetectorKey, emptyKit, type Kit } from '../../detect/define.ts'
import { eValue } from '../../detect/index.ts'
import type { Stage } from '../../flow/topology.ts'
import type { AgentState } from '../../model/agent-state.ts'
import type { AgentEvent } from '../../model/event.ts'
import type { Finding, Mode } from '../../model/finding.ts'
import { looked, type Verdict } from '../../model/verdict.ts'
import type { StampedPolicy } from '../../policy/policy.ts'
import { findingOf } from '../findings.ts'
import { panel, type Seat } from '../panel.ts'
import { type Assessed, credentialOf, type Profiled, type Streams, type Wanted } from '../streams.ts'
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
  const assessed: Assessed = {
    time: 0,
    event: undefined as unknown as AgentEvent,
    task: undefined,
    stamped: undefined as unknown as StampedPolicy,
    bits: 0,
    shadow: 0,
    findings: none,
    shown: [],
    small: undefined,
  }
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

/** A detector that throws is benched for this key, once, with a finding; the rest go on. */
const benched = 'benched'
interface Fault extends Verdict {
  fault?: true
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

const faultOf = (detector: AnyDetector, error: unknown): Fault => ({
  bits: 0,
  because: `detector ${detector.id} v${detector.version} failed and is benched here: ${error instanceof Error ? error.message : String(error)}`,
  fault: true,
})

/** Runs the detectors of another key in that key’s lane; what they see goes back to the agent’s inbox. */
export function detectBy<From extends 'trace-acts' | 'credential-acts'>(
  key: DetectorKey,
  from: From,
  detectors: readonly AnyDetector[],
  fallback: StampedPolicy,
): Stage<Streams, From, Record<string, unknown>> {
  const seats = panel(detectors, key)
  const kit = emptyKit()
  return {
    name: `detect by ${key}`,
    from,
    to: ['reports'],
    store: { name: 'detectors', init: () => ({}) },
    run({ event, by }: Wanted, context) {
      const { policy } = context.shared('policy', 'current') ?? fallback
      kit.now = context.now
      kit.key = context.key
      for (const seat of seats(policy)) {
        const { detector } = seat
        if (!by.includes(detector.id)) continue
        const own = context.state[detector.id] ?? detector.state()
        if (own === benched) continue
        context.state[detector.id] = own
        kit.options = seat.options
        const answer = guarded(detector, own, event, kit, context.state)
        if (answer === null || answer === looked) continue
        context.emit('reports', findingOf(detector, seat.mode as Mode, subjectOf(key, event), event, answer))
      }
    },
  }
}

function guarded(
  detector: AnyDetector,
  own: unknown,
  event: AgentEvent,
  kit: Kit<unknown>,
  holder: Record<string, unknown>,
) {
  try {
    return detector.step(own, event, kit as Kit<never>)
  } catch (error) {
    holder[detector.id] = benched
    return faultOf(detector, error)
  }
}

const subjectOf = (key: DetectorKey, event: AgentEvent): string =>
  key === 'trace' ? (event.trace?.id ?? '') : key === 'credential' ? credentialOf(event) : event.agent.id

/** Tells the detectors keyed by credential that authority was taken back, or given again. */
export function learnRevocations(
  detectors: readonly AnyDetector[],
): Stage<Streams, 'revocations', Record<string, unknown>> {
  const told = detectors.filter((d) => d.key === 'credential' && d.revoked !== undefined)
  return {
    name: 'learn revocations',
    from: 'revocations',
    to: [],
    store: { name: 'detectors', init: () => ({}) },
    run(revocation, { state }) {
      for (const detector of told) {
        const own = state[detector.id] ?? detector.state()
        if (own === benched) continue
        state[detector.id] = own
        detector.revoked?.(own, revocation)
      }
    },
  }
}
