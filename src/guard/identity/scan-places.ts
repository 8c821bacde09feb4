import { isDigit, isHostCode, isStop, isWordCode } from './characters.ts'
import { type Host, hostOf } from './hosts.ts'
import { repositoryOf } from './names.ts'
import { nameOf, type Sink } from './scan-mail.ts'
import { urlOf } from './urls.ts'
import { hostIdentity, isHostName } from './whole.ts'

const longestUrl = 4096
/** Schemes that begin in one run of characters without a space; more are no text that anybody reads. */
const mostInRun = 8
const entity = /&(?:quot|gt|lt|apos|nbsp|#0*3[49]|#x0*2[27]|#0*6[02]);/i

/**
 * URLs in running text, from their scheme to what cannot be theirs: white space, a quote or bracket that stood before them, closing
 * punctuation. A URL within a URL's query is told too. Answers where the URLs stand, so that no host is told twice.
 */
export function scanUrls(text: string, sink: Sink): Int32Array {
  const taken: number[] = []
  let runEnd = 0
  let inRun = 0
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
    if (!isSlashes(text, at + 1)) continue
    let from = at
    while (from > 0 && at - from < 16 && isSchemeCode(text.charCodeAt(from - 1))) from--
    if (at >= runEnd) {
      inRun = 0
      runEnd = at
      while (runEnd - at < longestUrl && !isStop(text.charCodeAt(runEnd))) runEnd++
    }
    if (from === at || ++inRun > mostInRun) continue
    const whole = trimmed(text, from, runEnd)
    // The value of a query's parameter ends where the next one begins.
    const raw = inRun > 1 && text[from - 1] === '=' ? whole.replace(/&.*$/s, '') : whole
    const url = read(raw)
    if (url === undefined) continue
    sink(from, url)
    taken.push(from, from + raw.length)
    const repository = repositoryOf(raw)
    if (repository !== undefined && (url.owner !== undefined || /\.git$|^(?:ssh|git)/i.test(raw)))
      sink(from, repository)
  }
  return Int32Array.from(taken)
}

/** `//`, and what JSON or a careless hand makes of it. */
function isSlashes(text: string, from: number): boolean {
  let i = from
  while (i - from < 4 && (text[i] === '/' || text[i] === '\\')) i++
  return i - from >= 2 && !isStop(text.charCodeAt(i))
}

