import type { AgentEvent } from './event.ts'

/** What a lane of a key holds, and over how many partitions the embedded log spreads it. */
export interface KeyLane {
  maxKeys: number
  /** Forgotten when untouched for this long, ms of event time. */
  idleMs: number
  partitions: number
}

export interface KeySpec {
  /** Whose acts are seen together, in words. */
  title: string
  /** Absent: its detectors run beside the agent’s profile, in the agent’s own lane. */
  lane?: KeyLane
  /** No event is without it. */
  always?: true
  /** The subject of an event; undefined: it has none. */
  of(event: AgentEvent): string | undefined
}

const hour = 3_600_000

const own = 'agent:'
const given = 'credential:'
/** The authority that an agent has by itself, as a subject. */
export const ownAuthority = (agent: string): string => own + agent
/** The authority of a credential, as a subject: its id, unless that could be read as one of these subjects. */
export const authorityOf = (credential: string): string =>
  credential.startsWith(own) || credential.startsWith(given) ? given + credential : credential
/** The credential that a subject names; undefined: it is the agent itself. */
export const credentialIn = (subject: string): string | undefined =>
  subject.startsWith(own) ? undefined : subject.startsWith(given) ? subject.slice(given.length) : subject

/**
 * What a detector may be keyed by. Types, streams, lanes, inboxes, stores, topics, configuration, schemas and docs follow from
 * this table. A key with a lane of its own has its events sent there, to the detectors that want them.
 */
export const keys = {
  agent: { title: 'the acting workload', of: (event) => event.agent.id },
  task: {
    title: 'the unit of work, or the session that stands for it',
    of: (event) => event.task?.id ?? event.session,
  },
  trace: {
    title: 'a trace, across agents and machines',
    lane: { maxKeys: 100_000, idleMs: hour, partitions: 2 },
    of: (event) => event.trace?.id,
  },
  credential: {
    title: 'the authority an act was done with: its credential, or the agent’s own when it names none',
    lane: { maxKeys: 500_000, idleMs: 48 * hour, partitions: 2 },
    always: true,
    of: ({ credential, agent }) => (credential === undefined ? ownAuthority(agent.id) : authorityOf(credential.id)),
  },
} as const satisfies Readonly<Record<string, KeySpec>>

export type DetectorKey = keyof typeof keys

/** Keys with a lane of their own. */
export type LaneKey = {
  [Key in DetectorKey]: (typeof keys)[Key] extends { lane: KeyLane } ? Key : never
}[DetectorKey]

/** Keys whose detectors run beside the agent’s profile. */
export type BesideKey = Exclude<DetectorKey, LaneKey>

export const hasLane = (key: DetectorKey): key is LaneKey => 'lane' in keys[key]
export const keyNames = Object.keys(keys) as readonly DetectorKey[]
export const laneKeys = keyNames.filter(hasLane)
export const besideKeys = keyNames.filter((key): key is BesideKey => !hasLane(key))

/** Something for each key with a lane of its own. */
export const byLaneKey = <T>(make: (key: LaneKey) => T): Record<LaneKey, T> =>
  Object.fromEntries(laneKeys.map((key) => [key, make(key)])) as Record<LaneKey, T>
