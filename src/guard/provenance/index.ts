/**
 * Where the values of a call came from, worked out before the call runs (the idea and its measurements: bench/detection).
 * A value is trusted by where it stood, not by what it is: named by the principal, or a field that a system returned; not
 * by a sentence in something that was read.
 */

import { digestArguments } from './arguments.ts'
import type { Call, Carried, Examined } from './call.ts'
import { type Examination, examine } from './examine.ts'
import { rememberSecrets } from './flow.ts'
import { form } from './form.ts'
import { digestOfWord, seedOf } from './hash.ts'
import { type IndexedReading, indexReading } from './index-reading.ts'
import type { Memory } from './lookup.ts'
import { namesIn } from './made.ts'
import type { Reading } from './reading.ts'
import { emptyRequest, joinRequest, type RequestMemory, readRequest } from './request.ts'
import { digestOf, digestOfNormal, tokensOf } from './text.ts'

export type { Call, Carried, Examined } from './call.ts'
export { digestOf } from './text.ts'

/** Bounds of one task’s memory. What goes over is dropped, counted in `evictions`, and marks the memory as cut. */
export const memoryLimits = {
  /** Characters of one text that are read. */
  characters: 2_097_152,
  /** Words of one reading that are kept. */
  outputWords: 262_144,
  /** Readings in memory; the oldest goes first. */
  outputs: 512,
  /** Words of all readings in memory. */
  taskWords: 16_384,
  /** Words of all requests of one task. */
  requestWords: 16_384,
  /** Digests of secrets of one task. */
  secrets: 8192,
  /** Readings that are in the journal only. */
  away: 10_000,
  /** Things that the agent made. */
  made: 100_000,
  /** Names of tools and of what they take. */
  tools: 4096,
} as const

export interface TaskMemoryOptions {
  /** The deployment’s own domains; a destination under one of them is internal, another one external. */
  domains?: readonly string[]
  /** A secret of the place that keys the digests, so that nobody outside can look for collisions. */
  key?: string | Buffer
  /** Where the memory is shared and goes on past what fits here; absent: here only. */
  journal?: MemoryJournal | undefined
  /** What the agent made in earlier tasks, as digests. */
  made?: Set<number>
  /** Told of what it makes. */
  onMade?: (digests: readonly number[]) => void
}

/** One thing that a task was asked or has read, as it is shared between the guards of an agent. */
export type Remembered =
  | { request: RequestMemory; digest: string }
  | { reading: IndexedReading; taints: boolean; secrets: readonly number[]; visited: readonly number[] }

/** Where one of them stands. */
interface Kept {
  value: Remembered
  file: string
  at: number
  size: number
}

/** A task’s shared memory: written by each guard of the agent, read by all. */
export interface MemoryJournal {
  readonly isCut: boolean
  announce(): void
  settle(): void
  append(value: Remembered): Kept | undefined
  pull(): readonly Kept[]
  again(kept: Kept): Remembered | undefined
}

