import type { Profile } from '../model/profile.ts'
import type { Scope } from '../model/scope.ts'
import type { StampedPolicy } from './policy.ts'

/** What an enforcement point needs to know of an agent to decide before a call (DESIGN section 3). */
export interface Knowledge {
  profile?: Profile | undefined
  cohort?: Profile | undefined
  fleet?: Profile | undefined
  scopes: readonly Scope[]
  acts: number
  cost: number
  policy: StampedPolicy
  /** The tenant’s secret under which its guards write `keyed` of events; a monitor gives it, nobody keeps it. */
  joinKey?: string
}
