/**
 * Where the values of a call came from, worked out before the call runs (the idea and its measurements: bench/detection).
 * A value is trusted by where it stood, not by what it is: named by the principal, or a field that a system returned; not
 * by a sentence in something that was read.
 */

import { argumentLimits, readArguments } from './arguments.ts'
import type { Call, Carried, Examined } from './call.ts'
import { type Examination, examine } from './examine.ts'
import { seedOf } from './hash.ts'
import { type IndexedReading, indexReading } from './index-reading.ts'
import type { Memory } from './lookup.ts'
import { emptyRequest, readRequest } from './request.ts'
import { digestOf, digestOfNormal, tokensOf } from './text.ts'

export type { Call, Carried, Examined } from './call.ts'
export { digestOf } from './text.ts'

/** Bounds of one task’s memory. What goes over is dropped and counted in `evictions`. */
export const memoryLimits = {
  /** Characters of one text that are read. */
  characters: 131_072,
  /** Words of one output that are kept. */
  outputWords: 8192,
  /** Outputs of one task; the oldest goes first. */
  outputs: 64,
  /** Words of all outputs of one task: about half a megabyte. */
  taskWords: 65_536,
  /** Words of all requests of one task. */
  requestWords: 16_384,
  arguments: argumentLimits,
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
  readonly #memory: Memory & { readings: IndexedReading[]; visited: Set<number> }
  readonly #domains: readonly string[]
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
    const { readings, seed, visited } = this.#memory
    for (const space of carried.spaces ?? []) if (visited.size < memoryLimits.requestWords) visited.add(space)
    if (typeof raw === 'string' && raw.trim() === '') return
    const part = typeof raw === 'string' ? this.#cut(raw) : raw
    const trust = {
      source,
      untrusted: carried.untrusted === true,
      named: carried.named === true,
      document: carried.document === true,
    }
    const { index, left } = indexReading(part, trust, seed, memoryLimits.outputWords)
    this.evictions += left
    if (left > 0) this.#memory.isCut = true
    readings.push(index)
    this.#words += size(index)
    while (readings.length > memoryLimits.outputs || this.#words > memoryLimits.taskWords) {
      const gone = readings.shift()
      if (gone === undefined) break
      this.#words -= size(gone)
      this.evictions++
      this.#memory.isCut = true
    }
  }

  /** Looks at a call before it runs. Changes nothing. */
  examine(call: Call): Examined {
    const asked: Examination = { ...call, domains: this.#domains, asked: this.#asked }
    return examine(this.#memory, asked, readArguments(call.args))
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
