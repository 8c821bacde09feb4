import { domainToUnicode } from 'node:url'
import { fold, unveil } from './fold.ts'
import { hinted } from './hint.ts'
import { type Host, hostOf } from './hosts.ts'
import { mailbox, mailboxesOf, mailtoOf } from './mailboxes.ts'
import { channelOf, handleOf, isConversation, pathOf, repositoryOf } from './names.ts'
import { accountOf, ibanOf, phoneOf } from './numbers.ts'
import { mailboxesIn } from './scan-mail.ts'
import type { Identity, IdentityKind } from './types.ts'
import { urlOf } from './urls.ts'

/** Longest value that is taken for a name or a list of names, in UTF-16 units; a longer one is content. */
const longest = 100_000
const most = 1000

/**
 * What a whole value names: nothing for content, one for most, several for a list (`a@x, B <b@y>; c@z`, a JSON list, one a line). `hint`
 * is the argument's name or the kind its part was given; it decides where the shape alone does not. What a program given the value
 * would reach, so a homoglyph of an address is another address: `lookAlikeOf` answers what it passes for.
 */
export function identitiesOf(value: string, hint?: string): Identity[] {
  if (value.length > longest) return []
  const text = unveil(value).trim()
  if (text === '') return []
  const kinds = hinted(hint)
  const listed = jsonList(text)
  const one = listed === undefined ? wholeOf(text, kinds) : []
  if (one.length > 0) return distinct(one)
  const all = listed ?? piecesOf(text)
  if (all.length > 1 || listed !== undefined) {
    const each = all.map((piece) => wholeOf(piece, kinds))
    if (each.every((found) => found.length > 0)) return distinct(each.flat())
  }
  // A field for addresses is sent to whatever a mailer makes of it.
  return kinds.has('mailbox') && text.includes('@') ? distinct(mailboxesIn(text)) : []
}

function distinct(all: readonly Identity[]): Identity[] {
  const byKey = new Map<string, Identity>()
  for (const each of all) {
    const key = `${each.kind} ${each.canonical}`
    if (!byKey.has(key) && byKey.size < most) byKey.set(key, each)
  }
  return [...byKey.values()]
}

function jsonList(text: string): string[] | undefined {
  if (!text.startsWith('[') || !text.endsWith(']') || !text.includes('"')) return undefined
  try {
    const parsed: unknown = JSON.parse(text)
    if (Array.isArray(parsed) && parsed.every((each) => typeof each === 'string'))
      return parsed.slice(0, most).map(unveil)
  } catch {}
  return undefined
}

