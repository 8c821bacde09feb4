import { pipeline, type Readable, Transform } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest, RequestPayload } from 'fastify'
import { type ApiParts, whenOver } from './context.ts'
import { refusal } from './problem.ts'
import { type Quota, Quotas } from './quotas.ts'

/**
 * Bodies in hand, from their first byte until they are answered, count for their caller and its tenant: what one caller sends
 * at once pushes nobody else out of memory or the log’s queue.
 */
export function countBodies(app: FastifyInstance, { config, metrics }: ApiParts): void {
  const { bodyBytes, bodyBytesPerCaller } = config.http
  const most = Math.max(bodyBytesPerCaller, bodyBytes)
  const quotas = new Quotas(metrics)

  /** Takes more and more for one request. */
  const taker = (request: FastifyRequest, reply: FastifyReply): ((amount: number) => void) => {
    const { id, tenant } = request.caller ?? { id: `ip ${request.ip}`, tenant: undefined }
    const held: (() => void)[] = []
    let isOver = false
    const end = () => {
      isOver = true
      for (const giveBack of held) giveBack()
    }
    whenOver(reply, end)
    return (amount) => {
      // What still comes of a body that was answered already is for nobody.
      if (isOver) throw refusal('API_TOO_LARGE', 'The request was answered before its body came.')
      const wanted: Quota[] = [{ quota: 'body bytes of a caller', of: id, most, amount }]
      if (tenant !== undefined) wanted.push({ quota: 'body bytes of a tenant', of: tenant, most: 2 * most, amount })
      const taken = quotas.take(wanted)
      if (typeof taken !== 'function')
        throw refusal('API_OVERLOADED', `More than ${taken.most} ${taken.quota} are in hand; try again later.`, {
          retry: 'later',
        })
      held.push(taken)
    }
  }

  app.addHook('preParsing', async (request, reply, payload) => {
    const { 'content-length': length, 'content-encoding': packed, 'transfer-encoding': chunked } = request.headers
    if (length === undefined && chunked === undefined) return payload
    const take = taker(request, reply)
    if (length === undefined || packed !== undefined) return counted(payload, take)
    // What is too large is refused for that.
    if (Number(length) <= bodyBytes) take(Number(length))
    return payload
  })
}

/** How long it is shows as it comes. */
function counted(payload: RequestPayload, take: (amount: number) => void): RequestPayload {
  const out: RequestPayload = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        take(chunk.length)
        done(null, chunk)
      } catch (error) {
        done(error as Error)
      }
    },
  })
  // The error of a broken stream reaches the reader of `out`.
  pipeline(payload as Readable, out as Transform, () => {})
  Object.defineProperty(out, 'receivedEncodedLength', { get: () => payload.receivedEncodedLength })
  return out
}
