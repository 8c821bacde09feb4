import { set } from '../../../formats/kit/tool-name/words.ts'
import type { Call } from '../call.ts'
import { digestOfWord } from '../digests/hash.ts'
import { stemsOf, stopWords, tokensOf } from '../digests/text.ts'
import type { Memory } from '../memory.ts'
import type { IndexedReading } from '../reading/columns.ts'
import { isVerb } from '../request/act-verbs.ts'
import { isHandOver } from './proof.ts'

/** A paragraph with one of these may rule out what it speaks of. */
const negations = set(
  'not don never without nicht kein keine nie ohne pas jamais sans no nunca sin non mai senza não nunca niet geen nooit nie nigdy не никогда inte aldrig',
)
/** What is longer is content. */
const maxChars = 256

/**
 * The request hands over to a source that is read, and a paragraph of that source orders an act of this kind in words of the act itself:
 * what it is done to is asked for, wherever its full name was looked up. What speaks to the model orders nothing.
 */
export function isOrdered(memory: Memory, kind: 'irreversible', { tool, act }: Call): boolean {
  if (!isHandOver(memory, kind) || memory.isSpoken) return false
  const { seed } = memory
  const does = (stem: number) => isVerb(stem, seed, kind)
  const nots = new Set([...negations].map((word) => digestOfWord(word, seed)))
  const texts = [tool.slice(0, maxChars).replace(/([a-z0-9])([A-Z])/g, '$1 $2'), ...act.parts.map(({ text }) => text)]
  const stems = new Set(
    texts
      .filter((text) => text.length <= maxChars)
      .flatMap((text) => tokensOf(text.replace(/[_./:-]+/g, ' ')))
      .filter((word) => word.length >= 3 && !stopWords.has(word))
      .flatMap((word) => stemsOf(word, seed))
      .filter((stem) => !does(stem)),
  )
  return memory.readings.some((reading) => orders(reading, does, stems, nots))
}

function orders(
  { words, starts, stems, stemStarts, spoken, named, isDefinition, untrusted }: IndexedReading,
  does: (stem: number) => boolean,
  of: ReadonlySet<number>,
  nots: ReadonlySet<number>,
): boolean {
  if (!named || isDefinition || untrusted) return false
  for (let p = 0; p + 1 < stemStarts.length; p++) {
    if (spoken[p] === 1) continue
    const paragraph = stems.subarray(stemStarts[p], stemStarts[p + 1])
    if (!paragraph.some(does) || !paragraph.some((stem) => of.has(stem))) continue
    if (!words.subarray(starts[p], starts[p + 1]).some((word) => nots.has(word))) return true
  }
  return false
}
