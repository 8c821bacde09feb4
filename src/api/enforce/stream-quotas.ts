import type { FastifyReply, FastifyRequest } from 'fastify'
import { type ApiParts, callerOf, whenOver } from '../server/context.ts'
import { refusal } from '../server/problem.ts'
import { type Quota, Quotas } from '../server/quotas.ts'

/** How many decision streams there may be, and how many of one tenant, one caller and one point: nobody takes all of them. */
export function streamQuotas({ config, metrics }: ApiParts) {
  const { streams, streamsPerTenant, streamsPerCaller, streamsPerPoint } = config.http
  const quotas = new Quotas(metrics)
  const words: Record<string, string> = {
    streams: 'of this instance',
    'streams of a tenant': 'of the tenant',
    'streams of a caller': 'of this caller',
    'streams of a point': 'of this point',
  }
  /** Holds one until the answer has ended; throws where one is not to be had. */
  return (request: FastifyRequest, reply: FastifyReply, tenant: string, point: string | undefined): void => {
    const wanted: Quota[] = [
      { quota: 'streams of a caller', of: callerOf(request).id, most: streamsPerCaller },
      { quota: 'streams of a tenant', of: tenant, most: streamsPerTenant },
      { quota: 'streams', of: '', most: streams },
    ]
    if (point !== undefined)
      wanted.unshift({ quota: 'streams of a point', of: JSON.stringify([tenant, point]), most: streamsPerPoint })
    const taken = quotas.take(wanted)
    if (typeof taken !== 'function')
      throw refusal(
        'API_OVERLOADED',
        `Too many decision streams ${words[taken.quota]} are open, ${taken.most}; try again later.`,
        { retry: 'later', ...(taken.quota === 'streams' ? { status: 503 } : {}) },
      )
    whenOver(reply, taken)
  }
}
