import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { limits } from '../../formats/format.ts'
import { AgentEvent } from '../../model/event.ts'
import type { Raw } from '../../model/raw.ts'
import type { Ingested } from '../../runtime/monitor.ts'
import { type ApiParts, callerOf, type Routes } from '../server/context.ts'
import { refusal } from '../server/problem.ts'
import { json, problems } from '../server/schemas.ts'

const shownReasons = 20

const Answer = Type.Object(
  {
    accepted: Type.Integer(),
    rejected: Type.Integer({ description: 'Kept as dead letters.' }),
    reasons: Type.Array(
      Type.Object({ code: Type.String(), reason: Type.String(), field: Type.Optional(Type.String()) }),
      { description: `The first ${shownReasons}.` },
    ),
  },
  { description: 'Both kinds are on disk.' },
)

const lines = /^(?:application|text)\/(?:x-ndjson|ndjson|jsonl|x-jsonl)\b/i

/** Headers that formats read. */
function headersOf(request: FastifyRequest): Record<string, string> | undefined {
  let kept: Record<string, string> | undefined
  for (const name in request.headers) {
    if (!name.startsWith('ce-') && !name.startsWith('ce_') && name !== 'traceparent') continue
    const value = request.headers[name]
    if (typeof value !== 'string') continue
    kept ??= {}
    kept[name] = value
  }
  return kept
}

/** Lines of the body, without making them; stops above `limit`. */
function countLines(body: string, limit: number): number {
  let count = 0
  for (let at = 0; at !== -1 && count <= limit; count++) {
    const next = body.indexOf('\n', at)
    at = next === -1 || next === body.length - 1 ? -1 : next + 1
  }
  return count
}

/**
 * A body as raw records. NDJSON goes as one when it holds our own events: the format splits it once. Each line goes by
 * itself when a line may be a CloudEvent, or when the whole is more text than a format takes.
 */
export function rawsOf(request: FastifyRequest, received: number, maxLines: number): Raw[] {
  const body = (request.body as Buffer | undefined)?.toString('utf8') ?? ''
  const contentType = request.headers['content-type']
  const headers = headersOf(request)
  const about = { ...(headers === undefined ? {} : { headers }), received }
  if (contentType === undefined || !lines.test(contentType))
    return [{ body, ...(contentType === undefined ? {} : { contentType }), ...about }]
  if (countLines(body, maxLines) > maxLines)
    throw refusal('API_TOO_LARGE', `A body holds at most ${maxLines} lines. Send it in parts.`, { field: 'body' })
  if (body.length <= limits.bodyChars && !body.includes('specversion"')) return [{ body, contentType, ...about }]
  return body
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({ body: line, contentType: 'application/json', ...about }))
}

/** Hands a request’s body to the monitor; resolves when all of it is on disk. */
export async function ingest(request: FastifyRequest, parts: ApiParts): Promise<Ingested> {
  const { monitor, clock, config, metrics } = parts
  const raws = rawsOf(request, clock.now(), config.http.bodyLines)
  const result = await monitor.ingest(raws, callerOf(request).tenant)
  metrics.accepted.inc(result.accepted)
  for (const { code } of result.rejected) metrics.rejected.inc({ code })
  return result
}

const reasonsOf = ({ rejected }: Ingested) =>
  rejected.slice(0, shownReasons).map(({ code, reason, field }) => ({ code, reason, ...(field && { field }) }))

/** POST /v1/events */
export const eventRoutes: Routes = (app, parts) => {
  const one = { schema: AgentEvent }
  const many = { schema: Type.Array(AgentEvent) }
  app.post('/v1/events', {
    config: { scope: 'rescind.ingest' },
    schema: {
      operationId: 'ingestEvents',
      summary: 'Hand in acts of agents',
      description: 'Answered when every event and every refusal is on disk. Bodies may be packed with gzip.',
      tags: ['ingest'],
      body: {
        content: {
          'application/json': { schema: { anyOf: [AgentEvent, many.schema] } },
          'application/x-ndjson': { schema: { type: 'string', description: 'One event per line.' } },
          'application/cloudevents+json': {
            schema: { type: 'object', description: 'CloudEvents 1.0; the event in data.' },
          },
          'application/cloudevents-batch+json': { schema: { type: 'array', items: { type: 'object' } } },
          '*/*': one,
        },
      },
      response: { 202: json(Answer, 'All that could be read is on disk.'), ...problems },
    },
    // The formats check each record: one that is wrong must not take the others along.
    validatorCompiler: () => () => true,
    async handler(request, reply) {
      const result = await ingest(request, parts)
      const answer = { accepted: result.accepted, rejected: result.rejected.length, reasons: reasonsOf(result) }
      if (result.accepted === 0 && result.rejected.length > 0) {
        const [first] = answer.reasons
        throw refusal('API_INVALID', `No event was accepted: ${first?.reason ?? ''}`, {
          ...(first?.field === undefined ? {} : { field: first.field }),
          members: answer,
        })
      }
      return reply.code(202).send(answer)
    },
  })
}
