import type { Part } from '../../act/index.ts'
import { decodings, identitiesIn } from '../../identity/index.ts'
import { digestOfWord, type Seed } from '../digests/hash.ts'
import { tokensOf } from '../digests/text.ts'
import type { Memory } from '../memory.ts'
import { structureOf } from '../reading/structure.ts'

/** Most values of one answer that are remembered, characters that are looked through, levels of a record, and words of a name. */
const limits = { values: 1024, characters: 65_536, depth: 16, groups: 8, words: 6 } as const
/** So many digits tell one thing from others; fewer are an amount, a year, a size. */
const leastDigits = 6

/** Kinds of identities by which somebody is reached or paid. */
const personal: ReadonlySet<string> = new Set(['mailbox', 'phone', 'iban', 'account'])

/** What a person is called, in the words of several languages, alone or with what says which name it is or whose. */
const ofName =
  /^(?:(?:full|first|last|middle|given|family|display|legal|maiden|sur|fore)_?)*(?:(?:sur|fore|fore|vor|nach|familien)?names?|nombres?|apellidos?|nom|prenom|nome|cognome|sobrenome|naam|achternaam|namn|navn|imie|nazwisko|имя|фамилия|姓名|氏名|名前)$/iu
/** Whose: what holds a name of that kind. */
const whose =
  /^(?:(?:customer|client|patient|user|person|people|member|employee|contact|owner|holder|account_?holder|recipient|applicant|candidate|requester|requestor|reporter|assignee|participant|guest|student|tenant|kunde|patiente?|client[ea]?|cliente|paciente|klant|klient)s?_?)$/iu

/**
 * What tells somebody or something apart among the values of a restricted answer, each in one spelling: addresses, numbers of six
 * digits and more but no dates, codes of letters and digits, and full names in a field for them. A first name, a country or a
 * word of a status does not: it is everybody’s.
 */
export function rememberRestricted(into: Set<number>, read: string | object, seed: Seed): void {
  const text = typeof read === 'string' ? read : JSON.stringify(read)
  const structure = typeof read === 'string' ? structureOf(read.slice(0, limits.characters)) : read
  let left: number = limits.values
  for (const { value } of valuesIn(text.slice(0, limits.characters))) if (left-- > 0) into.add(keyOf(value, seed))
  for (const name of namesIn(structure, '', 0)) if (left-- > 0) into.add(keyOf(name, seed))
}

/** Whether a call tells such a value to whomever it goes to, other than the one to whom it goes. */
export function tellsRestricted(memory: Memory, parts: readonly Part[]): boolean {
  if (!memory.readings.some((reading) => reading.isSensitive)) return false
  let budget: number = limits.characters
  for (const { text, role, name } of parts) {
    if (role === 'control' || role === 'selector') continue
    for (const each of [text, ...decodings(text)]) {
      if (budget <= 0) return false
      const some = each.slice(0, budget)
      budget -= some.length
      if (holds(memory, some, role === 'destination' ? some.trim() : `${name}: ${some}`)) return true
    }
  }
  return false
}

function holds(memory: Memory, text: string, whole: string): boolean {
  const { secrets, seed, request } = memory
  const isRestricted = (value: string) => secrets.has(keyOf(value, seed))
  const isSaid = (word: string) => request.words.has(digestOfWord(word, seed))
  for (const { value, written } of valuesIn(text, true))
    if (isRestricted(value) && !isWhole(value, whole) && !isSaid(value) && !isSaid(written)) return true
  const words = tokensOf(text)
  for (let i = 0; i + 1 < words.length; i++) {
    let name = words[i] ?? ''
    for (let n = 1; n < limits.words && i + n < words.length; n++) {
      name = `${name} ${words[i + n]}`
      if (isRestricted(name) && !words.slice(i, i + n + 1).every(isSaid)) return true
    }
  }
  return false
}

/** The address that an act goes to is no news to whoever is there. */
const isWhole = (value: string, whole: string): boolean => whole.toLowerCase() === value || compact(whole) === value

const keyOf = (value: string, seed: Seed): number => digestOfWord(`restricted ${value}`, seed)
const compact = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

/** Days and times, which stand in every record. */
const date =
  /\b(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?/g
const run = /\d+(?:[ .\-/]\d+)*/g
const code = /(?<![\p{L}\p{N}])(?=[a-z\d-]*[a-z])(?:[a-z\d]-?){6,32}(?![\p{L}\p{N}])/giu

/** A value in one spelling, and as it is written. */
interface Value {
  value: string
  written: string
}

/** `isParted`: also what a longer run of numbers holds, for whoever tells a value says other things beside it. */
function* valuesIn(text: string, isParted = false): Iterable<Value> {
  for (const { kind, canonical } of identitiesIn(text))
    if (personal.has(kind)) yield { value: canonical.toLowerCase(), written: canonical }
  const rest = text.replace(date, ' ')
  for (const [written] of rest.matchAll(run)) {
    const groups = written.split(/[ .\-/]/)
    for (let from = 0; from < (isParted ? groups.length : 1); from++)
      for (let to = isParted ? from + 1 : groups.length; to <= Math.min(groups.length, from + limits.groups); to++) {
        const value = groups.slice(from, to).join('')
        if (value.length >= leastDigits) yield { value, written }
      }
  }
  for (const [written] of rest.matchAll(code)) {
    const value = compact(written)
    if (value.replace(/\D/g, '').length >= 3) yield { value, written: written.toLowerCase() }
  }
}

/** Full names that stand in fields for them: a word of its own is half of the world’s. */
function* namesIn(value: unknown, key: string, depth: number): Iterable<string> {
  if (typeof value !== 'object' || value === null || depth > limits.depth) return
  if (Array.isArray(value)) {
    for (const each of value) yield* namesIn(each, key, depth + 1)
    return
  }
  const parts: string[] = []
  for (const [name, each] of Object.entries(value)) {
    if (typeof each === 'string' && isNameOfOne(name, key)) {
      const words = tokensOf(each)
      if (words.length > 1 && words.length <= limits.words) yield words.join(' ')
      else if (words[0] !== undefined) parts.push(words[0])
    } else yield* namesIn(each, name, depth + 1)
  }
  if (parts.length > 1) {
    yield parts.join(' ')
    yield parts.toReversed().join(' ')
  }
}

/** `name` at the top of a record or of somebody, `customer_name` anywhere. */
function isNameOfOne(name: string, of: string): boolean {
  const key = steps(name)
  const at = key.lastIndexOf('_')
  if (ofName.test(key)) return of === '' || whose.test(steps(of)) || key !== 'name'
  return at > 0 && ofName.test(key.slice(at + 1)) && whose.test(key.slice(0, at))
}

const steps = (name: string): string => name.replace(/(?<=[\p{Ll}\d])(?=\p{Lu})|[-\s]+/gu, '_').toLowerCase()
