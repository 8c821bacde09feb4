import ipaddr from 'ipaddr.js'
import { parse } from 'tldts'

export interface Host {
  /** ASCII, lower case, without a trailing dot; an IPv6 address without brackets, a mapped one as IPv4. */
  name: string
  isIp: boolean
  site: string
  /** Ends in a public suffix, or in one of the names that are kept for private use and examples. */
  isKnown: boolean
  /** Under a suffix of the list's private section: its owner is a customer of whoever owns the suffix. */
  isTenant: boolean
}

const plain = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/
const numeric = /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/
const notHost = /[\s/\\?#@<>^|]/
/** RFC 6761, 6762, 7686, 9476 and what people call their own networks: no public suffix, and still names of hosts. */
const reserved = /\.(?:example|test|invalid|local|localhost|internal|intranet|private|corp|home|lan|onion|arpa)$/
const options = { allowPrivateDomains: true, extractHostname: false, validateHostname: false } as const

/** A host as WHATWG's URL reads it: IDNA, percent signs, decimal, octal and hexadecimal addresses, trailing dots. */
export function hostOf(raw: string): Host | undefined {
  if (raw.length > 64) return parsed(raw)
  const known = lately.get(raw)
  if (known !== undefined || lately.has(raw)) return known
  if (lately.size >= mostLately) lately.clear()
  const host = parsed(raw)
  lately.set(raw, host)
  return host
}

/** Texts name the same hosts again and again; what is kept changes no answer. */
const lately = new Map<string, Host | undefined>()
const mostLately = 4096

function parsed(raw: string): Host | undefined {
  if (raw.length === 0 || raw.length > 1000) return undefined
  const lower = trimDots(raw.toLowerCase())
  if (lower.length <= 253 && plain.test(lower) && !numeric.test(lower) && !lower.includes('xn--')) return named(lower)
  const bare = ipv6Of(lower)
  if (bare !== undefined) return address(bare)
  const ready = lower.replace(/%25[a-z0-9_.-]*\]$/, ']')
  if (notHost.test(ready) || !URL.canParse(`http://${ready}/`)) return undefined
  const { hostname, port } = new URL(`http://${ready}/`)
  if (port !== '' || hostname === '') return undefined
  return readHostname(hostname)
}

/** The same for what `URL` has read already. */
export function readHostname(hostname: string): Host | undefined {
  const name = trimDots(hostname)
  if (name === '') return undefined
  const bare = ipv6Of(name)
  if (bare !== undefined) return address(bare)
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(name) ? address(name) : named(name)
}

function named(name: string): Host {
  const { domain, isIcann, isPrivate, publicSuffix } = parse(name, options)
  const isListed = (isIcann === true || isPrivate === true) && publicSuffix !== name
  const isKnown = isListed || reserved.test(name)
  return { name, isIp: false, site: domain ?? name, isKnown, isTenant: isPrivate === true && domain !== null }
}

const address = (name: string): Host => ({ name, isIp: true, site: name, isKnown: true, isTenant: false })

/** Of `[::1]`, `::1`, `::ffff:203.0.113.7`; an address that carries an IPv4 one is that one. */
function ipv6Of(text: string): string | undefined {
  const inner = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
  const first = inner.indexOf(':')
  if (first < 0 || inner.indexOf(':', first + 1) < 0 || inner.length > 60) return undefined
  const bare = inner.replace(/%.*$/, '')
  if (!ipaddr.IPv6.isValid(bare)) return undefined
  return ipaddr.process(bare).toString()
}

function trimDots(text: string): string {
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) === 0x2e) end--
  return end === text.length ? text : text.slice(0, end)
}

/** A name or address by which a machine reaches itself. */
export const isLoopback = (host: string): boolean =>
  /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[?::1\]?)$/i.test(host)
