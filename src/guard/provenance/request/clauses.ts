import {
  acting,
  asksYou,
  auxiliaries,
  before,
  conditions,
  followsLink,
  interrogatives,
  isSubject,
  joining,
  looking,
  noLook,
  notForgotten,
  notForThat,
  nothingAtAll,
  phraseBefore,
  ruledOut,
  telling,
  toOthers,
  toPrincipal,
  unspaced,
  wants,
  withoutDoing,
} from './clause-words.ts'

/**
 * What a clause of a request does: orders an act; looks (a question, an order to read, sum up or tell the principal); tells
 * something that goes with the rest; rules something out.
 */
export type Mood = 'order' | 'look' | 'tells' | 'ruled-out'

export interface Clause {
  mood: Mood
  /** Its words as they stand, from its verb on where it is an order; what stands in quotes is left out. */
  text: string
}

const isLooking = (word: string): boolean =>
  looking.has(word) ||
  (word.endsWith('ing') && (looking.has(word.slice(0, -3)) || looking.has(`${word.slice(0, -3)}e`)))
/** What can be no verb in the form of an order: nouns by their ending, and several of something. */
const noOrder = /(?:[^su]s|tions?|ments?|ness|ity|ings?|['’]s)$/iu
/** What a noun is followed by rather than a verb. */
const afterNoun =
  /^(?:of|from|in|on|by|about|that|which|who|are|is|was|were|has|have|and|or|von|aus|de|del|di|van|z|из|от)$/iu
/** What a verb is followed by rather than a noun. */
const afterVerb =
  /^(?:it|them|him|her|us|me|this|that|these|those|the|a|an|my|our|his|your|their|its|all|any|each|every|everything|both|up|out|off|down|back|to|es|sie|ihn|ihm|ihr|den|die|das|dem|le|la|les|lo|los|las|il|gli|o|os|as|het|de|je|его|её|их|все)$/iu
const courtesy =
  /^(?:please|kindly|help (?:me|us).*|go ahead.*|bitte|alsjeblieft|proszę|пожалуйста|прошу|snälla|por favor|s['’]il (?:te|vous) plaît)[,:]?$/iu
const quoted = /[“"„«‘][^“”"„«»‘’\n]{1,120}[”"“»’]|(?<=^|\s)'[^'\n]{1,120}'(?![\p{L}])/gu

/** Takes a request apart. `isKnownVerb`: a verb of acting. */
export function clausesOf(request: string, isKnownVerb: (word: string) => boolean): Clause[] {
  const isActing = (word: string) => acting.has(word) || isKnownVerb(word)
  const masked = request.replace(quoted, ' _ ')
  const sentences = masked.split(/(?<=[.!?…])\s+|(?<=[。！？])|\n+|;\s|\s[–—-]\s/u)
  return sentences.flatMap((each) => sentenceOf(each.replace(/^[\s\d.)*•–-]+/u, '').trim(), isActing))
}

function sentenceOf(sentence: string, isActing: (word: string) => boolean): Clause[] {
  if (!/[\p{L}\d]/u.test(sentence)) return []
  if (/[\u3040-\u30ff\u4e00-\u9fff]/u.test(sentence)) return [{ mood: unspacedMood(sentence), text: sentence }]
  const isQuestion = /\?["”»)]*$/.test(sentence) || sentence.startsWith('¿')
  const clauses: Clause[] = []
  // What an order hangs on: what comes behind the comma stands for itself.
  let isPending = false
  // “Could you check it and pay it?” asks for both.
  let asks = isQuestion
  // Mach, was …; сделай то, что …: one clause.
  const whole = sentence.replace(
    /(?<=^\p{L}{1,24}|(?<!\p{L})(?:то|to|das|alles)),\s+(?=(?:was|wie|co|что|чего|как|jak)\s)/giu,
    ' ',
  )
  const pieces = whole.split(/,\s+|:\s+|\s*[()]\s*/u).flatMap((part) => part.split(joining))
  for (const [i, piece] of pieces.entries()) {
    const rest = piece.replace(withoutDoing, '').trim()
    if (rest === '') continue
    const previous = isPending ? undefined : clauses.at(-1)
    const isLast = i === pieces.length - 1
    const found = clauseOf(rest, { previous, isQuestion: asks, isLast, isActing })
    isPending = found === 'condition'
    if (found === 'condition') continue
    if (found.isAsked === true) asks = false
    const text = found.text ?? rest
    // More of what came before.
    if (found.mood === undefined && previous !== undefined) clauses.push({ mood: previous.mood, text })
    else clauses.push({ mood: found.mood ?? 'order', text })
    const { mood } = clauses.at(-1) as Clause
    const aim = mood === 'look' && !asks ? aimOf(text, isActing) : undefined
    if (aim !== undefined) clauses.push({ mood: 'order', text: aim })
  }
  return clauses
}

interface Around {
  previous: Clause | undefined
  isQuestion: boolean
  isLast: boolean
  isActing(word: string): boolean
}

/** Undefined mood: it goes on with what came before. */
function clauseOf(
  piece: string,
  around: Around,
): 'condition' | { mood: Mood | undefined; text?: string; isAsked?: boolean } {
  const { previous, isQuestion, isLast, isActing } = around
  let text = piece.replace(/[¿¡]/g, '')
  let isAsked = false
  for (let n = 0; n < 8; n++) {
    if (notForgotten.test(text)) return { mood: 'order', text: text.replace(notForgotten, '') }
    if (ruledOut.test(text)) return { mood: 'ruled-out' }
    const polite = asksYou.exec(text)
    const [word = ''] = polite ?? phraseBefore.exec(text) ?? /^\S+/.exec(text) ?? []
    if (polite !== null || courtesy.test(word)) isAsked = true
    else if (!phraseBefore.test(text) && !before.has(bare(word))) break
    const after = text.slice(word.length).trim()
    if (after === '') break
    text = after
  }
  const [first = '', second = ''] = text.split(/\s+/, 2).map(bare)
  if (toPrincipal.test(text) || followsLink.test(text)) return { mood: 'look', text, isAsked }
  const isVerb = isActing(first) && !noOrder.test(first)
  if (!isAsked) {
    if (interrogatives.has(first))
      return { mood: previous === undefined || isQuestion || auxiliaries.has(second) ? 'look' : undefined }
    if (conditions.has(first)) {
      if (auxiliaries.has(second) && (isQuestion || !isSubject(second))) return { mood: 'look' }
      if (isQuestion && isLast) return { mood: 'look' }
      return isLast && previous === undefined ? { mood: 'order' } : 'condition'
    }
    if (auxiliaries.has(first) && (isQuestion || isSubject(second)) && !(isVerb && !isQuestion)) return { mood: 'look' }
    if (telling.has(first)) {
      const wanted = wants.exec(text)
      if (isQuestion) return { mood: previous === undefined ? 'look' : undefined }
      if (wanted === null) return { mood: previous === undefined ? 'tells' : undefined }
      const rest = text.slice(wanted.index + wanted[0].length).trim()
      const [verb = ''] = rest.split(/\s+/, 1).map(bare)
      return { mood: rest !== '' && (isLooking(verb) || toPrincipal.test(rest)) ? 'look' : 'order', text }
    }
  }
  if (nothingAtAll.test(text)) return { mood: 'ruled-out' }
  const isLook = isLooking(first) && !noLook.test(text) && !toOthers.test(text.charAt(0).toLowerCase() + text.slice(1))
  if (isLook && (isAsked || !noOrder.test(first))) return { mood: 'look', text, isAsked }
  const isLater = previous !== undefined && !isAsked
  // A noun in the list of what is looked at, and not the verb that is spelt like it.
  if (isLater && (noOrder.test(first) || afterNoun.test(second))) return { mood: undefined }
  if (isQuestion && !isAsked && (previous !== undefined || !isVerb)) return { mood: previous?.mood ?? 'look' }
  if (isLater && !isVerb && !afterVerb.test(second)) return { mood: undefined }
  if (isLater && isVerb && second === '' && previous.mood === 'look') return { mood: undefined }
  const words = text.split(/\s+/)
  if (!isVerb && words.length > 1 && isLooking(bare(words.at(-1) ?? '')) && /(?:en|n)$/u.test(bare(words.at(-1) ?? '')))
    return { mood: 'look', text, isAsked }
  return { mood: 'order', text, isAsked }
}

/** What is longer is no word of a language. */
const longestWord = 100
const bare = (word: string): string =>
  word
    .slice(0, longestWord)
    .toLowerCase()
    .replace(/^[^\p{L}\d_#@]+|[^\p{L}\d_]+$/gu, '')

/** What a look is for: “check my inbox to accept the invitation”. */
function aimOf(text: string, isActing: (word: string) => boolean): string | undefined {
  for (const found of text.matchAll(
    /(?<=(?:^|\s)(\S+)\s+)(?:to|um|pour|para|per|om|żeby|чтобы|för att)\s+(\p{L}+)/giu,
  )) {
    const [, prior = '', verb = ''] = found
    if (
      isActing(verb.toLowerCase()) &&
      !isLooking(verb.toLowerCase()) &&
      !noOrder.test(verb) &&
      !notForThat.has(bare(prior)) &&
      /^\p{Ll}/u.test(verb)
    )
      return text.slice(found.index + found[0].length - verb.length)
  }
  return undefined
}

const unspacedMood = (sentence: string): Mood =>
  unspaced.not.test(sentence)
    ? 'ruled-out'
    : unspaced.question.test(sentence) || unspaced.look.test(sentence)
      ? 'look'
      : 'order'

/** It orders nothing: it asks, has something read and told, or rules something out; a request that only tells something may mean anything. */
export const onlyLooks = (clauses: readonly Clause[]): boolean =>
  clauses.some(({ mood }) => mood === 'look' || mood === 'ruled-out') && !clauses.some(({ mood }) => mood === 'order')
