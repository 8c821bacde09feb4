import type { AnyDetector } from '../detect/define.ts'
import type { Verdict } from '../model/verdict.ts'

/** A detector that throws is benched for this key, once, with a finding; the rest go on. */
export const benched = 'benched'
export interface Fault extends Verdict {
  fault?: true
}

export const faultOf = (detector: AnyDetector, error: unknown): Fault => ({
  bits: 0,
  because: `detector ${detector.id} v${detector.version} failed and is benched here: ${error instanceof Error ? error.message : String(error)}`,
  fault: true,
})
