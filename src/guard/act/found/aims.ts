import { identitiesOf, isLoopback } from '../../identity/index.ts'
import { shapeOf } from '../roles/shape.ts'

/** Where a word of a command, a setting or a literal leads outside of this machine. */
export interface Aim {
  kind: 'url' | 'host'
  text: string
}

/** Longest word that is looked at, in UTF-16 units; a longer one is content. */
const longest = 4096
/** What says of an option or setting that its value is a place of the net. */
const placed =
  /(?:^|[-_.])(?:h|host(?:name|addr)?|server|endpoint|registry|proxy|url|uri|remote|upstream|broker|brokers|peer|address|addr|domain|dsn|to|target|sink|webhook|callback|index|source|mirror|repo|repository)s?$/i
/** `host=a dbname=b` (libpq), `Server=tcp:a,1433;Database=b` (ODBC, ADO.NET). */
const pairs =
  /(?:^|[\s;])(?:host(?:addr|name)?|server|data source|address|addr|endpoint|service)\s*=\s*(?:tcp:)?'?([^\s;,'"]{2,253})/gi
const dsn = /^\s*[a-z][\w ]{1,30}\s*=\s*[^\s;]+(?:[\s;]+[a-z][\w ]{1,30}\s*=\s*[^\s;]*)*[\s;]*$/i
/** A scheme before another one, or before what a copying program takes: `jdbc:postgresql://`, `git+https://`, `sftp:me@host:/x`. */
const carrier =
  /^(?:(?:jdbc|r2dbc|sftp|ssh|rsync|scp|s3|rest|tcp|udp|ssl|docker|oci|git|vcs|hg|svn|ext|npm|url):)+(?!\/\/)/i
const scheme = /^[a-z][a-z\d+.-]{1,30}:\/\/[^\s/]/i
const local =
  /^(?:file|unix|sqlite\d?|duckdb|memory|about|data|dir|oci-archive|docker-daemon|containers-storage|stdin|fd|pipe):/i

/**
 * The places that a word names: a URL, `host:port`, `user@host:path`, an image or module with a registry before it, a connection string, a
 * share, an address. `option`: the name of what it is the value of; where that says a place, a bare name of a host is one too.
 */
export function aimsOf(word: string, option = ''): Aim[] {
  const text = word.trim().replace(/^(["'])(.*)\1$/s, '$2')
  if (text.length < 4 || text.length > longest || local.test(text)) return []
  if (/\s|;/.test(text))
    return dsn.test(text) ? [...text.matchAll(pairs)].flatMap(([, host = '']) => hostAim(host)) : []
  const bare = text.replace(carrier, '')
  if (bare.includes(',') && !scheme.test(bare)) return bare.split(',', 16).flatMap((each) => aimsOf(each, option))
  if (scheme.test(bare)) return isHere(hostIn(bare)) ? [] : [{ kind: 'url', text: bare }]
  const share = /^(?:\\\\|\/\/)([^\\/?.][^\\/]{1,252})[\\/]/.exec(bare)
  if (share !== null) return hostAim(share[1] ?? '')
  const copied =
    /^(?:[^\s@/\\]{1,64}@)([^\s@:/\\]{2,253}):(?!\d{1,5}$)/.exec(bare) ??
    /^([^\s@:/\\]{2,253}\.[a-z]{2,24}):(?!\d{1,5}$)\S*\//i.exec(bare)
  if (copied !== null) return hostAim(copied[1] ?? '')
  const at = /^[^\s@/\\]{1,64}@([^\s@/\\]{4,253})$/.exec(bare)
  if (at !== null) return placed.test(option) ? hostAim(at[1] ?? '') : []
  const name = bare.replace(/[:@](?!.*\/).*$/, '')
  const shape = shapeOf(name)
  if (shape !== 'host' && shape !== 'url') return []
  // A version or digest behind it is no part of where it is.
  const place = bare.replace(/@[^/@]*$/, '')
  if (placed.test(option)) return hostAim(place)
  const isMarked = name !== bare || /^\d{1,3}(?:\.\d{1,3}){3}(?:\/|$)/.test(bare)
  return isMarked ? hostAim(place, false) : []
}

/** A name of a host, with a port or path perhaps, that is not this machine. */
function hostAim(text: string, isSaid = true): Aim[] {
  const [identity] = identitiesOf(text, isSaid ? 'host' : undefined)
  if (identity?.host === undefined || identity.kind === 'mailbox' || isHere(identity.host)) return []
  return [{ kind: identity.kind === 'url' ? 'url' : 'host', text }]
}

const hostIn = (url: string): string =>
  identitiesOf(url, 'url')[0]?.host ?? url.replace(/^[^/]*\/\/(?:[^/@]*@)?|[/:?#].*$/g, '')

/** This machine, by name or address, and every address of it. */
export const isHere = (host: string): boolean => isLoopback(host) || /^(?:host\.docker\.internal|\[?::\]?)$/i.test(host)
