/**
 * Where the values of a call came from, worked out before the call runs (the idea and its measurements: bench/detection).
 * A value is trusted by where it stood, not by what it is: named by the principal, or a field that a system returned; not
 * by a sentence in something that was read.
 */

import { argumentLimits, readArguments } from './arguments.ts'
import type { Call, Carried, Examined } from './call.ts'
import { type Examination, examine } from './examine.ts'
import type { Memory, RequestMemory } from './lookup.ts'
import { type IndexedOutput, indexOutput } from './output.ts'
import { digestOf, digestOfNormal, hashOf, hostOf, isHost, seedOf, stemsOf, stopWords, tokensOf } from './text.ts'

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
  readonly #memory: Memory & { outputs: IndexedOutput[]; request: RequestMemory }
  readonly #domains: readonly string[]
  #words = 0
  #asked = ''

  constructor(options: TaskMemoryOptions = {}) {
    this.#domains = (options.domains ?? []).map((d) => d.toLowerCase().replace(/^[@.]+/, ''))
    this.#memory = {
      seed: seedOf(options.key ?? ''),
      request: { words: new Set(), names: new Set(), stems: new Set(), hosts: new Set() },
      outputs: [],
    }
  }

  /** What the principal asked for; call it for each message of the principal’s own. */
  addRequest(text: string): void {
    const { request, seed } = this.#memory
    const part = this.#cut(text)
    for (const token of tokensOf(part)) {
      if (request.words.size >= memoryLimits.requestWords) {
        this.evictions++
        break
      }
      request.words.add(hashOf(token, seed))
      const host = hostOf(token)
      if (isHost(host)) request.hosts.add(hashOf(host, seed))
    }
    for (const stem of stemsOf(part, seed)) {
      if (request.stems.size >= memoryLimits.requestWords) break
      request.stems.add(stem)
    }
    for (const [word] of part.matchAll(/(?<![\w@./'])\p{Lu}\p{L}{2,}(?![\w@.]*@)/gu)) {
      const name = word.toLowerCase()
      if (!stopWords.has(name) && request.names.size < memoryLimits.requestWords) request.names.add(hashOf(name, seed))
    }
    if (this.#asked === '') this.#asked = digestOfNormal(`request:${tokensOf(part).join(' ')}`)
  }

  /** What a call returned, error texts included; `carried` is what `examine` said of that call. */
  addOutput(call: string, text: string, carried: Carried = {}): void {
    const { request, outputs, seed } = this.#memory
    for (const host of carried.hosts ?? []) if (request.hosts.size < memoryLimits.requestWords) request.hosts.add(host)
    if (text.trim() === '') return
    const part = this.#cut(text)
    const { index, left } = indexOutput(call, part, seed, memoryLimits.outputWords, carried.untrusted === true)
    this.evictions += left
    outputs.push(index)
    this.#words += size(index)
    while (outputs.length > memoryLimits.outputs || this.#words > memoryLimits.taskWords) {
      const gone = outputs.shift()
      if (gone === undefined) break
      this.#words -= size(gone)
      this.evictions++
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
    return text.slice(0, memoryLimits.characters)
  }
}

const size = (index: IndexedOutput): number => index.words.length + index.fields.length
