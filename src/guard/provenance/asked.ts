import type { Sink } from '../../model/sink.ts'
import type { Act } from '../act/index.ts'
import type { Call } from './call.ts'
import { isCalledSo, isHinted, isNamedByEnd, isRead, isWritten, type Value } from './judge.ts'
import type { Memory } from './lookup.ts'
import { isOrdered } from './ordered.ts'
import { isHandedOver } from './proof.ts'
import { isVerb } from './request.ts'
import { stemsOf } from './text.ts'

/** How many of the things that an act destroys are neither the agent’s own nor asked for; one that stands for many counts many. */
export function unaskedOf(memory: Memory, call: Call, selectors: readonly Value[], inFull: boolean): number {
  const { items } = call.act
  const asked = { inFull, kind: memory.request.asks.has('irreversible') || isOrdered(memory, 'irreversible', call) }
  if (selectors.length === 0) return inFull || (asked.kind && !memory.request.asks.has('irreversible')) ? 0 : items
  const open = selectors.filter((v) => !isOwnOrAsked(memory, v, asked)).length
  return open === 0 ? 0 : Math.max(open, items - selectors.length + open)
}

/** Made by this agent, named by the request, or by its words; or a system’s own, where the request asks for the very act. */
function isOwnOrAsked(memory: Memory, v: Value, { inFull, kind }: { inFull: boolean; kind: boolean }): boolean {
  if (v.isPlain && v.stand !== 'system' && v.stand !== 'request') return inFull
  if (memory.request.asks.has('irreversible') && (isHinted(memory, v) || isNamedByEnd(memory, v))) return true
  if (v.isKnown || memory.isMade(v.normal)) return true
  // To ask about a thing is not to have it destroyed.
  if (memory.request.looks) return false
  if (v.stand === 'request' || isCalledSo(memory, v)) return true
  if (isHandedOver(memory, v, 'irreversible')) return true
  // A request that says itself which ones leaves that to nobody else.
  const isPointedOut = isWritten(v.stand) && !v.isPath && !v.found.spoken && !memory.isSpoken && !memory.request.numbers
  return (inFull || kind) && (v.stand === 'system' || v.found.named || isPointedOut)
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

/** Nothing asks for this tool: not all of its words stand in the request, and it is not done to what was named or made. */
export const isUnasked = (values: readonly Value[], stems: readonly number[], { request, isMade }: Memory): boolean =>
  stems.length > 1 &&
  stems.some((s) => !request.stems.has(s)) &&
  !values.some((v) => (v.stand === 'request' || v.isKnown || isMade(v.normal)) && !v.isPlain) &&
  (values.length === 0 || values.some((v) => !v.isPlain))

/** Acts that a question does not ask for, whatever they are done to; those that destroy are counted by their things. */
const beyondLooks: ReadonlySet<Sink> = new Set<Sink>(['outward', 'money', 'execution', 'persistence', 'approval'])

/**
 * The request orders nothing, and the act does more than look. To run what the agent wrote itself is a way of looking, and so is to
 * tell whoever asked: what leads nowhere and names nothing.
 */
export function isBeyond(memory: Memory, { sink, parts }: Act, counted: readonly Value[]): boolean {
  if (!memory.request.looks || !beyondLooks.has(sink)) return false
  if (sink === 'money' || sink === 'approval') return true
  const leading = counted.filter((v) => v.leads)
  if (leading.length > 0 && leading.every((v) => v.isKnown)) return false
  if (sink !== 'execution') return counted.some((v) => !v.isPlain)
  const hasOwnCode = parts.some(({ role, kind }) => role === 'command' && kind !== 'setting')
  return counted.some(
    (v) => (hasOwnCode ? v.part.role === 'command' : !v.isPlain && !v.isPath) && isGivenBy(v, hasOwnCode),
  )
}

const isGivenBy = ({ stand }: Value, hasOwnCode: boolean): boolean =>
  isRead(stand) || (stand === 'request' && !hasOwnCode)
