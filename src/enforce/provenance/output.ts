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
  reader.read(withoutFences(raw.trim()))
  return { index: reader.index(call, untrusted), left: reader.left }
}

class Reader {
  left = 0
  #budget: number
  #record = 0
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
      recordCount: this.#record + 1,
    }
  }

  read(text: string): void {
    if (/<(?:a|p|div|form|html|body|h\d|span|label|input)\b[^<>]*>/i.test(text)) {
      for (const m of text.matchAll(/\b(?:href|src|value|name|action|id)="([^"]{1,200})"/g)) this.#put(m[1] ?? '')
      this.#readLines(text.replace(/<[^<>]+>/g, '\n\n'))
    } else if (/^\s*[{[]\s*['"{[\d]/.test(text)) this.#readStrings(text)
    else this.#readLines(text)
  }

  /** JSON or a printed dictionary: keys and short strings are fields. An open string runs to the end. */
  #readStrings(text: string): void {
    for (let i = 0; i < text.length; ) {
      const c = text[i] as string
      let j = i
      if (c === '"' || c === "'") {
        for (j++; j < text.length && text[j] !== c; j++) if (text[j] === '\\') j++
        this.#put(unquoted(text.slice(i + 1, j)))
        i = j + 1
        continue
      }
      while (j < text.length && /[\w.-]/.test(text[j] as string)) j++
      if (j > i) this.#put(text.slice(i, j))
      i = Math.max(j, i + 1)
    }
  }

  /** `key: value`, `- item`, quoted scalars, folded lines, free text. */
  #readLines(text: string): void {
    const lines = text.split(/\r?\n/)
    const values: [text: string, record: number][] = []
    let free: string[] = []
    let hasProse = false
    const flush = () => {
      if (free.length === 0) return
      const before = this.#starts.length
      this.#block(free.join('\n'), /\n\s*\n/)
      if (this.#starts.length > before) hasProse = true
      free = []
    }
    for (let i = 0; i < lines.length; ) {
      const line = lines[i] as string
      const [, lead = '', key, rest = ''] = /^(\s*(?:- )*)(?:(\w[\w .\-']{0,30}):(?:\s+|$))?(.*)$/.exec(line) ?? []
      if (key !== undefined && /^- \s*\S/.test(line)) {
        flush()
        this.#record++
      }
      if (key === undefined && !lead.includes('- ')) {
        free.push(line)
        i++
        continue
      }
      flush()
      i++
      const quote = rest[0]
      if (quote === "'" || quote === '"') {
        const parts = [rest.slice(1)]
        while (!closes(parts.at(-1) ?? '', quote) && i < lines.length && parts.length <= 400)
          parts.push(lines[i++] ?? '')
        this.#block(unquoted(parts.join('\n').replace(/['"]\s*$/, '')), /\n\s*\n\s*\n/)
      } else {
        const folded = [rest]
        if (rest !== '' && rest !== '|' && rest !== '>')
          for (; i < lines.length && foldsUnder(lines[i] ?? '', lead.length); i++) folded.push((lines[i] ?? '').trim())
        values.push([folded.join(' '), this.#record])
      }
      if (key !== undefined) this.#put(key)
    }
    flush()
    // A document with running text has no fields: a `key: value` line in a letter or on a page is its author’s.
    const last = this.#record
    for (const [value, record] of values) {
      this.#record = record
      if (hasProse) this.#prose(value)
      else this.#put(value)
    }
    this.#record = last
  }

  /** A long text block: each paragraph is prose, even a short one (a link on its own line is not a field). */
  #block(raw: string, gap: RegExp): void {
    if (wordsOf(normal(raw), this.#at).length <= maxFieldWords * 2) for (const line of raw.split('\n')) this.#put(line)
    else for (const part of raw.split(gap)) this.#prose(part)
  }

  #put(raw: string): void {
    const text = normal(raw)
    const at = wordsOf(text, this.#at)
    if (at.length > maxFieldWords * 2) {
      this.#prose(raw)
      return
    }
    if (at.length === 0 || !this.#take(at.length / 2)) return
    const tokens: string[] = []
    for (let i = 0; i < at.length; i += 2) tokens.push(text.slice(at[i], at[i + 1]))
    this.#fields.push(hashOf(tokens.join(' '), this.#seed))
    this.#fieldRecords.push(this.#record)
    for (const token of tokens)
      for (const part of partsOf(token)) {
        this.#names.push(hashOf(part, this.#seed))
        this.#nameRecords.push(this.#record)
      }
  }

  #prose(raw: string): void {
    const text = normal(raw)
    const at = wordsOf(text, this.#at)
    if (at.length === 0 || !this.#take(1)) return
    this.#starts.push(this.#words.length)
    this.#stemStarts.push(this.#stems.length)
    this.#records.push(this.#record)
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

const unquoted = (text: string): string =>
  text.includes('\\') || text.includes("''")
    ? text
        .replace(/\\\r?\n\s*\\?/g, '')
        .replace(/\\n/g, '\n')
        .replace(/\\(["'\\ ])/g, '$1')
        .replace(/''/g, "'")
    : text

/** Whether a line ends the quoted scalar it stands in. A doubled '' or an escaped \" does not. */
function closes(line: string, quote: string): boolean {
  const text = line.trimEnd()
  if (!text.endsWith(quote)) return false
  const before = quote === "'" ? "'" : '\\'
  let n = 0
  for (let i = text.length - 2; i >= 0 && text[i] === before; i--) n++
  return n % 2 === 0
}

const foldsUnder = (line: string, depth: number): boolean => {
  const indent = line.search(/\S/)
  return indent > depth && !/^(?:- |\w[\w .\-']{0,30}:(?:\s|$))/.test(line.slice(indent))
}

/** Drops a doubled mark around the whole text (```, ~~~, <<>>): a fence says nothing about what it holds. */
function withoutFences(text: string): string {
  let from = 0
  let to = text.length
  const first = text[0] ?? ''
  if (text[1] === first && !/[\w\s{["'\-#|]/.test(first)) while (from < to && text[from] === first) from++
  const last = text[to - 1] ?? ''
  if (text[to - 2] === last && !/[\w\s}\]"'.!?\-|]/.test(last)) while (to > from && text[to - 1] === last) to--
  return text.slice(from, to)
}
