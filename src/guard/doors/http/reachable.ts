import { connect } from 'node:net'
import { wordsOf } from '../../../errors.ts'

const patienceMs = 5000

/** Why nothing takes a connection at the address, in words; undefined: something does. Nothing is sent. */
export function unreachable({ hostname, port, protocol }: URL): Promise<string | undefined> {
  const host = hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) || (protocol === 'https:' ? 443 : 80) })
    const end = (why?: string) => {
      socket.destroy()
      resolve(why)
    }
    socket.setTimeout(patienceMs, () => end(`no answer within ${patienceMs / 1000} s`))
    socket.once('connect', () => end())
    socket.once('error', (error) => end(wordsOf(error)))
  })
}
