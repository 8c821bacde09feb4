import { type Counts, counted, hashOf, type Profile, type Trait, timesOf, traitOf } from '../model/profile.ts'

/** Most values kept per trait of one agent; a cohort and the fleet keep more. The rarest goes first. */
export const maxValues = 48

/** Where a value stands in its counts; -1 when it is not there. */
export function indexOf(counts: Counts, key: number): number {
  const from = counted(key, 0)
  const next = counted(key + 1, 0)
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i] as number
    if (count >= from && count < next) return i
  }
  return -1
}

/** In how many clean tasks a value occurred. */
export function countOf(counts: Counts, key: number): number {
  const at = indexOf(counts, key)
  return at < 0 ? 0 : timesOf(counts[at] as number)
}

/** Counts a value once; answers whether another had to go. */
export function learnValue(profile: Profile, trait: Trait, key: number, limit = maxValues): boolean {
  const counts = profile[trait]
  const at = indexOf(counts, key)
  if (at >= 0) {
    counts[at] = counted(key, timesOf(counts[at] as number) + 1)
    return false
  }
  if (counts.length < limit) {
    // Grown by copying: a new value is rare, and pushed arrays keep slack for every agent.
    profile[trait] = counts.concat(counted(key, 1))
    return false
  }
  let least = 0
  for (let i = 1; i < counts.length; i++) if (timesOf(counts[i] as number) < timesOf(counts[least] as number)) least = i
  counts[least] = counted(key, 1)
  return true
}

/**
 * Probability that the next first showing of a trait in a task is a value never seen. Chances are counted as they come,
 * one per value and task. Good-Turing's share of values seen once (Good 1953), plus half of PPM's method C (distinct
 * values over chances; Moffat 1990), so that a short history that happens to repeat itself is not taken for certain.
 */
export function escapeProbability(profile: Profile, trait: Trait): number {
  const counts = profile[trait]
  let once = 0
  let chances = 0
  for (const count of counts) {
    const n = timesOf(count)
    chances += n
    if (n === 1) once++
  }
  const growth = counts.length / 2
  return Math.min(1, (once + 1 + growth) / (chances + 2 + growth))
}

/** How much what an agent did in other tasks weighs against what its task in hand shows, in showings. */
const priorShowings = 2
/** Past so many new values a task is one of new values; what it shows is bounded, so it could not be told apart for long. */
const burst = 24

/**
 * The same within a task that has shown so many values of the trait, so many of them new: novelty comes in bursts, for a
 * task that is new in one way is new in the next. The estimate is the task’s own, begun at `p` (a beta prior of two
 * showings); a task that shows what is known makes nothing surer.
 */
export const inTask = (p: number, shown: number, novel: number): number =>
  novel === 0 ? p : novel >= burst ? 1 : Math.max(p, (priorShowings * p + novel) / (priorShowings + shown))

/**
 * Probability of this new value for the agent, backed off to its cohort and then to the fleet, as PPM escapes to a
 * shorter context (Cleary & Witten 1984): known to peers is likelier than known to nobody. What is new to all is new to
 * each, so it is as rare as with the rarest of them; their escapes are not independent and are not multiplied.
 */
export function newValueProbability(
  trait: Trait,
  key: number,
  agent: Profile,
  cohort: Profile | undefined,
  fleet: Profile | undefined,
): number {
  let p = escapeProbability(agent, trait)
  for (const peers of [cohort, fleet]) {
    if (peers === undefined || peers.tasks < 4) continue
    const times = countOf(peers[trait], key)
    if (times > 0) {
      // Seen among peers: at least the share of their tasks that use it, at most the escape.
      const share = times / (peers.tasks + 1)
      return Math.min(1, Math.max(p * (1 - escapeProbability(peers, trait)), agent.tasks < 4 ? share : 0))
    }
    p = Math.min(p, escapeProbability(peers, trait))
  }
  return p
}

/** How many values of a trait a task has shown, and how many of them its agent had not shown before. */
export function shownIn(seen: readonly number[], trait: Trait, profile: Profile): { shown: number; novel: number } {
  let shown = 0
  let novel = 0
  for (const value of seen) {
    if (traitOf(value) !== trait) continue
    shown++
    if (indexOf(profile[trait], hashOf(value)) < 0) novel++
  }
  return { shown, novel }
}
