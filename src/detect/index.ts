/** The front door for people who write detectors: `import { defineDetector } from 'rescind/detect'`. */

export type { AgentEvent } from '../model/event.ts'
export type { Field, Need } from '../model/fields.ts'
export type { DetectorKey } from '../model/keys.ts'
export { type Profile, rate } from '../model/profile.ts'
export { type Looked, looked, type Verdict } from '../model/verdict.ts'
export { isAct, isActing, isHeld, permitsTool } from './acts.ts'
export { calibrated, eValue, maxBits, surprise } from './bits.ts'
export {
  type AnyDetector,
  type Detector,
  type DetectorSpec,
  defineDetector,
  type Kit,
  type Revocation,
} from './define.ts'
export { hash32 } from './hash.ts'
export { isKnown } from './known.ts'
export { networkOf } from './network.ts'
export { escapeProbability, indexOf, inTask, newValueProbability, shownIn } from './novelty.ts'
export { countTail, learnSize, meanOf, studentTail, tailOf } from './rates.ts'
export { recentAdd, recentPrune } from './recent.ts'
export { type Outside, outsideScope } from './scope.ts'
export { withStakes } from './stakes.ts'
export { hours, human, minutes, seconds } from './units.ts'
