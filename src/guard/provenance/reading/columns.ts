import type { Identity } from '../../identity/index.ts'
import { digestOfWord, type Seed } from '../digests/hash.ts'
import { keysOf } from '../digests/keys.ts'
import { partsOf, stemsOf, tokensOf } from '../digests/text.ts'
import { type Form, form } from './form.ts'
import { withoutFailure } from './voice.ts'

/** In place of a record: what stands here belongs to none, and takes no proof from the fields beside it. */
export const aside = -0x4000_0000
/** Most parts of names of those who wrote that are kept of one reading. */
const maxWriters = 2048
/** How many paragraphs away a voice is heard. */
const carries = 2

/** What is kept of one thing that was read: digests in flat arrays. No text is kept. */
export interface IndexedReading {
  /** The call whose answer it was, or where else it stood. */
  source: string
  /** Fetched by a call whose own argument was untrusted: its fields are worth no more than prose. */
  untrusted: boolean
  /** The request, or what the request hands over to, named what was read. */
  named: boolean
  /** The operator holds it to be restricted or confidential. */
  isSensitive: boolean
  /** A server’s word of its own tools: it names every tool and what it takes. */
  isDefinition: boolean
  /** The server that says it of its tools, as it calls itself. */
  server?: string | undefined
  /** Words of all paragraphs in order. */
  words: Float64Array
  /** First word of each paragraph, one more at the end. */
  starts: Int32Array
  /** The record in which each paragraph stands: from 0 on in a listing, below 0 outside of one. No two texts share a record. */
  records: Int32Array
  /** Paragraphs that speak to the model, or follow one that does. */
  spoken: Uint8Array
  /** Stems of all paragraphs, and where each paragraph’s begin. */
  stems: Float64Array
  stemStarts: Int32Array
  /** Whole field values, with their records and forms. */
  fields: Float64Array
  fieldRecords: Int32Array
  fieldForms: Uint8Array
  /** Parts of short values that may be names, with their records. */
  names: Float64Array
  nameRecords: Int32Array
  /** Parts of the name of whoever sent a message that is told in words. */
  senders: readonly number[]
  /** Parts of the names of those who wrote messages, with their records. */
  writers: Float64Array
  writerRecords: Int32Array
  /** The messages that the call asked for by their ids, as digests. */
  asked: readonly number[]
  /** Digest of the path that was read; 0: of none, or of several. */
  path: number
  /** Identities: three keys each (whole, space, site), where they stood. */
  ids: Float64Array
  idRecords: Int32Array
  idParagraphs: Int32Array
  idForms: Uint8Array
}

/** The columns of a reading, in the order in which they are written. */
export const columns = [
  'words',
  'stems',
  'fields',
  'names',
  'ids',
  'writers',
  'starts',
  'records',
  'stemStarts',
  'fieldRecords',
  'nameRecords',
  'writerRecords',
  'idRecords',
  'idParagraphs',
  'spoken',
  'fieldForms',
  'idForms',
] as const
export type Column = (typeof columns)[number]

/** Most readings are short: their empty columns are one. */
const none = { doubles: new Float64Array(0), integers: new Int32Array(0), bytes: new Uint8Array(0) } as const
const doubles = (of: readonly number[]) => (of.length === 0 ? none.doubles : Float64Array.from(of))
const integers = (of: readonly number[]) => (of.length === 0 ? none.integers : Int32Array.from(of))
const bytes = (of: readonly number[]) => (of.length === 0 ? none.bytes : Uint8Array.from(of))

/** The columns of one reading as they grow, piece by piece; `record` is counted within the piece in hand. */
export class Columns {
  readonly #seed: Seed
  /** Where the piece in hand began: its records count from here. */
  #first = { record: 0, paragraph: 0, field: 0, name: 0, writer: 0, id: 0 }
  readonly #words: number[] = []
  readonly #starts: number[] = []
  readonly #records: number[] = []
  readonly #spoken: number[] = []
  readonly #stems: number[] = []
  readonly #stemStarts: number[] = []
  readonly #fields: number[] = []
  readonly #fieldRecords: number[] = []
  readonly #fieldForms: number[] = []
  readonly #names: number[] = []
  readonly #nameRecords: number[] = []
  readonly #writers: number[] = []
  readonly #writerRecords: number[] = []
  readonly #ids: number[] = []
  readonly #idRecords: number[] = []
  readonly #idParagraphs: number[] = []
  readonly #idForms: number[] = []
  /** Paragraphs of no record. */
  #asides = 0

  constructor(seed: Seed) {
    this.#seed = seed
  }

