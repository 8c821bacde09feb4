import { readFileSync } from 'node:fs'
import { RescindError } from '../../errors.ts'
import { hasControl, tenantName } from '../../model/names.ts'
import { type Speaks, spoken } from '../../model/speaks.ts'
import { isScope, scopes } from './caller.ts'

/** One line of the keys file. */
export interface KeyLine {
  name: string
  /** SHA-256 of the key, hex. */
  digest: string
  scopes: readonly string[]
  tenant?: string
  speaks: Speaks
  /** When it ends, ms since the epoch. */
  expires?: number
  /** It is exchanged once for a key that lives so long, ms or without end, and opens nothing else. */
  join?: number
}

/**
 * The keys of callers that have no issuer, such as Prometheus and the guards of one network: a line each of
 * `name sha256:<hex of the key> scope[,scope…] [tenant, or -] [agents=…] [points=…] [cohorts=…] [expires=…]`, where `#` begins a
 * comment. Patterns stand between commas; a space or comma in one is percent-encoded. The file holds digests only, and a key
 * has as many random bits as a digest, so that the file gives none away. CONFIG_FILE_UNREADABLE; CONFIG_INVALID by line.
 */
export function readKeys(path: string, onlyTenant: string | undefined): KeyLine[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw new RescindError('CONFIG_FILE_UNREADABLE', `auth.keysFile: ${path} cannot be read.`, { cause: error })
  }
  // A file that is being written is empty for a moment; one without keys says so by a comment.
  if (text.trim() === '') throw new RescindError('CONFIG_INVALID', `auth.keysFile: ${path} is empty.`)
  return keysIn(text, path, onlyTenant)
}

export function keysIn(text: string, path: string, onlyTenant: string | undefined): KeyLine[] {
  const keys: KeyLine[] = []
  for (const [at, line] of text.split('\n').entries()) {
    const words = line.replace(/#.*/, '').trim()
    if (words !== '') keys.push(keyIn(words.split(/\s+/), `auth.keysFile: ${path}, line ${at + 1}`, onlyTenant))
  }
  return keys
}

function keyIn(words: readonly string[], where: string, onlyTenant: string | undefined): KeyLine {
  const wrong = (what: string) => new RescindError('CONFIG_INVALID', `${where}: ${what}`)
  const [name = '', digest = '', named = '', ...more] = words
  const [, hex] = /^sha256:([0-9a-f]{64})$/.exec(digest) ?? []
  if (hex === undefined || named === '')
    throw wrong(
      'must be: name sha256:<64 hex digits> scope[,scope…] [tenant, or -] [agents=…] [points=…] [cohorts=…] [expires=…]',
    )
  if (hasControl(name)) throw wrong('the name holds control characters')
  const given = named.split(',')
  for (const scope of given)
    if (!isScope(scope)) throw wrong(`${scope} is no scope. Known: ${Object.keys(scopes).join(', ')}`)
  const key: KeyLine = { name, digest: hex, scopes: given, speaks: {} }
  const stated = new Set<string>()
  for (const word of more) {
    const [, member, value = ''] = /^(agents|points|cohorts|expires|join)=(.*)$/.exec(word) ?? []
    const about = member ?? 'tenant'
    if (stated.has(about)) throw wrong(`${word} is too much: ${about} stands there already`)
    stated.add(about)
    if (member === undefined) {
      if (!new RegExp(tenantName).test(word) || word.includes('=')) throw wrong(`${word} is not the name of a tenant`)
      if (word !== '-') key.tenant = word
    } else if (member === 'expires') key.expires = momentIn(value) ?? fail(wrong(`${word} is no RFC 3339 time`))
    else if (member === 'join') {
      const [, days] = /^(\d{1,4})d$/.exec(value) ?? []
      if (value !== 'once' && days === undefined) throw wrong(`${word} must be join=once or days, such as join=90d`)
      key.join = days === undefined ? Number.POSITIVE_INFINITY : Number(days) * dayMs
    } else {
      const kind = spoken.find((each) => each === member) ?? 'agents'
      key.speaks[kind] = patternsIn(value) ?? fail(wrong(`${word} must hold patterns between commas`))
    }
  }
  if (key.tenant === undefined && onlyTenant !== undefined) key.tenant = onlyTenant
  if (onlyTenant !== undefined && key.tenant !== onlyTenant)
    throw wrong(`this monitor is for the tenant ${onlyTenant} only`)
  return key
}

const dayMs = 86_400_000

const fail = (error: Error): never => {
  throw error
}

function momentIn(text: string): number | undefined {
  const at = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isFinite(at) ? at : undefined
}

/** An empty list is one that fits nothing. */
function patternsIn(value: string): string[] | undefined {
  try {
    const patterns = value === '' ? [] : value.split(',').map(decodeURIComponent)
    return patterns.some((each) => each === '' || each.length > 512 || hasControl(each)) ? undefined : patterns
  } catch {
    return undefined
  }
}

/** A line as the file holds it. */
export function keyLine({ name, digest, scopes: given, tenant, speaks, expires, join }: KeyLine): string {
  const patterns = spoken.flatMap((kind) => {
    const list = speaks[kind]
    return list === undefined ? [] : [`${kind}=${list.map(written).join(',')}`]
  })
  return [
    name,
    `sha256:${digest}`,
    given.join(','),
    tenant ?? '-',
    ...patterns,
    ...(expires === undefined ? [] : [`expires=${new Date(expires).toISOString()}`]),
    ...(join === undefined ? [] : [Number.isFinite(join) ? `join=${Math.ceil(join / dayMs)}d` : 'join=once']),
  ].join(' ')
}

const written = (pattern: string) => pattern.replace(/[%\s,#]/g, encodeURIComponent)
