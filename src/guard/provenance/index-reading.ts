import { type Identity, identitiesIn } from '../identity/index.ts'
import { type Form, form, maxFieldWords } from './form.ts'
import { digestOfWord, type Seed } from './hash.ts'
import { isSought, keysOf } from './keys.ts'
import { readLayout, type Sink } from './layout.ts'
import { memoryLimits } from './limits.ts'
import { baseOf, relativeLinks } from './relative-links.ts'
import { structureOf } from './structure.ts'
import { normal, partsOf, stemsOf, tokensOf, wordsOf } from './text.ts'
import { joinedWords, veiledLines } from './veiled.ts'
import { isAiming, speaksToModel, voiceFrom } from './voice.ts'
import { type FieldTrust, walk } from './walk.ts'

/** How many paragraphs away a voice is heard. */
const carries = 2
/** Lines at the head of a message. */
const maxHeaders = 16
/** Words of a text that people are not shown from which on it says something. */
const minHidden = 6
/** A name that is no word of any language: `send_money`. */
const compound = /\b[a-z][a-z\d]{0,40}(?:[_.-][a-z\d]{1,40}){1,8}/gi
/** A field of more words may be a sentence. */
const shortest = 3
/** The record of what belongs to none and takes nothing from the fields beside it. */
export const aside = -0x4000_0000
/** Most identities kept of one reading. */
const maxIdentities = 4096

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
  /** Words of all paragraphs in order. */
  words: Float64Array
  /** First word of each paragraph, one more at the end. */
  starts: Int32Array
  /** Record in which each paragraph stands: of a listing from 0 on, below it what is no part of one. No two texts share a record. */
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
  /** Digest of the path that was read; 0: of none, or of several. */
  place: number
  /** Identities: three keys each (whole, space, site), where they stood. */
  ids: Float64Array
  idRecords: Int32Array
  idParagraphs: Int32Array
  idForms: Uint8Array
}

/** One text, or value that is structured as a whole. */
export interface Piece {
  raw: string | object
  /** The text of a document: whatever it looks like, its author wrote it. */
  document: boolean
}

/** What is told of a reading besides its texts. */
export interface ReadingTrust {
  source: string
  untrusted: boolean
  named: boolean
  /** Somebody wrote all of it, structured as it may be: a message, an issue, a page. */
  isWritten: boolean
  isSensitive: boolean
  isDefinition: boolean
  /** What the policy says of its fields. */
  trust: FieldTrust | undefined
  /** The URL whose page it is. */
  visited?: string | undefined
  /** Digest of the path that is read. */
  place?: number | undefined
}

/** Reads texts and structured values once; answers the index, how many words were left out at least, and what it met that is no system’s own field. `isTool`: names of tools. */
export function indexReadings(
  pieces: readonly Piece[],
  trust: ReadingTrust,
  seed: Seed,
  isTool: (word: number) => boolean,
) {
  const reader = new Reader(seed, isTool)
  for (const { raw, document } of pieces) {
    reader.begin()
    const text = typeof raw === 'string' ? raw : ''
    // A document is only looked at as a structure where the policy says something of it.
    const value = typeof raw === 'object' ? raw : document && !trust.trust ? undefined : structureOf(text)
    if (value === undefined) {
      if (trust.isWritten) reader.sender(text)
      reader.base = baseOf(text, trust.visited)
      readLayout(text, reader)
      reader.joined(text)
    } else if (walk(value, reader, { isWritten: trust.isWritten, isDocument: document, trust: trust.trust }))
      reader.left++
    reader.end()
  }
  const index = reader.index(trust)
  return { index, left: reader.left, met: reader.met(index.spoken) }
}

/** Most readings are short: their empty columns are one. */
const none = { doubles: new Float64Array(0), integers: new Int32Array(0), bytes: new Uint8Array(0) } as const
const doubles = (of: readonly number[]) => (of.length === 0 ? none.doubles : Float64Array.from(of))
const integers = (of: readonly number[]) => (of.length === 0 ? none.integers : Int32Array.from(of))
const bytes = (of: readonly number[]) => (of.length === 0 ? none.bytes : Uint8Array.from(of))

