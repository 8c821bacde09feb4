import type { Sink } from '../../../model/sink.ts'
import { builtAs } from '../../act/index.ts'
import type { Call } from '../call.ts'
import { stemsOf, tokensOf } from '../digests/text.ts'
import type { Memory } from '../memory.ts'
import { isVerb } from '../request/act-verbs.ts'
import { fileNameOf, isCalledSo, isHinted, isNamedByEnd, isRead, isWritten, type Value } from '../values/values.ts'
import { isDeedAsked } from './deed.ts'
import { isOrdered } from './ordered.ts'
import { isAnotherNumber, isHandedOver, isProof } from './proof.ts'

/** What an act destroys. */
export interface Destroyed {
  /** Of it, what is neither the agent’s own nor asked for; one that stands for many counts many. */
  unasked: number
  /** Of it, what the agent did not make. */
  others: number
}

/** How many things an act destroys: not where they lie, nor what else a line of commands works on. */
export function destroyedBy(
  memory: Memory,
  call: Call,
  selectors: readonly Value[],
  items: number,
  inFull: boolean,
): Destroyed {
  const isVerbAsked = memory.request.asks.has('irreversible')
  const isHandedOn = isOrdered(memory, 'irreversible', call)
  const asked = { inFull, kind: isVerbAsked || isHandedOn, deed: isHandedOn || isDeedAsked(memory, call) }
  const gone = distinct(selectors.filter((v) => v.part.spared === undefined))
  // Where they lie is no thing that goes; but what a text supplies may lead to others’.
  const astray = selectors.filter((v) => v.part.spared === 'place' && isStrange(memory, v)).length
  if (gone.length === 0) return { unasked: inFull || (asked.kind && !isVerbAsked) ? 0 : items, others: 1 }
  const others = gone.filter((v) => !isOwn(memory, v))
  const open = others.filter((v) => !isOwnOrAsked(memory, v, asked)).length + astray
  return { unasked: open === 0 ? 0 : Math.max(open, items - gone.length + open), others: others.length }
}

/** Only somebody’s text has it, and the request named neither it nor that text. */
const isStrange = (memory: Memory, v: Value): boolean =>
  isWritten(v.stand) &&
  !v.isKnown &&
  !v.found.named &&
  !isOwn(memory, v) &&
  !isCalledSo(memory, v) &&
  !isHandedOver(memory, v, 'irreversible')

/** A thing that is said again, to confirm it, is one. */
function distinct(values: readonly Value[]): Value[] {
  const first = new Map<string, Value>()
  for (const v of values) if (!first.has(v.normal)) first.set(v.normal, v)
  return [...first.values()]
}

/** Shortest number that is a name of one thing, and not one of a few of each kind. */
const leastDigits = 6

/** Made by this agent, in the same line or before, or by a build of its. */
const isOwn = ({ isMade }: Memory, v: Value): boolean =>
  (v.part.isOfLine === true && !isRead(v.stand)) ||
  (isMade(v.normal) && (!v.isPlain || v.normal.length >= leastDigits)) ||
  (v.part.whole !== undefined && isMade(tokensOf(v.part.whole).join(' '))) ||
  (v.part.isBuilt === true && isMade(builtAs(fileNameOf(v.normal.replace(/\/+$/, '')))))

/** Made by this agent, named by the request, or by its words; or a system’s own, where the request asks for the very act. */
function isOwnOrAsked(
  memory: Memory,
  v: Value,
  { inFull, kind, deed }: { inFull: boolean; kind: boolean; deed: boolean },
): boolean {
  if (isOwn(memory, v)) return true
  if (v.isPlain && v.stand !== 'system' && v.stand !== 'request') return inFull
  if (memory.request.asks.has('irreversible') && (isHinted(memory, v) || isNamedByEnd(memory, v))) return true
  if (v.isKnown) return true
  // To ask about a thing is not to have it destroyed.
  if (memory.request.looks) return false
  if (deed && (v.stand === 'request' || isCalledSo(memory, v))) return true
  if (isHandedOver(memory, v, 'irreversible')) return true
  // A request that says itself which ones leaves that to nobody else.
  const isPointedOut = isWritten(v.stand) && !v.isPath && !v.found.spoken && !memory.isSpoken && !memory.request.numbers
  const isOfSource = v.found.named && !isAnotherNumber(memory, v)
  return (inFull || kind) && (v.stand === 'system' || isOfSource || isPointedOut)
}

/** The first word of its name, or another one that is a verb. */
export const isVerbAsked = (stems: readonly number[], { request, seed }: Memory): boolean =>
  stems.some((stem, i) => request.ordered.has(stem) && (i === 0 || isVerb(stem, seed)))

/** `mcp__github__createIssue` → the stems of create, issue. */
export const toolStems = (tool: string, memory: Memory): number[] =>
  stemsOf(
    (
      tool
        .slice(0, 256)
        .split(/__|[./:]/)
        .findLast((part) => part !== '') ?? ''
    ).replace(/([a-z0-9])([A-Z])/g, '$1 $2'),
    memory.seed,
  )

/**
 * Nothing asks for this tool: not all of its words stand in the request, where one verb of making and changing is as good as another, and
 * it is not done to what was named or made.
 */
export const isUnasked = (
  values: readonly Value[],
  stems: readonly number[],
  { request, seed, isMade }: Memory,
): boolean =>
  stems.length > 1 &&
  stems.some((s) => !request.stems.has(s) && !(request.asks.has('shared') && isVerb(s, seed, 'shared'))) &&
  !values.some((v) => (v.stand === 'request' || v.isKnown || isMade(v.normal)) && !v.isPlain) &&
  (values.length === 0 || values.some((v) => !v.isPlain))

/** Acts that nobody asks for by naming what they are done to; those that destroy are counted by their things. */
const grave: ReadonlySet<Sink> = new Set<Sink>(['outward', 'money', 'execution', 'persistence', 'approval'])

/**
 * The request orders nothing, or no act of this kind once others’ text was read, and the act does more than look. To run what the agent
 * wrote itself is a way of looking, and so is to tell whoever asked: what leads nowhere and names nothing.
 */
export function isBeyond(memory: Memory, call: Call, counted: readonly Value[]): boolean {
  const { sink, parts } = call.act
  if (!grave.has(sink)) return false
  const isCostly = sink === 'money' || sink === 'approval'
  const leading = counted.filter((v) => v.leads)
  const { looks, orders } = memory.request
  const isUsual = leading.length > 0 && leading.every((v) => v.isKnown || (!looks && memory.isMade(v.normal)))
  if (!looks) {
    // “Do the rest as always”
    const isVague = orders.makes && !orders.changes && orders.kinds.size === 0
    // What goes to somebody is judged by to whom.
    const isSent = sink === 'outward' && leading.length > 0 && leading.every((v) => isProof(memory, v, sink))
    return hasRead(memory) && !isSent && !(isUsual && (isVague || !isCostly)) && !isDeedAsked(memory, call)
  }
  if (isCostly) return true
  if (isUsual) return false
  if (sink !== 'execution') return counted.some((v) => !v.isPlain)
  const hasOwnCode = parts.some(({ role, kind }) => role === 'command' && kind !== 'setting')
  return counted.some(
    (v) => (hasOwnCode ? v.part.role === 'command' : !v.isPlain && !v.isPath) && isGivenBy(v, hasOwnCode),
  )
}

const hasRead = ({ readings }: Memory): boolean => readings.some(({ isDefinition }) => !isDefinition)

const isGivenBy = ({ stand }: Value, hasOwnCode: boolean): boolean =>
  isRead(stand) || (stand === 'request' && !hasOwnCode)
