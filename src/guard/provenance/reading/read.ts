import type { Identity } from '../../identity/index.ts'
import type { Carried } from '../call.ts'
import { DigestSet, type Digests } from '../digests/digest-set.ts'
import { digestOfWord, type Seed } from '../digests/hash.ts'
import { tokensOf } from '../digests/text.ts'
import { rememberSecrets } from '../flows/flow.ts'
import { isRelayed } from '../flows/relayed.ts'
import { rememberRestricted } from '../flows/restricted.ts'
import { memoryLimits } from '../limits.ts'
import type { Read } from '../remembered.ts'
import { aside, type IndexedReading } from './columns.ts'
import { form } from './form.ts'
import { indexReadings, type Piece } from './index-reading.ts'
import type { Reading } from './reading.ts'

/** What tells nothing to do has no stems. */
const none = { stems: new Float64Array(0), stemStarts: new Int32Array(0) } as const

/**
 * What the readings of one message come to, as digests; `left` counts what did not fit, parts of secrets too. `carried`: what `examine` said of the call
 * whose answer they are; absent: they came without one, and nothing in them is a system’s own field. `toolNames`: those known so far.
 */
export function readingOf(
  source: string,
  readings: readonly Reading[],
  carried: Carried | undefined,
  seed: Seed,
  toolNames: Digests,
  relayed: Digests,
): { read: Read; left: number; met: readonly Identity[] } {
  const byServer: Piece[] = []
  const byOthers: Piece[] = []
  const secrets = new Set<number>()
  const tools = new Set<number>()
  let lost = 0
  let left = 0
  const isComputed = carried?.isComputed === true
  const document = carried === undefined || carried.document === true || isComputed
  let saidBy: string | undefined
  for (const { kind, text, value, cut, server } of readings) {
    // What a server says of its tools is read before anything else, always: it taints nothing, but proves nothing either.
    const pieces = kind === 'tool' || kind === 'instructions' ? byServer : byOthers
    saidBy ??= server
    if (cut === true) left++
    const tool = kind === 'tool' && text !== undefined ? toolDigest(text, seed) : undefined
    if (tool !== undefined && tools.size < memoryLimits.tools) tools.add(tool)
    if (text !== undefined && text.trim() !== '') {
      if (text.length > memoryLimits.characters) left++
      const raw = text.slice(0, memoryLimits.characters)
      pieces.push({ raw, document })
      lost += rememberSecrets(secrets, raw, seed)
      if (carried?.isSensitive === true && pieces === byOthers) rememberRestricted(secrets, raw, seed)
    }
    if (typeof value === 'object' && value !== null) {
      pieces.push({ raw: value, document: isComputed })
      lost += rememberSecrets(secrets, JSON.stringify(value), seed)
      if (carried?.isSensitive === true) rememberRestricted(secrets, value, seed)
    }
  }
  const trust = {
    source,
    untrusted: carried?.untrusted === true,
    named: carried?.named === true,
    isWritten: carried?.isWritten === true,
    isSensitive: carried?.isSensitive === true,
    trust: carried?.trust,
    visited: carried?.visited,
    readPath: carried?.readPath,
    asked: carried?.asked,
  }
  const { relay } = carried ?? {}
  const own = new DigestSet(relay?.values ?? [])
  const all = { size: own.size + relayed.size, has: (each: number) => own.has(each) || relayed.has(each) }
  const isOwn =
    relay === undefined || all.size === 0
      ? undefined
      : (tokens: readonly string[], identities: readonly Identity[]) =>
          isRelayed(all, relay.places, tokens, identities, seed)
  const isTool = (word: number) => toolNames.has(word) || tools.has(word)
  const indexed: IndexedReading[] = []
  const identities: Identity[] = []
  for (const pieces of [byServer, byOthers]) {
    if (pieces.length === 0) continue
    const isDefinition = pieces === byServer
    const server = isDefinition ? saidBy : undefined
    const as = { ...trust, isDefinition, server, isRelayed: isOwn }
    const { index, left: over, met } = indexReadings(pieces, as, seed, isTool)
    const isReport = carried?.isReport === true && !index.spoken.includes(1)
    indexed.push(isReport ? { ...index, stems: none.stems, stemStarts: none.stemStarts } : index)
    identities.push(...met)
    left += over
  }
  const written = indexed.filter((index) => !index.isDefinition && isByPeople(index))
  const read = {
    readings: indexed,
    taints: written.length > 0,
    speaks: written.some((index) => index.spoken.includes(1)),
    secrets: [...secrets],
    tools: [...tools],
    visited: carried?.spaces ?? [],
    brought: carried?.brought ?? [],
    relayed: relay?.stays === true ? relay.values : [],
    isCut: left > 0,
  }
  return { read, left: left + lost, met: identities }
}

/** The name of a tool or of what it takes, where it is no word of any language: who names it speaks to a program. */
export function toolDigest(name: string, seed: Seed): number | undefined {
  const [token = '', ...others] = tokensOf(name)
  return others.length === 0 && /[a-z][_.-][a-z]/.test(token) ? digestOfWord(token, seed) : undefined
}

/** Running text, or what only looks like a field. */
const isByPeople = ({ records, fieldForms }: IndexedReading): boolean =>
  records.some((each) => each !== aside) ||
  fieldForms.some((each) => each === form.layout || each === form.sender || each === form.relayed)
