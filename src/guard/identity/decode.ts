import { decodeHTML } from 'entities/decode'

/** How deep a text is looked into, how many texts are told, and how long they may be together, in UTF-16 units. */
const deepest = 3
const most = 200
const longest = 1_000_000

/**
 * Texts that are hidden in a value and that it is worth looking into: strings of JSON whose escapes hide them, percent signs, HTML
 * entities, quoted-printable, base64 (also of UTF-16, also over lines) and hexadecimal digits that decode to readable text. Each once,
 * without the value itself; bounded in depth, number and size.
 */
export function decodings(text: string): string[] {
  const found = new Set<string>()
  let left = longest
  const look = (value: string, depth: number): void => {
    for (const decoder of decoders)
      for (const decoded of decoder(value)) {
        if (found.size >= most || decoded.length > left) return
        if (decoded.length < 4 || decoded === value || decoded === text || found.has(decoded)) continue
        found.add(decoded)
        left -= decoded.length
        if (depth < deepest) look(decoded, depth + 1)
      }
  }
  look(text.length > longest ? text.slice(0, longest) : text, 1)
  return [...found]
}

/** Strings and keys of a JSON text. Without a backslash they stand in it as they are. */
function* jsonStrings(text: string): Generator<string> {
  if (!text.includes('\\') || !/^\s*["[{]/.test(text)) return
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return
  }
  const open: unknown[] = [parsed]
  for (let seen = 0; open.length > 0 && seen < 20_000; seen++) {
    const value = open.pop()
    if (typeof value === 'string') yield value
    else if (Array.isArray(value)) for (const each of value) open.push(each)
    else if (typeof value === 'object' && value !== null)
      for (const [key, each] of Object.entries(value)) open.push(each, key)
  }
}

/** Escapes of strings in code: `\x40`, `\u0040`, `\100` is too much like anything else. */
function* escapes(text: string): Generator<string> {
  if (!/\\[xu][0-9a-f]{2}/i.test(text)) return
  yield text.replace(
    /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|u\{0{0,2}([0-9a-f]{1,6})\})/gi,
    (whole, x?: string, u?: string, long?: string) => {
      const code = Number.parseInt(x ?? u ?? long ?? '', 16)
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole
    },
  )
}

function* percents(text: string): Generator<string> {
  if (!/%[0-9a-f]{2}/i.test(text)) return
  yield text.replace(/(?:%[0-9a-f]{2}){1,3000}/gi, (run) => {
    try {
      return decodeURIComponent(run)
    } catch {
      return Buffer.from(run.replaceAll('%', ''), 'hex').toString('latin1')
    }
  })
}

/** Values of a query: what stands in them is a text of its own. */
function* queries(text: string): Generator<string> {
  if (!/[?&][\w.[\]-]{1,100}=[^\s&#]*%/.test(text)) return
  for (const { 1: value = '' } of text.matchAll(/[?&][\w.[\]-]{1,100}=([^\s&#]{4,})/g))
    try {
      yield decodeURIComponent(value.replaceAll('+', ' '))
    } catch {}
}

function* entities(text: string): Generator<string> {
  if (/&(?:#\d|#x[0-9a-f]|[a-z]{2})/i.test(text)) yield decodeHTML(text)
}

function* quotedPrintable(text: string): Generator<string> {
  if (!/=(?:[0-9A-F]{2}|\r?\n)/.test(text)) return
  const joined = text.replace(/=[ \t]{0,4}\r?\n/g, '')
  const bytes = joined.replace(/(?:=[0-9A-F]{2}){1,3000}/g, (run) =>
    Buffer.from(run.replaceAll('=', ''), 'hex').toString('utf8'),
  )
  yield bytes
}

const base64 = /[A-Za-z0-9+/_-]{12,}={0,2}/g
/** Lines of one length that hold nothing else: one text in several lines. */
const wrapped = /(?:^|\n)((?:[A-Za-z0-9+/]{60,80}\r?\n){1,5000}[A-Za-z0-9+/]{1,80}={0,2})/g

function* base64s(text: string): Generator<string> {
  for (const { 1: lines = '' } of text.matchAll(wrapped)) {
    const decoded = readable(Buffer.from(lines.replace(/\s/g, ''), 'base64'))
    if (decoded !== undefined) yield decoded
  }
  for (const { 0: run } of text.matchAll(base64)) {
    const whole = base64Of(run)
    if (whole !== undefined) yield whole
    // In a URL's path or a file's name it is one part of several.
    else if (/[/_-]/.test(run))
      for (const part of run.split(/[/_-]/, 64)) {
        const decoded = part.length < 12 ? undefined : base64Of(part)
        if (decoded !== undefined) yield decoded
      }
  }
}

/** A path, a name or a word decodes to noise from its first bytes on. */
function base64Of(run: string): string | undefined {
  const start = Buffer.from(run.slice(0, 16), 'base64')
  return isPrintable(start, start[1] === 0) ? readable(Buffer.from(run, 'base64')) : undefined
}

const hex = /(?:0x)?[0-9a-f]{16,}|[0-9a-f]{2}(?:[ :,-](?:0x)?[0-9a-f]{2}){7,}/gi

function* hexes(text: string): Generator<string> {
  for (const { 0: run } of text.matchAll(hex)) {
    const digits = run.replace(/0x|[ :,-]/gi, '')
    if (digits.length % 2 !== 0) continue
    const decoded = readable(Buffer.from(digits, 'hex'))
    if (decoded !== undefined) yield decoded
  }
}

const decoders = [jsonStrings, escapes, queries, percents, entities, quotedPrintable, base64s, hexes]

function isPrintable(bytes: Buffer, wide: boolean): boolean {
  for (const [i, byte] of bytes.entries()) {
    if (wide && i % 2 === 1) {
      if (byte !== 0) return false
    } else if (byte < 32 ? byte !== 9 && byte !== 10 && byte !== 13 : byte === 127) return false
  }
  return true
}

/** The text of bytes that are one; short ones must be plain ASCII, for a few random bytes may be letters of some script. */
function readable(bytes: Buffer): string | undefined {
  const wide = bytes.length >= 8 && bytes[1] === 0 && bytes[3] === 0
  if (!isPrintable(bytes, wide)) return undefined
  const text = bytes.toString(wide ? 'utf16le' : 'utf8')
  if (text.includes('\ufffd')) return undefined
  const foreign = text.match(/[^\0-\x7f]/g)?.length ?? 0
  return foreign > (text.length < 24 ? 0 : text.length * 0.9) ? undefined : text
}
