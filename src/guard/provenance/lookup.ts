import type { IndexedOutput } from './output.ts'
import { hashOf, hostOf, type IdKind, idKind, partsOf, type Seed } from './text.ts'

/** What is kept of the principal’s request, hashed. */
export interface RequestMemory {
  words: Set<number>
  /** Capitalised words: people and things that the request names. */
  names: Set<number>
  stems: Set<number>
  /** Hosts it names, and those visited on good grounds since. */
  hosts: Set<number>
}

export interface Memory {
  seed: Seed
  request: RequestMemory
  outputs: readonly IndexedOutput[]
}

/**
 * Where a value stood: named by the request; a whole field of an output; in running text; in both of these; a field of
 * an output that untrusted text had fetched; nowhere.
 */
export type Stand = 'request' | 'field' | 'both' | 'prose' | 'tainted' | 'none'

export interface Origin {
  stand: Stand
  id: IdKind | undefined
  host: string | undefined
  /** A link in a listing record one of whose short fields holds a name from the request: the link Alice e-mailed. */
  endorsed: boolean
  /** A field value that carries a name from the request. */
  linked: boolean
  /** The call whose output showed it first. */
  call: string | undefined
}

/** Read from an output, as opposed to asked for or made up. */
export const isRead = (stand: Stand): boolean => stand !== 'request' && stand !== 'none'
export const isUntrusted = (stand: Stand): boolean => stand === 'prose' || stand === 'tainted'

export function originOf(memory: Memory, tokens: readonly string[]): Origin {
  const { request, seed } = memory
  const [first = ''] = tokens
  const id = tokens.length === 1 ? idKind(first) : undefined
  const host = id === 'url' ? hostOf(first) : undefined
  const words = tokens.map((t) => hashOf(t, seed))
  const origin: Origin = { stand: 'request', id, host, endorsed: false, linked: false, call: undefined }
  if (words.every((w) => request.words.has(w))) return origin
  if (host !== undefined && request.hosts.has(hashOf(host, seed))) return origin
  let found = lookUp(memory, words, hashOf(tokens.join(' '), seed))
  if (host !== undefined && host !== first && !found.field) {
    const hash = hashOf(host, seed)
    const site = lookUp(memory, [hash], hash)
    found.field = site.field
    found.call ??= site.call
    if (!found.prose && site.prose) {
      found.prose = true
      found.endorsed = site.endorsed
    }
  }
  if (id === 'path' && !found.field && !found.prose && !found.tainted) {
    const last = first.slice(first.lastIndexOf('/') + 1)
    const hash = hashOf(last, seed)
    if (last.length > 3) found = lookUp(memory, [hash], hash)
  }
  origin.stand = found.field
    ? found.prose
      ? 'both'
      : 'field'
    : found.prose
      ? 'prose'
      : found.tainted
        ? 'tainted'
        : 'none'
  origin.endorsed = found.prose && found.endorsed && id === 'url'
  origin.linked = found.field && tokens.some((t) => partsOf(t).some((part) => request.names.has(hashOf(part, seed))))
  origin.call = found.call
  return origin
}

interface Found {
  field: boolean
  tainted: boolean
  prose: boolean
  endorsed: boolean
  call: string | undefined
}

/** A field counts outside the records whose own prose holds the value: who preaches an address does not vouch for it. */
function lookUp({ outputs, request }: Memory, words: readonly number[], whole: number): Found {
  const found: Found = { field: false, tainted: false, prose: false, endorsed: false, call: undefined }
  const preaching: number[] = []
  for (const output of outputs) {
    preaching.length = 0
    for (let p = paragraphWith(output, words, 0); p >= 0; p = paragraphWith(output, words, p + 1)) {
      const record = output.records[p] ?? 0
      if (preaching.at(-1) !== record) preaching.push(record)
      if (found.prose) continue
      found.prose = true
      found.call ??= output.call
      found.endorsed = output.recordCount > 1 && namesOneOf(output, record, request.names)
    }
    for (let i = output.fields.indexOf(whole); i >= 0; i = output.fields.indexOf(whole, i + 1)) {
      const record = output.fieldRecords[i] ?? 0
      if (output.recordCount > 1 && preaching.includes(record)) continue
      if (output.untrusted) found.tainted = true
      else found.field = true
      found.call ??= output.call
    }
  }
  return found
}

/** The next paragraph, from `from` on, that holds the words in a row; -1 when none does. */
function paragraphWith({ words: all, starts }: IndexedOutput, words: readonly number[], from: number): number {
  const [first = 0] = words
  let p = from
  for (let i = all.indexOf(first, starts[from] ?? all.length); i >= 0; i = all.indexOf(first, i + 1)) {
    while ((starts[p + 1] ?? all.length) <= i) p++
    if (i + words.length > (starts[p + 1] ?? all.length)) continue
    let n = 1
    while (n < words.length && all[i + n] === words[n]) n++
    if (n === words.length) return p
  }
  return -1
}

function namesOneOf({ names, nameRecords }: IndexedOutput, record: number, wanted: ReadonlySet<number>): boolean {
  if (wanted.size === 0) return false
  for (let i = 0; i < names.length; i++) if (nameRecords[i] === record && wanted.has(names[i] ?? 0)) return true
  return false
}

/** The largest share of these stems that one paragraph read so far holds. */
export function shareNamed(outputs: readonly IndexedOutput[], stems: readonly number[]): number {
  let most = 0
  for (const { stems: all, stemStarts } of outputs)
    for (let p = 0; p + 1 < stemStarts.length && most < stems.length; p++) {
      const paragraph = all.subarray(stemStarts[p], stemStarts[p + 1])
      let held = 0
      for (const stem of stems) if (paragraph.includes(stem)) held++
      if (held > most) most = held
    }
  return stems.length === 0 ? 0 : most / stems.length
}
