import { singular, wordsOf } from '../../../formats/kit/tool-name/words.ts'
import { tokensOf } from '../digests/text.ts'
import type { Reading } from './reading.ts'
import { structureOf } from './structure.ts'

/** Words in which the name of a property ends by which a thing is called. */
const naming = /^(?:[ceginopstux]?id|key|name|title|slug|number|uuid|guid|sha|path|uri|url|self|table)$/
/** Words before these that do not say what the thing is. */
const ofItself = /^(?:new|full|display|html|web|self|resource|short|the)$/
/** What a system puts around the thing that it tells of. */
const wrapping = /^(?:data|result|response|item|object|record|resource|payload|body|output|content|created|new)$/
/** Longest answer that only says what was made, in UTF-16 units; levels below its top that are looked at. */
const limits = { longest: 2000, depth: 4 } as const
const most = 64

const steps = (name: string): string[] => wordsOf(name).map(singular)

/** Whether a property names the thing that a tool of these words makes, and not something that it belongs to: `id`, `event_id` of `create_event`. */
export function isNameOf(property: string, maker: readonly string[]): boolean {
  const words = steps(property)
  const head = words.pop()
  if (head === undefined) return false
  const of = maker.map(singular)
  return (naming.test(head) || of.includes(head)) && words.every((word) => ofItself.test(word) || of.includes(word))
}

/** The same of a field of the answer, where a noun alone may be what the thing says: `note` of `add_note`. */
const isNameIn = (property: string, maker: readonly string[]): boolean =>
  naming.test(steps(property).at(-1) ?? '') && isNameOf(property, maker)

/**
 * The names of what a tool of these words has made, as its answer gives them: fields of the thing, in an answer that is structured as a
 * whole; never words of a text, and never of a listing.
 */
export function namesIn({ text, value }: Reading, maker: readonly string[]): string[] {
  const whole = value ?? (text !== undefined && text.length <= limits.longest ? structureOf(text) : undefined)
  return typeof whole === 'object' && whole !== null ? named(whole, maker) : []
}

function named(root: object, maker: readonly string[]): string[] {
  let thing: object | undefined = root
  for (let depth = 0; thing !== undefined && depth <= limits.depth; depth++) {
    if (Array.isArray(thing)) {
      thing = thing.length === 1 ? objectOf(thing[0]) : undefined
      continue
    }
    const fields = Object.entries(thing)
    const names = fields.filter(([key, each]) => isScalar(each) && isNameIn(key, maker)).map(([, each]) => each)
    if (names.length > 0) return spelled(names)
    const inner = fields.filter(([, each]) => objectOf(each) !== undefined)
    const of = maker.map(singular)
    const own = inner.filter(([key]) => steps(key).every((word) => wrapping.test(word) || of.includes(word)))
    const [next, another] = own.length > 0 ? own : inner
    if (next === undefined) {
      const only = fields.filter(([key, each]) => isScalar(each) && naming.test(steps(key).at(-1) ?? ''))
      return only.length === 1 ? spelled(only.map(([, each]) => each)) : []
    }
    thing = another === undefined ? objectOf(next[1]) : undefined
  }
  return []
}

const objectOf = (value: unknown): object | undefined =>
  typeof value === 'object' && value !== null ? value : undefined
const isScalar = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number'

const spelled = (values: readonly unknown[]): string[] =>
  values
    .map((each) => tokensOf(String(each)))
    .filter((tokens) => tokens.length > 0 && tokens.length <= 8)
    .map((tokens) => tokens.join(' '))
    .slice(0, most)
