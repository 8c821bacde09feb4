import type { Part } from '../../act/index.ts'
import { identitiesIn } from '../../identity/index.ts'
import { digestOfWord } from '../digests/hash.ts'
import { isSought } from '../digests/keys.ts'
import { isPlainNumber, partsOf, tokensOf } from '../digests/text.ts'
import type { Memory } from '../memory.ts'
import type { IndexedReading } from '../reading/columns.ts'
import { findIdentity, findWords, isAskedIdentity } from '../values/lookup.ts'
import { standOf } from '../values/sightings.ts'
import { fileNameOf, isCalledSo, isWritten, type Value } from '../values/values.ts'
import { isHandedOver } from './proof.ts'

/** Bounds of one look: lines and identities of what is written. */
const limits = { lines: 400, identities: 64, words: 64 } as const

/** What is written to a file that acts later by itself. */
export interface Revision {
  /** Which of the act’s values are accounted for by it. */
  accounts(v: Value): boolean
  /** It holds what a text of others says, and nobody handed that over. */
  isForeign: boolean
}

/**
 * It is the agent’s own work where the request asks for that file and nothing in it is somebody else’s, or where it adds no word to
 * what that file held when it was read: numbers and dates may change.
 */
export function revisionOf(memory: Memory, counted: readonly Value[]): Revision {
  const paths = counted.filter((v) => v.part.role === 'selector' && v.isPath)
  const content = counted.filter((v) => v.part.role === 'command' && v.part.kind === undefined)
  const files = paths.flatMap((path) => {
    const held = paths.length === 1 ? content : content.filter((v) => isBeside(path.part, v.part))
    return held.length === 0 ? [] : [{ path, held, ...revisedBy(memory, path, held) }]
  })
  return {
    accounts: (v) =>
      files.some(({ path, held, isOwn, before }) => {
        if (isOwn) return v === path || held.includes(v)
        // A part of it that adds no word to what the file held was there before.
        return held.includes(v) && before.some((reading) => isWithin(memory, reading, v))
      }),
    isForeign: files.some(({ isForeign }) => isForeign),
  }
}

/** Of several files of one call, what stands in the same object as its path, or below it. */
const isBeside = (path: Part, content: Part): boolean => {
  const object = path.path.replace(/[^.]*$/, '')
  return object !== '' && content.path.startsWith(object)
}

function revisedBy(
  memory: Memory,
  path: Value,
  held: readonly Value[],
): { isOwn: boolean; isForeign: boolean; before: readonly IndexedReading[] } {
  const digest = digestOfWord(path.normal, memory.seed)
  const before = memory.readings.filter((reading) => reading.path === digest)
  const isRevised = held.every((v) => before.some((reading) => isWithin(memory, reading, v)))
  const isForeign =
    !isRevised &&
    held.some((v) => bringsForeign(memory, before, v.part.text) || (v.stand === 'prose' && v.found.spoken))
  return { isOwn: isRevised || (isAskedFile(memory, path) && !isForeign), isForeign, before }
}

/** The request names the file, or says what it is called. */
const isAskedFile = (memory: Memory, path: Value): boolean => {
  if (path.stand === 'request' || isCalledSo(memory, path)) return true
  const name = fileNameOf(path.part.text).replace(/\.\w{1,5}$/, '')
  const [word, ...others] = tokensOf(name)
  return word !== undefined && others.length === 0 && memory.request.words.has(digestOfWord(word, memory.seed))
}

/** All its words stood in that reading, plain numbers aside. */
function isWithin({ seed }: Memory, { words, fields, names }: IndexedReading, { part }: Value): boolean {
  const known = new Set<number>()
  for (const all of [words, fields, names]) for (const each of all) known.add(each)
  const has = (text: string) => known.has(digestOfWord(text, seed))
  return tokensOf(part.text).every((token) => {
    if (isPlainNumber(token) || has(token)) return true
    const parts = partsOf(token)
    return parts.length > 0 && parts.every(has)
  })
}

/** A line or an address of it stood in what others wrote, neither asked for nor handed over, and not in the file itself. */
function bringsForeign(memory: Memory, before: readonly IndexedReading[], text: string): boolean {
  const elsewhere = { ...memory, readings: memory.readings.filter((reading) => !before.includes(reading)) }
  const here = { ...memory, readings: before }
  let looked = 0
  for (const identity of identitiesIn(text)) {
    if (!isSought(identity)) continue
    if (++looked > limits.identities) return true
    const found = findIdentity(elsewhere, identity)
    if (
      isWritten(standOf(found)) &&
      !isAskedIdentity(memory, identity) &&
      !isHandedOver(memory, { found, identity }, 'persistence') &&
      standOf(findIdentity(here, identity)) === 'none'
    )
      return true
  }
  const lines = text.split('\n')
  return (
    lines.length > limits.lines ||
    lines.some((line) => {
      const tokens = tokensOf(line).slice(0, limits.words)
      if (tokens.length <= 2 || tokens.every((token) => memory.request.words.has(digestOfWord(token, memory.seed))))
        return false
      const found = findWords(elsewhere, tokens)
      const isHanded = isHandedOver(memory, { found, identity: undefined }, 'persistence')
      return found.prose && !isHanded && standOf(findWords(here, tokens)) === 'none'
    })
  )
}
