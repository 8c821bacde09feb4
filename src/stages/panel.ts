import { type AnyDetector, optionFaults, optionsOf } from '../detect/define.ts'
import type { Mode } from '../model/finding.ts'
import type { DetectorKey } from '../model/keys.ts'
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

export const modeOf = ({ id }: AnyDetector, policy: Policy): Mode => policy.detectors[id]?.mode ?? policy.mode

const seat = (detectors: readonly AnyDetector[], policy: Policy): readonly Seat[] =>
  detectors
    .filter((d) => policy.detectors[d.id]?.enabled !== false)
    .map((detector) => {
      return { detector, mode: modeOf(detector, policy), options: fitting(detector, policy) }
    })

/**
 * A policy file with options that do not fit is refused (config/policy-file.ts). But a policy also comes from the log, written
 * by an instance whose detectors have others, and to a guard of another version: it must stop no flow, and benching would
 * cost what was learned. Such a detector runs with its defaults.
 */
function fitting(detector: AnyDetector, policy: Policy): unknown {
  const given = policy.detectors[detector.id]?.options
  return optionsOf(detector, optionFaults(detector, given).length > 0 ? undefined : given)
}
