import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { Deliveries } from '../../channels/stream/deliveries.ts'
import { DecisionFeed, type Signed } from '../../channels/stream/feed.ts'
import { PointPresence } from '../../channels/stream/point-presence.ts'
import { SseStream } from '../../channels/stream/sse-stream.ts'
import { plainName } from '../../model/names.ts'
import type { Caller } from '../server/caller.ts'
import { callerOf, type Routes, tenantOf } from '../server/context.ts'
import { answerHeaders } from '../server/plain-http.ts'
import { refusal } from '../server/problem.ts'
import { problems, Tenant } from '../server/schemas.ts'
import type { PointOwners } from './point-owners.ts'
import { streamQuotas } from './stream-quotas.ts'

const maxWaitMs = 30_000
/** How soon a stream ends after its key was taken out or its token expired, ms. */
const lookEveryMs = 500
const pointField = 'query.point'

const Query = Type.Object({
  tenant: Tenant,
  since: Type.Optional(
    Type.Integer({ minimum: 0, description: 'The last seq that the point has. Absent: from a snapshot.' }),
  ),
  wait: Type.Integer({
    minimum: 0,
    maximum: maxWaitMs,
    default: 0,
    description: 'Long poll: how long to wait for something new, ms.',
  }),
  point: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 512,
      pattern: plainName,
      description: 'The enforcement point; also as x-rescind-point.',
    }),
  ),
})
type Query = Static<typeof Query>

const Answer = Type.Object({
  jws: Type.String({ description: 'A signed message: snapshot, delta or beat.' }),
  more: Type.Optional(Type.Array(Type.String(), { description: 'Further pages of a large snapshot.' })),
})

const describe = `The commands in force of a tenant, as signed messages (compact JWS, typ rescind-decision+jws, keys in
/.well-known/jwks.json). With Accept: text/event-stream they follow as events; Last-Event-ID or since goes on where the
point was, by deltas while they are held, else by a snapshot. Without, one answer: what is new since, or a beat when
nothing came within wait.`