const isSchemeCode = (code: number): boolean =>
  (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || isDigit(code) || code === 43 || code === 45

/** Without what follows a URL in a sentence, in Markdown, HTML, JSON or code. */
function trimmed(text: string, from: number, runEnd: number): string {
  const before = text[from - 1] ?? ''
  let round = 0
  let square = 0
  let end = from
  for (; end < runEnd; end++) {
    const c = text[end]
    if (c === '(') round++
    else if (c === '[') square++
    else if ((c === ')' && --round < 0) || (c === ']' && --square < 0)) break
    else if (c === "'" && (before === "'" || end + 1 === runEnd)) break
    else if (c === '*' && before === '*') break
    else if (c === '\\' && (text[end + 1] === 'n' || text[end + 1] === 'r' || text[end + 1] === 't') && end > from + 10)
      break
    else if ((c === ',' || c === ';') && /^[,;]\s*[a-z][a-z0-9+.-]{1,10}:\/\//i.test(text.slice(end, end + 20))) break
  }
  let raw = text.slice(from, end)
  const stop = raw.search(entity)
  if (stop > 0) raw = raw.slice(0, stop)
  return raw.replace(/[.,;:!?'"*~}\\，。、；：！？」』】]{1,16}$/, '')
}

function read(raw: string) {
  const ready = raw.replaceAll('&amp;', '&')
  const url = urlOf(ready)
  if (url?.host?.includes('xn--') && nameOf(url.host)?.host.isKnown !== true) {
    // Writing without spaces: the sentence goes on right after the host.
    const foreign = ready.search(/[^\0-\x7f]/)
    return (foreign > 0 ? urlOf(ready.slice(0, foreign)) : undefined) ?? url
  }
  return url
}

/** Hosts and IPv4 addresses without a scheme, with a path where one follows. Only what ends in a known suffix, and no file's name. */
export function scanHosts(text: string, taken: Int32Array, sink: Sink): void {
  let next = 0
  for (let dot = text.indexOf('.'); dot >= 0; dot = text.indexOf('.', dot + 1)) {
    if (!isWordCode(text.charCodeAt(dot - 1)) || !isWordCode(text.charCodeAt(dot + 1))) continue
    while (next < taken.length && (taken[next + 1] ?? 0) <= dot) next += 2
    if ((taken[next] ?? text.length) <= dot) {
      dot = (taken[next + 1] ?? dot + 1) - 1
      continue
    }
    let from = dot
    while (from > 0 && dot - from < 255 && isHostCode(text.charCodeAt(from - 1))) from--
    let end = dot + 1
    while (end - dot < 255 && isHostCode(text.charCodeAt(end))) end++
    const before = text[from - 1]
    const run = text.slice(from, end)
    dot = end - 1
    if (before === '@' || before === '/' || before === '\\' || before === '$') continue
    hostIn(text, from, end, run, sink)
  }
}

function hostIn(text: string, from: number, end: number, run: string, sink: Sink): void {
  const bare = run.replace(/[.-]+$/, '')
  const after = text[from + bare.length]
  // A call, an index or an assignment is code: `config.name = …`, `list.map(…)`.
  if (after === '(' || after === '[' || after === '@' || bare.length > 253) return
  if (!mayBeSuffix(bare.slice(bare.lastIndexOf('.') + 1))) return
  if (
    isDigit(bare.charCodeAt(bare.length - 1))
      ? !/^\d{1,3}(?:\.\d{1,3}){3}$/.test(bare)
      : !(isHostName(bare) || after === '/')
  )
    return
  const named = nameOf(bare)
  if (named?.host.isKnown !== true) return
  if (/^\s?=/.test(text.slice(end, end + 2)) && !named.host.isIp) return
  const place = withPath(text, from, named.text, named.host)
  sink(from, place ?? hostIdentity(named.host))
}

/** A suffix has two letters at least, and nobody writes one in camel case; the last part of an address is a small number. */
const mayBeSuffix = (label: string): boolean =>
  (label.length > 1 && label.length < 25 && !/[a-z][A-Z]|_|[a-z]\d$/.test(label)) || /^\d$/.test(label)

/** `host/path` or `host:port/path`, as a URL. */
function withPath(text: string, from: number, name: string, host: Host) {
  const start = from + name.length
  const c = text[start]
  if (c !== '/' && c !== '?' && !(c === ':' && isDigit(text.charCodeAt(start + 1)))) return undefined
  let end = start
  while (end - start < longestUrl && !isStop(text.charCodeAt(end))) end++
  const url = read(`https://${trimmed(text, from, end)}`)
  return url?.host === host.name ? url : undefined
}

const copied = /@([a-z0-9][\w.-]{0,252}):(?!\/\/)([\w.~-][\w.~/-]{1,300})/iy

/** `git@host:owner/name.git`. */
export function scanRepositories(text: string, sink: Sink): void {
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    copied.lastIndex = at
    const [, host = '', path = ''] = copied.exec(text) ?? []
    const found = path.includes('/') ? repositoryOf(`git@${host}:${path.replace(/[.~-]+$/, '')}`) : undefined
    if (found !== undefined) sink(at, found)
  }
}

/** IPv6 addresses; a time of day or a C++ name is none. */
export function scanIpv6(text: string, sink: Sink): void {
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
    const c = text.charCodeAt(at + 1)
    if (c !== 58 && !isHexCode(c)) continue
    let from = at
    while (from > 0 && at - from < 4 && isHexCode(text.charCodeAt(from - 1))) from--
    let end = at + 1
    while (end - at < 45 && (isHexCode(text.charCodeAt(end)) || text[end] === ':' || text[end] === '.')) end++
    const isApart =
      !isWordCode(text.charCodeAt(from - 1)) && !/[:.]/.test(text[from - 1] ?? '') && !isWordCode(text.charCodeAt(end))
    const raw = isApart ? text.slice(from, end).replace(/[.:]+$/, '') : ''
    at = end - 1
    if (raw.length < 6 || !/\d/.test(raw) || raw.indexOf(':') === raw.lastIndexOf(':')) continue
    const host = hostOf(raw)
    if (host?.isIp) sink(from, hostIdentity(host))
  }
}

const isHexCode = (code: number): boolean => isDigit(code) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70)
