import type { Sink } from '../../../model/sink.ts'
import { calendar } from '../../act/index.ts'
import { digestOfWord } from '../digests/hash.ts'
import { keysOf } from '../digests/keys.ts'
import { partsOf, wordStems } from '../digests/text.ts'
import type { Memory } from '../memory.ts'
import { maxFieldWords } from '../reading/form.ts'
import type { AskedKind } from '../request/phrasal-verbs.ts'
import { isWritten, type Value } from '../values/values.ts'
import { isAllMet, isOnlyOne } from './replies.ts'

/** Which of a request’s kinds ask for an act of a sink. */
const kindsFor: Readonly<Record<Sink, readonly AskedKind[]>> = {
  look: ['visit'],
  own: ['shared'],
  shared: ['shared', 'outward'],
  outward: ['outward', 'shared'],
  money: ['money'],
  execution: ['execution', 'check'],
  persistence: ['persistence'],
  approval: ['approval'],
  irreversible: ['irreversible'],
}

/** Written by somebody, and without proof but that its source may be named: to follow its links is one thing, to add to them another. */
export const isOpen = (v: Value): boolean => isWritten(v.stand) && !v.isKnown && !v.isPlain

/** What has no proof and was written by somebody. */
export const isDoubtful = (memory: Memory, v: Value, sink: Sink): boolean =>
  isOpen(v) &&
  (!v.isPath || sink === 'persistence') &&
  !(v.part.kind === calendar && v.found.listed && !v.found.spoken) &&
  !isHandedOver(memory, v, sink)

export const isProof = (memory: Memory, v: Value, sink: Sink): boolean =>
  v.stand === 'request' || v.stand === 'system' || v.isKnown || (isWritten(v.stand) && isHandedOver(memory, v, sink))

/** Stood only where a text speaks to the model. */
export const isDictated = (v: Value): boolean =>
  v.stand === 'prose' &&
  v.found.spoken &&
  !v.isPlain &&
  !v.isPath &&
  !v.isKnown &&
  v.tokens.length <= maxFieldWords &&
  v.normal.length > 3

/** The request leaves acts of this sort to what a source says that it names. */
export const isHandOver = ({ request }: Memory, sink: Sink): boolean =>
  request.handsOver && sink !== 'money' && sink !== 'approval'

/** Another number of a thing than the request names: what an order is done to is no source of more to do it to. */
export const isAnotherNumber = (
  { request }: Memory,
  { stand, identity, normal = '' }: Partial<Pick<Value, 'stand' | 'identity' | 'normal'>>,
): boolean => request.numbers && stand === 'prose' && identity === undefined && /\d/.test(normal)

/** The request named where it stands, and asks for acts of this kind or hands over to what is read. */
export function isHandedOver(
  memory: Memory,
  value: Pick<Value, 'found' | 'identity'> & Partial<Pick<Value, 'part' | 'stand' | 'normal'>>,
  sink: Sink,
): boolean {
  const { found, identity, part } = value
  const { request } = memory
  const hands = isHandOver(memory, sink)
  // Of two mailboxes that wrote under the name that the request says, a person says which.
  if (found.sender && sink === 'outward' && identity !== undefined && !isOnlyOne(memory, identity)) return false
  // Who is to be answered is whoever wrote, and of several whom the request says; so is somebody who wrote and is to be written to by name, or,
  // where he goes by a name within the system, as everybody is: whose mailbox it is, anybody may say.
  if (
    found.sender &&
    sink === 'outward' &&
    !found.spoken &&
    (((request.replies || (found.author && request.asks.has(sink))) && (found.meant || !isAllMet(memory))) ||
      (request.everybody && !request.closed && identity === undefined))
  )
    return true
  if (sink === 'outward' && identity?.kind === 'mailbox' && isReachedByName(memory, identity, found)) return true
  // Somebody whose bidding the request says to do.
  if (found.sentByNamed && hands) return true
  if (!found.named) return false
  // To read what a named source points to carries nothing out.
  if (sink === 'look' || hands) return true
  if ((sink === 'approval' || sink === 'irreversible') && isAnotherNumber(memory, value)) return false
  // Nothing is ordered, or it is said for whom: a source supplies nobody else.
  if (request.looks) return false
  if (
    request.closed &&
    (identity !== undefined || part?.role === 'destination') &&
    !isTied(memory, { found, identity }, sink)
  )
    return false
  // A request that says itself where to send leaves that to nobody else.
  if (identity !== undefined && request.kinds.has(identity.kind)) return false
  // To test or build something is no word on what to bring in for it.
  const comesIn = identity?.host !== undefined || part?.kind === 'package'
  if (sink === 'execution' && comesIn) return request.asks.has('execution')
  return isKindAsked(memory, sink)
}

/** The task has written to him before, on good grounds, and the request that counts now asks for it by his name. */
function isReachedByName(
  { request, visited, seed }: Memory,
  identity: NonNullable<Value['identity']>,
  { spoken, sender, meant: wroteAsMeant }: Value['found'],
): boolean {
  if (spoken || request.looks || !request.asks.has('outward') || !visited.has(keysOf(identity, seed).whole))
    return false
  // Who wrote under another name is not whom it means, whatever his mailbox is called.
  if (sender && request.addressees.size > 0 && !wroteAsMeant) return false
  const name = identity.canonical.slice(0, identity.canonical.lastIndexOf('@'))
  const meant = request.recipients.size > 0 ? request.recipients : request.names
  return partsOf(name).some((part) => meant.has(digestOfWord(part, seed)) && !isHead(request, part, seed))
}

/** A verb that heads an order, and no name: “Mark the ticket”. */
const isHead = ({ verbs }: Memory['request'], word: string, seed: Memory['seed']): boolean =>
  [...wordStems(word)].some((stem) => verbs.has(digestOfWord(`~${stem}`, seed)))

/** It stands by the name of somebody to whom the request says that it goes; what is paid, in a text that names the payee. */
const isTied = (
  { request, seed }: Memory,
  { found, identity }: Pick<Value, 'found' | 'identity'>,
  sink: Sink,
): boolean =>
  found.beside ||
  (sink === 'money' && found.along) ||
  (identity !== undefined &&
    partsOf(identity.canonical).some((part) => request.recipients.has(digestOfWord(part, seed))))

/** The request asks for acts of a sink’s kind. */
export const isKindAsked = ({ request }: Memory, sink: Sink): boolean =>
  kindsFor[sink].some((kind) => request.asks.has(kind))