const piecesOf = (text: string): string[] =>
  text
    .split(/[\n,;]|[ \t]+(?=[+@#]|\w+:\/\/)/, most)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '')

function wholeOf(raw: string, kinds: ReadonlySet<IdentityKind>): Identity[] {
  const text = unwrapped(raw)
  if (/^mailto:/i.test(text)) return mailtoOf(text)
  if (kinds.has('channel') && !kinds.has('mailbox') && isConversation(text))
    return [{ kind: 'channel', canonical: text.toLowerCase() }]
  if (kinds.has('path') && !kinds.has('mailbox') && !hasScheme(text)) return present(pathOf(text))
  if (text.includes('@')) {
    const repository = /^(?:ssh|git):\/\//i.test(text) ? undefined : copiedRepository(text)
    if (repository !== undefined) return [repository]
    const list = mailboxesOf(text)
    if (list !== undefined) return list
  }
  return present(byHint(text, kinds) ?? byShape(text, kinds))
}
const present = (one: Identity | undefined): Identity[] => (one === undefined ? [] : [one])
const hasScheme = (text: string): boolean => /^[a-z][a-z0-9+.-]+:\/\//i.test(text)

/** `git@host:owner/name` is no address list, though `user@host` alone is one. */
const copiedRepository = (text: string): Identity | undefined =>
  /^[^\s<>",;]+@[^\s<>",;@]+:[^\s@]+\//.test(text) ? repositoryOf(text) : undefined

function byHint(text: string, kinds: ReadonlySet<IdentityKind>): Identity | undefined {
  if (kinds.size === 0) return undefined
  const isWord = !/\s/.test(text)
  if (kinds.has('repository') && isWord) {
    const repository = repositoryOf(text, true)
    if (repository !== undefined) return repository
  }
  if ((kinds.has('iban') || kinds.has('account')) && !text.includes('@')) {
    const account = ibanOf(text) ?? accountOf(text, true)
    if (account !== undefined) return account
  }
  if (kinds.has('phone')) {
    const phone = phoneOf(text, true)
    if (phone !== undefined) return phone
  }
  if (kinds.has('channel')) {
    const channel = channelOf(text, true)
    if (channel !== undefined) return channel
  }
  if ((kinds.has('url') || kinds.has('host') || kinds.has('ip')) && isWord && !text.includes('://')) {
    const place = placeOf(text, true, kinds)
    if (place !== undefined) return place
  }
  return kinds.has('handle') && !text.includes('/') ? handleOf(text, true) : undefined
}

function byShape(text: string, kinds: ReadonlySet<IdentityKind>): Identity | undefined {
  if (/^file:/i.test(text)) return pathOf(text)
  if (/^(?:tel|sms|callto):/i.test(text)) return phoneOf(text, true)
  if (/^(?:ssh|git):\/\//i.test(text)) return repositoryOf(text) ?? urlOf(text)
  if (/^[a-z][a-z0-9+.-]*:[/\\]/i.test(text) && !/^[a-z]:/i.test(text)) return /\s/.test(text) ? undefined : urlOf(text)
  if (/^(?:~|\.{1,2})?[/\\]|^[a-z]:[\\/]|^~$/i.test(text)) {
    const isPlace = text.startsWith('//') && kinds.size === 0 && !/\s/.test(text) ? urlOf(text) : undefined
    return isPlace ?? (/\n/.test(text) || text.length > 1000 ? undefined : pathOf(text))
  }
  const number = ibanOf(text) ?? phoneOf(text) ?? accountOf(text)
  if (number !== undefined) return number
  if (/\s/.test(text)) return undefined
  if (text.startsWith('#')) return channelOf(text)
  if (text.startsWith('@')) return handleOf(text)
  return placeOf(text, false, kinds) ?? repositoryOf(text) ?? (looksLikePath.test(text) ? pathOf(text) : undefined)
}

/** Parts between separators, or one name with a short ending. */
const looksLikePath = /^[^\s:?*"<>|]+[/\\][^\s?*"<>|]+$|^[\w-]{1,100}(?:\.[\w-]{1,60}){0,4}\.[a-z][a-z0-9]{0,4}$/i

/** `host`, `host:port`, `host/path` without a scheme; without `certain` the host must be one by its suffix and no name of a file. */
function placeOf(text: string, certain: boolean, kinds: ReadonlySet<IdentityKind>): Identity | undefined {
  const end = text.search(/[/?#\\]/)
  const head = end < 0 ? text : text.slice(0, end)
  const host = hostOf(head) ?? hostOf(head.replace(/:\d{1,5}$/, '').replace(/^.*@/, ''))
  if (host === undefined || !(certain ? isLikely(host, head, kinds) : isOneByShape(host, head))) return undefined
  if (end >= 0 || /[^\]]:\d{1,5}$/.test(head.replace(/^[0-9a-f:.]*::[0-9a-f:.]*$/i, '')))
    return urlOf(`https://${text}`)
  return hostIdentity(host)
}

export const hostIdentity = (host: Host): Identity => ({
  kind: host.isIp ? 'ip' : 'host',
  canonical: host.name,
  host: host.name,
  site: host.site,
})

const isOneByShape = (host: Host, head: string): boolean =>
  host.isIp ? isWritten.test(head) : host.name === 'localhost' || (host.isKnown && isHostName(head))

/** An address as people write one; a number alone, or a version, is no host. */
const isWritten = /^\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?$|:.*:/

/** In a field for hosts a name of the own network has no dot. */
const isLikely = (host: Host, head: string, kinds: ReadonlySet<IdentityKind>): boolean =>
  host.isKnown || host.name === 'localhost' || head.includes('.') || kinds.has('host')

/** Public suffixes that name kinds of files more often than hosts: alone, with one name before them, they are a file's. */
const fileSuffix = /^[^.]+\.(?:md|py|rs|sh|zip|mov|ps|mk|java|cab)$/i
export const isHostName = (text: string): boolean => /[^.]\.[^.]/.test(text) && !fileSuffix.test(text)

/** Outer quotes, angle brackets and full stops of a value. */
function unwrapped(raw: string): string {
  const text = raw.trim()
  const inner =
    /^<([^<>\s@]+|[a-z]+:[^<>\s]+)>$/i.exec(text) ??
    /^"([^"]+)"$/.exec(text) ??
    /^'([^']+)'$/.exec(text) ??
    /^`([^`]+)`$/.exec(text)
  return (inner?.[1] ?? text).replace(/^url:\s*/i, '')
}

/**
 * What an identity passes for in a reader's eyes: look-alikes of ASCII read as ASCII, and paths without their case. Undefined where it
 * looks like itself. For suspicion only: it is another place.
 */
export function lookAlikeOf(identity: Identity): Identity | undefined {
  const { kind, canonical, host } = identity
  if (kind === 'path') {
    const folded = fold(canonical)
    return folded === canonical ? undefined : { ...identity, canonical: folded }
  }
  if (host === undefined || !(host.includes('xn--') || /[^\0-\x7f]/.test(canonical))) return undefined
  const seen = hostOf(fold(domainToUnicode(host)))
  if (seen === undefined) return undefined
  if (kind === 'mailbox') {
    const twin = mailbox(fold(canonical.slice(0, canonical.lastIndexOf('@'))), seen.name)
    return twin?.canonical === canonical ? undefined : twin
  }
  if (seen.name === host) return undefined
  if (kind === 'url') return urlOf(canonical.replace(host, seen.name))
  if (kind === 'repository') return repositoryOf(`https://${canonical.replace(host, seen.name)}`)
  return kind === 'host' ? hostIdentity(seen) : undefined
}
