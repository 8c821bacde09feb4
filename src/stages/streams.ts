import type { Kit, Revocation } from '../detect/define.ts'
import type { AgentState, TaskState, Widened } from '../model/agent-state.ts'
import type { Command, CommandUpdate } from '../model/command.ts'
import type { AgentEvent } from '../model/event.ts'
import type { Finding } from '../model/finding.ts'
import { type LaneKey, laneKeys } from '../model/keys.ts'
import type { Lesson, Profile } from '../model/profile.ts'
import type { Receipt, Review } from '../model/receipt.ts'
import type { DeclaredScope } from '../model/scope.ts'
import type { StampedPolicy } from '../policy/policy.ts'
import type { Own } from '../policy/weigh.ts'

/** An event beside what is known of its agent. One object per lane, reused: stages read it and let go. */
export interface Profiled {
  time: number
  event: AgentEvent
  state: AgentState
  task: TaskState | undefined
  kit: Kit<unknown>
  stamped: StampedPolicy
}

/** An event on its way to a lane of another key, and the detectors there that want it. */
export interface Wanted {
  time: number
  event: AgentEvent
  by: readonly string[]
}

/** What the detectors said of one event: evidence bet (E of DESIGN section 4, in bits) and the findings, often none. */
export interface Assessed {
  time: number
  event: AgentEvent
  task: TaskState | undefined
  stamped: StampedPolicy
  /** log2 of the mixture E over the detectors that enforce; a quiet event gives a little back. */
  bits: number
  /** The same with the shadowed detectors. */
  shadow: number
  findings: readonly Finding[]
  /** What the task had shown before the act, as packed values. */
  shown: readonly number[]
  /** The largest verdict that was too little for a finding, while no other was enough. */
  small: { detector: string; bits: number; because: string } | undefined
}

/** The peers’ profile as the agents’ lane sees it. */
export interface Baseline {
  time: number
  /** `tenant/fleet` or `tenant/cohort:name`. */
  peers: string
  profile: Profile
}

/** Evidence against an agent that calls for a look at the ladder. */
export interface Charge {
  time: number
  /** The act in hand; absent where another lane’s finding is the cause. */
  event: AgentEvent | undefined
  /** The heaviest about it; absent where only what stands calls for it. */
  finding: Finding | undefined
  /** Its evidence, where the act did not happen or may yet be held: it is not part of what stands. */
  own: Own | undefined
}

/** Tells an agent’s lane what a person decided. */
export interface Ruling {
  time: number
  tenant: string
  agent: string
  command: string
  /** `approved`: one act goes ahead. `released`: the command was wrong. `widened`: it lets further acts go. `ordered`: by hand. */
  verb: 'applied' | 'approved' | 'released' | 'expired' | 'widened' | 'ordered'
  widened?: Widened
  ordered?: Command
}

/** Which named points follow a tenant’s commands, as one instance sees it: who came, and all of them again every minute. */
export interface Presence {
  time: number
  tenant: string
  here: readonly string[]
  /** Those whose stream ended then, ms, and did not come back. */
  gone: readonly { point: string; since: number }[]
}

/** The streams by which events go to the lanes of other keys. */
export type ActsOfKeys = { [Key in LaneKey as `${Key}-acts`]: Wanted }

export const actsOf = <Key extends LaneKey>(key: Key): `${Key}-acts` => `${key}-acts`

/** Something for each of these streams. */
export const forActs = <T>(make: (key: LaneKey) => T): Record<keyof ActsOfKeys, T> =>
  Object.fromEntries(laneKeys.map((key) => [actsOf(key), make(key)])) as Record<keyof ActsOfKeys, T>

/** Everything that flows, by stream name. */
export interface Streams extends ActsOfKeys {
  events: AgentEvent
  scopes: DeclaredScope & { time: number }
  profiled: Profiled
  assessed: Assessed
  reports: Finding
  findings: Finding
  charges: Charge
  proposals: Command
  receipts: Receipt
  'receipt-log': Receipt
  presence: Presence
  reviews: Review
  approvals: Review
  'review-log': Review
  rulings: Ruling
  revocations: Revocation
  commands: CommandUpdate
  lessons: Lesson
  baselines: Baseline
  policy: StampedPolicy
}

/** When an event was handed in, ms; its own time where nobody stamped it, as in a guard. */
export const arrivedOf = ({ origin, time }: AgentEvent): number => origin?.arrived ?? time
