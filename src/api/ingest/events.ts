import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { isLines } from '../../formats/kit/text.ts'
import { AgentEvent } from '../../model/event.ts'
import type { Raw } from '../../model/raw.ts'
import type { Ingested } from '../../runtime/monitor.ts'
import { countTaken } from '../../telemetry.ts'
import { owns } from '../server/caller.ts'
import { type ApiParts, callerOf, type Routes } from '../server/context.ts'
import { refusal } from '../server/problem.ts'
import { json, problems } from '../server/schemas.ts'

const shownReasons = 20

const Answer = Type.Object(
  {
    accepted: Type.Integer(),
    rejected: Type.Integer({ description: 'Kept as dead letters.' }),
    ignored: Type.Integer({ description: 'Well-formed records that are no acts, such as model calls in a trace.' }),
    reasons: Type.Array(
      Type.Object({ code: Type.String(), reason: Type.String(), field: Type.Optional(Type.String()) }),
      { description: `The first ${shownReasons}.` },
    ),
  },
  { description: 'Both kinds are on disk.' },
)

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

/** A request’s body, before anything is believed about it. */
function rawOf(request: FastifyRequest, received: number, maxLines: number): Raw {
  const bytes = request.body as Buffer | undefined
  const body = bytes?.toString('utf8') ?? ''
  const contentType = request.headers['content-type']
  if (isLines(contentType) && countLines(body, maxLines) > maxLines)
    throw refusal('API_TOO_LARGE', `A body holds at most ${maxLines} lines. Send it in parts.`, { field: 'body' })
  const headers = headersOf(request)
  return {
    body,
    isAscii: body.length === (bytes?.length ?? 0),
    ...(contentType === undefined ? {} : { contentType }),
    ...(headers === undefined ? {} : { headers }),
    received,
  }
}

/** Hands a request’s body to the monitor; resolves when all of it is on disk. `format`: the route’s; absent: whichever it is. */
export async function ingest(request: FastifyRequest, parts: ApiParts, format?: string): Promise<Ingested> {
  const { monitor, clock, config, metrics } = parts
  const caller = callerOf(request)
  const { tenant } = caller
  const taken = await monitor.ingest([rawOf(request, clock.now(), config.http.bodyLines)], {
    from: { publisher: caller.id, owns: (agent) => owns(caller, 'agents', agent), speaks: caller.speaks },
    ...(format === undefined ? {} : { format }),
    ...(tenant === undefined ? {} : { tenant }),
  })
  countTaken(metrics, taken)
  return taken
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
      const { accepted, ignored } = result
      const answer = { accepted, rejected: result.rejected.length, ignored, reasons: reasonsOf(result) }
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
