import { isDestination, isPrivatePlace, isShellCommand } from './order-things.ts'
import { languages, type OrderWords, unspaced } from './order-words.ts'

/** What a text of a tool’s orders the model to do. */
export type Order = 'override' | 'conceal' | 'secrets' | 'send' | 'run' | 'invisible'

export const orderWords: Readonly<Record<Order, string>> = {
  override: 'sets other instructions aside',
  conceal: 'orders the model to keep something from the user',
  secrets: 'orders the model to read private files or secrets and to hand them on',
  send: 'orders the model to send data to an address that it names',
  run: 'orders the model to run a command that it names',
  invisible: 'holds letters that people do not see',
}

/** Characters of one text that are looked at. */
const maxText = 65_536
/** The one honest use of tag letters: flags of regions. */
const flags = /\u{1f3f4}[\u{e0020}-\u{e007f}]{1,8}/gu
/** Words between the parts of one idea. */
const near = 8

/**
 * Orders to the model in a text that should describe a tool. What tools say of themselves and of each other is no order: to use
 * `write_file` first, to pass an absolute path, never to guess. An order is about somebody’s instructions, a person who must
 * not know, a private file that is to be handed on, an address that is to be sent to, or a shell command.
 */
export function ordersIn(text: string): Set<Order> {
  const found = new Set<Order>()
  if (/[\u{e0020}-\u{e007e}]/u.test(text.replace(flags, ''))) found.add('invisible')
  const sentences = sentencesOf(visible(text.slice(0, maxText)))
  for (const sentence of sentences) {
    const words = wordsOf(sentence)
    if (words.length === 0) continue
    for (const language of languages) look(words, language, found)
    lookUnspaced(sentence, words, found)
  }
  return found
}

function look(words: readonly string[], l: OrderWords, found: Set<Order>): void {
  const is = (stems: readonly string[]) => marked(words, stems)
  const dismissed = is(l.dismiss)
  if (dismissed.length > 0) {
    const what = is(l.instruction)
    const which = l.earlier.length === 0 ? dismissed : is(l.earlier)
    if (inOrder(dismissed, which, near) && within(which, what, near / 2) && inOrder(dismissed, what, near))
      found.add('override')
  }
  const told = is(l.tell)
  if (told.length > 0 && inOrder(is(l.not), told, 4) && inOrder(told, is(l.person), near)) found.add('conceal')
  if (inOrder(is(l.covert), is(l.send), 2)) found.add('conceal')
  const persons = is(l.person)
  if (persons.length > 0) {
    if (inOrder(is(l.hide), persons, 5)) found.add('conceal')
    if (inOrder(persons, is(l.not), 3) && inOrder(is(l.not), is(l.know), 2)) found.add('conceal')
  }

  if (is(l.oblige).length === 0) return
  const given = is(l.give)
  const taken = is(l.take)
  const places = indices(words, isPrivatePlace)
  if (inOrder(taken, places, near)) found.add('secrets')
  if (inOrder(given, places, near) && taken.length > 0) found.add('secrets')
  const secrets = is(l.secret)
  if (inOrder(is(l.every), secrets, 4) && taken.length > 0 && inOrder(secrets, given, near * 3)) found.add('secrets')
  const goals = indices(words, isDestination)
  if (goals.length > 0 && within(is(l.send), goals, near)) found.add('send')
  if (goals.length > 0 && inOrder(is(l.change), is(l.goal), 4) && inOrder(is(l.goal), goals, 4)) found.add('send')
  if (inOrder(is(l.run), indices(words, isShellCommand), near)) found.add('run')
}

function lookUnspaced(sentence: string, words: readonly string[], found: Set<Order>): void {
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
    .replace(/[\u{e0020}-\u{e007e}]/gu, (c) => String.fromCodePoint((c.codePointAt(0) ?? 0) - 0xe0000))
    .replace(/\p{Default_Ignorable_Code_Point}|\p{Cf}/gu, '')

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

const indices = (words: readonly string[], isIt: (word: string) => boolean): number[] =>
  words.flatMap((word, i) => (isIt(word) ? [i] : []))

const marked = (words: readonly string[], stems: readonly string[]): number[] =>
  indices(words, (word) =>
    stems.some((stem) => (stem.endsWith('$') ? word === stem.slice(0, -1) : word.startsWith(stem))),
  )

/** Whether one of `later` follows one of `earlier` within so many words; both lists are in order. */
const inOrder = (earlier: readonly number[], later: readonly number[], span: number): boolean =>
  earlier.some((a) => later.some((b) => b >= a && b - a <= span))
const within = (some: readonly number[], others: readonly number[], span: number): boolean =>
  some.some((a) => others.some((b) => Math.abs(b - a) <= span))
