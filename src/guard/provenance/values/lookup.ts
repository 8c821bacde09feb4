import type { Identity } from '../../identity/index.ts'
import type { Digests } from '../digests/digest-set.ts'
import { digestOfWord } from '../digests/hash.ts'
import { keysOf } from '../digests/keys.ts'
import { partsOf } from '../digests/text.ts'
import type { Memory } from '../memory.ts'
import type { IndexedReading } from '../reading/columns.ts'
import { form } from '../reading/form.ts'
import { nothing, type Sightings, standOf } from './sightings.ts'

/** Whether what the request names holds an identity: the very same one, or another in the same space, without a mailbox’s or data’s liberty. */
export function isAskedIdentity({ request, visited, seed }: Memory, identity: Identity): boolean {
  const { whole, space } = keysOf(identity, seed)
  if (request.keys.has(whole)) return true
  return identity.kind !== 'mailbox' && (request.keys.has(space) || visited.has(space))
}

/** What stood where of an identity: the very same one or its space; only if there is none of these, another one of its site. */
export function findIdentity(memory: Memory, identity: Identity): Sightings {
  const { whole, space, site } = keysOf(identity, memory.seed)
  const found = findKeys(memory, whole, space, true)
  if (standOf(found) !== 'none' || site === whole) return found
  const near = findKeys(memory, site, site, false)
  return identity.kind === 'mailbox' && !near.spoken ? found : near
}

/** A field proves the whole space of a URL, never a whole site. */
function findKeys({ readings, request }: Memory, whole: number, space: number, proves: boolean): Sightings {
  const found = nothing()
  const { again, settle } = relayed(found, request.names)
  let spokenAt = 0
  let quietAt = 0
  for (const reading of readings) {
    const { ids, idForms, idRecords, idParagraphs, spoken } = reading
    for (let i = 0; i < idForms.length; i++) {
      if (proves ? ids[i * 3] !== whole && ids[i * 3 + 1] !== space : ids[i * 3 + 2] !== whole) continue
      const as = proves ? idForms[i] : form.prose
      if (proves) found.space = true
      if (proves && ids[i * 3] === whole) {
        found.exact = true
        if (as === form.sender) {
          found.sender = true
          if (isSentBy(reading, request.names)) found.author = true
          if (isWrittenBy(reading, idRecords[i] ?? 0, request.addressees)) found.meant = true
        }
      }
      if (as === form.relayed) {
        again(reading, idRecords[i] ?? 0)
        continue
      }
      if (as !== form.prose && reading.untrusted) found.tainted = true
      else if (as === form.system) found.system = true
      else if (as === form.layout || as === form.sender) found.layout = true
      else found.prose = true
      const isSpoken = as === form.prose && spoken[idParagraphs[i] ?? 0] === 1
      found.source ??= reading.source
      if (isSpoken) spokenAt++
      else quietAt++
      if (isSpoken) continue
      if (isNamedPlace(reading, idRecords[i] ?? 0, request.names)) found.named = true
      if (isSentBy(reading, request.names)) found.sentByNamed = true
      tie(found, reading, idParagraphs[i] ?? -1, idRecords[i] ?? 0, request.recipients)
    }
  }
  found.spoken = spokenAt > 0 && quietAt === 0
  settle()
  return found
}

/** What the agent handed on itself is worth what it was where it was read; where that is in no memory any more, what a text is. */
function relayed(found: Sightings, names: Digests) {
  let source: string | undefined
  let isNamed = false
  return {
    again(reading: IndexedReading, record: number): void {
      source ??= reading.source
      if (isNamedPlace(reading, record, names)) isNamed = true
    },
    settle(): void {
      if (source === undefined || standOf(found) !== 'none') return
      found.layout = true
      found.named = isNamed
      found.source = source
    },
  }
}

