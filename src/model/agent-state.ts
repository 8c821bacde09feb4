import type { Allowing, Evidence, Restriction, Rung, Target } from './command.ts'
import type { Mode } from './finding.ts'
import type { Profile, Spread, Values } from './profile.ts'
import type { DeclaredScope } from './scope.ts'

/** Evidence standing against a subject: bits that accumulate and fade. */
export interface Risk {
  /** Statistical evidence (e-CUSUM), under the false-interruption budget. */
  bits: number
  /** Fixed bits of rules, outside the budget. */
  rules: number
  /** Both with the evidence of shadowed detectors: what would stand against it. */
  shadow: number
  shadowRules: number
  /**
   * Fixed bits of acts that were held, so that they never happened: they count beside another act’s own evidence, and
   * never take more than a part of the work away. Absent: none.
   */
  held?: number
  shadowHeld?: number
  /** Event time up to which `bits` has faded, ms. */
  at: number
}

export const noRisk = (at: number): Risk => ({ bits: 0, rules: 0, shadow: 0, shadowRules: 0, at })

/** A task in hand: its own risk, and what it has shown, unlearned until it ended clean or the hold passed. */
export interface TaskState {
  id: string
  started: number
  last: number
  acts: number
  /** Null while nothing stands against it, which is so for nearly all tasks. */
  risk: Risk | null
  /** Values shown in this task: hash × 4 + trait index. Bounded. */
  seen: number[]
  /** Values that only acts showed which a person let go one by one: learned with the task, but usual for nothing in it. */
  vouched?: number[]
  items: Spread | null
  /** Argument values shown in this task, where its events carry provenance. Bounded. */
  values?: Values
  /** An interruption was (or would have been) decided in it: nothing of it is ever learned. */
  tainted: boolean
  /** State of task-keyed detectors, by id; null until one has any. */
  detectors: Record<string, unknown> | null
  /** Acts of this task that were held: hash, until when, and how often they were tried, flattened. Bounded. */
  held?: number[]
}

/** Evidence as the agent’s state keeps it: with where it was counted, so that it can be taken back. */
export interface KeptEvidence extends Evidence {
  task?: string
  rule?: boolean
  mode?: Mode
  /** Event time, ms. */
  at?: number
  /** Bits that it added to the risk. */
  added?: number
  /** Who handed the event in. */
  publisher?: string
  /** The act was held: they stand in `held`. */
  held?: true
}

/** Statistical evidence that was too little for findings of its own, since when something last stood. */
export interface Untold {
  pieces: number
  bits: number
  /** The largest of them, and the newest events. Bounded. */
  most: number
  detector: string
  because: string
  events: readonly string[]
}

/** An attempt with evidence whose point has not said yet whether it let it go. */
export interface OpenAct {
  call: string
  event: string
  task?: string
  bits: number
  rules: number
  shadow: number
  shadowRules: number
}

/** An act that a person let go ahead, once. */
export interface Approved {
  command: string
  act: number
  until: number
  used?: true
}

/** Acts that a person let go for a while, as far as these detectors speak of them. */
export interface Widened {
  command: string
  allow: Allowing
  /** Absent: in every task. */
  task?: string
  detectors: readonly string[]
  until: number
  /** When a person took it back. What went by it before is told later still. */
  released?: number
}

/** Who speaks for an agent: whose key is bound to it, else who showed its first clean act; `first`: who was heard first, so far. */
export interface Owner {
  publisher: string
  by: 'binding' | 'history' | 'first'
}

/** What is in force, or would be, against one target. */
export interface Standing {
  command: string
  rung: Rung
  target: string
  until: number
  /** Only would have been ordered. */
  shadow?: true
  /** At least one enforcement point applied it: what the agent does now is use of revoked authority. */
  applied?: boolean
  /** The act that it was about, hashed, and its event; findings that it rests on. */
  act?: number
  event?: string
  findings?: readonly string[]
  /** How far it reaches, where it interrupts. */
  reaches?: { target: Target; restriction: Restriction }
}

/** Everything the monitor holds about one agent. Plain JSON: it is what the changelog keeps and the guard is sent. */
export interface AgentState {
  profile: Profile
  first: number
  last: number
  acts: number
  /** Summed cost of all acts, had they been bad; over `acts` the agent’s own mean. */
  cost: number
  tasks: TaskState[]
  /** Start, calls and bytes of each minute, flattened: closed ones that wait for the hold, last the one in hand. */
  minutes: number[]
  /** Until this event time nothing is learned from rates, ms: an interruption taints the agent’s pace too. */
  taintedUntil: number
  /** State of agent-keyed detectors, by id. */
  detectors: Record<string, unknown>
  /** Null while nothing stands against it. */
  risk: Risk | null
  /** The evidence behind the risk, newest last. Bounded. Lists that are mostly empty are never changed in place. */
  evidence: readonly KeptEvidence[]
  untold?: Untold
  /** Bounded. */
  open?: readonly OpenAct[]
  /** Bounded. */
  approved?: readonly Approved[]
  /** Bounded. */
  widened?: readonly Widened[]
  standing: readonly Standing[]
  scopes: readonly DeclaredScope[]
  /** Credentials seen, newest last. Bounded. */
  credentials: string[]
  /** Enforcement points that served it, the latest last. Bounded; absent: its events name none. */
  points?: readonly string[]
  /** Which fields its events have held so far: bits in the order of `fields`. Absent in states of before there was this. */
  fields?: number
  /** Values dropped because a bound was reached. */
  evictions: number
  principal: string | null
  cohort: string | null
  /** Ids of events seen of late, hashed: a redelivery changes nothing. */
  recent: number[]
  /** The hour, then hashes of credential and network shown in it. */
  shown: number[]
  /** Whose agent it is. Absent: no stamped event came yet. */
  owner?: Owner
  /** What publishers say of it that do not speak for it: never taught to anybody. */
  strangers?: AgentState
  /** Calls that were tried of late, hashed: their outcomes are no acts of their own. Bounded. */
  tried?: number[]
  /** Of its credentials, those that others had shown before: they are not taken with its authority. Bounded. */
  disputed?: readonly string[]
  /** Approvals that a bound point told of, hashed. Bounded. */
  references?: readonly number[]
}
