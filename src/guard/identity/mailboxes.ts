import { hostOf } from './hosts.ts'
import type { Identity } from './types.ts'

/** Longest list that is read whole, in UTF-16 units; what is longer is looked through as running text. */
const longest = 100_000

interface Token {
  kind: 'atom' | 'quoted' | 'literal' | 'special'
  text: string
}

/**
 * The mailboxes of an address list (RFC 5322 with its obsolete forms, `;` as Outlook writes it): display names, comments, groups,
 * routes, quoted local parts, domain literals. Undefined when an element is no address, as in a sentence.
 */
export function mailboxesOf(list: string): Identity[] | undefined {
  if (list.length > longest || !list.includes('@')) return undefined
  const tokens = tokensOf(list)
  if (tokens === undefined) return undefined
  const found: Identity[] = []
  let element: Token[] = []
  let angle = -1
  const close = (): boolean => {
    const whole = element
    element = []
    if (whole.length === 0) return true
    const read = addressOf(whole)
    found.push(...read)
    return read.length > 0
  }
  for (const token of tokens) {
    const special = token.kind === 'special' ? token.text : ''
    if (special === '<') angle = element.length
    else if (special === '>') angle = -1
    if (angle < 0 && (special === ',' || special === ';')) {
      if (!close()) return undefined
    } else if (angle < 0 && special === ':') {
      // The name of a group; what stands before it is no address.
      if (element.some(({ text }) => text === '@')) return undefined
      element = []
    } else element.push(token)
  }
  return close() && angle < 0 && found.length > 0 ? found : undefined
}

/** One element: what stands in angle brackets, and an address in the display name where a careless program may find one. */
function addressOf(tokens: readonly Token[]): Identity[] {
  const open = tokens.findIndex(isSpecial('<'))
  if (open < 0) return present(specOf(tokens))
  const shut = tokens.findIndex(isSpecial('>'))
  if (shut < open || shut !== tokens.length - 1) return []
  const inside = tokens.slice(open + 1, shut)
  const route = inside.findLastIndex(isSpecial(':'))
  const address = specOf(inside.slice(route + 1))
  if (address === undefined) return []
  return [address, ...present(specOf(tokens.slice(0, open)))]
}

const isSpecial =
  (text: string) =>
  (token: Token): boolean =>
    token.kind === 'special' && token.text === text
const present = (one: Identity | undefined): Identity[] => (one === undefined ? [] : [one])

function specOf(tokens: readonly Token[]): Identity | undefined {
  const at = tokens.findIndex(isSpecial('@'))
  if (at < 1) return undefined
  const local = joined(tokens.slice(0, at))
  const domain = joined(tokens.slice(at + 1))
  return local === undefined || domain === undefined ? undefined : mailbox(local, domain)
}

/** Words with dots between them, as one text; undefined where two words stand side by side. */
function joined(tokens: readonly Token[]): string | undefined {
  let text = ''
  let word = false
  for (const token of tokens) {
    const isDot = isSpecial('.')(token)
    if ((token.kind === 'special' && !isDot) || (word && !isDot)) return undefined
    word = !isDot
    text += token.kind === 'quoted' ? quote(token.text) : token.text
  }
  return text === '' ? undefined : text
}

/** A quoted local part that needs no quotes is the same mailbox without them. */
export const quote = (text: string): string =>
  /^[^\s"(),:;<>@[\\\].]+(?:\.[^\s"(),:;<>@[\\\].]+)*$/.test(text) ? text : JSON.stringify(text)

/** One mailbox from its parts; the tag after a plus sign, case and where Gmail puts dots change nothing. */
export function mailbox(local: string, domain: string): Identity | undefined {
  if (local.length > 500) return undefined
  const literal = /^\[(?:ipv6:)?([^\]]*)\]$/i.exec(domain)?.[1]
  const host = hostOf(
    literal !== undefined && !literal.includes(':') ? literal : (literal?.replace(/^/, '[').concat(']') ?? domain),
  )
  if (host === undefined || (literal !== undefined && !host.isIp)) return undefined
  const lower = local.toLowerCase()
  const plus = lower.startsWith('"') ? -1 : lower.indexOf('+')
  let user = plus > 0 ? lower.slice(0, plus) : lower
  let name = host.name
  if (name === 'gmail.com' || name === 'googlemail.com') {
    name = 'gmail.com'
    if (!user.startsWith('"')) user = user.replaceAll('.', '')
  }
  return { kind: 'mailbox', canonical: `${user}@${name}`, host: name, site: name === host.name ? host.site : name }
}

/** All receivers of a `mailto:` link: before the question mark, and to, cc and bcc after it. */
export function mailtoOf(link: string): Identity[] {
  const text = link.slice('mailto:'.length).replaceAll('&amp;', '&')
  const [path = '', query = ''] = cut(text, '?')
  const fields = query
    .split(/[&;]/, 100)
    .map((field) => cut(field, '='))
    .filter(([key = '']) => /^(?:to|cc|bcc|reply-to)$/i.test(decode(key)))
    .map(([, value = '']) => value)
  return [path, ...fields].flatMap((list) => mailboxesOf(decode(list)) ?? [])
}

const cut = (text: string, mark: string): string[] => {
  const at = text.indexOf(mark)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The words of RFC 5322 without its comments and white space; undefined when a quote, comment or literal does not end. */
function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = []
  for (let i = 0; i < text.length; ) {
    const c = text[i] ?? ''
    const next =
      c === '"' ? closing(text, i, '"') : c === '[' ? closing(text, i, ']') : c === '(' ? afterComment(text, i) : i + 1
    if (next < 0) return undefined
    if (c === '"') tokens.push({ kind: 'quoted', text: text.slice(i + 1, next - 1).replace(/\\(.)/gs, '$1') })
    else if (c === '[') tokens.push({ kind: 'literal', text: text.slice(i, next) })
    else if ('<>@,;:.'.includes(c)) tokens.push({ kind: 'special', text: c })
    else if (c !== '(' && c.trim() !== '') {
      let end = i + 1
      while (end < text.length && !/[\s"(),.:;<>@[\]]/.test(text[end] ?? '')) end++
      tokens.push({ kind: 'atom', text: text.slice(i, end) })
      i = end
      continue
    }
    i = next
  }
  return tokens
}

function closing(text: string, from: number, mark: string): number {
  for (let i = from + 1; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === mark) return i + 1
  }
  return -1
}

function afterComment(text: string, from: number): number {
  let depth = 0
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i++
    else if (text[i] === '(') depth++
    else if (text[i] === ')' && --depth === 0) return i + 1
  }
  return -1
}
