import type { ActionClass, Destination, FirstSeen, Provenance } from '../../model/event.ts'
import { type Arguments, type DestinationKind, destinationKind, isPath, type Leaf, namesResource } from './arguments.ts'
import type { Call, Examined } from './call.ts'
import { isRead, isUntrusted, type Memory, type Origin, originOf, shareNamed } from './lookup.ts'
import { maxFieldWords } from './output.ts'
import { digestOfNormal, hashOf, hostOf, idKind, isPlainNumber, stemsOf } from './text.ts'

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

/** One argument value with where it came from. */
interface Value extends Leaf, Origin {
  kind: DestinationKind | undefined
  /** A destination beyond the agent’s own files. */
  outward: boolean
  path: boolean
  /** Plain numbers and dates: they stand everywhere and lead nowhere. */
  plain: boolean
  known: boolean
  untrusted: boolean
}

/** Pure: the call’s arguments against what its task was asked and has read. */
export function examine(memory: Memory, call: Examination, args: Arguments): Examined {
  const isActing = call.action === undefined || acting.has(call.action)
  const values = args.leaves.map((leaf) => readValue(memory, call, leaf, isActing))
  const identifiers = values.filter((v) => (v.id !== undefined || v.outward) && !v.path)
  const provenance: Provenance = {}
  if (call.asked !== '') provenance.request = call.asked

  const verbAndNouns = toolStems(call.tool, memory)
  const verbAsked = verbAndNouns[0] !== undefined && memory.request.stems.has(verbAndNouns[0])
  const asked = verbAndNouns.filter((stem) => memory.request.stems.has(stem)).length
  if (verbAsked || (asked > 0 && asked * 2 >= verbAndNouns.length)) provenance.asked = true
  if (isActing) {
    if (countedOf(values, identifiers).some((v) => v.untrusted) || hidesUntrusted(memory, call, values))
      provenance.untrusted = 'identifier'
    else if (call.asked !== '' && !verbAsked && identifiers.length === 0 && values.some((v) => v.untrusted))
      provenance.untrusted = 'value'
    if (call.asked !== '' && !verbAsked && isUnasked(values, verbAndNouns, memory)) {
      const share = shareNamed(memory.outputs, verbAndNouns)
      if (share > 0) provenance.named = Math.round(share * 1000) / 1000
    }
  } else if (values.some((v) => (v.id === 'url' || v.id === 'email') && v.untrusted))
    provenance.untrusted = 'identifier'
  if (identifiers.length > 0) provenance.identifies = true
  if (values.some((v) => isRead(v.stand) && !v.linked && !v.plain && !v.path)) provenance.fromRead = true
  lessons(values, provenance)

  return {
    destinations: destinationsOf(values, call.domains),
    arguments: {
      digest: args.digest,
      bytes: args.bytes,
      items: args.longest > 0 ? args.longest : values.some((v) => namesResource(v, v.id)) ? 1 : 0,
      fromOutputs: shareRead(values),
    },
    provenance,
    // A visit is an act of its own: what an untrusted argument fetches cannot vouch for anything.
    untrusted:
      !isActing &&
      values.some((v) => !v.known && (v.stand === 'tainted' || (v.stand === 'prose' && !v.plain && !v.endorsed))),
    hosts: values.flatMap((v) =>
      v.host !== undefined && (v.stand === 'request' || v.stand === 'field' || v.stand === 'both' || v.endorsed)
        ? [hashOf(v.host, memory.seed)]
        : [],
    ),
  }
}

function readValue(memory: Memory, call: Examination, leaf: Leaf, isActing: boolean): Value {
  const origin = originOf(memory, leaf.tokens)
  const { id, stand } = origin
  const kind = destinationKind(leaf, id, isActing)
  const outward = kind !== undefined && kind !== 'path'
  const normal = leaf.tokens.join(' ')
  const plain = !outward && (leaf.number || isPlainNumber(normal))
  const path = !outward && isPath(leaf, id)
  const known = isUntrusted(stand) && call.known?.(digestOfNormal(normal)) === true
  const untrusted = isUntrusted(stand) && !known && !plain && !path && !origin.endorsed
  return { ...leaf, ...origin, kind, outward, path, plain, known, untrusted }
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
  return sound ? identifiers.filter((v) => aims.includes(v) || v.id === 'url') : identifiers
}

/** An untrusted address, link or account inside a longer text. */
function hidesUntrusted(memory: Memory, call: Examination, values: readonly Value[]): boolean {
  let looked = 0
  for (const { stand, tokens } of values) {
    if (stand === 'request' || tokens.length <= 2) continue
    for (const token of new Set(tokens)) {
      const id = idKind(token)
      if (id !== 'email' && id !== 'url' && id !== 'account') continue
      if (++looked > maxNested) return false
      const origin = originOf(memory, [token])
      if (isUntrusted(origin.stand) && !origin.endorsed && call.known?.(digestOfNormal(token)) !== true) return true
    }
  }
  return false
}

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
    const hash = digestOfNormal(value.tokens.join(' '))
    if (destinations.has(hash)) continue
    const destination: Destination = { hash, kind: value.kind, seen: seenOf(value) }
    const boundary = boundaryOf(value, domains)
    if (boundary !== undefined) destination.boundary = boundary
    destinations.set(hash, destination)
  }
  return [...destinations.values()]
}

function seenOf({ stand, call }: Value): FirstSeen {
  if (stand === 'request') return { in: 'request' }
  if (stand === 'none') return { in: 'unknown' }
  const seen: FirstSeen = { in: 'tool-output', form: isUntrusted(stand) ? 'prose' : 'field' }
  if (call !== undefined && call !== '') seen.call = call.slice(0, 512)
  return seen
}

/** Known where the value names a domain and the deployment named its own. The agent’s own files are inside. */
function boundaryOf({ kind, tokens }: Value, domains: readonly string[]): 'internal' | 'external' | undefined {
  if (kind === 'path') return 'internal'
  const [first = ''] = tokens
  const domain =
    kind === 'email'
      ? first.slice(first.lastIndexOf('@') + 1)
      : kind === 'url' || kind === 'domain'
        ? hostOf(first)
        : ''
  if (domain === '' || domains.length === 0) return undefined
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