/** GET /v1/decisions */
export const decisionRoutes =
  (points: PointOwners): Routes =>
  (app, parts) => {
    const { monitor, metrics, config } = parts
    const feeds = new Map<string, DecisionFeed>()
    const deliveries = new Deliveries(parts)
    const pointPresence = new PointPresence({ ...parts, beatMs: config.http.beatMs })
    /** With who reads: both end with the key or token. */
    const streams = new Map<SseStream, Caller>()
    const polls = new Map<() => void, Caller>()
    const hold = streamQuotas(parts)
    const stopLooking = parts.clock.every(lookEveryMs, () => {
      const now = parts.clock.now()
      for (const [opened, caller] of [...streams]) if (!caller.holds(now)) opened.close()
      for (const [done, caller] of [...polls]) if (!caller.holds(now)) done()
    })

    const feedOf = (tenant: string): DecisionFeed => {
      const feed = feeds.get(tenant) ?? new DecisionFeed(tenant, { ...parts, beatMs: config.http.beatMs })
      feeds.set(tenant, feed)
      return feed
    }
    /** A feed without readers holds nothing that cannot be made again. */
    const letGo = (tenant: string, feed: DecisionFeed): void => {
      if (feed.readers === 0) feeds.delete(tenant)
    }

    function stream(reply: FastifyReply, about: About): void {
      const { caller, tenant, point, since } = about
      const release = points.opened(caller, tenant, point, pointField)
      reply.hijack()
      const response = reply.raw
      response.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        ...answerHeaders,
        'x-accel-buffering': 'no',
        connection: 'close',
      })
      const feed = feedOf(tenant)
      const leave = pointPresence.opened(tenant, point)
      const opened = new SseStream({
        response,
        maxBytes: config.http.streamBytes,
        onWritten: ({ orders }) => deliveries.written(tenant, point, orders),
        onClosed: (why) => {
          leave()
          release()
          unfollow()
          letGo(tenant, feed)
          streams.delete(opened)
          metrics.streams.dec({ kind: 'events' })
          if (why === 'slow' || why === 'fault') {
            metrics.streamsDropped.inc({ why })
            parts.logger.warn({ tenant, point, why }, 'decision stream dropped')
          }
        },
      })
      streams.set(opened, caller)
      metrics.streams.inc({ kind: 'events' })
      // Both in one turn: nothing falls between what was and what comes. What is in both is old news to the reader.
      const unfollow = feed.follow((message) => opened.push(message))
      for (const message of feed.catchUp(since)) opened.push(message, false)
    }

    async function poll(reply: FastifyReply, about: About, wait: number): Promise<Static<typeof Answer>> {
      const { caller, tenant, point, since } = about
      const release = points.opened(caller, tenant, point, pointField)
      const feed = feedOf(tenant)
      const { table } = monitor.commandTables.of(tenant)
      if (since === table.seq && wait > 0) {
        metrics.streams.inc({ kind: 'polls' })
        const leave = pointPresence.opened(tenant, point)
        await new Promise<void>((resolve) => {
          const done = () => {
            clearTimeout(timer)
            unfollow()
            polls.delete(done)
            reply.raw.off('close', done)
            resolve()
          }
          const timer = setTimeout(done, wait)
          const unfollow = feed.follow((message) => {
            if (message.kind !== 'beat') done()
          })
          polls.set(done, caller)
          reply.raw.on('close', done)
        })
        leave()
        metrics.streams.dec({ kind: 'polls' })
      }
      release()
      if (!caller.holds(parts.clock.now()))
        throw refusal('API_UNAUTHORIZED', 'The key or token is not accepted any more.')
      const messages = feed.catchUp(since)
      letGo(tenant, feed)
      const [jws = '', ...more] = await Promise.all(messages.map((message: Signed) => message.jws))
      reply.raw.on('finish', () => {
        deliveries.written(
          tenant,
          point,
          messages.flatMap(({ orders }) => orders),
        )
      })
      return { jws, ...(more.length === 0 ? {} : { more }) }
    }

    app.get<{ Querystring: Query }>('/v1/decisions', {
      config: { scope: 'rescind.enforce' },
      schema: {
        operationId: 'followDecisions',
        summary: 'Follow the commands in force',
        description: describe,
        tags: ['enforce'],
        querystring: Query,
        response: {
          200: {
            description: 'Signed messages.',
            content: {
              'application/json': { schema: Answer },
              'text/event-stream': { schema: { type: 'string', description: 'Events snapshot, delta and beat.' } },
            },
          },
          ...problems,
        },
      },
      async handler(request, reply) {
        const about = aboutOf(request)
        hold(request, reply, about.tenant, about.point)
        if (!(request.headers.accept ?? '').includes('text/event-stream')) return poll(reply, about, request.query.wait)
        stream(reply, about)
        return reply
      },
    })

    app.addHook('preClose', async () => {
      stopLooking()
      pointPresence.close()
      for (const opened of [...streams.keys()]) opened.close()
      for (const done of [...polls.keys()]) done()
    })
  }

interface About {
  caller: Caller
  tenant: string
  point: string | undefined
  since: number | undefined
}

function aboutOf(request: FastifyRequest<{ Querystring: Query }>): About {
  const named = request.query.point ?? request.headers['x-rescind-point']
  const point = typeof named === 'string' && named !== '' ? named : undefined
  if (point !== undefined && point.length > 512)
    throw refusal('API_INVALID', 'A point is named by at most 512 characters.', { field: 'headers.x-rescind-point' })
  const last = request.headers['last-event-id']
  const resumed = typeof last === 'string' && /^\d{1,15}$/.test(last) ? Number(last) : undefined
  const caller = callerOf(request)
  return { caller, tenant: tenantOf(request, request.query.tenant), point, since: resumed ?? request.query.since }
}
