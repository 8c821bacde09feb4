import type { Sink } from '../../../model/sink.ts'
import { type Effect, effectOf, gravest, Nouns } from './effect.ts'
import { own, shared } from './nouns.ts'
import { type Doing, eitherVerbs, impliedVerbs, plainVerbs } from './verbs.ts'
import { segmentsOf, set, singular, wordsOf } from './words.ts'

/** What the name of a tool says that it does. */
export interface NameReading {
  sink: Sink
  because: string
  /** The verbs that count, the first one first. */
  doing: readonly Doing[]
  /** The gravest of what it does. */
  worst: Effect
  /** A word that stands where a verb does, after `and`, and is not known. */
  unknown?: string
  words: readonly string[]
}

const conjunctions = set('and or then')

/** Words that end a name as nouns: `network_request`, `purchase_order`. */
const mostlyNouns = set(
  'text request link record order book key release profile review archive process plan head map help',
)

/** `writefile` → `write`, `file`: a plain verb glued to what it is done to. */
const glued = (word: string): string[] => {
  for (let at = 3; at <= word.length - 3 && at <= 8; at++) {
    const head = word.slice(0, at)
    if (
      plainVerbs.has(head) &&
      /^(?:file|dir|directory|mail|email|message|user|page|data|url|code|text|item|task|issue|event)s?$/.test(
        word.slice(at),
      )
    )
      return [head, word.slice(at)]
  }
  return [word]
}

interface Verb {
  word: string
  doing: Doing
}

/** The verbs of one clause: the plain ones all count; else the first of those that may be nouns. */
function verbsOf(clause: readonly string[], first: boolean): Verb[] {
  const plain: Verb[] = []
  for (const word of clause) {
    const doing = plainVerbs.get(word)
    if (doing !== undefined) plain.push({ word, doing })
  }
  const [head] = clause
  const heading = head === undefined ? undefined : eitherVerbs.get(head)
  // `post_and_delete`; `get_post` has a noun; `order_search` too, where all that is plain only reads.
  const acting = plain.some(({ doing }) => doing !== 'look' && doing !== 'list')
  if (plain.length > 0 && (heading === undefined || head === undefined || !(acting || !first))) return plain
  const last = clause.length - 1
  // `text_file_edit`, `order_cancel`: with a verb at its end it begins with a noun.
  if (acting && plainVerbs.has(clause[last] ?? '')) return plain
  // `order_history` tells of orders; `post_status` posts.
  const tells =
    last > 0 && /^(?:history|info|details?|status|stats|metrics|overview|logs|usage)$/.test(clause[last] ?? '')
  if (tells && !/^(?:post|share|push|set|text)$/.test(head ?? '')) return []
  if (heading !== undefined && head !== undefined) return [{ word: head, doing: heading }, ...plain]
  const maybe: Verb[] = []
  for (const [at, word] of clause.entries()) {
    const doing = eitherVerbs.get(word)
    if (doing === undefined || (at > 0 && at === last && mostlyNouns.has(word))) continue
    // The first one, and one that ends the name: `monitor_run`.
    if (maybe.length === 0 || at === last) maybe.push({ word, doing })
  }
  return maybe
}

function ofWords(all: readonly string[]): NameReading | undefined {
  const words = all.flatMap(glued)
  // Tools made from REST descriptions (`API-post-search`): there `post` is a method and not an act.
  const method = words[0] === 'api' ? words[1] : undefined
  const rest = method === 'post' || method === 'put' || method === 'patch' ? words.slice(2) : words
  const of = new Nouns(rest)
  const effects: Effect[] = []
  const doing: Doing[] = []
  const take = ({ word, doing: what }: Verb) => {
    doing.push(what)
    effects.push(effectOf(what, word, of))
  }
  let clause: string[] = []
  let first = true
  let unknown: string | undefined
  const close = () => {
    const verbs = verbsOf(clause, first)
    verbs.forEach(take)
    // What follows a conjunction is an act, known or not.
    const [word] = clause
    if (!first && verbs.length === 0 && word !== undefined && !isNoun(word)) unknown ??= word
    clause = []
    first = false
  }
  for (const word of rest)
    if (conjunctions.has(word)) close()
    else clause.push(word)
  close()
  if (effects.length === 0 && method !== undefined && rest !== words && rest.length > 0) {
    const [verb, what]: [string, Doing] = method === 'post' ? ['create', 'make'] : ['update', 'change']
    take({ word: verb, doing: what })
  }
  if (effects.length === 0) {
    // `agent_status` tells of an agent.
    const tells = rest.findLast(
      (word, at) => at === rest.length - 1 && /^(?:look|list)$/.test(impliedVerbs.get(word) ?? ''),
    )
    const word = tells ?? rest.find((each) => impliedVerbs.has(each))
    const what = word === undefined ? undefined : impliedVerbs.get(word)
    if (word !== undefined && what !== undefined) take({ word, doing: what })
  }
  const worst = gravest(effects)
  if (worst === undefined) return undefined
  return {
    sink: worst.sink,
    because: worst.because,
    doing,
    worst,
    words: rest,
    ...(unknown === undefined ? {} : { unknown }),
  }
}

const isNoun = (word: string): boolean => own.has(singular(word)) || shared.has(singular(word)) || word.endsWith('s')

/**
 * Reads a tool's name. All its verbs count and the gravest effect decides; nouns say where it lands. The last part of a
 * qualified name is asked first. Undefined where the name says nothing.
 */
export function readName(name: string): NameReading | undefined {
  const segments = segmentsOf(name)
  for (let at = segments.length - 1; at >= 0; at--) {
    const reading = ofWords(wordsOf(segments[at] ?? ''))
    if (reading !== undefined) return reading
  }
  return undefined
}
