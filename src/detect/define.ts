import type { Static, TObject } from 'typebox'
import { Value } from 'typebox/value'
import type { TaskState } from '../model/agent-state.ts'
import type { AgentEvent } from '../model/event.ts'
import { emptyProfile, type Profile } from '../model/profile.ts'
import type { Scope } from '../model/scope.ts'
import type { Looked, Verdict } from '../model/verdict.ts'

/** What a detector is keyed by. agent and task run beside the agent’s profile; the others run where that key lives. */
export type DetectorKey = 'agent' | 'task' | 'trace' | 'credential'

/** What a detector may look at besides its own state and the event. Reused for every event: do not keep it. */
export interface Kit<Options> {
  options: Options
  /** Stream time: the largest event time seen, ms. */
  now: number
  /** The subject’s key, for example the credential. */
  key: string
  /** The agent’s own profile, its cohort’s and the fleet’s. Empty or absent away from the agent’s lane. */
  profile: Profile
  cohort: Profile | undefined
  fleet: Profile | undefined
  /** Bit i is set when trait i of this act is new for the agent and for its open tasks. */
  novel: number
  /** Bit i is set when trait i of this act is new in its task. */
  fresh: number
  /** What the task had shown before this act, as packed values. */
  shown: readonly number[]
  /** The agent shows this credential from this network for the first time in an hour. */
  introduced: boolean
  /** Authority of this agent was taken back and applied. */
  revoked: boolean
  /** Trait hashes of this act, by trait index; 0 when it has none. A destination stands for the first new one. */
  hashes: readonly number[]
  /** The minute in hand, this act included. */
  minute: readonly [at: number, calls: number, bytes: number]
  task: Readonly<TaskState> | undefined
  scope: Scope | undefined
}

/** A kit that says nothing yet; each stage keeps one and fills it in per event. */
export const emptyKit = (): Kit<unknown> => ({
  options: undefined,
  now: 0,
  key: '',
  profile: emptyProfile(),
  cohort: undefined,
  fleet: undefined,
  novel: 0,
  fresh: 0,
  shown: [],
  introduced: false,
  revoked: false,
  hashes: [0, 0, 0, 0],
  minute: [0, 0, 0],
  task: undefined,
  scope: undefined,
})

export interface DetectorSpec<Options extends TObject, State> {
  id: string
  /** Grows with every change of behaviour. */
  version: number
  key: DetectorKey
  /** A rule states fixed bits outside the statistical promise. */
  rule: boolean
  /** Stake: the share of the evidence it bets on each event it looks at. All stakes add up to less than 1. */
  stake: number
  title: string
  why: string
  blindSpots: readonly string[]
  falseAlarms: readonly string[]
  /** Ids in OWASP ASI, ATLAS and ATT&CK (STANDARDS section 4). */
  labels: readonly string[]
  options: Options
  state(): State
  /** For detectors that live under another key: which events are worth sending there; `step` is given no others. */
  wants?(event: AgentEvent, kit: Kit<unknown>): boolean
  /** Pure but for its own `state`. `null`: did not look. */
  step(state: State, event: AgentEvent, kit: Kit<Static<Options>>): Verdict | Looked | null
  /**
   * The point held the act that `step` saw without its outcome: takes back what `step` counted of it. Where the outcome is known
   * before (`isHeld`), `step` does not count it.
   */
  held?(state: State, event: AgentEvent): void
  /** Authority was taken back: told to detectors keyed by credential. */
  revoked?(state: State, revocation: Revocation): void
}

/** Authority that was taken back and applied by at least one enforcement point. */
export interface Revocation {
  time: number
  tenant: string
  /** Credential key: the credential id, or `agent:<id>` for an agent that names none. */
  credential: string
  command: string
  /** Credentials issued later are not caught, ms. */
  notIssuedAfter: number
  released: boolean
}

// biome-ignore lint/suspicious/noExplicitAny: detectors of different states share one list; each is typed where it is defined
export type AnyDetector = DetectorSpec<any, any>

/** Checks and freezes a detector. Throws at start when its parts do not fit. */
export function defineDetector<Options extends TObject, State>(
  spec: DetectorSpec<Options, State>,
): DetectorSpec<Options, State> {
  if (!/^[a-z][a-z0-9-]*$/.test(spec.id)) throw new Error(`detector ${spec.id}: the id must be kebab-case`)
  if (spec.rule !== (spec.stake === 0))
    throw new Error(`detector ${spec.id}: a rule has stake 0, a statistical detector has more`)
  if (spec.stake < 0 || spec.stake >= 1) throw new Error(`detector ${spec.id}: the stake must be in [0, 1)`)
  return Object.freeze(spec)
}

/** The defaults of a detector’s options, overridden by what the operator set. */
export const optionsOf = <Options extends TObject>(
  spec: DetectorSpec<Options, unknown>,
  given: unknown,
): Static<Options> =>
  Value.Parse(spec.options, Value.Default(spec.options, structuredCloneJson(given ?? {}))) as Static<Options>

const structuredCloneJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
