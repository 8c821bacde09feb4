import type { Act } from '../../act/index.ts'
import { decodings, type Identity, identitiesIn, identitiesOf } from '../../identity/index.ts'
import type { Examination, Relay } from '../call.ts'
import type { Digests } from '../digests/digest-set.ts'
import { digestOfWord, type Seed } from '../digests/hash.ts'
import { isSought, keysOf } from '../digests/keys.ts'
import { isHost, isPlainNumber, tokensOf } from '../digests/text.ts'
import type { Memory } from '../memory.ts'
import { form, maxFieldWords } from '../reading/form.ts'
import { findIdentity, isAskedIdentity } from '../values/lookup.ts'
import { standOf } from '../values/sightings.ts'
import { isWritten } from '../values/values.ts'

/** Bounds of one call: characters of one text, identities, words and short texts that are looked for. */
const limits = { characters: 65_536, identities: 256, texts: 1024, pieces: 64 } as const
/** Digits of a number that stands nowhere by chance. */
const telling = 5
/** What stands between the values of a list, a line of a table, a statement or an object. */
const between = /["'`,;|\t\n\r(){}[\]<>=]+|:\s/
/** The agent’s own machine, whichever server works on it. */
const here = 'here'

/** A call’s server, and the agent’s own machine where it runs something or works on files there. */
function placesOf({ server = '' }: Examination, { sink, parts }: Act): string[] {
  const isHere = sink === 'own' || sink === 'execution' || parts.some((p) => p.role === 'command' || p.kind === 'path')
  return isHere ? [`of ${server}`, here] : [`of ${server}`]
}

const inPlace = (place: string, value: string, seed: Seed): number => digestOfWord(`${place}\u0000${value}`, seed)
/** Whose space a link leads to: a field of it would prove all of it. */
const spaceOf = ({ kind, owner, host }: Identity): string | undefined =>
  kind === 'mailbox' || host === undefined ? undefined : `space ${owner ?? host}`

export function relayOf(memory: Memory, call: Examination, act: Act): Relay {
  const places = placesOf(call, act)
  const stays = act.sink !== 'look'
  if (!memory.isTainted) return { values: [], places, stays, isUnsure: false }
  const texts = new Set<string>()
  for (const { text, role } of act.parts)
    if (role !== 'control')
      for (const each of [text, ...decodings(text.slice(0, limits.characters))])
        texts.add(each.slice(0, limits.characters))
  const values = new Set<string>()
  let looked = 0
  let isUnsure = false
  const note = (identity: Identity) => {
    if (!isSought(identity) || ++looked > limits.identities || isAskedIdentity(memory, identity)) return
    const stand = standOf(findIdentity(memory, identity))
    if (stand === 'none') isUnsure = true
    if (!isWritten(stand) && !(identity.kind === 'host' && stand === 'none' && isWrittenSite(memory, identity))) return
    values.add(identity.canonical)
    const space = spaceOf(identity)
    if (space !== undefined) values.add(space)
  }
  for (const text of texts) for (const identity of identitiesIn(text)) note(identity)
  // A name that is looked up and found is that system’s word; an address may only be an echo.
  const shorts = shortTexts(stays ? texts : new Set())
  // A host alone is seen where it is a value of its own.
  for (const [value, { length }] of shorts)
    if (length === 1 && isHost(value)) for (const identity of identitiesOf(value, 'host')) note(identity)
  for (const value of writtenAmong(memory, shorts)) values.add(value)
  // An address whose parts are handed on apart.
  if ([...values].some((value) => value.startsWith('space ')))
    for (const [value, tokens] of [...shorts].slice(0, limits.pieces))
      if (tokens.length === 1) values.add(`in ${value}`)
  const digests = [...values].flatMap((value) => places.map((place) => inPlace(place, value, memory.seed)))
  return { values: digests, places, stays, isUnsure: isUnsure && stays }
}

/** Whether a value of an answer is one that the agent handed on to where the answer comes from. */
export function isRelayed(
  relayed: Digests,
  places: readonly string[],
  tokens: readonly string[],
  identities: readonly Identity[],
  seed: Seed,
) {
  const has = (value: string) => places.some((place) => relayed.has(inPlace(place, value, seed)))
  if (has(tokens.join(' '))) return true
  return identities.some((identity) => {
    const { kind, canonical, host } = identity
    const space = spaceOf(identity)
    if (has(canonical) || (space !== undefined && has(space))) return true
    const at = canonical.lastIndexOf('@')
    return (
      kind === 'mailbox' &&
      at > 0 &&
      has(`space ${host ?? canonical.slice(at + 1)}`) &&
      has(`in ${canonical.slice(0, at)}`)
    )
  })
}

/** An address there stands in what somebody wrote. */
function isWrittenSite({ readings, seed }: Memory, identity: Identity): boolean {
  const { site } = keysOf(identity, seed)
  return readings.some(({ ids, idForms, untrusted }) =>
    idForms.some((as, i) => ids[i * 3 + 2] === site && (untrusted || as !== form.system)),
  )
}

/** Values in a list, a table or a statement, and words that are none of any language. */
function shortTexts(texts: ReadonlySet<string>): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>()
  const add = (tokens: readonly string[]) => {
    const value = tokens.join(' ')
    if (value.length < 3 || found.size >= limits.texts) return
    if (isPlainNumber(value) && value.replace(/\D/g, '').length < telling) return
    found.set(value, tokens)
  }
  for (const text of texts)
    for (const short of text.split(between)) {
      const tokens = tokensOf(short)
      if (tokens.length <= maxFieldWords) add(tokens)
      for (const token of tokens.length === 1 ? [] : tokens) if (/[^\p{L}]/u.test(token)) add([token])
    }
  return found
}

/** Those that stand in what somebody wrote, and neither in the request nor in a field of a system’s own. One pass over what was read. */
function writtenAmong({ readings, request, seed }: Memory, shorts: ReadonlyMap<string, readonly string[]>): string[] {
  const starting = new Map<number, [value: string, words: number[]][]>()
  const whole = new Map<number, string>()
  for (const [value, tokens] of shorts) {
    const words = tokens.map((token) => digestOfWord(token, seed))
    if (words.every((word) => request.words.has(word))) continue
    const [first = 0] = words
    starting.set(first, [...(starting.get(first) ?? []), [value, words]])
    whole.set(digestOfWord(value, seed), value)
  }
  const written = new Set<string>()
  const proven = new Set<string>()
  for (const { words, fields, fieldForms, untrusted, isDefinition } of readings) {
    if (isDefinition) continue
    for (let i = 0; i < words.length; i++)
      for (const [value, row] of starting.get(words[i] ?? 0) ?? [])
        if (row.every((word, n) => words[i + n] === word)) written.add(value)
    for (let i = 0; i < fields.length; i++) {
      const value = whole.get(fields[i] ?? 0)
      if (value !== undefined) (untrusted || fieldForms[i] !== form.system ? written : proven).add(value)
    }
  }
  return [...written].filter((value) => !proven.has(value))
}
