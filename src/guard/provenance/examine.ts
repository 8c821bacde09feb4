import type { ActionClass, Destination, FirstSeen, Provenance } from '../../model/event.ts'
import { type Identity, identitiesIn, identitiesOf } from '../identity/index.ts'
import { type Arguments, type DestinationKind, destinationKind, isPath, type Leaf, namesResource } from './arguments.ts'
import type { Call, Examined } from './call.ts'
import { maxFieldWords } from './form.ts'
import { digestOfWord } from './hash.ts'
import { keysOf } from './keys.ts'
import {
  type Found,
  findIdentity,
  findWords,
  isAskedIdentity,
  type Memory,
  type Stand,
  shareNamed,
  standOf,
} from './lookup.ts'
import { type AskedKind, isVerb } from './request.ts'
import { digestOfNormal, idKind, isPlainNumber, stemsOf, tokensOf } from './text.ts'

export interface Examination extends Call {
  domains: readonly string[]
  /** Digest of the first request; empty: none was seen. */
  asked: string
}

const acting: ReadonlySet<ActionClass> = new Set(['write', 'delete', 'execute', 'export', 'admin', 'approve'])
/** Bounds of what one event carries. */
const maxDestinations = 64
const maxDigests = 32
/** Addresses and links looked up inside the longer texts of one call. */
const maxNested = 64
/** A text of more words than this is not just a carrier of a link. */
const maxCarrierWords = 12

/** One argument value with where it came from. */
interface Value extends Leaf {
  identity: Identity | undefined
  stand: Stand
  found: Found
  endorsed: boolean
  kind: DestinationKind | undefined
  /** A destination beyond the agent’s own files. */
  outward: boolean
  path: boolean
  /** Plain numbers and dates: they stand everywhere and lead nowhere. */
  plain: boolean
  identifies: boolean
  known: boolean
  untrusted: boolean
}

const isUntrusted = (stand: Stand): boolean => stand === 'prose' || stand === 'tainted' || stand === 'layout'
const isRead = (stand: Stand): boolean => stand !== 'request' && stand !== 'none'

/** Which of a request’s kinds asks for an act of a class. */
const kindsOf: Readonly<Partial<Record<ActionClass, readonly AskedKind[]>>> = {
  write: ['shared', 'outward'],
  delete: ['irreversible'],
  execute: ['execution', 'money', 'persistence'],
  export: ['outward', 'money', 'shared'],
  admin: ['persistence', 'outward', 'irreversible'],
  approve: ['approval'],
  read: ['visit'],
  list: ['visit'],
}

/** Pure: the call’s arguments against what its task was asked and has read. */
export function examine(memory: Memory, call: Examination, args: Arguments): Examined {
  const isActing = call.action === undefined || acting.has(call.action)
  const values = args.leaves.map((leaf) => readValue(memory, call, leaf, isActing))
  const identifiers = values.filter((v) => (v.identifies || v.outward) && !v.path)
  const provenance: Provenance = {}
  if (call.asked !== '') provenance.request = call.asked

  const verbAndNouns = toolStems(call.tool, memory)
  const verbAsked = isVerbAsked(verbAndNouns, memory)
  const asked = verbAndNouns.filter((stem) => memory.request.stems.has(stem)).length
  // Verb and things of its name: where the request asks for the very act, what it is done to may be read up.
  const isInFull = verbAsked && asked * 2 > verbAndNouns.length
  const isAskedFor = verbAsked || (asked > 0 && asked * 2 >= verbAndNouns.length)
  if (isAskedFor || values.some((v) => v.stand === 'request' && !v.plain && !v.path)) provenance.asked = true
  if (isActing) {
    if (
      countedOf(values, identifiers).some((v) => v.untrusted && !(isInFull && !v.outward)) ||
      hidesUntrusted(memory, call, values)
    )
      provenance.untrusted = 'identifier'
    else if (call.asked !== '' && !verbAsked && identifiers.length === 0 && values.some((v) => v.untrusted))
      provenance.untrusted = 'value'
    if (call.asked !== '' && !verbAsked && isUnasked(values, verbAndNouns, memory)) {
      const share = shareNamed(memory.readings, verbAndNouns)
      if (share > 0) provenance.named = Math.round(share * 1000) / 1000
    }
  } else if (values.some((v) => (v.identity?.kind === 'url' || v.identity?.kind === 'mailbox') && v.untrusted))
    provenance.untrusted = 'identifier'
  if (identifiers.length > 0) provenance.identifies = true
  if (values.some((v) => isRead(v.stand) && !v.found.linked && !v.plain && !v.path)) provenance.fromRead = true
  lessons(values, provenance)

  return {
    destinations: destinationsOf(values, call.domains),
    arguments: {
      digest: args.digest,
      bytes: args.bytes,
      items: args.longest > 0 ? args.longest : values.some((v) => namesResource(v, idOf(v))) ? 1 : 0,
      fromOutputs: shareRead(values),
    },
    provenance,
    // A visit is an act of its own: what an untrusted argument fetches cannot vouch for anything.
    untrusted:
      !isActing &&
      values.some((v) => !v.known && (v.stand === 'tainted' || (v.stand === 'prose' && !v.plain && !v.endorsed))),
    named:
      values.some((v) => v.path && isCalledSo(memory, v)) ||
      values.some((v) => !v.plain && (v.stand === 'request' || v.endorsed || (v.found.linked && v.found.named))),
    spaces: values.flatMap((v) =>
      v.identity?.host !== undefined && (v.stand === 'request' || v.stand === 'system' || v.endorsed)
        ? [keysOf(v.identity, memory.seed).space]
        : [],
    ),
    document: !isActing && values.some((v) => v.path || v.identity?.kind === 'url' || v.kind === 'path'),
  }
}

