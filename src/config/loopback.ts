import { isIP } from 'node:net'

/** Whether a socket’s other end is this machine; an IPv4 address may be told inside of an IPv6 one. */
export const isFromLoopback = (address: string | undefined): boolean =>
  address !== undefined && isLoopback(address.replace(/^::ffff:/, ''))

/** Whether only this machine can reach the address. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1' || host === '[::1]') return true
  return isIP(host) === 4 && host.startsWith('127.')
}