/** What one task was asked and has read, as bounded keyed digests; no text is kept. No clock and no chance. */
export class TaskMemory {
  /** Words and readings dropped because a bound was reached. */
  evictions = 0
  readonly #memory: Memory & {
    readings: IndexedReading[]
    visited: Set<number>
    secrets: Set<number>
    said: Set<number>
  }
  readonly #options: TaskMemoryOptions
  readonly #domains: readonly string[]
  readonly #made: Set<number>
  readonly #tools = new Set<number>()
  /** Where each reading in memory stands in the journal, and those that are only there. */
  readonly #places = new Map<IndexedReading, Kept>()
  readonly #away: Kept[] = []
  /** Digests of the requests so far: several guards are told the same one. */
  readonly #requests = new Set<string>()
  #words = 0
  #asked = ''

  constructor(options: TaskMemoryOptions = {}) {
    this.#options = options
    this.#domains = (options.domains ?? []).map((d) => d.toLowerCase().replace(/^[@.]+/, ''))
    this.#made = options.made ?? new Set()
    const seed = seedOf(options.key ?? '')
    this.#memory = {
      seed,
      request: emptyRequest(),
      readings: [],
      visited: new Set(),
      isCut: false,
      isTainted: false,
      isSpoken: false,
      secrets: new Set(),
      said: new Set(),
      isMade: (normal) => this.#made.has(digestOfWord(normal, seed)),
    }
  }

  /** What the principal asked for; call it for each message of the principal’s own. */
  addRequest(text: string): void {
    this.#join()
    const part = this.#cut(text)
    const request = emptyRequest()
    this.evictions += readRequest(request, part, this.#memory.seed, memoryLimits.requestWords)
    const value = { request, digest: digestOfNormal(`request:${tokensOf(part).join(' ')}`) }
    this.#options.journal?.append(value)
    this.#ask(value)
  }

  /** An answer is about to go to the agent, and will be read here after: other guards wait for it. */
  expect(): void {
    this.#options.journal?.announce()
  }

  /** What was expected has been read. */
  settle(): void {
    this.#options.journal?.settle()
  }

  /** What a call returned, error texts included; `carried` is what `examine` said of that call. */
  addOutput(source: string, raw: string | object, carried: Carried = {}): void {
    this.addReadings(
      source,
      [typeof raw === 'string' ? { place: 'text', text: raw } : { place: 'structured', value: raw }],
      carried,
    )
  }

  /** What a model may read: the answer of a call, with what `examine` said of it, or what comes without one. */
  addReadings(source: string, readings: readonly Reading[], carried?: Carried): void {
    if (carried?.makes !== undefined) this.#makes([...carried.makes, ...readings.flatMap(namesIn)])
    for (const each of carried?.said ?? [])
      if (this.#memory.said.size < memoryLimits.requestWords) this.#memory.said.add(each)
    for (const { place, text, value, cut } of readings) {
      if (cut === true) this.#memory.isCut = true
      if (place === 'tool' && text !== undefined) this.#meetTool(text)
      // What a server says of its tools is read before anything else, always: it taints nothing, but proves nothing either.
      const taints = place !== 'tool' && place !== 'instructions'
      const as = { ...carried, document: carried === undefined || carried.document === true }
      if (text !== undefined) this.#add(source, text, as, taints)
      if (typeof value === 'object' && value !== null) this.#add(source, value, { ...carried, document: false }, taints)
    }
  }

  /** Looks at a call before it runs. */
  examine(call: Call): Examined {
    this.#join()
    this.#meetTool(call.tool)
    const asked: Examination = { ...call, ...digestArguments(call.args), domains: this.#domains, asked: this.#asked }
    const examined = examine(this.#memory, asked)
    const { doubt, flow, sink, untrusted } = examined.provenance
    const isAct = sink !== 'own' && sink !== 'look'
    const matters = untrusted !== undefined || (isAct && (doubt !== undefined || flow === undefined))
    if (this.#away.length === 0 || !matters) return examined
    // What does not fit in memory is looked through only where it could matter.
    const { journal } = this.#options
    const away = this.#away.flatMap((kept) => {
      const value = journal?.again(kept)
      return value !== undefined && 'reading' in value ? [value.reading] : []
    })
    const isCut = this.#memory.isCut || away.length < this.#away.length
    return examine({ ...this.#memory, isCut, readings: [...away, ...this.#memory.readings] }, asked)
  }

  #add(source: string, raw: string | object, carried: Carried, taints: boolean): void {
    if (typeof raw === 'string' && raw.trim() === '') return
    const { seed } = this.#memory
    const part = typeof raw === 'string' ? this.#cut(raw) : raw
    const trust = {
      source,
      untrusted: carried.untrusted === true,
      named: carried.named === true,
      document: carried.document === true,
      isWritten: carried.isWritten === true,
      isSensitive: carried.isSensitive === true,
      isDefinition: !taints,
    }
    const { index, left } = indexReading(part, trust, seed, memoryLimits.outputWords, this.#tools)
    const secrets = new Set<number>()
    this.evictions += left + rememberSecrets(secrets, typeof part === 'string' ? part : JSON.stringify(part), seed)
    if (left > 0) this.#memory.isCut = true
    const isWritten =
      taints &&
      (index.starts.length > 1 || index.fieldForms.some((each) => each === form.layout || each === form.sender))
    const value = { reading: index, taints: isWritten, secrets: [...secrets], visited: carried.spaces ?? [] }
    const kept = this.#options.journal?.append(value)
    if (kept !== undefined) this.#places.set(index, kept)
    this.#take(value)
  }

  #take({ reading, taints, secrets, visited }: Exclude<Remembered, { request: RequestMemory }>): void {
    const memory = this.#memory
    for (const space of visited) if (memory.visited.size < memoryLimits.requestWords) memory.visited.add(space)
    for (const secret of secrets) {
      if (memory.secrets.size < memoryLimits.secrets) memory.secrets.add(secret)
      else memory.isCut = true
    }
    if (taints) memory.isTainted = true
    if (taints && reading.spoken.includes(1)) memory.isSpoken = true
    memory.readings.push(reading)
    this.#words += size(reading)
    while (
      memory.readings.length > 1 &&
      (memory.readings.length > memoryLimits.outputs || this.#words > memoryLimits.taskWords)
    ) {
      const gone = memory.readings.shift()
      if (gone === undefined) break
      this.#words -= size(gone)
      const kept = this.#places.get(gone)
      this.#places.delete(gone)
      if (kept !== undefined && this.#away.length < memoryLimits.away) this.#away.push(kept)
      else {
        this.evictions++
        memory.isCut = true
      }
    }
  }

  /** The name of a tool or of what it takes, where it is no word of any language: who names it speaks to a program. */
  #meetTool(name: string): void {
    const [token = '', ...others] = tokensOf(name)
    if (others.length === 0 && /[a-z][_.-][a-z]/.test(token) && this.#tools.size < memoryLimits.tools)
      this.#tools.add(digestOfWord(token, this.#memory.seed))
  }

  /** What other guards of the agent were asked and have read in this task. */
  #join(): void {
    const { journal } = this.#options
    if (journal === undefined) return
    for (const kept of journal.pull()) {
      const { value } = kept
      if ('request' in value) this.#ask(value)
      else {
        this.#places.set(value.reading, kept)
        this.#take(value)
      }
    }
    if (journal.isCut) this.#memory.isCut = true
  }

  /** A new message is a new request: what it names is proof too, and what the old one handed over is no longer. */
  #ask({ request, digest }: Extract<Remembered, { request: RequestMemory }>): void {
    if (this.#requests.has(digest)) return
    this.#requests.add(digest)
    joinRequest(this.#memory.request, request, memoryLimits.requestWords)
    if (this.#asked === '') this.#asked = digest
  }

  #makes(names: readonly string[]): void {
    const digests = names.map((name) => digestOfWord(name, this.#memory.seed)).filter((each) => !this.#made.has(each))
    if (digests.length === 0 || this.#made.size > memoryLimits.made) return
    for (const each of digests) this.#made.add(each)
    this.#options.onMade?.(digests)
  }

  /** The digest by which destinations, known values and scopes are compared. */
  static readonly digestOf: (value: string) => string = digestOf

  #cut(text: string): string {
    if (text.length <= memoryLimits.characters) return text
    this.evictions++
    this.#memory.isCut = true
    return text.slice(0, memoryLimits.characters)
  }
}

const size = (index: IndexedReading): number => index.words.length + index.fields.length