const idOf = (leaf: Leaf) => (leaf.tokens.length === 1 ? idKind(leaf.tokens[0] ?? '') : undefined)

function readValue(memory: Memory, call: Examination, leaf: Leaf, isActing: boolean): Value {
  const id = idOf(leaf)
  const identity = leaf.tokens.length <= 6 ? identitiesOf(leaf.text, leaf.name)[0] : undefined
  const kind = destinationKind(leaf, id, isActing)
  const outward = kind !== undefined && kind !== 'path'
  const normal = leaf.tokens.join(' ')
  const plain = !outward && (leaf.number || isPlainNumber(normal))
  const path = !outward && isPath(leaf, id)
  const isAsked =
    leaf.tokens.every((t) => memory.request.words.has(digestOfWord(t, memory.seed))) ||
    (identity !== undefined && isAskedIdentity(memory, identity))
  let found = identity !== undefined ? findIdentity(memory, identity) : findWords(memory, leaf.tokens)
  if (path && standOf(found) === 'none') {
    const name = normal.slice(normal.lastIndexOf('/') + 1)
    if (name.length > 3) found = findWords(memory, tokensOf(name))
  }
  const stand = isAsked || (path && isUnderAsked(memory, normal)) ? 'request' : standOf(found)
  const known = isUntrusted(stand) && call.known?.(digestOfNormal(normal)) === true
  const endorsed = isUntrusted(stand) && isHandedOver(memory, found, call.action)
  const untrusted = isUntrusted(stand) && !known && !plain && !path && !endorsed
  return {
    ...leaf,
    identity,
    stand,
    found,
    endorsed,
    kind,
    outward,
    path,
    plain,
    identifies: id !== undefined,
    known,
    untrusted,
  }
}

/** The request calls a file by the words of its name: “my rent bill”, `rent_bill.pdf`. */
function isCalledSo({ request, seed }: Memory, { text }: Value): boolean {
  const name = text.slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\')) + 1).replace(/\.\w{1,5}$/, '')
  const stems = stemsOf(name, seed)
  return stems.length > 1 && stems.filter((stem) => request.stems.has(stem)).length * 3 >= stems.length * 2
}

/** A path below one that the request names. */
function isUnderAsked({ request, seed }: Memory, path: string): boolean {
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
    if (request.words.has(digestOfWord(path.slice(0, at), seed))) return true
  return false
}

/** The request named where it stands, and asks for acts of this kind or hands over to what is read. */
function isHandedOver({ request }: Memory, found: Found, action: ActionClass | undefined): boolean {
  if (!found.named) return false
  // To read what a named source points to carries nothing out.
  if (request.handsOver || action === 'read' || action === 'list') return true
  const kinds = action === undefined ? undefined : kindsOf[action]
  return kinds?.some((kind) => request.asks.has(kind)) === true
}

/**
 * The identifiers that decide. Where every destination is sound, other identifiers do not matter, except links: a link is
 * a destination for whoever reads it. Where a call names a person or address too, its channel is not the destination.
 */
function countedOf(values: readonly Value[], identifiers: readonly Value[]): readonly Value[] {
  const outward = values.filter((v) => v.outward)
  const persons = outward.filter((v) => v.kind !== 'channel')
  const aims = persons.length > 0 ? persons : outward
  const sound = aims.length > 0 && aims.every((v) => !v.untrusted && v.stand !== 'none')
  return sound ? identifiers.filter((v) => aims.includes(v) || v.identity?.kind === 'url') : identifiers
}

