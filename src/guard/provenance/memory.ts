import type { Digests } from './digests/digest-set.ts'
import type { Seed } from './digests/hash.ts'
import type { IndexedReading } from './reading/columns.ts'
import type { RequestMemory } from './request/request.ts'

/** What one task was asked and has read, as a call is compared with it. */
export interface Memory {
  seed: Seed
  request: RequestMemory
  readings: readonly IndexedReading[]
  /** Spaces visited and mailboxes written to on good grounds. */
  visited: Digests
  /** A bound cut what was read: what is not found may have stood there. */
  isCut: boolean
  /** Something was read that somebody wrote. */
  isTainted: boolean
  /** Something that was read speaks to the model. */
  isSpoken: boolean
  /** Digests of secrets that were read, whole and in parts. */
  secrets: Digests
  /** Paths, as digests, that hold what is not the agent’s own to run. */
  brought: Digests
  /** What the agent itself said before it read it. */
  said: Digests
  /** The server whose tool is called, as it calls itself; undefined: one for all tools, or none is called. */
  server?: string | undefined
  /** Whether this agent made a thing, in this task or an earlier one. */
  isMade(normal: string): boolean
}
