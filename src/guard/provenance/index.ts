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
import { seedOf } from './hash.ts'
import { type IndexedReading, indexReading } from './index-reading.ts'
import type { Memory } from './lookup.ts'
import type { Reading } from './reading.ts'
import { emptyRequest, readRequest } from './request.ts'
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
} as const

export interface TaskMemoryOptions {
  /** The deployment’s own domains; a destination under one of them is internal, another one external. */
  domains?: readonly string[]
  /** A secret of the deployment that keys the hashes, so that nobody outside can look for collisions. */
  key?: string
}

/** What one task was asked and has read, as bounded hashes; no text is kept. Deterministic: no clock, chance or I/O. */
export class TaskMemory {
  /** Words and outputs dropped because a bound was reached. */
  evictions = 0
  readonly #memory: Memory & { readings: IndexedReading[]; visited: Set<number>; secrets: Set<number> }
  readonly #domains: readonly string[]
  readonly #made = new Set<string>()
  #words = 0
  #asked = ''

  constructor(options: TaskMemoryOptions = {}) {
    this.#domains = (options.domains ?? []).map((d) => d.toLowerCase().replace(/^[@.]+/, ''))
    this.#memory = {
      seed: seedOf(options.key ?? ''),
      request: emptyRequest(),
      readings: [],
      visited: new Set(),
      isCut: false,
      isTainted: false,
      secrets: new Set(),
      isMade: (normal) => this.#made.has(normal),
    }
  }

  /** What the principal asked for; call it for each message of the principal’s own. */
  addRequest(text: string): void {
    const part = this.#cut(text)
    const { request, seed } = this.#memory
    this.evictions += readRequest(request, part, seed, memoryLimits.requestWords)
    if (this.#asked === '') this.#asked = digestOfNormal(`request:${tokensOf(part).join(' ')}`)
  }

  /** What a call returned, error texts included; `carried` is what `examine` said of that call. */
  addOutput(source: string, raw: string | object, carried: Carried = {}): void {
    const { visited } = this.#memory
    for (const space of carried.spaces ?? []) if (visited.size < memoryLimits.requestWords) visited.add(space)
    for (const made of carried.makes ?? []) if (this.#made.size < memoryLimits.requestWords) this.#made.add(made)
    this.#add(source, raw, carried, true)
  }

  /** What a model may read outside of a call of its own. */
  addReadings(source: string, readings: readonly Reading[]): void {
    for (const { place, text, value } of readings) {
      // What a server says of its tools is read before anything else, always: it taints nothing, but proves nothing either.
      const taints = place !== 'tool' && place !== 'instructions'
      if (text !== undefined) this.#add(source, text, { document: true }, taints)
      if (typeof value === 'object' && value !== null) this.#add(source, value, {}, taints)
    }
  }

  #add(source: string, raw: string | object, carried: Carried, taints: boolean): void {
    const { readings, seed, secrets } = this.#memory
    if (typeof raw === 'string' && raw.trim() === '') return
    const part = typeof raw === 'string' ? this.#cut(raw) : raw
    const trust = {
      source,
      untrusted: carried.untrusted === true,
      named: carried.named === true,
      document: carried.document === true,
      isSensitive: carried.isSensitive === true,
    }
    const { index, left } = indexReading(part, trust, seed, memoryLimits.outputWords)
    this.evictions += left + rememberSecrets(secrets, typeof part === 'string' ? part : JSON.stringify(part), seed)
    if (left > 0) this.#memory.isCut = true
    if (taints && (index.starts.length > 1 || index.fieldForms.includes(form.layout))) this.#memory.isTainted = true
    readings.push(index)
    this.#words += size(index)
    while (readings.length > 1 && (readings.length > memoryLimits.outputs || this.#words > memoryLimits.taskWords)) {
      const gone = readings.shift()
      if (gone === undefined) break
      this.#words -= size(gone)
      this.evictions++
      this.#memory.isCut = true
    }
  }

  /** Looks at a call before it runs. Changes nothing. */
  examine(call: Call): Examined {
    const asked: Examination = {
      ...call,
      ...digestArguments(call.args),
      domains: this.#domains,
      asked: this.#asked,
    }
    return examine(this.#memory, asked)
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
