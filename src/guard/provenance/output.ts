import { readLayout, type Sink } from './layout.ts'
import { hashOf, normal, partsOf, type Seed, stemsOf, wordsOf } from './text.ts'

/** A structured value has at most this many words; longer ones are prose. */
export const maxFieldWords = 8

/**
 * What is kept of one tool output: hashes in flat arrays. A whole value that a system returned (`key: value`, list item,
 * JSON string, HTML attribute) is a field; the same value in the middle of running text is somebody’s sentence.
 */
export interface IndexedOutput {
  call: string
  /** Fetched by a call whose own argument was untrusted: its fields are worth no more than prose. */
  untrusted: boolean
  /** Words of all paragraphs in order, hashed. */
  words: Int32Array
  /** First word of each paragraph, one more at the end. */
  starts: Int32Array
  /** Record of a listing in which each paragraph stands. */
  records: Int32Array
  /** Stems of all paragraphs, and where each paragraph’s begin. */
  stems: Int32Array
  stemStarts: Int32Array
  /** Whole field values, hashed, with their records. */
  fields: Int32Array
  fieldRecords: Int32Array
  /** Parts of short values that may be names, hashed, with their records. */
  names: Int32Array
  nameRecords: Int32Array
  recordCount: number
}

/** Reads an output once, up to `maxWords` words; answers its index and how many words were left out at least. */
export function indexOutput(call: string, raw: string, seed: Seed, maxWords: number, untrusted: boolean) {
  const reader = new Reader(seed, maxWords)
  readLayout(raw, reader)
  return { index: reader.index(call, untrusted), left: reader.left }
}

class Reader implements Sink {
  left = 0
  #budget: number
  record = 0
  readonly #seed: Seed
  readonly #at: number[] = []
  readonly #words: number[] = []
  readonly #starts: number[] = []
  readonly #records: number[] = []
  readonly #stems: number[] = []
  readonly #stemStarts: number[] = []
  readonly #fields: number[] = []
  readonly #fieldRecords: number[] = []
  readonly #names: number[] = []
  readonly #nameRecords: number[] = []

  constructor(seed: Seed, maxWords: number) {
    this.#seed = seed
    this.#budget = maxWords
  }

  get paragraphs(): number {
    return this.#starts.length
  }

  index(call: string, untrusted: boolean): IndexedOutput {
    return {
      call,
      untrusted,
      words: Int32Array.from(this.#words),
      starts: Int32Array.from([...this.#starts, this.#words.length]),
      records: Int32Array.from(this.#records),
      stems: Int32Array.from(this.#stems),
      stemStarts: Int32Array.from([...this.#stemStarts, this.#stems.length]),
      fields: Int32Array.from(this.#fields),
      fieldRecords: Int32Array.from(this.#fieldRecords),
      names: Int32Array.from(this.#names),
      nameRecords: Int32Array.from(this.#nameRecords),
      recordCount: this.record + 1,
    }
  }

  /** A long text block: each paragraph is prose, even a short one (a link on its own line is not a field). */
  block(raw: string, gap: RegExp): void {
    if (wordsOf(normal(raw), this.#at).length <= maxFieldWords * 2) for (const line of raw.split('\n')) this.put(line)
    else for (const part of raw.split(gap)) this.prose(part)
  }

  put(raw: string): void {
    const text = normal(raw)
    const at = wordsOf(text, this.#at)
    if (at.length > maxFieldWords * 2) {
      this.prose(raw)
      return
    }
    if (at.length === 0 || !this.#take(at.length / 2)) return
    const tokens: string[] = []
    for (let i = 0; i < at.length; i += 2) tokens.push(text.slice(at[i], at[i + 1]))
    this.#fields.push(hashOf(tokens.join(' '), this.#seed))
    this.#fieldRecords.push(this.record)
    for (const token of tokens)
      for (const part of partsOf(token)) {
        this.#names.push(hashOf(part, this.#seed))
        this.#nameRecords.push(this.record)
      }
  }

  prose(raw: string): void {
    const text = normal(raw)
    const at = wordsOf(text, this.#at)
    if (at.length === 0 || !this.#take(1)) return
    this.#starts.push(this.#words.length)
    this.#stemStarts.push(this.#stems.length)
    this.#records.push(this.record)
    const count = Math.min(at.length / 2, this.#budget + 1)
    this.#budget -= count - 1
    this.left += at.length / 2 - count
    for (let i = 0; i < count; i++) this.#words.push(hashOf(text, this.#seed, at[i * 2], at[i * 2 + 1]))
    const stop = at[count * 2 - 1] ?? text.length
    stemsOf(stop < text.length ? text.slice(0, stop) : text, this.#seed, this.#stems)
  }

  #take(words: number): boolean {
    if (this.#budget < words) {
      this.left += words
      return false
    }
    this.#budget -= words
    return true
  }
}
