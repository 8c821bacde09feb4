/**
 * What is normal, as plain JSON. The same shape serves an agent, its cohort and the fleet, so that one backs off to the
 * next. Values are kept as hashes: a profile never holds names or destinations.
 */
import type { Origin } from './origin.ts'

/**
 * Values of one trait, each with the number of clean tasks it occurred in, both in one number: hash × `most` + times. Such
 * a number needs no box in V8, and there are many agents.
 */
export type Counts = number[]

/** Times are counted up to below this; 28 bits of hash above it just fit a double. */
const most = 2 ** 25

export const counted = (hash: number, times: number): number => hash * most + Math.min(times, most - 1)
/** Without `%`, which is slow on doubles; dividing by a power of two is exact. */
export const timesOf = (count: number): number => count - Math.floor(count / most) * most

/**
 * Running mean and spread (Welford 1962) of a count, or of the logarithm of a size: how many, their mean, and the sum of
 * squared distances from it. Several may lie behind one another in one array, again for there are many agents.
 */
export type Spread = number[]

/** Where the spreads of a profile begin in its `rates`. */
export const rate = {
  /** Calls per active minute. */
  pace: 0,
  /** log(1 + bytes) per active minute. */
  flow: 3,
  /** log(1 + items) per call that names items. */
  items: 6,
} as const

export interface Profile {
  /** Clean tasks learned. */
  tasks: number
  /** Clean acts learned. */
  acts: number
  tools: Counts
  datasets: Counts
  actions: Counts
  destinations: Counts
  /** Three spreads, see `rate`. */
  rates: Spread
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

/** A value of a trait in one number, and back. */
export const packed = (trait: number, hash: number): number => hash * 4 + trait
export const traitOf = (value: number): Trait => traits[value % 4] as Trait
export const hashOf = (value: number): number => Math.floor(value / 4)

export const emptySpread = (): Spread => [0, 0, 0]

export const emptyProfile = (): Profile => ({
  tasks: 0,
  acts: 0,
  tools: [],
  datasets: [],
  actions: [],
  destinations: [],
  rates: [0, 0, 0, 0, 0, 0, 0, 0, 0],
})

/** What one clean task taught; also what travels to the cohort and the fleet. */
export interface Lesson {
  time: number
  /** Whom it is for: `tenant/fleet` or `tenant/cohort:name`. */
  peers: string
  acts: number
  /** Hash × 4 + trait index of each value shown. */
  seen: number[]
  items?: Spread
  /** Only in the lesson for the cohort. */
  values?: Values
  /** Who handed it in, in the lesson for the cohort: absent where nobody is known. */
  origin?: Origin
  /** Whose task it was, hashed, where the operator does not vouch for its publisher. */
  by?: { agent: number; principal: number }
}