/** What stood where of a value that is no identity, word by word. A field counts outside the records whose own prose holds it. */
export function findWords({ readings, request, seed, server }: Memory, tokens: readonly string[]): Sightings {
  const words = tokens.map((t) => digestOfWord(t, seed))
  const whole = digestOfWord(tokens.join(' '), seed)
  const found = nothing()
  const { again, settle } = relayed(found, request.names)
  const preaching: number[] = []
  let spokenAt = 0
  let quietAt = 0
  for (const reading of readings) {
    if (reading.isDefinition && !isTelling(tokens)) continue
    // A server says what its own tools take, with examples: it could do itself what it has done there.
    const isOfCalled = reading.isDefinition && reading.server === server
    preaching.length = 0
    for (let p = paragraphWith(reading, words, 0); p >= 0; p = paragraphWith(reading, words, p + 1)) {
      if (isOfCalled && reading.spoken[p] !== 1) continue
      const record = reading.records[p] ?? 0
      if (preaching.at(-1) !== record) preaching.push(record)
      found.prose = true
      if (reading.spoken[p] === 1) spokenAt++
      else {
        quietAt++
        if (isNamedPlace(reading, record, request.names)) found.named = true
        if (isSentBy(reading, request.names)) found.sentByNamed = true
        tie(found, reading, p, record, request.recipients)
      }
      found.source ??= reading.source
    }
    for (let i = isOfCalled ? -1 : reading.fields.indexOf(whole); i >= 0; i = reading.fields.indexOf(whole, i + 1)) {
      const record = reading.fieldRecords[i] ?? 0
      if (reading.fieldForms[i] === form.relayed) {
        again(reading, record)
        continue
      }
      if (reading.fieldForms[i] === form.listed) {
        found.listed = true
        continue
      }
      if (record >= 0 && preaching.includes(record)) continue
      quietAt++
      if (reading.fieldForms[i] === form.sender) {
        found.sender = true
        if (isSentBy(reading, request.names)) found.author = true
        if (isWrittenBy(reading, record, request.addressees)) found.meant = true
      }
      if (reading.untrusted) found.tainted = true
      else if (reading.fieldForms[i] === form.system) found.system = true
      else {
        found.layout = true
        if (isNamedPlace(reading, record, request.names)) found.named = true
        tie(found, reading, -1, record, request.recipients)
      }
      found.source ??= reading.source
    }
  }
  found.spoken = spokenAt > 0 && quietAt === 0
  settle()
  found.linked =
    (found.system || found.layout) &&
    tokens.some((t) => partsOf(t).some((part) => request.names.has(digestOfWord(part, seed))))
  return found
}

/** No word that any description may hold, or a program with its version, as python3: a name with a sign or digits in it, or a whole line. */
const isTelling = (tokens: readonly string[]): boolean =>
  tokens.length > 3 ||
  tokens.some((token) => token.length >= 6 && /[^\p{L}]/u.test(token) && !/^\p{L}+\d{1,2}(?:\.\d{1,2})?$/u.test(token))

/** Whether these words stand in a row in something that was read. */
export const isReadInRow = ({ readings }: Memory, words: readonly number[], sensitiveOnly: boolean): boolean =>
  readings.some((reading) => (!sensitiveOnly || reading.isSensitive) && paragraphWith(reading, words, 0) >= 0)

/** A source that the request names, or in a listing the record of somebody or something that it names. */
const isNamedPlace = (reading: IndexedReading, record: number, names: Digests): boolean =>
  reading.named || (record >= 0 && namesOneOf(reading, record, names))

/** Whether a recipient’s name stands in its paragraph, in a field of its record, or anywhere in the text. */
function tie(found: Sightings, reading: IndexedReading, paragraph: number, record: number, recipients: Digests): void {
  if (recipients.size === 0) return
  const { words, starts } = reading
  if (paragraph >= 0 && words.subarray(starts[paragraph], starts[paragraph + 1]).some((word) => recipients.has(word)))
    found.beside = true
  if (namesOneOf(reading, record, recipients)) found.beside = true
  if (isSentBy(reading, recipients) || words.some((word) => recipients.has(word))) found.along = true
}

const isSentBy = ({ senders }: IndexedReading, names: Digests): boolean =>
  names.size > 0 && senders.some((part) => names.has(part))

/** Whether one of these names is of whoever wrote the message of a record. */
export function isWrittenBy({ writers, writerRecords }: IndexedReading, record: number, names: Digests): boolean {
  if (names.size === 0) return false
  for (let i = 0; i < writers.length; i++) if (writerRecords[i] === record && names.has(writers[i] ?? 0)) return true
  return false
}

/** The next paragraph, from `from` on, that holds the words in a row; -1 when none does. */
function paragraphWith({ words: all, starts }: IndexedReading, words: readonly number[], from: number): number {
  const [first = 0] = words
  let p = from
  for (let i = all.indexOf(first, starts[from] ?? all.length); i >= 0; i = all.indexOf(first, i + 1)) {
    while ((starts[p + 1] ?? all.length) <= i) p++
    if (i + words.length > (starts[p + 1] ?? all.length)) continue
    let n = 1
    while (n < words.length && all[i + n] === words[n]) n++
    if (n === words.length) return p
  }
  return -1
}

function namesOneOf({ names, nameRecords }: IndexedReading, record: number, wanted: Digests): boolean {
  if (wanted.size === 0) return false
  for (let i = 0; i < names.length; i++) if (nameRecords[i] === record && wanted.has(names[i] ?? 0)) return true
  return false
}

/**
 * The largest share of these stems that one paragraph read so far holds. `handsOver`: what the sources say that the request names is the
 * request’s, but where they speak to the model.
 */
export function shareNamed({ readings }: Memory, stems: readonly number[], handsOver: boolean): number {
  let most = 0
  for (const { stems: all, stemStarts, isDefinition, named, spoken } of readings)
    for (let p = 0; !isDefinition && p + 1 < stemStarts.length && most < stems.length; p++) {
      if (handsOver && named && spoken[p] !== 1) continue
      const paragraph = all.subarray(stemStarts[p], stemStarts[p + 1])
      let held = 0
      for (const stem of stems) if (paragraph.includes(stem)) held++
      if (held > most) most = held
    }
  return stems.length === 0 ? 0 : most / stems.length
}
