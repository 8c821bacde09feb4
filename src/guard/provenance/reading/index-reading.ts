import { digestOfWord, type Seed } from '../digests/hash.ts'
import { tokensOf } from '../digests/text.ts'
import { headsOf } from './heads.ts'
import { readLayout } from './layout.ts'
import { Reader, type ReadingTrust } from './reader.ts'
import { baseOf } from './relative-links.ts'
import { structureOf } from './structure.ts'
import { walk } from './walk.ts'

/** One text, or value that is structured as a whole. */
export interface Piece {
  raw: string | object
  /** The text of a document: whatever it looks like, its author wrote it. */
  document: boolean
}

/**
 * Reads texts and structured values once; answers the index, how many words were left out at least, and what it met that is no
 * system’s own field. `isTool`: names of tools.
 */
export function indexReadings(
  pieces: readonly Piece[],
  trust: ReadingTrust,
  seed: Seed,
  isTool: (word: number) => boolean,
) {
  const reader = new Reader(seed, isTool, trust.isRelayed ?? (() => false))
  const { asked = [] } = trust
  const isAsked = (id: string) => asked.includes(digestOfWord(tokensOf(id).join(' '), seed))
  for (const { raw, document } of pieces) {
    const text = typeof raw === 'string' ? raw : ''
    if (trust.isWritten && asked.length > 0 && text !== '') reader.heads(headsOf(text, isAsked))
    reader.begin()
    // A document is only looked at as a structure where the policy says something of it.
    const value = typeof raw === 'object' ? raw : document && !trust.trust ? undefined : structureOf(text)
    if (value === undefined) {
      if (trust.isWritten) reader.sender(text)
      reader.base = baseOf(text, trust.visited)
      readLayout(text, reader)
      reader.joined(text)
    } else if (walk(value, reader, { isWritten: trust.isWritten, isDocument: document, trust: trust.trust }))
      reader.left++
    reader.end()
  }
  const index = reader.index(trust)
  return { index, left: reader.left, met: reader.met(index.spoken) }
}
