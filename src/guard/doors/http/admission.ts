import type { IncomingMessage } from 'node:http'
import { maxMessage } from '../limits.ts'

/** Why a request is not taken, as HTTP says it. */
export interface Refused {
  status: number
  why: string
}

/** Longest first message of a session, bytes: nothing is known of who sends it. */
const maxFirst = 2 ** 20
/** Bodies that are being read at a time, bytes in all. */
const maxReading = 4 * maxMessage

const mediaType = (value: string | undefined): string => value?.split(';')[0]?.trim().toLowerCase() ?? ''

const accepts = (request: IncomingMessage, type: string): boolean =>
  (request.headers.accept ?? '').split(',').some((each) => mediaType(each) === type)

/**
 * What the head of a request must say before anything is started or read for it. A page of a stranger can send what needs no
 * preflight (`text/plain`), or reach us under a name of its own (DNS rebinding): Host, Origin and Sec-Fetch-Site tell.
 */
export function refusedByHead(request: IncomingMessage, port: number): Refused | undefined {
  const { headers, method, url = '' } = request
  const hosts = ['127.0.0.1', 'localhost'].flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]))
  if (headers.host === undefined || !hosts.includes(headers.host.toLowerCase()))
    return { status: 403, why: `the Host header must be 127.0.0.1:${port} or localhost:${port}` }
  const { origin } = headers
  if (origin !== undefined && !hosts.some((host) => origin.toLowerCase() === `http://${host}`))
    return {
      status: 403,
      why: `the Origin header must be http://127.0.0.1:${port} or http://localhost:${port}, or not be there`,
    }
  const site = headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return { status: 403, why: 'pages of other sites are not served' }
  if (!['/', '/mcp'].includes(url.split('?')[0] ?? '')) return { status: 404, why: 'the path is /mcp' }
  if (method !== 'POST' && method !== 'GET' && method !== 'DELETE')
    return { status: 405, why: 'POST, GET and DELETE are served' }
  if (method !== 'DELETE' && !accepts(request, 'text/event-stream'))
    return { status: 406, why: 'the Accept header must hold text/event-stream' }
  if (method !== 'POST') return undefined
  if (!accepts(request, 'application/json')) return { status: 406, why: 'the Accept header must hold application/json' }
  if (mediaType(headers['content-type']) !== 'application/json')
    return { status: 415, why: 'the Content-Type header must be application/json' }
  return undefined
}

/** Reads bodies within limits: of each, and of all together. */
export class Bodies {
  #reading = 0

  /** The text of a body; `isFirst`: of one that belongs to no session yet. What is too much is let go by unread. */
  async read(request: IncomingMessage, isFirst: boolean): Promise<string | Refused> {
    const max = isFirst ? maxFirst : maxMessage
    const tooLarge = { status: 413, why: `the body is larger than ${max / 2 ** 20} MiB` }
    if (Number(request.headers['content-length'] ?? 0) > max) return tooLarge
    const chunks: Buffer[] = []
    let size = 0
    const done = new Promise<string | Refused>((resolve, reject) => {
      const refuse = (refused: Refused) => {
        request.removeAllListeners('data').resume()
        resolve(refused)
      }
      request.on('data', (chunk: Buffer) => {
        size += chunk.length
        this.#reading += chunk.length
        if (size > max) refuse(tooLarge)
        else if (this.#reading > maxReading) refuse({ status: 503, why: 'too much is being sent at a time' })
        else chunks.push(chunk)
      })
      request.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
      request.once('error', reject)
      request.once('close', () => reject(new Error('the request broke off')))
    })
    return done.finally(() => {
      this.#reading -= size
    })
  }
}
