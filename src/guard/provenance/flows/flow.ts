import { type Act, isSecretFile, type Part } from '../../act/index.ts'
import { decodings, partsOfSecret, secretsIn } from '../../identity/index.ts'
import { digestOfWord, type Seed } from '../digests/hash.ts'
import { normal, tokensOf, wordSpans } from '../digests/text.ts'
import type { Memory } from '../memory.ts'
import { isReadInRow } from '../values/lookup.ts'

/** Length of the pieces by which a part of a secret is noticed, in UTF-16 units. */
const window = 12
/** Bounds of what is looked through in one call. */
const limits = { characters: 65_536, texts: 64, runs: 24, secrets: 4096 } as const
/** Arguments that are there to take a credential. */
const secretName = /pass|secret|token|key|auth|cred|pin|otp|jwt|cookie|signature/i
/** Arguments by which a file goes along. */
const handed = /(?:attach\w*|files?|paths?|filenames?)$/i
/** Words in a row that are no coincidence. */
const run = 7

/** Remembers the secrets of a text by keyed digests of their parts; answers how many parts did not fit. */
export function rememberSecrets(into: Set<number>, text: string, seed: Seed): number {
  let left = 0
  for (const { value } of secretsIn(text))
    for (const part of partsOfSecret(value)) {
      if (into.size >= limits.secrets) left++
      else into.add(digestOfWord(part, seed))
      if (part.length > window && into.size < limits.secrets) into.add(digestOfWord(part.slice(0, window), seed))
    }
  return left
}

/** Whether the parts of a call hold something that was read and must not leave: `secret`, or `restricted`. */
export function flowOf(memory: Memory, parts: readonly Part[]): 'secret' | 'restricted' | undefined {
  if (memory.secrets.size === 0 && !memory.readings.some((r) => r.isSensitive)) return undefined
  let budget: number = limits.characters
  let texts = 0
  for (const { text, role } of parts) {
    if (role === 'control') continue
    for (const each of [text, ...decodings(text)]) {
      if (++texts > limits.texts || budget <= 0) return undefined
      const some = each.slice(0, budget)
      budget -= some.length
      const gapless = some.replace(/\s+/g, '')
      const spellings = new Set([some, gapless, backwards(some), backwards(gapless)])
      if (memory.secrets.size > 0 && [...spellings].some((spelling) => holdsSecret(memory, spelling))) return 'secret'
      if (holdsRun(memory, some, true)) return 'restricted'
    }
  }
  return undefined
}

/** A credential among the contents of a call, in an argument that is not for one, and that the request does not name. */
export function showsSecret(memory: Memory, parts: readonly Part[]): boolean {
  for (const { text, role, name } of parts) {
    if (role === 'command' || secretName.test(name) || text.length < 16) continue
    for (const { kind, value } of secretsIn(text.slice(0, limits.characters)))
      if (
        kind !== 'high-entropy' &&
        kind !== 'assigned-secret' &&
        !(kind === 'payment-card' && isNumberOf(role, text)) &&
        !memory.request.words.has(digestOfWord(value.toLowerCase(), memory.seed))
      )
        return true
  }
  return false
}

/** A number by which something or somebody is told is no card, whatever its last digit checks. */
const isNumberOf = (role: Part['role'], text: string): boolean =>
  (role === 'selector' || role === 'destination') && /^\d+$/.test(text.trim())

/** A file of credentials goes along, and the request does not name it. */
export const handsSecretFile = ({ request, seed }: Memory, { sink, parts }: Act): boolean =>
  (sink === 'outward' || sink === 'shared') &&
  parts.some(
    ({ name, path, text }) =>
      !path.includes('#') &&
      handed.test(name) &&
      isSecretFile(text) &&
      !tokensOf(text.slice(text.search(/[^\\/]*$/))).every((token) => request.words.has(digestOfWord(token, seed))),
  )

/** Whether the payload holds a run of words that was read. */
export const carriesRead = (memory: Memory, parts: readonly Part[]): boolean =>
  parts.some(({ role, text }) => role === 'payload' && holdsRun(memory, text.slice(0, limits.characters), false))

const backwards = (text: string): string => text.split('').reverse().join('')

function holdsSecret({ secrets, seed }: Memory, text: string): boolean {
  for (let i = 0; i + window <= text.length; i++) if (secrets.has(digestOfWord(text, seed, i, i + window))) return true
  // Short ones as whole words.
  for (const word of text.split(/[\s"'`=:,;&?<>()[\]{}|\\]+/, 2000))
    if (word.length >= 6 && word.length < window && secrets.has(digestOfWord(word, seed))) return true
  return false
}

function holdsRun(memory: Memory, text: string, sensitiveOnly: boolean): boolean {
  const low = normal(text)
  const at = wordSpans(low, [])
  const count = at.length / 2
  if (count < run) return false
  const step = Math.max(1, Math.floor((count - run) / limits.runs))
  for (let i = 0; i + run <= count; i += step) {
    const words: number[] = []
    for (let j = i; j < i + run; j++) words.push(digestOfWord(low, memory.seed, at[j * 2], at[j * 2 + 1]))
    if (isReadInRow(memory, words, sensitiveOnly)) return true
  }
  return false
}
