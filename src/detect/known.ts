import type { Known, Profile, Values } from '../model/profile.ts'

/** Most values kept: of one open task per kind, of an agent without a cohort, and of a cohort. */
export const knownLimits = { task: 96, agent: 256, cohort: 4096 } as const

/**
 * Learns what a clean task used. A value that came from what was read is part of the environment at once. One that a
 * request named was good for that request only, until a different request uses it too: whoever can word one request
 * cannot make a value known. `by`: whose task it was, where that is no one whom the operator vouches for: then a value is known
 * once tasks of two agents for two principals used it.
 */
export function learnKnown(
  known: Known = { size: 0, values: {} },
  { asked, read, used }: Values,
  limit: number,
  by?: Learner,
): Known {
  if (by !== undefined) {
    for (const digest of [...read, ...used]) vouch(known, digest, by, limit)
    return known
  }
  for (const digest of read) keep(known, digest, 0, limit)
  const request = asked === 0 ? 1 : asked
  for (const digest of used) {
    const before = known.values[digest]
    keep(known, digest, before === undefined || before === request ? request : 0, limit)
  }
  return known
}

/** Whose task taught it: hashes. */
export interface Learner {
  agent: number
  principal: number
}

const half = 2 ** 26

/** Both in one number, apart from the hash of a request. */
function vouch(known: Known, digest: string, { agent, principal }: Learner, limit: number): void {
  const before = Object.hasOwn(known.values, digest) ? known.values[digest] : undefined
  const [ofAgent, ofPrincipal] = [(agent % half) + half, principal % half]
  if (before === undefined) keep(known, digest, ofAgent * half + ofPrincipal, limit)
  else if (before !== 0 && Math.floor(before / half) !== ofAgent && before % half !== ofPrincipal)
    keep(known, digest, 0, limit)
}

function keep(known: Known, digest: string, by: number, limit: number): void {
  if (!Object.hasOwn(known.values, digest)) {
    if (known.size >= limit) forget(known, limit)
    known.size++
  }
  known.values[digest] = by
}

/** Makes room for a quarter: what is not known goes first, then the oldest. */
function forget(known: Known, limit: number): void {
  const room = limit - Math.ceil(limit / 4)
  const entries = Object.entries(known.values)
  const kept = entries.filter(([, by]) => by === 0).slice(-room)
  const rest = room - kept.length
  known.values = Object.fromEntries([...kept, ...(rest > 0 ? entries.filter(([, by]) => by !== 0).slice(-rest) : [])])
  known.size = Object.keys(known.values).length
}

/** Whether clean tasks made a value part of the environment. For agents with a cohort, ask the cohort’s profile. */
export const isKnown = (profile: Profile | undefined, digest: string): boolean =>
  profile?.known !== undefined && Object.hasOwn(profile.known.values, digest) && profile.known.values[digest] === 0
