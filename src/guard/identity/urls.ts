import { type Host, hostOf, readHostname } from './hosts.ts'
import { ownerOf } from './owners.ts'
import type { Identity } from './types.ts'

const scheme = /^([a-z][a-z0-9+.-]{0,31}):/i
const encoded = /%([0-9a-f]{2})/gi
/** Schemes whose text is code or data, or which have a parser of their own. */
const notPlaces = new Set([
  'javascript',
  'data',
  'blob',
  'about',
  'mailto',
  'tel',
  'sms',
  'file',
  'urn',
  'vbscript',
  'view-source',
])
const buckets: Readonly<Record<string, string>> = { s3: 's3', s3a: 's3', s3n: 's3', gs: 'gs', gcs: 'gs' }
/** How it is fetched is no other place: plain and encrypted are the same one. */
const sameScheme: Readonly<Record<string, string>> = {
  http: 'https',
  ws: 'wss',
  'git+http': 'https',
  'git+https': 'https',
}
const defaultPort: Readonly<Record<string, string>> = {
  https: '443',
  wss: '443',
  http: '80',
  ssh: '22',
  git: '9418',
  ftp: '21',
}

/** A URL with its scheme, or `//host/path`. */
export function urlOf(raw: string): Identity | undefined {
  const text = raw.startsWith('//') || raw.startsWith('\\\\') ? `https:${raw}` : raw
  const found = scheme.exec(text)
  const name = found?.[1]?.toLowerCase()
  if (name === undefined || notPlaces.has(name)) return undefined
  const ready = name.startsWith('git+') ? text.slice(4) : text
  if (!URL.canParse(ready)) return undefined
  const url = new URL(ready)
  const bucket = buckets[name]
  if (bucket !== undefined && url.hostname !== '') return bucketUrl(bucket, url)
  const host =
    url.protocol === 'https:' || url.protocol === 'http:'
      ? readHostname(url.hostname)
      : hostOf(decodedHost(url.hostname))
  return host === undefined ? undefined : built(url, sameScheme[name] ?? name, host)
}

function built(url: URL, name: string, host: Host): Identity {
  const path = normalPath(url.pathname)
  const search = url.search === '?' ? '' : normalEscapes(url.search)
  const login =
    url.username === '' && url.password === '' ? '' : `${url.username}${url.password && `:${url.password}`}@`
  const port = url.port === '' || url.port === defaultPort[name] ? '' : `:${url.port}`
  const where = host.name.includes(':') ? `[${host.name}]` : host.name
  const tail = `${search}${normalEscapes(url.hash)}`
  const owner = ownerOf(host, path, search)
  return {
    kind: 'url',
    canonical: `${name}://${login}${where}${port}${path === '' ? '/' : path}${tail}`,
    host: host.name,
    site: host.site,
    ...(owner === undefined ? {} : { owner }),
    rest: `${login}${path}${tail}`,
  }
}

function bucketUrl(service: string, url: URL): Identity {
  const host = service === 's3' ? 's3.amazonaws.com' : 'storage.googleapis.com'
  const bucket = url.hostname.toLowerCase()
  const rest = `${normalPath(url.pathname)}${normalEscapes(url.search)}`
  return {
    kind: 'url',
    canonical: `${service}://${bucket}${rest}`,
    host,
    site: `${bucket}.${host}`,
    owner: `${service}/${bucket}`,
    rest,
  }
}

/** RFC 3986 section 6.2.2: what need not be escaped is not, escapes are in capitals. */
const normalEscapes = (text: string): string =>
  text.includes('%')
    ? text.replace(encoded, (whole, hex: string) => {
        const character = String.fromCharCode(Number.parseInt(hex, 16))
        return /[\w.~-]/.test(character) ? character : whole.toUpperCase()
      })
    : text

const normalPath = (path: string): string => normalEscapes(path.endsWith('/') ? path.slice(0, -1) : path)

const decodedHost = (text: string): string => (text.includes('%') ? normalEscapes(text) : text)

/**
 * Whether a URL carries something that the one read did not: another host, login or path, a longer query or fragment. Leaving parts
 * away from the end carries nothing.
 */
export function carriesMore(sent: Identity, read: Identity): boolean {
  if (sent.canonical === read.canonical) return false
  if (sent.kind !== 'url' || read.kind !== 'url' || sent.host !== read.host) return true
  const [short = '', long = ''] = [sent.canonical, read.canonical]
  return !(long.startsWith(short) && /^[?#&/]/.test(long.slice(short.replace(/\/$/, '').length)))
}
