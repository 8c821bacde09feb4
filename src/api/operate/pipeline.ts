import type { FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { Mode } from '../../model/finding.ts'
import { type ApiParts, historyState, type Routes, tenantOf } from '../server/context.ts'
import { type Elsewhere, isElsewhere } from '../server/elsewhere.ts'
import { json, OfTenant, problems } from '../server/schemas.ts'

const Count = Type.Integer({ minimum: 0 })
const Pipeline = Type.Object({
  at: Type.Integer({ description: 'The monitor’s own time, ms since the epoch.' }),
  trouble: Type.Optional(Type.String({ description: 'Why the flow has stopped.' })),
  policy: Type.Object({ version: Type.String(), mode: Mode }),
  accepted: Type.Integer({ description: 'Events since the start of the process.' }),
  rejected: Type.Integer({ description: 'Records that went to the dead letters since the start.' }),
  ignored: Type.Integer({ description: 'Well-formed records since the start that are no acts.' }),
  inboxes: Type.Array(Type.Object({ name: Type.String(), waiting: Count })),
  lanes: Type.Array(
    Type.Object({ name: Type.String(), keys: Count, processed: Count, ignored: Count, evicted: Count }),
    { description: 'Since the start of the process.' },
  ),
  restored: Type.Integer({ description: 'Keys restored at the start.' }),
  history: Type.Object({
    state: Type.Union([Type.Literal('up'), Type.Literal('away'), Type.Literal('off')]),
    waiting: Type.Optional(Type.Integer({ description: 'Records that are not in it yet.' })),
    rows: Type.Optional(Count),
    retries: Type.Optional(Count),
    rejected: Type.Optional(Count),
    trouble: Type.Optional(Type.String()),
  }),
  streams: Type.Array(Type.Object({ kind: Type.String(), open: Count }), {
    description: 'Decision streams of enforcement points.',
  }),
  brake: Type.Optional(
    Type.Object(
      {
        tripped: Type.Boolean({ description: 'For at least one publisher.' }),
        counted: Count,
        limit: Count,
        windowMs: Count,
        publishers: Type.Array(Type.String(), {
          description: 'For whom it is on: what rests on their word waits for a person. Empty text: not known.',
        }),
      },
      {
        description:
          'Of the tenant: automatic interruptions within the window on the word of the publisher that has most, and how many each may have. Absent: the instance that works on the tenant gives no answer.',
      },
    ),
  ),
})
type Pipeline = Static<typeof Pipeline>

/** GET /v1/pipeline: how the monitor itself is. */
export const pipelineRoutes =
  (elsewhere: Elsewhere): Routes =>
  (app, parts) => {
    const { monitor, clock, metrics } = parts

    const brakeThere = async (request: FastifyRequest, tenant: string): Promise<Pipeline['brake']> => {
      try {
        const there = await elsewhere.askOfTenant(request, tenant)
        return there === undefined ? brakeOf(parts, tenant) : (there.body as Pipeline).brake
      } catch (error) {
        if (isElsewhere(error)) return undefined
        throw error
      }
    }

    app.get<{ Querystring: Static<typeof OfTenant> }>('/v1/pipeline', {
      config: { scope: 'rescind.read' },
      schema: {
        operationId: 'getPipeline',
        summary: 'How the monitor itself is: what waits, what it holds, history, streams, brake',
        tags: ['operate'],
        querystring: OfTenant,
        response: { 200: json(Pipeline, 'As of now; counts are of this process.'), ...problems },
      },
      async handler(request): Promise<Pipeline> {
        const tenant = tenantOf(request, request.query.tenant)
        const { live, policy, counts } = monitor
        const { lag } = live
        const trouble = parts.trouble?.()
        const [history, streams, brake] = await Promise.all([
          historyOf(parts),
          metrics.streams.get(),
          brakeThere(request, tenant),
        ])
        return {
          at: clock.now(),
          ...(trouble === undefined ? {} : { trouble }),
          policy: { version: policy.version, mode: policy.policy.mode },
          accepted: counts.accepted,
          rejected: counts.rejected,
          ignored: counts.ignored,
          inboxes: [...live.lanes.values()].map(({ spec }) => ({
            name: spec.inbox,
            waiting: lag.get(spec.inbox) ?? 0,
          })),
          lanes: [...live.lanes].map(([name, { stats }]) => ({
            name,
            keys: stats.keys,
            processed: stats.processed,
            ignored: stats.ignored,
            evicted: stats.evicted,
          })),
          restored: live.restored,
          history,
          streams: streams.values.map(({ labels, value }) => ({ kind: String(labels.kind), open: value })),
          ...(brake === undefined ? {} : { brake }),
        }
      },
    })
  }

async function historyOf(parts: ApiParts): Promise<Pipeline['history']> {
  const state = await historyState(parts)
  const counted = parts.historyCounts?.()
  if (state === 'off' || counted === undefined) return { state }
  const { lag, rows, retries, rejected, trouble } = counted
  return { state, waiting: lag, rows, retries, rejected, ...(trouble === undefined ? {} : { trouble }) }
}

function brakeOf({ monitor, clock }: ApiParts, tenant: string): NonNullable<Pipeline['brake']> {
  const { window, perTenant } = monitor.policy.policy.brake
  const brakes = Object.entries(monitor.brakes(tenant) ?? {})
  const since = clock.now() - window
  const counted = Math.max(0, ...brakes.map(([, { times }]) => times.filter((time) => time > since).length))
  const publishers = brakes.filter(([, { tripped }]) => tripped).map(([publisher]) => publisher)
  return { tripped: publishers.length > 0, counted, limit: perTenant, windowMs: window, publishers }
}
