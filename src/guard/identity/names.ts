import { posix } from 'node:path'
import { hostOf } from './hosts.ts'
import type { Identity } from './types.ts'

const remote = /^(?:[a-z]+\+)?(?:ssh|git|https?):\/\/(?:[^/@\s]{0,200}@)?([^/:\s]{1,253})(?::\d{1,5})?\/([^\s?#]+)/i
const copied = /^(?:[\w.-]{1,64}@)([a-z0-9][\w.-]{0,252}):(?!\/\/)([\w.~/-]{1,300})$/i
const short = /^([\w.-]{1,100})\/([\w.-]{1,100})$/
const services: Readonly<Record<string, string>> = {
  github: 'github.com',
  gitlab: 'gitlab.com',
  bitbucket: 'bitbucket.org',
}

/**
 * A path in one spelling, by its text alone (links are the caller's to follow): `..`, `.`, `//`, Windows' separators and drives,
 * `file:` URLs, the home folder as `~`. Case stays; `lookAlikeOf` folds it.
 */
export function pathOf(raw: string): Identity | undefined {
  let text = raw.trim()
  if (text === '' || text.length > 4096 || /[\0\n\r]/.test(text)) return undefined
  if (/^file:/i.test(text)) {
    if (!URL.canParse(text)) return undefined
    const url = new URL(text)
    text = `${url.hostname === '' || url.hostname === 'localhost' ? '' : `//${url.hostname}`}${decoded(url.pathname)}`
    text = text.replace(/^\/+([a-z]:)/i, '$1')
  }
  text = text.replace(/^\\\\[?.]\\(?:UNC\\)?/i, (prefix) => (/unc/i.test(prefix) ? '\\\\' : ''))
  text = text.replaceAll('\\', '/').replace(/^(?:\$HOME|\$\{HOME\}|%USERPROFILE%|\$env:USERPROFILE)(?=\/|$)/i, '~')
  text = text.replace(/^([A-Z]):/, (drive) => drive.toLowerCase())
  const server = /^\/\/([^/]{1,253})\/(?=[^/])/.exec(text)?.[1]
  const host = server === undefined ? undefined : hostOf(server)
  const flat = posix.normalize(text).replace(/(.)\/$/, '$1')
  if (host === undefined || raw.startsWith('//')) return { kind: 'path', canonical: flat }
  return { kind: 'path', canonical: `/${flat}`, host: host.name, site: host.site }
}

/** A repository: `git@host:owner/name.git`, `ssh://…`, its page on a forge, `github:owner/name`; `owner/name` alone with `certain`. */
export function repositoryOf(raw: string, certain = false): Identity | undefined {
  const text = raw.trim()
  if (text.length > 600) return undefined
  const found = remote.exec(text) ?? copied.exec(text)
  if (found !== null) return named(found[1] ?? '', found[2] ?? '')
  const [service = '', rest = ''] = text.split(':', 2)
  const host = services[service.toLowerCase()]
  if (host !== undefined && short.test(rest)) return named(host, rest)
  return certain && short.test(text) ? named('', text) : undefined
}

function named(rawHost: string, path: string): Identity | undefined {
  const [owner = '', name = ''] = path.replace(/^[/~]+/, '').split('/', 2)
  const bare = name.replace(/\.git$/i, '').toLowerCase()
  if (owner === '' || bare === '' || bare === '..' || owner === '..') return undefined
  const rest = `${owner.toLowerCase()}/${bare}`
  if (rawHost === '') return { kind: 'repository', canonical: rest, owner: owner.toLowerCase(), rest }
  const host = hostOf(rawHost)
  if (host === undefined) return undefined
  const where = { host: host.name, site: host.site, owner: `${host.name}/${owner.toLowerCase()}` }
  return { kind: 'repository', canonical: `${host.name}/${rest}`, ...where, rest }
}

/** A channel: `#general`; with `certain` also without its mark. */
export function channelOf(raw: string, certain = false): Identity | undefined {
  const found = /^(#?)([\p{L}\p{N}][\p{L}\p{N}\p{M}_.-]{0,79})$/u.exec(raw.trim())
  return found !== null && (found[1] !== '' || certain)
    ? { kind: 'channel', canonical: (found[2] ?? '').toLowerCase() }
    : undefined
}

/** What a service calls a conversation by: a number before a colon, and what looks like an address but is none (RFC 5322 has no colon there). */
const numbered = /^\d{1,8}:[^\s@,;:"()<>]{1,200}@[\w.-]{1,253}$/

export const isConversation = (text: string): boolean => numbered.test(text.trim())

/** A person's handle: `@ann`, `@ann@social.example`; with `certain` also without its mark. */
export function handleOf(raw: string, certain = false): Identity | undefined {
  const found = /^(@?)([\p{L}\p{N}_][\p{L}\p{N}\p{M}_.-]{0,63})(?:@([a-z0-9.-]{1,253}))?$/iu.exec(raw.trim())
  if (found === null || (found[1] === '' && !certain)) return undefined
  const [, , name = '', server] = found
  if (server === undefined) return { kind: 'handle', canonical: name.toLowerCase() }
  const host = hostOf(server)
  if (host === undefined) return undefined
  return { kind: 'handle', canonical: `${name.toLowerCase()}@${host.name}`, host: host.name, site: host.site }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
