import { type AnyDetector, type DetectorKey, optionsOf } from '../detect/define.ts'
import type { Mode } from '../model/finding.ts'
import type { Policy } from '../policy/policy.ts'

/** A detector as the policy wants it. */
export interface Seat {
  detector: AnyDetector
  mode: Mode
  options: unknown
}

/** The detectors of one key under a policy; worked out once per policy, then looked up. */
export function panel(
  detectors: readonly AnyDetector[],
  ...keys: readonly DetectorKey[]
): (policy: Policy) => readonly Seat[] {
  const mine = detectors.filter((d) => keys.includes(d.key))
  const known = new WeakMap<Policy, readonly Seat[]>()
  let last: Policy | undefined
  let seats: readonly Seat[] = []
  return (policy) => {
    if (policy === last) return seats
    seats = known.get(policy) ?? seat(mine, policy)
    known.set(policy, seats)
    last = policy
    return seats
  }
}

const seat = (detectors: readonly AnyDetector[], policy: Policy): readonly Seat[] =>
  detectors
    .filter((d) => policy.detectors[d.id]?.enabled !== false)
    .map((detector) => {
      const given = policy.detectors[detector.id]
      return { detector, mode: given?.mode ?? policy.mode, options: optionsOf(detector, given?.options) }
    })
