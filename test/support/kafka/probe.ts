import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'

/** Size, ApiVersions (key 18) version 0, correlation id 7, client id "wait". */
const question = Buffer.from('0000000e001200000000000700047761' + '6974', 'hex')

/** Whether a broker answers a real ApiVersions request; an open port is not enough. Address as `host:port`. */
export function answers(address: string, withinMs = 2000): Promise<boolean> {
  const colon = address.lastIndexOf(':')
  const socket = connect({ host: address.slice(0, colon), port: Number(address.slice(colon + 1)) })
  return new Promise((resolve) => {
    let got = Buffer.alloc(0)
    const end = (answer: boolean) => {
      resolve(answer)
      socket.destroy()
    }
    socket.setTimeout(withinMs, () => end(false))
    socket.once('error', () => end(false))
    socket.once('close', () => end(false))
    socket.once('connect', () => socket.write(question))
    socket.on('data', (chunk) => {
      got = Buffer.concat([got, chunk])
      // Size, correlation id, error code.
      if (got.length >= 10) end(got.readInt32BE(4) === 7 && got.readInt16BE(8) === 0)
    })
  })
}

/**
 * Ports of 127.0.0.1 on which nothing listens now. Below the range from which the system serves outgoing connections: a client
 * that knocks at a dead broker’s port within that range can meet itself, and then the broker cannot have its port back.
 */
export async function freePorts(count: number): Promise<number[]> {
  const found = new Set<number>()
  const end = Math.max(21_000, Math.min(32_000, outgoingFrom()))
  for (let tries = 0; found.size < count; tries++) {
    if (tries > 1000) throw new Error('no free ports on 127.0.0.1')
    const port = 20_000 + Math.floor(Math.random() * (end - 20_000))
    if (await isFree(port)) found.add(port)
  }
  return [...found]
}

function outgoingFrom(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/)[0])
  } catch {
    return 32_000
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ host: '127.0.0.1', port }, () => server.close(() => resolve(true)))
  })
}
