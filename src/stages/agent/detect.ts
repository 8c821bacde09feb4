import type { AnyDetector } from '../../detect/define.ts'
import { eValue } from '../../detect/index.ts'
import { checkStakes } from '../../detect/stakes.ts'
import { reused } from '../../flow/reused.ts'
import type { Context, Stage } from '../../flow/topology.ts'
import type { AgentState } from '../../model/agent-state.ts'
import type { Finding } from '../../model/finding.ts'
import { besideKeys, type KeySpec, keys, laneKeys } from '../../model/keys.ts'
import { type Looked, looked, type Verdict } from '../../model/verdict.ts'
import { guarded, isFault, step, wants } from '../fault.ts'
import { findingOf } from '../findings.ts'
import { panel, type Seat } from '../panel.ts'
import { type Assessed, actsOf, type Profiled, type Streams } from '../streams.ts'
import { agentStore } from './agent-store.ts'

/** A verdict under this many bits is evidence for the risk but not worth a record of its own. */
const worthTelling = 3
const none: readonly never[] = []

/**
 * Runs the detectors keyed by agent and task beside the profile, and sends the event on to the lanes of those keyed by
 * something else, as far as they want it.
 */
export function detect(detectors: readonly AnyDetector[]): Stage<Streams, 'profiled', AgentState> {
  const seats = panel(detectors, ...besideKeys)
  checkStakes(detectors)
  const elsewhere = laneKeys
    .filter((key) => detectors.some((each) => each.key === key))
    .map((key) => ({ ...(keys[key] as KeySpec), stream: actsOf(key), seats: panel(detectors, key) }))
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
    to: ['assessed', 'findings', ...laneKeys.map(actsOf)],
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
        if (answer === null) continue
        const { stake } = seat.detector
        const enforced = seat.mode === 'enforce'
        if (seat.mode !== 'learn') shadowStaked += stake
        if (enforced) staked += stake
        if (answer === looked) continue
        const e = stake * worth(answer, stake)
        if (seat.mode !== 'learn') shadowWon += e
        if (enforced) won += e
        if (answer.bits < worthTelling && !isFault(answer) && answer.note !== true) {
          if (answer.bits > small.bits && seat.mode !== 'learn') {
            small.detector = seat.detector.id
            small.bits = answer.bits
            small.because = answer.because
          }
          continue
        }
        findings ??= []
        findings.push(findingOf(seat.detector, seat.mode, keys[seat.detector.key].of(event) ?? '', event, answer))
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
      for (const { of, always, stream, seats } of elsewhere) {
        if (always === undefined && of(event) === undefined) continue
        const by = wanting(seats(input.stamped.policy), input, context)
        if (by.length > 0) context.emit(stream, { time: event.time, event, by })
      }
    },
  }
}

/** The e-value to bet on: what a window is worth now over what it was worth before. */
function worth({ bits, before }: Verdict, stake: number): number {
  const e = eValue(bits)
  if (before === undefined || stake === 0) return stake === 0 ? 0 : e
  return Math.max(0, (1 - stake + stake * e) / (1 - stake + stake * eValue(before)) - 1 + stake) / stake
}

/** The detectors of another key that want the event. One that fails at saying so is benched for this agent. */
function wanting(
  seats: readonly Seat[],
  { event, state, kit }: Profiled,
  context: Context<Streams, AgentState>,
): readonly string[] {
  let by: string[] | undefined
  for (const { detector, mode } of seats) {
    const answer = guarded(wants, detector, state, event, kit)
    if (isFault(answer)) {
      context.emit('findings', findingOf({ ...detector, key: 'agent' }, mode, event.agent.id, event, answer))
      continue
    }
    if (answer !== true) continue
    by ??= []
    by.push(detector.id)
  }
  return by ?? none
}

function ask({ detector, options }: Seat, { event, state, task, kit }: Profiled): Verdict | Looked | null {
  const holder = detector.key === 'task' ? task : state
  if (holder === undefined) return null
  kit.options = options
  return guarded(step, detector, holder, event, kit)
}
