import { isAsciiText, isSpace } from './characters.ts'
import { fold, unveil } from './fold.ts'
import { type Sink, scanMailboxes } from './scan-mail.ts'
import { scanAccounts, scanPaths, scanPhones } from './scan-numbers.ts'
import { scanHosts, scanIpv6, scanRepositories, scanUrls } from './scan-places.ts'
import type { Identity } from './types.ts'

/** Identities told of one text where the caller sets no limit. */
const mostIdentities = 2000
/** What is looked at of one text, in UTF-16 units; the caller cuts what is longer and says so. */
const longest = 8_000_000

/**
 * What running text names, in order, each once: as it stands, as a reader sees it (look-alikes, full width, nothing unseen), and with
 * its JSON escapes, percent signs and spelled-out dots undone. Told are only kinds that can be told in prose: mailbox, url, host with
 * a known suffix, ip, iban, account where it is called one, phone where it is written as one, path with a root, repository by its URL.
 * Answers at most `limits.max`: exactly so many means that there may be more. Linear; never throws.
 */
export function identitiesIn(text: string, limits: { max: number } = { max: mostIdentities }): Identity[] {
  const found = new Map<string, { at: number; identity: Identity }>()
  const sink: Sink = (at, identity) => {
    if (found.size >= limits.max) return
    const key = `${identity.kind} ${identity.canonical}`
    if (!found.has(key)) found.set(key, { at, identity })
  }
  const plain = unveil(text.length > longest ? text.slice(0, longest) : text)
  scan(plain, sink)
  scanPaths(plain, sink)
  const after: Sink = (at, identity) => sink(plain.length + at, identity)
  // What is still no ASCII after folding looks like nothing but itself, and has been told.
  if (!isAsciiText(plain))
    scan(fold(foreignParts(plain)), (at, identity) => identity.host?.includes('xn--') || after(at, identity))
  for (const view of viewsOf(plain)) scan(view, after)
  return [...found.values()].sort((a, b) => a.at - b.at).map(({ identity }) => identity)
}

function scan(text: string, sink: Sink): void {
  scanMailboxes(text, sink)
  scanHosts(text, scanUrls(text, sink), sink)
  scanRepositories(text, sink)
  scanIpv6(text, sink)
  scanAccounts(text, sink)
  scanPhones(text, sink)
}

/** Other readings of a text, of those lines only that have one. */
function viewsOf(text: string): string[] {
  const views: string[] = []
  if (escaped.test(text)) views.push(unescaped(linesWith(text, escaped)))
  if (percent.test(text)) views.push(percentParts(text))
  if (spelledOut.test(text)) views.push(refanged(linesWith(text, spelledOut)))
  return views
}

const linesWith = (text: string, sign: RegExp): string =>
  text
    .split('\n')
    .filter((line) => sign.test(line))
    .join('\n')

/** The words that hold a letter beyond ASCII, with their neighbours: an address may be written with gaps. */
function foreignParts(text: string): string {
  const parts: string[] = []
  let last = 0
  let length = 0
  for (const { index, 0: run } of text.matchAll(foreignRun)) {
    if (index < last) continue
    const from = Math.max(last, wordsAway(text, index, -1))
    last = wordsAway(text, index + run.length, 1)
    parts.push(text.slice(from, last))
    length += last - from
  }
  return length > text.length * 0.7 ? text : parts.join('\n')
}
const foreignRun = /[^\0-\x7f]+/g

/** The end of the next word but one in a direction, 400 characters away at most. */
function wordsAway(text: string, from: number, step: 1 | -1): number {
  let i = from
  for (let gaps = 0; Math.abs(i - from) < 400 && i > 0 && i < text.length; i += step) {
    const isGap = isSpace(text.charCodeAt(step > 0 ? i : i - 1))
    if (isGap && !isSpace(text.charCodeAt(step > 0 ? i - 1 : i)) && ++gaps > 1) break
  }
  return i
}

const escaped = /\\(?:\/|u00[0-7][0-9a-f]|x[2-7][0-9a-f])/i
const unescaped = (text: string): string =>
  text
    .replace(/\\(?:u00|x)([2-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\([/"])/g, '$1')
    .replace(/\\[nrt]/g, '\n')

/** Escapes that hide what an address or URL is told by: `@ . / :`. */
const percent = /%(?:40|2e|2f|3a)/i
const encodedAscii = /%([2-7][0-9a-f])/gi

/** The parts of queries and words that hold such escapes, without them. */
const percentParts = (text: string): string =>
  text
    .split(/[\s?&=<>"']/)
    .filter((part) => percent.test(part))
    .map((part) => part.replace(encodedAscii, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))))
    .join('\n')

const spelledOut =
  /[[({<] ?(?:at|@|dot|\.|:) ?[\])}>]|hxxp| dot |&(?:#0{0,4}(?:64|46)|#x0{0,4}(?:40|2e)|commat|period);/i
const at = /[^\S\n]{0,2}[[({<] ?(?:at|@) ?[\])}>][^\S\n]{0,2}/gi
const dot = /[^\S\n]{0,2}[[({<] ?(?:dot|\.) ?[\])}>][^\S\n]{0,2}/gi
const atSign = /&(?:#0{0,4}64|#x0{0,4}40|commat);/gi
const dotSign = /&(?:#0{0,4}46|#x0{0,4}2e|period);/gi
const spoken = /\b([\w.+-]{1,64}) at ([\w-]{1,63}(?: dot [\w-]{1,63}){1,4})\b/gi

/** `ann [at] corp (dot) example`, `ann at corp dot example`, `hxxps://evil[.]example`: English words and signs only. */
const refanged = (text: string): string =>
  text
    .replace(at, '@')
    .replace(dot, '.')
    .replaceAll('[:]', ':')
    .replace(atSign, '@')
    .replace(dotSign, '.')
    .replace(/hxxp(s?)/gi, 'http$1')
    .replace(spoken, (_, local: string, domain: string) => `${local}@${domain.replace(/ dot /gi, '.')}`)
