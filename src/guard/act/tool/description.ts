import { type Effect, effectOf, gravest, Nouns, takesOff } from '../../../formats/kit/tool-name/effect.ts'
import { type Doing, eitherVerbs, plainVerbs } from '../../../formats/kit/tool-name/verbs.ts'
import { gravity, type Sink } from '../../../model/sink.ts'

export interface DescriptionReading {
  sink: Sink
  because: string
  /** The verbs that count, the first one first. */
  doing: readonly Doing[]
  /** Grave enough to raise what a name says. */
  grave: boolean
  /** Each thing that it does; `isOption`: one of several, of which a call does some. */
  effects: readonly (Effect & { isOption: boolean })[]
  /** What its first verb does, where that is no noun: “Commits suggestions”, and not “Order history”. */
  first: Doing | undefined
}

/** `Sends`, `sending`, `deletes` → what it does. */
function doingOf(word: string): [string, Doing] | undefined {
  const stems = [word, word.replace(/s$/, ''), word.replace(/es$/, ''), word.replace(/ies$/, 'y')]
  for (const stem of stems) {
    const doing = plainVerbs.get(stem) ?? eitherVerbs.get(stem)
    if (doing !== undefined) return [stem, doing]
  }
  return undefined
}

const prepositions = /^(?:of|about|from|in|for|at|on|to|with)$/
const articles = /^(?:a|an|the|all|what|which|who|current|latest|one|some)$/
/** What is named is the tool itself, and not what it tells. */
const itself =
  /^(?:tool|command|function|endpoint|api|action|service|helper|utility|wrapper|interface|method|operation|request)s?$/

/** `deleting`, `sends` are verbs wherever they stand; a word that may be a noun is one before `of`. */
const acts = (word: string): boolean => {
  const stem = word.replace(/ing$/, '')
  return [word, stem, `${stem}e`, stem.replace(/(.)\1$/, '$1')].some((each) => {
    const [verb, doing] = doingOf(each) ?? []
    return verb !== undefined && plainVerbs.has(verb) && doing !== 'look' && doing !== 'list'
  })
}

/** A description that only names a thing, “Text of a CV”, “The chart of a patient”: what such a tool does is to tell it. */
export function namesThing(text: string): readonly string[] | undefined {
  const words = sentenceOf(text)
  const [first = '', second = ''] = words
  const isNamed = articles.test(first) || second === 'of' || (prepositions.test(second) && doingOf(first) === undefined)
  return words.length > 1 && isNamed && !words.slice(0, 4).some((word) => itself.test(word)) && !words.some(acts)
    ? words
    : undefined
}

/** The words of the first sentence. */
function sentenceOf(text: string): string[] {
  const [sentence = ''] = text
    .slice(0, 400)
    .trim()
    .split(/[.;:\n](?:\s|$)/)
  return sentence
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .slice(0, 40)
}

/** What is sent, paid, given or destroyed, in a word that is nothing but a verb. */
export const isGrave = ({ verb, doing, sink }: Effect): boolean =>
  plainVerbs.has(verb) && /^(?:unmake|send|give|pay)$/.test(doing) && gravity(sink) >= gravity('outward')

/** What ends what an act is done to. */
const joints = /^(?:and|or|then|with|by|for|using|via|when|if|that|which)$/
const places = /^(?:from|to|in|on|at|of)$/

/** “Remove a member from a card”: where what somebody comes to or leaves says which kind of act it is, it counts as well. */
function objectOf(verb: string, words: readonly string[], at: number, end: number): Nouns {
  const own = words.slice(at, end < 0 ? at + 6 : end)
  if (!/^(?:to|from|of)$/.test(words[end] ?? '')) return new Nouns(own)
  const next = words.findIndex((word, i) => i > end && joints.test(word))
  const whole = new Nouns(words.slice(at, next < 0 ? end + 6 : next))
  return whole.assignment || (takesOff.has(verb) && whole.unmarked) ? whole : new Nouns(own)
}

/**
 * Reads the first sentence of a description: its first verb, and those that follow `and` or `then`. What a server says of its
 * tool is foreign text: it stands in for a name that says nothing, and else may only raise.
 */
export function readDescription(text: string): DescriptionReading | undefined {
  const words = sentenceOf(text)
  const start = words.findIndex(
    (word, at) =>
      at < 3 &&
      doingOf(word) !== undefined &&
      !(words[at + 1] === 'of' && !plainVerbs.has(word)) &&
      !/^(?:this|a|an|the|tool|to)$/.test(word),
  )
  if (start < 0) return undefined
  const effects: (Effect & { isOption: boolean })[] = []
  const doing: Doing[] = []
  let grave = false
  const [verb, leading] = doingOf(words[start] ?? '') ?? []
  const isVerb =
    plainVerbs.has(verb ?? '') || (words[start] === `${verb}s` && !prepositions.test(words[start + 1] ?? 'of'))
  for (const [at, word] of words.entries()) {
    const leads = at === start || (at > start && /^(?:and|then|or)$/.test(words[at - 1] ?? ''))
    const found = leads ? doingOf(word) : undefined
    // Past the first verb only words that are nothing but verbs.
    if (found === undefined || (at !== start && !plainVerbs.has(found[0]))) continue
    const end = words.findIndex((each, i) => i > at && (joints.test(each) || places.test(each)))
    const effect = effectOf(found[1], found[0], objectOf(found[0], words, at, end))
    effects.push({ ...effect, isOption: words[at - 1] === 'or' })
    doing.push(found[1])
    // “Gets a prompt and executes it” says what the model is to do; what is sent, paid or destroyed is the tool’s doing.
    grave ||= isGrave({ ...effect, doing: found[1] })
  }
  const worst = gravest(effects)
  return worst === undefined ? undefined : { ...worst, doing, grave, effects, first: isVerb ? leading : undefined }
}
