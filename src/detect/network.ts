import type { AgentEvent } from '../model/event.ts'

/** From which network an act came: what its source names, else its address. One spelling for one address; empty: nobody says. */
export const networkOf = ({ source }: AgentEvent): string => addressOf(source?.network ?? source?.ip ?? '')

/**
 * An address in its one spelling, without the port of the connection, a zone or the brackets around it; IPv4 inside of IPv6 is
 * IPv4. What is no address stays as it is.
 */
export function addressOf(text: string): string {
  if (isPlain(text) || !mayBeAddress.test(text)) return text
  const bare = text.trim().replace(/^"(.*)"$/, '$1')
  const [, inside = bare] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(bare) ?? []
  const [, before = inside] = /^([\d.]+):\d{1,5}$/.exec(inside) ?? []
  const address = before.replace(/%.*$/, '')
  if (ipv4(address) !== undefined) return address
  const parts = ipv6(address)
  if (parts === undefined) return text
  const [high = 0, low = 0] = parts.slice(6)
  if (parts.slice(0, 5).every((part) => part === 0) && parts[5] === 0xffff)
    return [high >> 8, high & 255, low >> 8, low & 255].join('.')
  return parts.map((part) => part.toString(16)).join(':')
}

/** Of these signs every address is made, but for its zone: names of networks and ranges such as 10.0.0.0/8 end here, for each event asks. */
const mayBeAddress = /^[\s"[]*[\da-f:.]+(?:%|[\]\s":\d]*$)/i

/** Digits and dots only, as most are: nothing to spell anew. */
function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code !== 46 && (code < 48 || code > 57)) return false
  }
  return true
}

function ipv4(text: string): [number, number] | undefined {
  const bytes = text.split('.')
  if (bytes.length !== 4 || !bytes.every((byte) => /^(0|[1-9]\d{0,2})$/.test(byte) && Number(byte) <= 255))
    return undefined
  const [a = 0, b = 0, c = 0, d = 0] = bytes.map(Number)
  return [a * 256 + b, c * 256 + d]
}

/** The eight parts. */
function ipv6(text: string): number[] | undefined {
  if (!/^[\da-f:.]{2,45}$/i.test(text)) return undefined
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')).map(part))
  const left = head?.flat() ?? []
  const right = tail?.flat() ?? []
  const all = [...left, ...right]
  if (all.includes(undefined)) return undefined
  const missing = 8 - all.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  return [...left, ...Array<number>(missing).fill(0), ...right] as number[]
}

function part(text: string): (number | undefined)[] {
  if (text.includes('.')) return ipv4(text) ?? [undefined]
  return [/^[\da-f]{1,4}$/i.test(text) ? Number.parseInt(text, 16) : undefined]
}
