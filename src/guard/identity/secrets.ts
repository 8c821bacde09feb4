import { cardsIn } from './cards.ts'
import { isRandom } from './entropy.ts'
import { placeholder, type SecretShape, secretNames, secretShapes } from './secret-shapes.ts'

/** Something that must not leave: what kind it is, and the value as it stands. */
export interface Secret {
  kind: string
  value: string
}

/** Secrets told of one text; who puts in more has told that they are none. */
const most = 500
const longest = 8_000_000

const byStart = new Map<string, SecretShape[]>()
const unmarked: SecretShape[] = []
for (const shape of secretShapes)
  for (const prefix of shape.prefixes)
    if (prefix === '') unmarked.push(shape)
    else byStart.set(prefix.slice(0, 2), [...(byStart.get(prefix.slice(0, 2)) ?? []), shape])

/**
 * Secrets in a text, each once: credentials of known shape, private keys, passwords in URLs and connection strings, what is assigned
 * to a name that says so, `.netrc` lines, payment cards, and long random words. Linear; never throws. Hashes of lock files and of
 * git, UUIDs, identifiers of source code and encoded files are none.
 */
export function secretsIn(text: string): Secret[] {
  const found = new Map<string, Secret>()
  const tell = (kind: string, value: string): void => {
    if (found.size < most && !found.has(value)) found.set(value, { kind, value })
  }
  const some = text.length > longest ? text.slice(0, longest) : text
  privateKeys(some, tell)
  logins(some, tell)
  words(some, tell)
  assignments(some, tell)
  for (const card of cardsIn(some)) tell('payment-card', card)
  return [...found.values()]
}

/** Those that are one by their shape or by their name, and no card or merely random: what is taken out of texts. */
export const credentialsIn = (text: string): Secret[] =>
  secretsIn(text).filter(({ kind }) => kind !== 'high-entropy' && kind !== 'payment-card')

/** A text as people may see it, with a sign in the place of each secret. */
export const withoutSecrets = (text: string, secrets: readonly Secret[]): string =>
  secrets.reduce((rest, { value }) => rest.replaceAll(value, '…'), text)

type Tell = (kind: string, value: string) => void

function privateKeys(text: string, tell: Tell): void {
  const mark = '-----BEGIN '
  let keys = 0
  for (let at = text.indexOf(mark); at >= 0 && keys < 64; at = text.indexOf(mark, at + mark.length)) {
    const head = text.slice(at, at + 64)
    if (!/^-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----/.test(head)) continue
    keys++
    // A key without an end is one all the same: it may be cut.
    const window = text.slice(at, at + 20_000)
    const end = window.indexOf('-----END ')
    const value = end < 0 ? window.slice(0, 4000) : window.slice(0, window.indexOf('-----', end + 9) + 5 || end)
    if (value.length > 100) tell('private-key', value)
  }
}

