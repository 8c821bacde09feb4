import { type AnyDetector, emptyKit } from '../../detect/define.ts'
import type { Stage, Store } from '../../flow/topology.ts'
import type { AgentEvent } from '../../model/event.ts'
import { keys, type LaneKey } from '../../model/keys.ts'
import { looked } from '../../model/verdict.ts'
import type { StampedPolicy } from '../../policy/policy.ts'
import { benchLarge, guarded, type Holder, step } from '../fault.ts'
import { findingOf } from '../findings.ts'
import { panel } from '../panel.ts'
import { type ActsOfKeys, actsOf, type Streams, type Wanted } from '../streams.ts'
import { mayShow } from './claims.ts'

const strangers = (event: AgentEvent): AgentEvent =>
  event.origin === undefined ? event : { ...event, origin: { ...event.origin, heard: 'stranger' } }

/** States of a key’s detectors, by id. */
export const detectorsStore: Store<Record<string, unknown>> = {
  name: 'detectors',
  init: () => ({}),
  shrink: (detectors) => benchLarge({ detectors }),
}

/** Runs the detectors of another key in that key’s lane; what they see goes back to the agent’s inbox. */
export function detectBy(
  key: LaneKey,
  detectors: readonly AnyDetector[],
  fallback: StampedPolicy,
): Stage<Streams, keyof ActsOfKeys, Record<string, unknown>> {
  const seats = panel(detectors, key)
  const kit = emptyKit()
  const holder: Holder = { detectors: null }
  return {
    name: `detect by ${key}`,
    from: actsOf(key),
    to: ['reports'],
    store: detectorsStore,
    run({ event, by }: Wanted, context) {
      const { policy } = context.shared('policy', 'current') ?? fallback
      kit.now = context.now
      kit.key = context.key
      // A stranger’s word is judged by what the others did, and leaves no trace among it.
      const isStrange = event.origin?.heard === 'stranger' || (key === 'credential' && !mayShow(context.state, event))
      holder.detectors = isStrange
        ? (JSON.parse(JSON.stringify(context.state)) as Record<string, unknown>)
        : context.state
      const told = isStrange ? strangers(event) : event
      for (const { detector, mode, options } of seats(policy)) {
        if (!by.includes(detector.id)) continue
        kit.options = options
        const answer = guarded(step, detector, holder, told, kit)
        if (answer === null || answer === looked) continue
        context.emit('reports', findingOf(detector, mode, keys[key].of(event) ?? '', told, answer))
      }
    },
  }
}
