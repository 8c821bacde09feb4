import type { Sink } from '../../../model/sink.ts'
import type { Part } from '../../act/index.ts'
import type { Call } from '../call.ts'
import { isPlainNumber, stemsOf } from '../digests/text.ts'
import type { Memory } from '../memory.ts'
import type { IndexedReading } from '../reading/columns.ts'
import { isSoundlyAimed } from '../values/aims.ts'
import { isHinted, type Value } from '../values/values.ts'
import { isKindAsked } from './proof.ts'

/** How many words of an act in one paragraph are no chance; more where the request asks for acts of its kind, done to something else. */
const least = { words: 2, ofAskedKind: 3, share: 1 / 3 } as const
/** Kinds of acts that take steps in shared space: a basket is filled before it is paid. */
const graver = ['money', 'outward', 'irreversible', 'persistence', 'approval'] as const
/** What is longer is content. */
const maxChars = 256

const inert: ReadonlySet<Sink> = new Set<Sink>(['look', 'own', 'irreversible'])

/**
 * A text tells the very act that the request does not ask for: one paragraph says how it is done and to what, in words that the
 * request does not have, and the request names nothing that it is done to. Where the request hands over to what is read, or is not
 * known, only a paragraph that speaks to the model tells anything.
 */
export function isTold(memory: Memory, call: Call & { request: string }, values: readonly Value[]): boolean {
  const { sink } = call.act
  // What goes to whom the request or a system names is not done for what a text says besides.
  if (inert.has(sink) || isSoundlyAimed(values, (v) => memory.isMade(v.normal))) return false
  const words = actWordsOf(call, memory)
  // What the request names may be worked on; how, a text that speaks to the model may not say.
  const isAsked = values.some((v) => isAccounted(memory, v))
  if (isAsked && words.switches.length === 0) return false
  // A step on the way to what is ordered is one in shared space.
  const isStep = sink === 'shared' && graver.some((kind) => memory.request.asks.has(kind))
  const spokenOnly = isAsked || call.request === '' || memory.request.handsOver || isStep
  const quietly = spokenOnly ? Infinity : isKindAsked(memory, sink) ? least.ofAskedKind : least.words
  const deciding = isAsked ? words.switches : words.doing
  return memory.readings.some((reading) => !reading.isDefinition && tells(reading, words, deciding, quietly))
}

const isAccounted = (memory: Memory, v: Value): boolean =>
  !v.isPlain && (v.stand === 'request' || v.isKnown || memory.isMade(v.normal) || isHinted(memory, v))

/** Stems of an act that the request does not have: `doing` of its command, or of its tool’s name and switches; `to` of what it is done to. */
interface ActWords {
  doing: readonly number[]
  switches: readonly number[]
  to: readonly number[]
}

function actWordsOf({ tool, act }: Call, { request, seed }: Memory): ActWords {
  const isSet = act.sink === 'execution' || act.sink === 'persistence'
  const doing: string[] = []
  const to: string[] = []
  const switches: string[] = []
  const isOrder = ({ role, kind }: Part) => role === 'command' && kind !== 'prompt'
  for (const part of act.parts) {
    const { role, name, text } = part
    if (text.length > maxChars) continue
    if (isOrder(part)) doing.push(text)
    else if (role === 'control') {
      // A record shows its own fields by their names: what one is set to says more, but for flags and amounts.
      const said = /^(?:true|false)$/.test(text) ? name : text
      doing.push(said)
      if (isPlainNumber(text)) doing.push(name)
      if (/^\p{L}+$/u.test(text)) switches.push(said)
    } else if (role !== 'payload' || isSet) to.push(text)
  }
  const called = tool.slice(0, maxChars).replace(/([a-z0-9])([A-Z])/g, '$1 $2')
  if (!act.parts.some(isOrder)) doing.push(called)
  const stems = (texts: readonly string[]) =>
    [...new Set(texts.flatMap((each) => stemsOf(each, seed)))].filter((stem) => !request.stems.has(stem))
  const done = stems(doing)
  return { doing: done, switches: stems(switches), to: stems(to).filter((stem) => !done.includes(stem)) }
}

function tells(
  { stems, stemStarts, spoken }: IndexedReading,
  { doing, to }: ActWords,
  deciding: readonly number[],
  quietly: number,
): boolean {
  const share = (doing.length + to.length) * least.share
  for (let p = 0; p + 1 < stemStarts.length; p++) {
    const enough = Math.max(spoken[p] === 1 ? least.words : quietly, share)
    if (doing.length + to.length < enough) continue
    const paragraph = stems.subarray(stemStarts[p], stemStarts[p + 1])
    if (!deciding.some((stem) => paragraph.includes(stem))) continue
    if (
      doing.filter((stem) => paragraph.includes(stem)).length + to.filter((stem) => paragraph.includes(stem)).length >=
      enough
    )
      return true
  }
  return false
}
