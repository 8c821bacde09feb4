import type { ActionClass, AgentEvent, Destination, Provenance } from '../../model/event.ts'
import type { Act } from '../act/index.ts'
import type { Joins } from './digests/joins.ts'
import type { FieldTrust } from './reading/walk.ts'

/** Values of others’ texts that a call hands on, and where: what shows them there again has them from the agent. */
export interface Relay {
  /** Keyed digests of each value in each place. */
  values: readonly number[]
  /** Where its answer comes from. */
  places: readonly string[]
  /** They may stay there, for later calls to read. */
  stays: boolean
  /** An identity among its arguments stands nowhere in memory: it may have stood in what is there no more. */
  isUnsure: boolean
}

/** What the call’s answer will be worth: hand it to `addOutput` when the call was let through. */
export interface Carried {
  /** An untrusted value fetched it, or the guard does not trust its source: its fields count as running text. */
  untrusted?: boolean
  /** The request, or what it hands over to, named what is read. */
  named?: boolean
  /** What is read is a document: its author wrote all of it. */
  document?: boolean
  /** Somebody wrote what is read, structured as it may be: a message, an issue, a page. */
  isWritten?: boolean
  /** What the policy says of its fields. */
  trust?: FieldTrust | undefined
  /** The URL whose page is read. */
  visited?: string | undefined
  /** Digest of the path that is read. */
  readPath?: number | undefined
  /** Ids of the messages that it asks for, as digests. */
  asked?: readonly number[]
  /** Spaces visited and mailboxes written to on good grounds, as digests. */
  spaces?: readonly number[]
  /** Paths, as digests, where it leaves what is not the agent’s own to run. */
  brought?: readonly number[]
  /** The operator holds what is read to be restricted or confidential. */
  isSensitive?: boolean
  /** The report of a program on its own act, which shows nothing of others: it tells the agent nothing to do. */
  isReport?: boolean
  /** What is read lists what the project does not keep. */
  keepsNot?: boolean
  /** Values of others’ texts that the agent hands on. */
  relay?: Relay
  /** The answer is worked out from what the call gives, or by a model. */
  isComputed?: boolean
  /** What the agent says here of its own, as digests: an echo of it is not read. */
  said?: readonly number[]
  /** Things that the call makes, in normal form, as its arguments name them. */
  makes?: readonly string[] | undefined
  /** Words of the name of a tool that is known to make something, where its answer may name it. */
  maker?: readonly string[] | undefined
}

export interface Call {
  tool: string
  /** What it does. */
  act: Act
  args: unknown
  /** The server as it calls itself; absent: one for all tools. */
  server?: string | undefined
  /** Whether earlier clean tasks made a value known to the agent’s cohort; the value as `digestOf` writes it. */
  known?: (hash: string) => boolean
}

/** A call with what its task knows beside it. */
export interface Examination extends Call {
  domains: readonly string[]
  joins: Joins
  /** Digest of the first request; empty: none was seen. */
  request: string
  digest: string
  bytes: number
}

/** What a call’s arguments are and where they came from, in the words of the event: digests and flags only. */
export interface Examined
  extends Required<Omit<Carried, 'isSensitive' | 'makes' | 'maker' | 'trust' | 'visited' | 'readPath'>> {
  makes: Carried['makes'] | undefined
  maker: Carried['maker'] | undefined
  visited: string | undefined
  readPath: number | undefined

  /** Its class, graver where it runs what is not the agent’s own. */
  action: ActionClass
  destinations: Destination[]
  /** Where it leads, as far as the request alone accounts for it or nothing does: keyed digests. */
  aims: string[][]
  arguments: NonNullable<AgentEvent['arguments']>
  provenance: Provenance
}
