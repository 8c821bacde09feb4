import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { accessDenied, badRequest, EngineException } from './exception.ts'
import { tenantOf, tenantReader } from './reader-key.ts'

/** `writer` is the monitor and may do everything; `reader` is Grafana or a person and may only read. */
export type Role = 'writer' | 'reader'
export type Tokens = Readonly<Record<Role, string>>

export interface EngineRequest {
  role: Role
  /** A reader who sees only this tenant’s records. */
  tenant?: string
  url: URL
  /** The `query` parameter, or the body when there is none. */
  sql: string
  /** The body when the `query` parameter holds the statement. */
  data: Buffer
  formatHeader: string | undefined
  acceptsGzip: boolean
}

const digest = (text: string) => createHash('sha256').update(text).digest()
const same = (a: string, b: string) => timingSafeEqual(digest(a), digest(b))

/** Name and token. Those in the URL are refused by not being looked at: URLs get logged. */
function accountOf(request: IncomingMessage): { name: string; token: string } | undefined {
  const key = request.headers['x-clickhouse-key']
  const user = request.headers['x-clickhouse-user']
  if (typeof key === 'string') return { name: typeof user === 'string' ? user : '', token: key }
  const [scheme = '', value = ''] = (request.headers.authorization ?? '').split(' ')
  if (/^bearer$/i.test(scheme)) return { name: '', token: value }
  if (!/^basic$/i.test(scheme)) return undefined
  const pair = Buffer.from(value, 'base64').toString()
  const colon = pair.indexOf(':')
  return { name: pair.slice(0, Math.max(0, colon)), token: pair.slice(colon + 1) }
}

/** Only the token counts, but for a reader of one tenant, whose name says which. */
export function callerOf(request: IncomingMessage, tokens: Tokens): Pick<EngineRequest, 'role' | 'tenant'> {
  const account = accountOf(request)
  if (account !== undefined) {
    const { name, token } = account
    if (same(token, tokens.writer)) return { role: 'writer' }
    if (same(token, tokens.reader)) return { role: 'reader' }
    const tenant = tenantOf(name)
    if (tenant !== undefined && same(token, tenantReader(tokens.reader, tenant).password))
      return { role: 'reader', tenant }
  }
  throw new EngineException(516, 'AUTHENTICATION_FAILED', 'A token is needed as password')
}

/** No web page may talk to the engine, under whatever name it resolved loopback. */
export function checkOrigin(request: IncomingMessage): void {
  if (request.headers.origin !== undefined) throw accessDenied('requests of web pages')
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(request.headers.host ?? ''))
    throw accessDenied('a Host header that is not loopback')
}

function decoded(request: IncomingMessage): Readable {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding === 'identity') return request
  const unpack =
    encoding === 'gzip'
      ? createGunzip()
      : encoding === 'deflate'
        ? createInflate()
        : encoding === 'br'
          ? createBrotliDecompress()
          : undefined
  if (unpack === undefined) throw badRequest(`Content-Encoding ${encoding} is not offered`)
  request.on('error', (error) => unpack.destroy(error))
  return request.pipe(unpack)
}

async function bodyOf(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of decoded(request)) {
    chunks.push(chunk as Buffer)
    bytes += (chunk as Buffer).length
    if (bytes > maxBytes) throw new EngineException(131, 'TOO_LARGE_STRING_SIZE', `The body is over ${maxBytes} bytes`)
  }
  return Buffer.concat(chunks)
}

export async function parseRequest(
  request: IncomingMessage,
  tokens: Tokens,
  maxBytes: Readonly<Record<Role, number>>,
): Promise<EngineRequest> {
  const caller = callerOf(request, tokens)
  const url = new URL(request.url ?? '/', 'http://engine')
  if (request.headers['content-type']?.startsWith('multipart/') === true)
    throw badRequest('Multipart bodies are not offered')
  if (url.searchParams.get('decompress') === '1' || url.searchParams.get('compress') === '1')
    throw new EngineException(344, 'SUPPORT_IS_DISABLED', 'LZ4 blocks are not offered, use gzip', 400)
  const body = await bodyOf(request, maxBytes[caller.role])
  const query = url.searchParams.get('query') ?? ''
  const format = request.headers['x-clickhouse-format']
  return {
    ...caller,
    url,
    sql: query === '' ? body.toString() : query,
    data: query === '' ? Buffer.alloc(0) : body,
    formatHeader: typeof format === 'string' ? format : undefined,
    acceptsGzip:
      /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? '')) &&
      url.searchParams.get('enable_http_compression') !== '0',
  }
}
