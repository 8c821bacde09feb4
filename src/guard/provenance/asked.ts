import { builtAs } from '../act/index.ts'
import { fileNameOf, isCalledSo, isHinted, isRead, isWritten, type Value } from './judge.ts'
import type { Memory } from './lookup.ts'
import { isHandedOver } from './proof.ts'
import { isVerb } from './request.ts'
import { stemsOf } from './text.ts'

/** What an act destroys. */
interface Destroyed {
  /** Of it, what is neither the agent’s own nor asked for; one that stands for many counts many. */
  unasked: number
  /** Of it, what the agent did not make. */
  others: number
}

/** How many things an act destroys: not where they lie, nor what else a line of commands works on. */
export function destroyedBy(memory: Memory, selectors: readonly Value[], items: number, inFull: boolean): Destroyed {
  const gone = distinct(selectors.filter((v) => v.part.spared === undefined))
  // Where they lie is no thing that goes; but what a text supplies may lead to others’.
  const astray = selectors.filter((v) => v.part.spared === 'place' && isStrange(memory, v)).length
  if (gone.length === 0) return { unasked: inFull ? 0 : items, others: 1 }
  const others = gone.filter((v) => !isOwn(memory, v))
  const open = others.filter((v) => !isOwnOrAsked(memory, v, inFull)).length + astray
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
const distinct = (values: readonly Value[]): Value[] =>
  values.filter((v, at) => values.findIndex(({ normal }) => normal === v.normal) === at)

/** Shortest number that is a name of one thing, and not one of a few of each kind. */
const leastDigits = 6

/** Made by this agent, in the same line or before, or by a build of its. */
const isOwn = ({ isMade }: Memory, v: Value): boolean =>
  (v.part.isOfLine === true && !isRead(v.stand)) ||
  (isMade(v.normal) && (!v.isPlain || v.normal.length >= leastDigits)) ||
  (v.part.isBuilt === true && isMade(builtAs(fileNameOf(v.normal.replace(/\/+$/, '')))))

/** Made by this agent, named by the request, or by its words; or a system’s own, where the request asks for the very act. */
function isOwnOrAsked(memory: Memory, v: Value, inFull: boolean): boolean {
  if (isOwn(memory, v)) return true
  if (v.isPlain && v.stand !== 'system' && v.stand !== 'request') return inFull
  if (memory.request.asks.has('irreversible') && isHinted(memory, v)) return true
  if (v.stand === 'request' || v.isKnown || isCalledSo(memory, v)) return true
  if (isHandedOver(memory, v, 'irreversible')) return true
  // A request that says itself which ones leaves that to nobody else.
  const isPointedOut = isWritten(v.stand) && !v.isPath && !v.found.spoken && !memory.isSpoken && !memory.request.numbers
  return (inFull || memory.request.asks.has('irreversible')) && (v.stand === 'system' || v.found.named || isPointedOut)
}

/** The first word of its name, or another one that is a verb. */
export const isVerbAsked = (stems: readonly number[], { request, seed }: Memory): boolean =>
  stems.some((stem, i) => request.stems.has(stem) && (i === 0 || isVerb(stem, seed)))

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

/** Nothing asks for this tool: not all of its words stand in the request, and it is not done to what was named or made. */
export const isUnasked = (values: readonly Value[], stems: readonly number[], { request, isMade }: Memory): boolean =>
  stems.length > 1 &&
  stems.some((s) => !request.stems.has(s)) &&
  !values.some((v) => (v.stand === 'request' || v.isKnown || isMade(v.normal)) && !v.isPlain) &&
  (values.length === 0 || values.some((v) => !v.isPlain))
