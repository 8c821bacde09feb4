import { isHostCode, isLocalCode, isSpace } from './characters.ts'
import { type Host, hostOf } from './hosts.ts'
import { mailbox, quote } from './mailboxes.ts'
import type { Identity } from './types.ts'

/** Where it stands, and what it is. */
export type Sink = (at: number, identity: Identity) => void

const longestLocal = 128
const longestDomain = 255
/** What a careless writer leaves around an at sign, in characters: a line break, the mark of a quoted line. */
const widestGap = 6

export function mailboxesIn(text: string): Identity[] {
  const found: Identity[] = []
  scanMailboxes(text, (_, identity) => found.push(identity))
  return found
}

/**
 * Addresses in running text: everything that stands around an at sign. Where the left side may be read in several ways (`to=ann@x`,
 * `o'brien@x`, `\nann@x` in JSON) each is told. Both sides are bounded, so the time is linear.
 */
export function scanMailboxes(text: string, sink: Sink): void {
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const gapped = skipSpace(text, afterComment(text, skipSpace(text, at + 1, 1)), 1)
    const domain = domainFrom(text, gapped)
    if (domain === undefined) continue
    const end = skipSpace(text, beforeComment(text, skipSpace(text, at - 1, -1)), -1)
    const isGapped = gapped !== at + 1 || end !== at - 1
    if (isGapped && !domain.host.isKnown) continue
    for (const local of localsBefore(text, end, isGapped)) {
      const found = mailbox(local, domain.text)
      if (found !== undefined) sink(at, found)
    }
  }
}

/** Over a gap that a broken line leaves, in the direction given; stays where there is none, or only text of another kind. */
function skipSpace(text: string, from: number, step: 1 | -1): number {
  let i = from
  while (Math.abs(i - from) <= widestGap && (isSpace(text.charCodeAt(i)) || (i !== from && text[i] === '>'))) i += step
  return Math.abs(i - from) > widestGap ? from : i
}

const longestComment = 60

/** Past a comment in brackets, which mailers drop: `ann(at work)@(of)corp.example`. */
function afterComment(text: string, from: number): number {
  const shut = text[from] === '(' ? text.slice(from, from + longestComment).indexOf(')') : -1
  return shut < 0 ? from : from + shut + 1
}

function beforeComment(text: string, from: number): number {
  if (text[from] !== ')') return from
  const start = Math.max(0, from - longestComment)
  const open = text.slice(start, from).lastIndexOf('(')
  return open < 0 ? from : start + open - 1
}

interface Domain {
  text: string
  host: Host
}

/** The host that begins here: a literal, a name that may go on in the next line, and in writing without spaces only its ASCII part. */
function domainFrom(text: string, from: number): Domain | undefined {
  if (text[from] === '[') {
    const end = text.indexOf(']', from)
    const literal = end > 0 && end - from < 60 ? text.slice(from, end + 1) : ''
    const inner = literal.slice(1, -1).replace(/^ipv6:/i, '')
    const host = inner === '' ? undefined : hostOf(inner.includes(':') ? `[${inner}]` : inner)
    return host?.isIp ? { text: literal, host } : undefined
  }
  const whole = runFrom(text, from)
  if (whole === '') return undefined
  return nameOf(joinedLines(text, from, whole)) ?? nameOf(whole)
}

function runFrom(text: string, from: number): string {
  let end = from
  while (end - from < longestDomain && isHostCode(text.charCodeAt(end))) end++
  return text.slice(from, end)
}

/** `corp.` at the end of a line and `example` in the next one are one name; so are `cor-` and `poration.example`. */
function joinedLines(text: string, from: number, whole: string): string {
  const end = from + whole.length
  const gap = /^[ \t]{0,3}\r?\n[ \t>]{0,4}/.exec(text.slice(end, end + 12))?.[0]
  if (gap === undefined) return ''
  const next = runFrom(text, end + gap.length)
  if (!whole.endsWith('.') && !whole.endsWith('-') && !next.startsWith('.')) return ''
  return whole.endsWith('-') && !next.startsWith('.') ? whole.slice(0, -1) + next : whole + next
}

export function nameOf(run: string): Domain | undefined {
  const bare = run.replace(/^[.-]+/, '').replace(/[.\-_]+$/, '')
  if (bare === '' || bare.length !== run.replace(/[.\-_]+$/, '').length) return undefined
  const host = hostOf(bare)
  if (host?.isKnown) return { text: bare, host }
  // Letters of another script that no suffix knows are the sentence going on.
  const foreign = bare.search(/[^\0-\x7f]/)
  if (foreign > 0) return nameOf(bare.slice(0, foreign))
  return host !== undefined && bare.includes('.') && !host.isIp ? { text: bare, host } : undefined
}

function localsBefore(text: string, end: number, isGapped: boolean): string[] {
  if (text[end] === '"') return quotedBefore(text, end)
  let from = end + 1
  while (from > 0 && end + 1 - from < longestLocal && isLocalCode(text.charCodeAt(from - 1))) from--
  const whole = text.slice(from, end + 1).replace(/^[.'`*{|=/?&!#]+/, '')
  if (whole === '' || whole.endsWith('.')) return []
  const locals = [whole]
  // In a URL what stands before an at sign is a login.
  if (whole.includes('/') && text.slice(Math.max(0, from - 2), end).includes('//')) locals.pop()
  const tight = tightOf(whole)
  if (tight !== '' && tight !== whole) locals.push(tight)
  // `\nann` is an escaped line break in JSON or code.
  if (text[from - 1] === '\\' && /^[nrtbf]./.test(whole)) locals.push(whole.slice(1))
  return isGapped ? locals.slice(0, 1) : locals
}

/** Without what ends at a sign (`to=`) or in writing that has no spaces; another letter of an alphabet is the address's own. */
function tightOf(local: string): string {
  let from = local.length
  while (from > 0 && /[a-z0-9._%+-]/i.test(local[from - 1] ?? '')) from--
  const before = local.charCodeAt(from - 1)
  const joins = from > 0 && before >= 128 && before < 0x2e80 && !(before >= 0xe00 && before < 0xf00)
  return joins ? '' : local.slice(from).replace(/^[._%+-]+/, '')
}

function quotedBefore(text: string, end: number): string[] {
  for (let from = end - 1; from >= 0 && end - from < longestLocal; from--) {
    if (text[from] === '\n') return []
    if (text[from] !== '"' || text[from - 1] === '\\') continue
    const inner = text.slice(from + 1, end).replace(/\\(.)/g, '$1')
    return inner === '' ? [] : [quote(inner)]
  }
  return []
}
