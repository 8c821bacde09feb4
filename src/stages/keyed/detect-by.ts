import { type AnyDetector, type DetectorKey, emptyKit, type Kit } from '../../detect/define.ts'
import type { Stage } from '../../flow/topology.ts'
import type { AgentEvent } from '../../model/event.ts'
import type { Mode } from '../../model/finding.ts'
import { looked } from '../../model/verdict.ts'
import type { StampedPolicy } from '../../policy/policy.ts'
import { benched, faultOf } from '../fault.ts'
import { findingOf } from '../findings.ts'
import { panel } from '../panel.ts'
import { credentialOf, type Streams, type Wanted } from '../streams.ts'
import { detectorsStore } from './detectors-store.ts'

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
    store: detectorsStore,
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