  begin(): void {
    this.#first = {
      record: this.#first.record,
      paragraph: this.#records.length,
      field: this.#fieldRecords.length,
      name: this.#nameRecords.length,
      writer: this.#writerRecords.length,
      id: this.#idRecords.length,
    }
  }

  /** The piece in hand had records up to `last`; what turned out to be no listing goes below zero. */
  end(last: number): void {
    const { record, paragraph, field, name, writer, id } = this.#first
    if (last === 0)
      for (const [records, from] of [
        [this.#records, paragraph],
        [this.#fieldRecords, field],
        [this.#nameRecords, name],
        [this.#writerRecords, writer],
        [this.#idRecords, id],
      ] as const)
        for (let i = from; i < records.length; i++) if (records[i] !== aside) records[i] = -1 - record
    this.#first.record += last + 1
  }

  /** How many paragraphs of a record there are. */
  get paragraphs(): number {
    return this.#records.length - this.#asides
  }

  /** The paragraph that was taken last. */
  get last(): number {
    return this.#starts.length - 1
  }

  /** Identities of the piece in hand. */
  get identities(): number {
    return this.#idForms.length - this.#first.id
  }

  /** The first `count` words of a paragraph, at positions `at` in its normal text, and its stems up to there. */
  paragraph(text: string, at: readonly number[], count: number, isVoice: boolean, record: number): void {
    this.#starts.push(this.#words.length)
    this.#stemStarts.push(this.#stems.length)
    this.#records.push(record === aside ? aside : this.#first.record + record)
    if (record === aside) this.#asides++
    this.#spoken.push(isVoice ? 1 : 0)
    for (let i = 0; i < count; i++) this.#words.push(digestOfWord(text, this.#seed, at[i * 2], at[i * 2 + 1]))
    const stop = at[count * 2 - 1] ?? text.length
    stemsOf(withoutFailure(stop < text.length ? text.slice(0, stop) : text), this.#seed, this.#stems)
  }

  /** A field value of these words, and the parts of them that may be names. */
  field(tokens: readonly string[], as: Form, record: number): void {
    this.#fields.push(digestOfWord(tokens.join(' '), this.#seed))
    this.#fieldRecords.push(this.#first.record + record)
    this.#fieldForms.push(as)
    for (const token of tokens)
      for (const part of partsOf(token)) {
        this.#names.push(digestOfWord(part, this.#seed))
        this.#nameRecords.push(this.#first.record + record)
      }
  }

  /** A name of whoever wrote the message of a record. */
  writer(name: string, record: number): void {
    for (const token of tokensOf(name))
      for (const part of partsOf(token)) {
        if (this.#writers.length >= maxWriters) return
        this.#writers.push(digestOfWord(part, this.#seed))
        this.#writerRecords.push(record === aside ? aside : this.#first.record + record)
      }
  }

  /** A value that a text lists. */
  listed(tokens: readonly string[]): void {
    this.#fields.push(digestOfWord(tokens.join(' '), this.#seed))
    this.#fieldRecords.push(aside)
    this.#fieldForms.push(form.listed)
  }

  /** An identity in a paragraph, -1 in none. */
  identity(identity: Identity, paragraph: number, as: Form, record: number): void {
    const { whole, space, site } = keysOf(identity, this.#seed)
    this.#ids.push(whole, space, site)
    this.#idRecords.push(this.#first.record + record)
    this.#idParagraphs.push(paragraph)
    this.#idForms.push(as)
  }

  index(rest: Omit<IndexedReading, Column>): IndexedReading {
    return {
      ...rest,
      words: doubles(this.#words),
      starts: integers([...this.#starts, this.#words.length]),
      records: integers(this.#records),
      spoken: this.#voices(),
      stems: doubles(this.#stems),
      stemStarts: integers([...this.#stemStarts, this.#stems.length]),
      fields: doubles(this.#fields),
      fieldRecords: integers(this.#fieldRecords),
      fieldForms: bytes(this.#fieldForms),
      names: doubles(this.#names),
      nameRecords: integers(this.#nameRecords),
      writers: doubles(this.#writers),
      writerRecords: integers(this.#writerRecords),
      ids: doubles(this.#ids),
      idRecords: integers(this.#idRecords),
      idParagraphs: integers(this.#idParagraphs),
      idForms: bytes(this.#idForms),
    }
  }

  /** A voice carries to the paragraphs that follow, within its record; what one says in another spelling is said with its voice. */
  #voices(): Uint8Array {
    const spoken = bytes(this.#spoken)
    let left = 0
    let record = aside
    let isSpoken = false
    for (let p = 0; p < spoken.length; p++) {
      if (this.#records[p] !== aside) {
        left = this.#spoken[p] === 1 ? carries + 1 : this.#records[p] === record ? left : 0
        record = this.#records[p] ?? aside
        isSpoken = left-- > 0
      }
      if (isSpoken) spoken[p] = 1
    }
    return spoken
  }
}