/** A text that is hardly more than an address or link: it is passed on for its own sake. */
function hidesUntrusted(memory: Memory, call: Examination, values: readonly Value[]): boolean {
  let looked = 0
  for (const { stand, tokens, text } of values) {
    if (stand === 'request' || tokens.length < 2 || tokens.length > maxCarrierWords) continue
    for (const identity of identitiesIn(text)) {
      if (++looked > maxNested) return false
      if (identity.canonical.length * 2 < text.trim().length || isAskedIdentity(memory, identity)) continue
      const found = findIdentity(memory, identity)
      if (!isUntrusted(standOf(found)) || isHandedOver(memory, found, call.action)) continue
      if (call.known?.(digestOfNormal(identity.canonical)) !== true) return true
    }
  }
  return false
}

/** The first word of its name, or another one that is a verb. */
const isVerbAsked = (stems: readonly number[], { request, seed }: Memory): boolean =>
  stems.some((stem, i) => request.stems.has(stem) && (i === 0 || isVerb(stem, seed)))

/** `mcp__github__createIssue` → the stems of create, issue. */
const toolStems = (tool: string, memory: Memory): number[] =>
  stemsOf(
    (
      tool
        .slice(0, 256)
        .split(/__|[./:]/)
        .findLast((part) => part !== '') ?? ''
    ).replace(/([a-z0-9])([A-Z])/g, '$1 $2'),
    memory.seed,
  )

/** Nothing in the request asks for this tool: not all of its words, and none of its arguments. */
const isUnasked = (values: readonly Value[], stems: readonly number[], { request }: Memory): boolean =>
  stems.length > 1 &&
  stems.some((s) => !request.stems.has(s)) &&
  !values.some((v) => v.stand === 'request' && !v.plain) &&
  (values.length === 0 || values.some((v) => !v.plain))

/** What a clean task may teach its cohort: values that could ever be held to be untrusted. */
function lessons(values: readonly Value[], provenance: Provenance): void {
  const found = { read: new Set<string>(), prose: new Set<string>(), used: new Set<string>() }
  for (const { stand, tokens, plain, path } of values) {
    const into = isUntrusted(stand) ? found.prose : isRead(stand) ? found.read : found.used
    if (!plain && !path && tokens.length <= maxFieldWords && into.size < maxDigests)
      into.add(digestOfNormal(tokens.join(' ')))
  }
  for (const kind of ['read', 'prose', 'used'] as const) if (found[kind].size > 0) provenance[kind] = [...found[kind]]
}

function destinationsOf(values: readonly Value[], domains: readonly string[]): Destination[] {
  const destinations = new Map<string, Destination>()
  for (const value of values) {
    if (value.kind === undefined || destinations.size >= maxDestinations) continue
    const hash = digestOfNormal(value.identity?.canonical ?? value.tokens.join(' '))
    if (destinations.has(hash)) continue
    const destination: Destination = { hash, kind: value.kind, seen: seenOf(value) }
    const boundary = boundaryOf(value, domains)
    if (boundary !== undefined) destination.boundary = boundary
    destinations.set(hash, destination)
  }
  return [...destinations.values()]
}

function seenOf({ stand, found: { source } }: Value): FirstSeen {
  if (stand === 'request') return { in: 'request' }
  if (stand === 'none') return { in: 'unknown' }
  const seen: FirstSeen = { in: 'tool-output', form: isUntrusted(stand) ? 'prose' : 'field' }
  if (source !== undefined && source !== '') seen.call = source.slice(0, 512)
  return seen
}

/** Known where the value names a domain and the deployment named its own. The agent’s own files are inside. */
function boundaryOf({ kind, identity }: Value, domains: readonly string[]): 'internal' | 'external' | undefined {
  if (kind === 'path') return 'internal'
  const domain = identity?.host
  if (domain === undefined || domains.length === 0) return undefined
  return domains.some((own) => domain === own || domain.endsWith(`.${own}`)) ? 'internal' : 'external'
}

/** Share of the argument text that was first seen in tool outputs. */
function shareRead(values: readonly Value[]): number {
  let all = 0
  let read = 0
  for (const { size, stand } of values) {
    all += size
    if (isRead(stand)) read += size
  }
  return all === 0 ? 0 : Math.round((read / all) * 1000) / 1000
}
