/**
 * What is normal, as plain JSON. The same shape serves an agent, its cohort and the fleet, so that one backs off to the
 * next. Values are kept as 32-bit hashes: a profile never holds names or destinations.
 */
export interface Counts {
  /** Hash of each value; parallel to `counts`. */
  keys: number[]
  /** In how many clean tasks the value occurred. */
  counts: number[]
}

/** Running mean and spread (Welford 1962) of a count, or of the logarithm of a size. */
export interface Spread {
  n: number
  mean: number
  /** Sum of squared distances from the mean. */
  m2: number
}

export interface Profile {
  /** Clean tasks learned. */
  tasks: number
  /** Clean acts learned. */
  acts: number
  tools: Counts
  datasets: Counts
  actions: Counts
  destinations: Counts
  /** Calls per active minute. */
  pace: Spread
  /** log(1 + bytes) per active minute. */
  flow: Spread
  /** log(1 + items) per call that names items. */
  items: Spread
  /** Values that are part of the environment; absent until a task with provenance taught some. */
  known?: Known
}

/** Values of arguments, as digests: enforcement points hold those that are known to be no sign of an injection. */
export interface Known {
  size: number
  /** By digest: 0 is known; else the hash of the one request that used it so far, which is good for that request only. */
  values: Record<string, number>
}

/** Values that the acts of one task used. */
export interface Values {
  /** Hash of what the principal asked for. */
  asked: number
  /** Came from what was read: part of the environment. */
  read: string[]
  /** Named by the request or made up. */
  used: string[]
}

/** The parts of a profile that count values. */
export type Trait = 'tools' | 'datasets' | 'actions' | 'destinations'
export const traits: readonly Trait[] = ['tools', 'datasets', 'actions', 'destinations']

const counts = (): Counts => ({ keys: [], counts: [] })
const spread = (): Spread => ({ n: 0, mean: 0, m2: 0 })

export const emptyProfile = (): Profile => ({
  tasks: 0,
  acts: 0,
  tools: counts(),
  datasets: counts(),
  actions: counts(),
  destinations: counts(),
  pace: spread(),
  flow: spread(),
  items: spread(),
})

/** What one clean task taught; also what travels to the cohort and the fleet. */
export interface Lesson {
  time: number
  /** Whom it is for: `tenant/fleet` or `tenant/cohort:name`. */
  peers: string
  acts: number
  /** Trait index and hash, alternating. */
  seen: number[]
  items?: Spread
  /** Only in the lesson for the cohort. */
  values?: Values
}
