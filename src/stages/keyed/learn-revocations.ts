import type { AnyDetector } from '../../detect/define.ts'
import type { Stage } from '../../flow/topology.ts'
import { credentialIn } from '../../model/keys.ts'
import type { StampedPolicy } from '../../policy/policy.ts'
import { guarded, type Holder, isFault, revoked } from '../fault.ts'
import { faultAt } from '../findings.ts'
import { modeOf } from '../panel.ts'
import type { Streams } from '../streams.ts'
import { mayTake } from './claims.ts'
import { detectorsStore } from './detect-by.ts'

/** Tells the detectors keyed by credential that authority was taken back, or given again. */
export function learnRevocations(
  detectors: readonly AnyDetector[],
  fallback: StampedPolicy,
): Stage<Streams, 'revocations', Record<string, unknown>> {
  const subscribers = detectors.filter((d) => d.key === 'credential' && d.revoked !== undefined)
  const holder: Holder = { detectors: null }
  return {
    name: 'learn revocations',
    from: 'revocations',
    to: ['findings'],
    store: detectorsStore,
    run(revocation, context) {
      if (credentialIn(revocation.credential) !== undefined && !mayTake(context.state, revocation.publisher)) return
      const { policy } = context.shared('policy', 'current') ?? fallback
      holder.detectors = context.state
      for (const detector of subscribers) {
        const answer = guarded(revoked, detector, holder, revocation, undefined)
        if (isFault(answer)) context.emit('findings', faultAt(detector, modeOf(detector, policy), revocation, answer))
      }
    },
  }
}