const login = /:\/\/([^\s/:@"'<>]{0,100}):([^\s/@"'<>]{3,200})@[\w[]/g
const netrc = /\bmachine\s{1,8}\S{1,200}\s{1,8}login\s{1,8}\S{1,200}\s{1,8}password\s{1,8}(\S{3,200})/g
const pairs = /\b(?:password|pwd|accountkey|sharedaccesskey|sharedsecret)\s?=\s?([^;"'\s]{6,200})(?=;|["']|$)/gim

function logins(text: string, tell: Tell): void {
  if (text.includes('://'))
    for (const { 2: value = '' } of text.matchAll(login)) if (!isPlaceholder(value)) tell('password-in-url', value)
  if (text.includes('machine')) for (const { 1: value = '' } of text.matchAll(netrc)) tell('netrc-password', value)
  if (text.includes(';'))
    for (const { 1: value = '' } of text.matchAll(pairs))
      if (hasSubstance(value, false)) tell('connection-password', value)
}

/** An SSH public key begins with the length and name of its algorithm (RFC 4253 section 6.6): ssh-, ecdsa-, sk-. */
const publicKey = /^AAAA[A-Z](?:3NzaC1|2VjZHNh|nNrL)/

const word = /[\w.:+/~-]{16,1024}={0,2}/g

function words(text: string, tell: Tell): void {
  for (const { 0: raw, index } of text.matchAll(word)) {
    // Without a digit only what begins as an issuer's do.
    if (!/\d/.test(raw) && !byStart.has(raw.slice(0, 2))) continue
    const value = raw.replace(/^[.:/+-]+|[.:]+$/g, '')
    const shape = shapeOf(value)
    if (shape !== undefined) {
      tell(shape.kind, shape.value)
      continue
    }
    if (!publicKey.test(value) && isRandom(value, text, index)) tell('high-entropy', value)
  }
}

/** The word, or the part of it after a colon or slash, that has a known shape. */
function shapeOf(value: string): Secret | undefined {
  const parts = /[:/]/.test(value) ? [value, ...value.split(/[:/]/, 32)] : [value]
  for (const part of parts) {
    if (part.length < 16) continue
    const shapes = byStart.get(part.slice(0, 2))
    const found = shapes?.find((each) => each.pattern.test(part)) ?? unmarked.find((each) => each.pattern.test(part))
    if (found !== undefined) return { kind: found.kind, value: part }
  }
  return undefined
}

const assigned = new RegExp(
  `(?<![a-z])(?:${secretNames})["'\`]?(?:\\s{0,3}(?::=|=>|[:=：])\\s{0,3}|\\s(?:is|lautet|ist|es|est|é):?\\s)(?:bearer\\s|basic\\s|token\\s)?(["'\`]?)([^\\s"'\`<>]{4,200})`,
  'giu',
)

function assignments(text: string, tell: Tell): void {
  for (const { 1: quote = '', 2: raw = '', index, 0: whole } of text.matchAll(assigned)) {
    const value = raw.replace(/[,;.)\]}]+$/, '')
    const isQuoted = quote !== '' && text[index + whole.length] === quote
    if (hasSubstance(value, isQuoted)) tell('assigned-secret', value)
  }
}

/** Whether a value that a name calls secret is one: no word of a sentence, no expression of code, no placeholder. */
function hasSubstance(value: string, isQuoted: boolean): boolean {
  if (value.length < 6 || isPlaceholder(value) || version.test(value)) return false
  const isCode = /[(){}[\]]|=>|^[#\w]+(?:\.[#a-z_]\w*)+$|[|&]{2}|^[\^~/\\]|\\$|^[a-z]+(?:[A-Z][a-z]+)+\d?$/.test(value)
  if (isCode && !isQuoted) return false
  const hasDigit = /\d/.test(value)
  const hasLetter = /\p{L}/u.test(value)
  const hasSign = /[!-,:-@[-^`{-~]/.test(value) && !/[\u3000-\u9fff\uff00-\uff65]/.test(value)
  // Digits alone are a secret only of some length: a count, a port or a year is none.
  if (!hasLetter) return hasDigit && (hasSign || value.length >= 8) && !/^[\d.,:%-]+$/.test(value)
  if (hasDigit || hasSign) return new Set(value).size >= 5
  // Letters alone: a passphrase in quotes with both cases or of some length.
  return (
    isQuoted &&
    /[a-z]/.test(value) &&
    /[A-Z]/.test(value.slice(1)) &&
    value.length >= 10 &&
    new Set(value).size >= 8 &&
    !isCode
  )
}

const version = /^[\^~<>=v]{0,3}\d+(?:\.[\dx*]+)+(?:[-+][\w.]+)?$/
const isPlaceholder = (value: string): boolean => placeholder.test(value) || /^(.)\1*$/.test(value)

/** Shortest secret of which parts are remembered, and the windows of it: each stretch of 17 characters holds one whole. */
const splitFrom = 24
const windowLength = 12
const windowStep = 6

/** What to remember of a secret, so that a part of it is noticed: the whole, and of a longer one overlapping windows. At most 200. */
export function partsOfSecret(value: string): string[] {
  const parts = [value]
  if (value.length < splitFrom) return parts
  const bare = value.startsWith('-----BEGIN') ? value.replace(/-----[^-]*-----|\s/g, '') : value
  for (let at = 0; at + windowLength <= bare.length && parts.length < 199; at += windowStep)
    parts.push(bare.slice(at, at + windowLength))
  const last = bare.slice(-windowLength)
  if (!parts.includes(last)) parts.push(last)
  return parts
}
