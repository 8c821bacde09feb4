import { isDestination, isPrivatePlace, isShellCommand } from './order-things.ts'
import { type Lexicon, lexicons, unspaced } from './order-words.ts'

/** What a text of a tool’s orders the model to do. */
export type ModelOrder = 'override' | 'conceal' | 'secrets' | 'send' | 'run' | 'invisible' | 'endless'

export const orderWords: Readonly<Record<ModelOrder, string>> = {
  override: 'sets other instructions aside',
  conceal: 'orders the model to keep something from the user',
  secrets: 'orders the model to read private files or secrets and to hand them on',
  send: 'orders the model to send data to an address that it names',
  run: 'orders the model to run a command that it names',
  invisible: 'holds letters that people do not see',
  endless: 'is longer than anybody reads',
}

/** Characters of one text that are looked at; a longer one is told. */
export const maxText = 65_536
/** The one honest use of tag letters: flags of regions. */
const flags = /\u{1f3f4}[\u{e0020}-\u{e007f}]{1,8}/gu
/** Words between the parts of one idea. */
const near = 8
/** What begins so says what a value tells. */
const tells = /^(?:indicates?|whether|if|true|specif(?:y|ies)|defines?|returns?|shows?|states?|boolean|flag)$/
const copula = /^(?:is|are|was|were|been|ist|sind|est|sont|está|están|é|è|sono)$/

/**
 * Orders to the model in a text that should describe a tool. What tools say of themselves and of each other is no order: to use
 * `write_file` first, to pass an absolute path, never to guess. An order is about somebody’s instructions, a person who must
 * not know, a private file that is to be handed on, an address that is to be sent to, or a shell command.
 */
export function modelOrdersIn(text: string): Set<ModelOrder> {
  const found = new Set<ModelOrder>()
  if (/[\u{e0020}-\u{e007e}]/u.test(text.replace(flags, ''))) found.add('invisible')
  if (text.length > maxText) found.add('endless')
  const sentences = sentencesOf(visible(text.slice(0, maxText)))
  for (const sentence of sentences) {
    const words = wordsOf(sentence)
    if (words.length === 0) continue
    const things = [isPrivatePlace, isDestination, isShellCommand].map((isIt) => indices(words, isIt))
    for (const lexicon of lexicons) look(words, things, lexicon, found)
    lookUnspaced(sentence, words, found)
  }
  return found
}

function look(words: readonly string[], things: readonly number[][], lexicon: Lexicon, found: Set<ModelOrder>): void {
  const { bitOf } = lexicon
  const ideas = words.map(lexicon.ideasOf)
  const at = (bit: number) => indices(ideas, (mask) => (mask & bit) !== 0)
  const all = ideas.reduce((a, b) => a | b, 0)
  const dismissed = at(bitOf.dismiss)
  if (dismissed.length > 0) {
    const what = at(bitOf.instruction)
    const which = bitOf.earlier === 0 ? dismissed : at(bitOf.earlier)
    if (inOrder(dismissed, which, near) && within(which, what, near / 2) && inOrder(dismissed, what, near))
      found.add('override')
  }
  const persons = at(bitOf.person)
  if (persons.length > 0) {
    const not = at(bitOf.not)
    const telling = at(bitOf.tell)
    if (inOrder(not, telling, 4) && inOrder(telling, persons, near)) found.add('conceal')
    // “Whether the chat is hidden for the user” tells how it is.
    const hidden = at(bitOf.hide).filter((i) => !tells.test(words[0] ?? '') || !copula.test(words[i - 1] ?? ''))
    // “To hide them” is done to them, and not kept from them.
    const from = persons.filter((i) => !/^(?:them|him|her)$/.test(words[i] ?? '') || !hidden.includes(i - 1))
    if (inOrder(hidden, from, 5)) found.add('conceal')
    if (inOrder(persons, not, 3) && inOrder(not, at(bitOf.know), 2)) found.add('conceal')
  }
  if ((all & bitOf.covert) !== 0 && inOrder(at(bitOf.covert), at(bitOf.send), 2)) found.add('conceal')

  if ((all & bitOf.oblige) === 0) return
  const [places = [], goals = [], commands = []] = things
  const given = at(bitOf.give)
  const taken = at(bitOf.take)
  if (within(taken, places, near)) found.add('secrets')
  if (taken.length > 0 && inOrder(given, places, near)) found.add('secrets')
  const secrets = at(bitOf.secret)
  if (taken.length > 0 && inOrder(at(bitOf.every), secrets, 4) && inOrder(secrets, given, near * 3))
    found.add('secrets')
  if (within(at(bitOf.send), goals, near)) found.add('send')
  if (inOrder(at(bitOf.change), at(bitOf.goal), 4) && inOrder(at(bitOf.goal), goals, 4)) found.add('send')
  if (inOrder(at(bitOf.run), commands, near)) found.add('run')
}

function lookUnspaced(sentence: string, words: readonly string[], found: Set<ModelOrder>): void {
  if (unspaced.dismiss.test(sentence) && unspaced.instruction.test(sentence)) found.add('override')
  if (unspaced.silence.test(sentence) && unspaced.person.test(sentence)) found.add('conceal')
  if (!unspaced.oblige.test(sentence)) return
  const things = words.flatMap((word) => word.split(/[^\x21-\x7e]+/))
  if (unspaced.send.test(sentence) && things.some(isDestination)) found.add('send')
  if (unspaced.take.test(sentence) && unspaced.give.test(sentence) && things.some(isPrivatePlace)) found.add('secrets')
}

/** The text as a model reads it: one form for each letter, nothing that only machines see, hidden tag letters as letters. */
const visible = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[\u{e0020}-\u{e007e}]+/gu, (run) => ` ${letters(run)} `)
    .replace(/\p{Default_Ignorable_Code_Point}|\p{Cf}/gu, '')

const letters = (run: string): string =>
  [...run].map((c) => String.fromCodePoint((c.codePointAt(0) ?? 0) - 0xe0000)).join('')

/** Sentences; a line that only wraps does not end one. */
const sentencesOf = (text: string): string[] =>
  text
    .replace(/\r?\n(?=[ \t]*[^\s\-*•\d#<])/g, ' ')
    .split(/\n|[.!?;](?=\s|$|["'’”)<])|[。！？；]/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '')

const wordsOf = (sentence: string): string[] =>
  sentence
    .toLowerCase()
    .split(/[\s,()[\]{}"“”`<>|:]+(?!\/\/)/)
    .map((word) => word.replace(/^['‘’]+|['‘’.]+$/g, ''))
    .filter((word) => word !== '')

function indices<T>(words: readonly T[], isIt: (word: T) => boolean): number[] {
  const found: number[] = []
  for (const [i, word] of words.entries()) if (isIt(word)) found.push(i)
  return found
}

/** Whether one of `later` follows one of `earlier` within so many words; both lists are in order. */
function inOrder(earlier: readonly number[], later: readonly number[], span: number): boolean {
  let i = 0
  for (const at of later) {
    // The last one that is not behind it is the nearest.
    while (i + 1 < earlier.length && (earlier[i + 1] as number) <= at) i++
    const before = earlier[i]
    if (before !== undefined && before <= at && at - before <= span) return true
  }
  return false
}
const within = (some: readonly number[], others: readonly number[], span: number): boolean =>
  inOrder(some, others, span) || inOrder(others, some, span)
