import type { IncomingMessage } from 'node:http'
import { PassThrough, pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { FastifyRequest, RequestPayload } from 'fastify'
import { refusal } from './problem.ts'

/** Unpacks a gzip body. The limit on bodies counts what comes out. */
export async function unpack(request: FastifyRequest, payload: RequestPayload): Promise<RequestPayload> {
  const encoding = request.headers['content-encoding']?.toLowerCase()
  if (encoding === undefined || encoding === 'identity') return payload
  if (encoding !== 'gzip' && encoding !== 'x-gzip')
    throw refusal('API_INVALID', `Bodies are read plain or with gzip, not with ${encoding.slice(0, 40)}.`, {
      status: 415,
      field: 'headers.content-encoding',
    })
  const counted = counting(payload as Readable)
  // The error of a broken stream reaches the reader of `out`.
  const out: RequestPayload = pipeline(counted.stream, createGunzip(), new PassThrough(), () => {})
  Object.defineProperty(out, 'receivedEncodedLength', { get: () => counted.bytes })
  out.once('error', () => (payload as IncomingMessage).resume())
  return out
}

function counting(payload: Readable): { stream: Readable; readonly bytes: number } {
  const counter = { bytes: 0, stream: payload }
  payload.on('data', (chunk: Buffer) => {
    counter.bytes += chunk.length
  })
  return counter
}
