import { partHidden } from './hidden.ts'

/** Where the parts of an output go: whole values, sentences, or blocks that are one or the other by their length. */
export interface LayoutHandler {
  /** Record of the listing that is being read. */
  record: number
  /** Paragraphs taken so far. */
  readonly paragraphs: number
  put(text: string): void
  prose(text: string): void
  block(text: string, gap: RegExp): void
  /** What people are not shown. */
  hidden(text: string): void
}

/** A comment between two letters of a word: it cuts nothing. */
const inWord = /(?<=[^\s<>])(<!--[^<>]{0,200}-->)([^\s<>]{1,128})/g

/** Tells fields from prose by how a text is laid out. Every pattern here is linear in the text, hostile or not. */
export const readLayout = (raw: string, into: LayoutHandler): void => read(withoutFences(raw.trim()), into)

function read(raw: string, into: LayoutHandler): void {
  const { shown: text, hidden } = partHidden(raw.replace(inWord, '$2 $1'))
  for (const each of hidden) into.hidden(each)
  if (/<(?:a|p|div|form|html|body|h\d|span|label|input)\b[^<>]*>/i.test(text)) {
    for (const tag of text.matchAll(/<[a-z][^<>]{0,8192}>/gi))
      for (const [, double, single] of tag[0].matchAll(/=\s?(?:"([^"]{1,2000})"|'([^']{1,2000})')/g)) {
        const value = double ?? single ?? ''
        if (/\s/.test(value)) into.prose(value)
        else into.put(value)
      }
    readLines(text.replace(/<[^<>]+>/g, '\n\n'), into)
  } else if (/^\s*[{[]\s*['"{[\d]/.test(text) && isPrinted(text)) readStrings(text, into)
  else readLines(text, into)
}

/** More words than this outside of quotes, one after the other, are somebody’s sentence: `<Server object at 0x7f>` has four. */
const maxBare = 4

/**
 * Whether a text that begins with a bracket is JSON or a printed dictionary to its end, cut off or not, and not a sentence with a
 * bracket before it, such as a log line or a numbered remark.
 */
function isPrinted(text: string): boolean {
  let depth = 0
  let bare = 0
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string
    if (c === '"' || c === "'") {
      for (i++; i < text.length && text[i] !== c; i++) if (text[i] === '\\') i++
      bare = 0
    } else if (c === '{' || c === '[') depth++
    else if (c === '}' || c === ']') depth--
    else if (/[\w.-]/.test(c)) {
      if (depth <= 0 || ++bare > maxBare) return false
      while (i + 1 < text.length && /[\w.-]/.test(text[i + 1] as string)) i++
    }
    if (!/[\w.\s-]/.test(c)) bare = 0
  }
  return true
}

/** JSON or a printed dictionary: keys and short strings are fields. An open string runs to the end. */
function readStrings(text: string, into: LayoutHandler): void {
  for (let i = 0; i < text.length; ) {
    const c = text[i] as string
    let j = i
    if (c === '"' || c === "'") {
      for (j++; j < text.length && text[j] !== c; j++) if (text[j] === '\\') j++
      into.put(unquoted(text.slice(i + 1, j)))
      i = j + 1
      continue
    }
    while (j < text.length && /[\w.-]/.test(text[j] as string)) j++
    if (j > i) into.put(text.slice(i, j))
    i = Math.max(j, i + 1)
  }
}

/** `key: value`, `- item`, quoted scalars, folded lines, free text. */
function readLines(text: string, into: LayoutHandler): void {
  const lines = text.split(/\r?\n/)
  const values: [text: string, record: number][] = []
  let free: string[] = []
  let hasProse = false
  const flush = () => {
    if (free.length === 0) return
    const before = into.paragraphs
    // A few words after running text belong to it: the command that it tells to run.
    if (hasProse) for (const part of free.join('\n').split(/\n\s*\n/)) into.prose(part)
    else into.block(free.join('\n'), /\n\s*\n/)
    if (into.paragraphs > before) hasProse = true
    free = []
  }
  for (let i = 0; i < lines.length; ) {
    const line = lines[i] as string
    const [, lead = '', key, rest = ''] = /^(\s*(?:- )*)(?:(\w[\w .\-']{0,30}):(?:\s+|$))?(.*)$/.exec(line) ?? []
    if (key !== undefined && /^- \s*\S/.test(line)) {
      flush()
      into.record++
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
      while (!closes(parts.at(-1) ?? '', quote) && i < lines.length && parts.length <= 400) parts.push(lines[i++] ?? '')
      into.block(unquoted(parts.join('\n').replace(/['"]\s*$/, '')), /\n\s*\n\s*\n/)
    } else if (/^[|>][+-]?$/.test(rest)) {
      const parts: string[] = []
      for (; i < lines.length && isDeeper(lines[i] ?? '', lead.length); i++) parts.push(lines[i] ?? '')
      into.block(parts.join('\n'), /\n\s*\n/)
    } else {
      const folded = [rest]
      if (rest !== '')
        for (; i < lines.length && foldsUnder(lines[i] ?? '', lead.length); i++) folded.push((lines[i] ?? '').trim())
      // Where running text stands before it, it is said in its turn.
      if (hasProse) into.prose(folded.join(' '))
      else values.push([folded.join(' '), into.record])
    }
    if (key !== undefined) into.put(key)
  }
  flush()
  // A document with running text has no fields: a `key: value` line in a letter or on a page is its author’s.
  const last = into.record
  for (const [value, record] of values) {
    into.record = record
    if (hasProse) into.prose(value)
    else into.put(value)
  }
  into.record = last
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

/** Part of a block scalar: further in than its key, or blank. */
const isDeeper = (line: string, depth: number): boolean => {
  const indent = line.search(/\S/)
  return indent < 0 || indent > depth
}

const foldsUnder = (line: string, depth: number): boolean => {
  const indent = line.search(/\S/)
  return indent > depth && !/^(?:- |\w[\w .\-']{0,30}:(?:\s|$))/.test(line.slice(indent))
}

/** Drops a doubled mark around the whole text (```, ~~~, <<>>): a fence says nothing about what it holds. */
export function withoutFences(text: string): string {
  let from = 0
  let to = text.length
  const first = text[0] ?? ''
  if (text[1] === first && !/[\w\s{["'\-#|]/.test(first)) while (from < to && text[from] === first) from++
  const last = text[to - 1] ?? ''
  if (text[to - 2] === last && !/[\w\s}\]"'.!?\-|]/.test(last)) while (to > from && text[to - 1] === last) to--
  return text.slice(from, to)
}
