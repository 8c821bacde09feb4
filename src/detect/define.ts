import { type Static, type TObject, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { TaskState } from '../model/agent-state.ts'
import type { AgentEvent } from '../model/event.ts'
import { type Fault, faultsOf } from '../model/faults.ts'
import type { Need } from '../model/fields.ts'
import { type BesideKey, type DetectorKey, hasLane, type LaneKey } from '../model/keys.ts'
import { emptyProfile, type Profile } from '../model/profile.ts'
import type { Scope } from '../model/scope.ts'
import type { Looked, Verdict } from '../model/verdict.ts'

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

/** A detector as its author writes it. */
export interface DetectorSpec<Options extends TObject, State> {
  id: string
  /** Grows with every change of behaviour. */
  version: number
  key: DetectorKey
  /** A rule states fixed bits outside the statistical promise. Another needs a stake, from the list that it stands in. */
  rule: boolean
  title: string
  why: string
  /** What must be there in an agent’s events: while none of them held it, the detector is blind for that agent. */
  needs: readonly Need[]
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
  /** Whose acts led to it. */
  agent: string
  /** The subject of the credential lane (src/model/keys.ts). */
  credential: string
  command: string
  /** On whose word the monitor decided; absent: a person did, or nobody is known. */
  publisher?: string
  /** Credentials issued later are not caught, ms. */
  notIssuedAfter: number
  released: boolean
}

/** A detector as it stands in a list. */
export interface Detector<Options extends TObject, State> extends DetectorSpec<Options, State> {
  /** The share of the evidence that it bets on each event it looks at; 0 for a rule. */
  readonly stake: number
}

// biome-ignore lint/suspicious/noExplicitAny: detectors of different states share one list; each is typed where it is defined
export type AnyDetector = Detector<any, any>

/**
 * The budget of false interruptions holds because a detector pays for each event that it looks at and says nothing. Only where
 * the agent’s risk is kept can it pay; what comes out of another lane is findings alone, so there only rules can be.
 */
type InBudget = { key: BesideKey } | { key: LaneKey; rule: true }

/** Checks and freezes a detector. Throws at start when its parts do not fit. */
export function defineDetector<Options extends TObject, State>(
  spec: DetectorSpec<Options, State> & InBudget,
): Detector<Options, State> {
  const { id, key, rule } = spec
  if (!/^[a-z][a-z0-9-]*$/.test(id)) throw new Error(`detector ${id}: the id must be kebab-case`)
  if (hasLane(key) && !rule)
    throw new Error(
      `detector ${id}: one that is keyed by ${key} must be a rule; a statistical one pays for its silence, and that is counted under agent or task only`,
    )
  return Object.freeze({ ...spec, stake: 0 })
}

/** The defaults of a detector’s options, overridden by what the operator set. */
export const optionsOf = <Options extends TObject>(
  spec: DetectorSpec<Options, unknown>,
  given: unknown,
): Static<Options> => Value.Parse(spec.options, filled(spec.options, given)) as Static<Options>

/** What is wrong with options that a policy sets, in its words; none: `optionsOf` takes them. */
export function optionFaults({ id, options }: Pick<AnyDetector, 'id' | 'options'>, given: unknown): Fault[] {
  const root = `detectors.${id}.options`
  // What a detector takes for itself may grow; a name that an operator writes and nobody reads is a slip.
  const closed = Type.Object(options.properties, { additionalProperties: false })
  const value = filled(closed, given)
  if (Value.Check(closed, value)) return []
  return faultsOf(closed, value, root).map(({ path, message }) => ({
    path: path === root ? root : `${root}.${path}`,
    message,
  }))
}

const filled = (options: TObject, given: unknown): unknown => Value.Default(options, structuredCloneJson(given ?? {}))

const structuredCloneJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
