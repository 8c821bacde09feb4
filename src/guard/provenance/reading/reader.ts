import { type Identity, identitiesIn } from '../../identity/index.ts'
import { digestOfWord, type Seed } from '../digests/hash.ts'
import { isSought } from '../digests/keys.ts'
import { isPlainNumber, normal, partsOf, tokensOf, wordSpans } from '../digests/text.ts'
import { memoryLimits } from '../limits.ts'
import { aside, Columns, type IndexedReading } from './columns.ts'
import { type Form, form, maxFieldWords } from './form.ts'
import { type Head, mailboxIn, maxHeaders, nameIn } from './heads.ts'
import type { LayoutHandler } from './layout.ts'
import { listedIn } from './listed.ts'
import { relativeLinks } from './relative-links.ts'
import { joinedWords, veiledLines } from './veiled.ts'
import { isAiming, speaksToModel, voiceFrom, withoutFailure } from './voice.ts'
import type { FieldHandler, FieldTrust } from './walk.ts'

/** From so many words on, a text that people are not shown says something. */
const minHidden = 6
/** A name that is no word of any language: `send_money`. */
const compound = /\b[a-z][a-z\d]{0,40}(?:[_.-][a-z\d]{1,40}){1,8}/gi
/** A field of more words may be a sentence. */
const shortest = 3
/** A name of somebody or a title: each word begins with a capital letter. */
const titled = /^\p{Lu}[\p{L}\p{M}.'’-]*(?:\s+\p{Lu}[\p{L}\p{M}.'’-]*)*$/u
/** Two words may be an order (“use leftpad”). In a person’s name, a title or a system’s own field they are one only where one of them looks like the name of a thing. */
const maySay = (raw: string, as: Form, tokens: readonly string[]): boolean =>
  (as !== form.system && !titled.test(raw.trim())) ||
  /(?<![\p{L}\d&])[#!№]\d/u.test(raw) ||
  tokens.some((token) => /[^\p{L}]/u.test(token) && !isPlainNumber(token))
/** Most identities kept of one reading. */
const maxIdentities = 4096

type IsRelayed = (tokens: readonly string[], identities: readonly Identity[]) => boolean

/** What is known of a reading besides its texts. */
export interface ReadingTrust {
  source: string
  untrusted: boolean
  named: boolean
  /** Somebody wrote all of it, structured as it may be: a message, an issue, a page. */
  isWritten: boolean
  isSensitive: boolean
  isDefinition: boolean
  /** The server that says it of its tools. */
  server?: string | undefined
  /** What the policy says of its fields. */
  trust: FieldTrust | undefined
  /** The URL whose page it is. */
  visited?: string | undefined
  /** Digest of the path that is read. */
  readPath?: number | undefined
  /** Ids of the messages that the call asked for, as digests. */
  asked?: readonly number[] | undefined
  /** Whether it is the agent that handed on a value which is shown here. */
  isRelayed?: IsRelayed | undefined
}

/** Takes what stands in a text or structured value: fields, paragraphs and identities go to their columns. */
export class Reader implements LayoutHandler, FieldHandler {
  left = 0
  /** Identities that somebody wrote, by their spelling, with the paragraphs that hold them. */
  readonly #met = new Map<string, { identity: Identity; paragraphs: number[] }>()
  record = 0
  form: Form = form.layout
  /** The page from which relative links lead. */
  base: URL | undefined
  #budget = 0
  #isHidden = false
  readonly #seed: Seed
  readonly #isTool: (word: number) => boolean
  readonly #isRelayed: IsRelayed
  readonly #at: number[] = []
  readonly #columns: Columns
  readonly #senders: number[] = []
  /** Lines that say who sent a message. */
  #heads = 0
  /** Words that stood across a break of line. */
  readonly #joined = new Set<string>()

  constructor(seed: Seed, isTool: (word: number) => boolean, isRelayed: IsRelayed) {
    this.#seed = seed
    this.#isRelayed = isRelayed
    this.#columns = new Columns(seed)
    this.#isTool = isTool
  }

  begin(): void {
    this.#budget = memoryLimits.outputWords
    this.record = 0
    this.form = form.layout
    this.#columns.begin()
  }

  end(): void {
    this.#columns.end(this.record)
  }

  get paragraphs(): number {
    return this.#columns.paragraphs
  }

  index({
    source,
    untrusted,
    named,
    readPath: path = 0,
    asked = [],
    isSensitive,
    isDefinition,
    server,
  }: ReadingTrust): IndexedReading {
    // Of several messages nobody can tell where one ends.
    const senders = this.#heads === 1 ? this.#senders : []
    return this.#columns.index({ source, untrusted, named, isSensitive, isDefinition, server, path, senders, asked })
  }

  /** The identities that somebody wrote; first those where a text speaks to the model. */
  met(spoken: Uint8Array): Identity[] {
    const isSpoken = (paragraph: number) => spoken[paragraph] === 1
    const first: Identity[] = []
    const then: Identity[] = []
    for (const { identity, paragraphs } of this.#met.values()) (paragraphs.some(isSpoken) ? first : then).push(identity)
    return [...first, ...then]
  }

  /** Who sent a message that is given as text: the lines at its head, before the first blank one. */
  sender(text: string): void {
    // Whoever else is said to have written, wherever that stands.
    for (const [, from = ''] of text.matchAll(/^[ \t>*]*(?:from|sender|von|de)[ \t]*:(.{0,500})/gim)) {
      this.#heads++
      this.#columns.writer(nameIn(from), aside)
    }
    for (const line of text.slice(0, 4096).trimStart().split('\n', maxHeaders)) {
      if (line.trim() === '') return
      const [, kind, from = ''] = /^\s*(from|reply-?to|sender|von|de)\s*:(.*)/i.exec(line) ?? []
      if (kind === undefined) continue
      this.#identify(mailboxIn(from), -1, form.sender)
      if (/^reply/i.test(kind)) continue
      this.#columns.writer(nameIn(from), this.record)
      for (const token of tokensOf(nameIn(from)))
        for (const part of partsOf(token)) this.#senders.push(digestOfWord(part, this.#seed))
    }
  }

  /** Who sent each of several messages, as a piece of its own: a record for each. */
  heads(heads: readonly Head[]): void {
    this.begin()
    for (const { ids, from } of heads) {
      this.record++
      for (const id of ids) this.#columns.field(tokensOf(id), form.layout, this.record)
      this.#columns.writer(nameIn(from), this.record)
      this.#identify(mailboxIn(from), -1, form.sender)
    }
    this.end()
  }

  /** A long text block: each paragraph is prose, even a short one (a link on its own line is not a field). */
  block(raw: string, gap: RegExp): void {
    if (wordSpans(normal(raw), this.#at).length <= maxFieldWords * 2) for (const line of raw.split('\n')) this.put(line)
    else for (const part of raw.split(gap)) this.prose(part)
  }

  put(raw: string): void {
    const text = normal(raw)
    const at = wordSpans(text, this.#at)
    if (at.length > maxFieldWords * 2) {
      this.prose(raw)
      return
    }
    if (at.length === 0 || !this.#take(at.length / 2)) return
    const tokens: string[] = []
    for (let i = 0; i < at.length; i += 2) tokens.push(text.slice(at[i], at[i + 1]))
    // What the agent took from a text and put there is worth what the text is.
    const identities = identitiesIn(this.form === form.sender ? mailboxIn(raw) : raw)
    const as = this.form === form.system && this.#isRelayed(tokens, identities) ? form.relayed : this.form
    this.#columns.field(tokens, as, this.record)
    this.#identify(raw, -1, as, identities)
    if (as === form.sender) this.#columns.writer(nameIn(raw), this.record)
    // A few words may be a sentence: what it names is looked for word by word, and takes nothing from the fields beside it.
    const isVoice = tokens.length > shortest && speaksToModel(withoutFailure(raw))
    if (tokens.length > shortest || (tokens.length > 1 && maySay(raw, as, tokens))) {
      this.#paragraph(raw, isVoice, aside)
      for (const listed of listedIn(raw)) if (this.#take(1)) this.#columns.listed(listed)
    }
    this.#veiled(raw, isVoice, aside)
  }

  prose(raw: string): void {
    const said = withoutFailure(raw)
    const namesTool = this.#namesTool(said)
    const isVoice =
      speaksToModel(said, namesTool) ||
      (this.#isHidden && wordSpans(raw, this.#at).length >= minHidden * 2 && (namesTool || isAiming(raw)))
    const from = isVoice && !this.#isHidden ? voiceFrom(raw) : 0
    if (from > 0) this.#paragraph(raw.slice(0, from), false, this.record)
    this.#paragraph(raw.slice(from), isVoice, this.record)
    for (const tokens of listedIn(raw)) if (this.#take(1)) this.#columns.listed(tokens)
    this.#veiled(raw, isVoice, this.record)
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
    const at = wordSpans(text, this.#at)
    if (at.length === 0 || !this.#take(1)) return
    const count = Math.min(at.length / 2, this.#budget + 1)
    this.#budget -= count - 1
    this.left += at.length / 2 - count
    this.#columns.paragraph(text, at, count, isVoice, record)
    this.#identify(raw, this.#columns.last, form.prose)
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

  #identify(raw: string, paragraph: number, as: Form, identities = identitiesIn(raw)): void {
    for (const identity of identities) this.#keep(identity, paragraph, as)
    if (this.base !== undefined)
      for (const identity of relativeLinks(raw, this.base)) this.#keep(identity, paragraph, form.prose)
  }

  #keep(identity: Identity, paragraph: number, as: Form): void {
    if (!isSought(identity)) return
    if (this.#columns.identities >= maxIdentities) {
      this.left++
      return
    }
    if (as !== form.system) {
      const met = this.#met.get(identity.canonical)
      if (met === undefined) this.#met.set(identity.canonical, { identity, paragraphs: [paragraph] })
      else met.paragraphs.push(paragraph)
    }
    this.#columns.identity(identity, paragraph, as, this.record)
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
