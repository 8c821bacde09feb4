import { hash } from 'node:crypto'
import { digestOfWord, type Seed } from './hash.ts'

/** The one digest of a value: 32 hex digits of SHA-256 over its normal form, here and wherever values are compared. */
export const digestOf = (value: string): string => digestOfNormal(tokensOf(value).join(' ') || value.toLowerCase())
export const digestOfNormal = (normal: string): string => hash('sha256', normal).slice(0, 32)

const start = 1
const inside = 2
const end = 4
const alone = 8
const classes = new Uint8Array(0x250)
for (const c of 'abcdefghijklmnopqrstuvwxyz0123456789') classes[c.charCodeAt(0)] = start | inside | end | alone
for (const c of '.-+/:#&=?%~') classes[c.charCodeAt(0)] = inside
classes[0x5f] = start | inside | end
classes[0x40] = start | inside
for (let c = 0xc0; c < 0x250; c++) if (c !== 0xd7 && c !== 0xf7) classes[c] = start | inside | end | alone

/** Letters of other scripts join words; an ideograph or kana is a word of its own, for such text has no spaces. */
function classOf(code: number): number {
  if (code < 0x250) return classes[code] ?? 0
  if (code < 0x2000 || (code >= 0xac00 && code < 0xd7b0)) return start | inside | end | alone
  return (code >= 0x2e80 && code < 0x3000) || (code >= 0x3040 && code < 0xa000) ? alone : 0
}

/** Lower case, without URL schemes and `www.`. */
export function normal(text: string): string {
  const lower = text.toLowerCase()
  const bare = lower.includes('://') ? lower.replace(/https?:\/\//g, '') : lower
  return bare.includes('www.') ? bare.replace(/\bwww\./g, '') : bare
}

/** Words of a normal text as pairs of positions; e-mail addresses, URLs, paths and account numbers stay whole. */
export function wordSpans(text: string, into: number[]): number[] {
  into.length = 0
  let i = 0
  while (i < text.length) {
    const first = classOf(text.charCodeAt(i))
    if ((first & start) === 0) {
      if (first === alone) into.push(i, i + 1)
      i++
      continue
    }
    let last = (first & alone) !== 0 ? i : -1
    let j = i + 1
    for (; j < text.length; j++) {
      const c = classOf(text.charCodeAt(j))
      if ((c & inside) === 0) break
      if ((c & end) !== 0) last = j
    }
    if (last >= 0) into.push(i, last + 1)
    i = j
  }
  return into
}

export function tokensOf(text: string): string[] {
  const low = normal(text)
  const at = wordSpans(low, [])
  const tokens: string[] = []
  for (let i = 0; i < at.length; i += 2) tokens.push(low.slice(at[i], at[i + 1]))
  return tokens
}

export const stopWords: ReadonlySet<string> = new Set(
  `a an the and or of to in on at for with from by as is are be was were this that it its i me my you your he she his her
  we us our they them their please can could will would if not no so do does have has had there here all any each hey
  hello what how the also check make create send find get read look`.split(/\s+/),
)

/** A word cut to four letters: repo = repository, reserve = reservation. */
export const stemOf = (word: string): string => word.slice(0, 4).toLowerCase()

/** The stems of a text’s words; stop words say nothing. */
export function* wordStems(text: string): Generator<string> {
  for (let i = 0; i < text.length; ) {
    let j = i
    while (j < text.length && isLetter(text.charCodeAt(j))) j++
    if (j - i > 3 || (j - i > 1 && !stopWords.has(text.slice(i, j).toLowerCase()))) yield stemOf(text.slice(i, j))
    i = j === i ? i + 1 : j
  }
}

/** The stems of a text, as digests. */
export function stemsOf(text: string, seed: Seed, into: number[] = []): number[] {
  for (const stem of wordStems(text)) into.push(digestOfWord(`~${stem}`, seed))
  return into
}
const isLetter = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 0xc0 && code < 0x2000)

export const fileName =
  /\.(?:txt|pdf|py|md|json|csv|docx?|xlsx?|pptx?|jpe?g|png|zip|exe|sh|js|ts|pub|tar|gz|ya?ml|xml|log|html?)$/
const plainNumber = /^[\d.,:\-/ ]+$/
export const isPlainNumber = (text: string): boolean => plainNumber.test(text)

/** The parts of a token that may be a name: `alice.miller@x` holds alice, miller. */
export const partsOf = (token: string): string[] => token.split(/[^\p{L}\d]+/u).filter((p) => p.length > 2)

export const hostOf = (token: string): string => token.split(/[/?#:]/, 1)[0] ?? ''
export const isHost = (token: string): boolean =>
  token.length <= 253 && /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.[a-z]{2,}$/.test(token) && !fileName.test(token)

export type IdKind = 'email' | 'url' | 'path' | 'account' | 'other'

/** What kind of identifier one token is; undefined for ordinary words and numbers. */
export function idKind(token: string): IdKind | undefined {
  if (isPlainNumber(token)) return undefined
  if (token.includes('@') && /\.[a-z]{2,}$/.test(token)) return 'email'
  if (isHost(hostOf(token))) return 'url'
  if (token.includes('/')) return 'path'
  const mixed = /\d/.test(token) && /[a-z]/.test(token)
  if (mixed && token.replace(/[^a-z0-9]/g, '').length >= 6) return 'account'
  return mixed || /[_.]/.test(token) ? 'other' : undefined
}
