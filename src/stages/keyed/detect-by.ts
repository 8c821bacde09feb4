import { type AnyDetector, emptyKit } from '../../detect/define.ts'
import type { Stage, Store } from '../../flow/topology.ts'
import { keys, type LaneKey } from '../../model/keys.ts'
import { looked } from '../../model/verdict.ts'
import type { StampedPolicy } from '../../policy/policy.ts'
import { benchLarge, guarded, type Holder, step } from '../fault.ts'
import { findingOf } from '../findings.ts'
import { panel } from '../panel.ts'
import { type ActsOfKeys, actsOf, type Streams, type Wanted } from '../streams.ts'

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
      holder.detectors = context.state
      for (const { detector, mode, options } of seats(policy)) {
        if (!by.includes(detector.id)) continue
        kit.options = options
        const answer = guarded(step, detector, holder, event, kit)
        if (answer === null || answer === looked) continue
        context.emit('reports', findingOf(detector, mode, keys[key].of(event) ?? '', event, answer))
      }
    },
  }
}