class Reader implements Sink {
  left = 0
  /** Identities that somebody wrote, by their spelling, with the paragraphs that hold them. */
  readonly #met = new Map<string, { identity: Identity; paragraphs: number[] }>()
  record = 0
  form: Form = form.layout
  /** What links lead from that leave out where they are. */
  base: URL | undefined
  #budget = 0
  #isHidden = false
  /** Where the piece in hand began: its records count from here. */
  #first = { record: 0, paragraph: 0, field: 0, name: 0, id: 0 }
  readonly #seed: Seed
  readonly #isTool: (word: number) => boolean
  readonly #at: number[] = []
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
  readonly #senders: number[] = []
  #heads = 0
  readonly #ids: number[] = []
  readonly #idRecords: number[] = []
  readonly #idParagraphs: number[] = []
  readonly #idForms: number[] = []
  /** Paragraphs of no record. */
  #asides = 0
  /** Words that stood across a break of line. */
  readonly #joined = new Set<string>()

  constructor(seed: Seed, isTool: (word: number) => boolean) {
    this.#seed = seed
    this.#isTool = isTool
  }

  begin(): void {
    this.#budget = memoryLimits.outputWords
    this.record = 0
    this.form = form.layout
    this.#first = {
      record: this.#first.record,
      paragraph: this.#records.length,
      field: this.#fieldRecords.length,
      name: this.#nameRecords.length,
      id: this.#idRecords.length,
    }
  }

  /** What turned out to be no listing goes below zero. */
  end(): void {
    const { record, paragraph, field, name, id } = this.#first
    if (this.record === 0)
      for (const [records, from] of [
        [this.#records, paragraph],
        [this.#fieldRecords, field],
        [this.#nameRecords, name],
        [this.#idRecords, id],
      ] as const)
        for (let i = from; i < records.length; i++) if (records[i] !== aside) records[i] = -1 - record
    this.#first.record += this.record + 1
  }

  get paragraphs(): number {
    return this.#records.length - this.#asides
  }

  index({ source, untrusted, named, place = 0, isSensitive, isDefinition }: ReadingTrust): IndexedReading {
    return {
      source,
      untrusted,
      named,
      isSensitive,
      isDefinition,
      place,
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
      // Of several messages nobody can tell where one ends.
      senders: this.#heads === 1 ? this.#senders : [],
      ids: doubles(this.#ids),
      idRecords: integers(this.#idRecords),
      idParagraphs: integers(this.#idParagraphs),
      idForms: bytes(this.#idForms),
    }
  }

  /** Those that somebody wrote; first what stands where a text speaks to the model. */
  met(spoken: Uint8Array): Identity[] {
    const isSpoken = (paragraph: number) => spoken[paragraph] === 1
    const first: Identity[] = []
    const then: Identity[] = []
    for (const { identity, paragraphs } of this.#met.values()) (paragraphs.some(isSpoken) ? first : then).push(identity)
    return [...first, ...then]
  }

  /** Who sent a message that is told in words: the lines at its head, before the first blank one. */
  sender(text: string): void {
    this.#heads += [...text.matchAll(/^[ \t>*]*(?:from|sender|von|de)[ \t]*:/gim)].length
    for (const line of text.slice(0, 4096).trimStart().split('\n', maxHeaders)) {
      if (line.trim() === '') return
      const [, kind, name = ''] = /^\s*(from|reply-?to|sender|von|de)\s*:(.*)/i.exec(line) ?? []
      if (kind === undefined) continue
      this.#identify(line, -1, form.sender)
      if (!/^reply/i.test(kind))
        for (const token of tokensOf(name.replace(/<[^<>]*>|@\S*/g, ' ')))
          for (const part of partsOf(token)) this.#senders.push(digestOfWord(part, this.#seed))
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
    this.#fields.push(digestOfWord(tokens.join(' '), this.#seed))
    this.#fieldRecords.push(this.#first.record + this.record)
    this.#fieldForms.push(this.form)
    for (const token of tokens)
      for (const part of partsOf(token)) {
        this.#names.push(digestOfWord(part, this.#seed))
        this.#nameRecords.push(this.#first.record + this.record)
      }
    this.#identify(raw, -1, this.form)
    // A few words may be a sentence: what it names is looked for word by word, and takes nothing from the fields beside it.
    const isVoice = tokens.length > shortest && speaksToModel(raw)
    if (tokens.length > shortest) this.#paragraph(raw, isVoice, aside)
    this.#veiled(raw, isVoice, aside)
  }

  prose(raw: string): void {
    const namesTool = this.#namesTool(raw)
    const isVoice =
      speaksToModel(raw, namesTool) ||
      (this.#isHidden && wordsOf(raw, this.#at).length >= minHidden * 2 && (namesTool || isAiming(raw)))
    const from = isVoice && !this.#isHidden ? voiceFrom(raw) : 0
    const record = this.#first.record + this.record
    if (from > 0) this.#paragraph(raw.slice(0, from), false, record)
    this.#paragraph(raw.slice(from), isVoice, record)
    this.#veiled(raw, isVoice, record)
  }

  /** What it says in another spelling, with the same voice or one of its own. */
  #veiled(raw: string, isVoice: boolean, record: number): void {
    for (const line of veiledLines(raw)) this.#paragraph(line, isVoice || speaksToModel(line), record)
    this.joined(raw, isVoice)
  }

  /** Words that gaps cut in pieces. */
  joined(raw: string, voice?: boolean): void {
    let isVoice = voice
    for (const word of joinedWords(raw)) {
      if (this.#joined.has(word)) continue
      this.#joined.add(word)
      isVoice ??= speaksToModel(raw)
      this.#paragraph(word, isVoice, aside)
    }
  }

  #paragraph(raw: string, isVoice: boolean, record: number): void {
    const text = normal(raw)
    const at = wordsOf(text, this.#at)
    if (at.length === 0 || !this.#take(1)) return
    this.#starts.push(this.#words.length)
    this.#stemStarts.push(this.#stems.length)
    this.#records.push(record)
    if (record === aside) this.#asides++
    this.#spoken.push(isVoice ? 1 : 0)
    const count = Math.min(at.length / 2, this.#budget + 1)
    this.#budget -= count - 1
    this.left += at.length / 2 - count
    for (let i = 0; i < count; i++) this.#words.push(digestOfWord(text, this.#seed, at[i * 2], at[i * 2 + 1]))
    const stop = at[count * 2 - 1] ?? text.length
    stemsOf(stop < text.length ? text.slice(0, stop) : text, this.#seed, this.#stems)
    this.#identify(raw, this.#starts.length - 1, form.prose)
  }

  #namesTool(raw: string): boolean {
    for (const [word] of raw.matchAll(compound))
      if (this.#isTool(digestOfWord(word.toLowerCase(), this.#seed))) return true
    return false
  }

  /** What people are not shown: where it is more than a mark and names an aim or a tool, it is for the model. */
  hidden(raw: string): void {
    this.#isHidden = true
    for (const part of raw.split(/\n\s*\n/)) this.prose(part)
    this.#isHidden = false
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

  #identify(raw: string, paragraph: number, as: Form): void {
    for (const identity of identitiesIn(raw)) this.#keep(identity, paragraph, as)
    if (this.base !== undefined)
      for (const identity of relativeLinks(raw, this.base)) this.#keep(identity, paragraph, form.prose)
  }

  #keep(identity: Identity, paragraph: number, as: Form): void {
    if (!isSought(identity)) return
    if (this.#idForms.length - this.#first.id >= maxIdentities) {
      this.left++
      return
    }
    if (as !== form.system) {
      const met = this.#met.get(identity.canonical)
      if (met === undefined) this.#met.set(identity.canonical, { identity, paragraphs: [paragraph] })
      else met.paragraphs.push(paragraph)
    }
    const { whole, space, site } = keysOf(identity, this.#seed)
    this.#ids.push(whole, space, site)
    this.#idRecords.push(this.#first.record + this.record)
    this.#idParagraphs.push(paragraph)
    this.#idForms.push(as)
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
