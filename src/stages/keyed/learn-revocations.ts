import type { AnyDetector } from '../../detect/define.ts'
import type { Stage } from '../../flow/topology.ts'
import { benched } from '../fault.ts'
import type { Streams } from '../streams.ts'
import { detectorsStore } from './detectors-store.ts'

/** Tells the detectors keyed by credential that authority was taken back, or given again. */
export function learnRevocations(
  detectors: readonly AnyDetector[],
): Stage<Streams, 'revocations', Record<string, unknown>> {
  const subscribers = detectors.filter((d) => d.key === 'credential' && d.revoked !== undefined)
  return {
    name: 'learn revocations',
    from: 'revocations',
    to: [],
    store: detectorsStore,
    run(revocation, { state }) {
      for (const detector of subscribers) {
        const own = state[detector.id] ?? detector.state()
        if (own === benched) continue
        state[detector.id] = own
        detector.revoked?.(own, revocation)
      }
    },
  }
}
