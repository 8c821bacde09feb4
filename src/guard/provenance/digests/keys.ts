import type { Identity } from '../../identity/index.ts'
import { digestOfWord, type Seed } from './hash.ts'

/** What an identity is compared by, as keyed digests. */
export interface Keys {
  /** The very same mailbox, URL, account. */
  whole: number
  /** Whose space it is: the owner’s prefix on a shared host, else the host. What proves one proves the other. */
  space: number
  /** Whom it leads to: the registrable domain, or the owner. For suspicion only. */
  site: number
}

export function keysOf({ kind, canonical, host, site, owner }: Identity, seed: Seed): Keys {
  const whole = digestOfWord(canonical, seed)
  const space = owner ?? host
  return {
    whole,
    space: kind === 'mailbox' || space === undefined ? whole : digestOfWord(space, seed),
    site: site === undefined ? whole : digestOfWord(owner ?? site, seed),
  }
}

/** Kinds that a text is searched for: others are found word by word. */
export const isSought = ({ kind }: Identity): boolean => kind !== 'path' && kind !== 'handle' && kind !== 'channel'
