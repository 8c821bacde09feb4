import type { FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { Selector } from '../../model/command.ts'
import type { Order, Review } from '../../model/receipt.ts'
import { isWhole, ordered } from '../../policy/order.ts'
import { type ApiParts, type Routes, tenantOf } from '../server/context.ts'
import { type Elsewhere, isElsewhere } from '../server/elsewhere.ts'
import { refusal } from '../server/problem.ts'
import { farFuture, Id, json, problems, Reason } from '../server/schemas.ts'
import { Reviewed, reviewer } from './reviews.ts'

const Body = Type.Object(
  {
    ...Reason.properties,
    forMs: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'How long. Default: as long as the policy lets the rung stand; at most its `expiry.byHand`.',
      }),
    ),
    task: Type.Optional(
      Type.String({ minLength: 1, maxLength: 512, description: 'For step-up and tighten: in this task only.' }),
    ),
    only: Type.Optional(
      Type.Object(Selector.properties, {
        additionalProperties: false,
        minProperties: 1,
        description:
          'For step-up and tighten: which acts; every list that is present must match. Default: all, and those that change, run or send.',
      }),
    ),
  },
  { additionalProperties: false },
)

const rungs = {
  'step-up': 'Ask a person before an agent acts',
  tighten: 'Stop a part of an agent’s work',
  revoke: 'Take an agent’s authority',
  quarantine: 'Stop an agent altogether',
} as const satisfies Record<Order['rung'], string>

/** POST /v1/agents/:id/step-up, /tighten, /revoke, /quarantine: what a person orders by hand. */
export const orderRoutes =
  (elsewhere: Elsewhere): Routes =>
  (app, parts) => {
    const review = reviewer(parts)
    for (const rung of Object.keys(rungs) as Order['rung'][])
      app.post<{ Params: Static<typeof Id>; Body: Static<typeof Body> }>(`/v1/agents/:id/${rung}`, {
        config: { scope: 'rescind.respond' },
        schema: {
          operationId: `${rung === 'step-up' ? 'stepUp' : rung}Agent`,
          summary: `${rungs[rung]}, by hand`,
          tags: ['respond'],
          params: Id,
          body: Body,
          response: { 202: json(Reviewed, 'On disk; the command follows. Its way back is a release.'), ...problems },
        },
        async handler(request, reply) {
          const { id: agent } = request.params
          const { forMs: life, task, only, tenant: asked } = request.body
          const tenant = tenantOf(request, asked)
          const { credentials, points } = await seenOf(agent, tenant, request, elsewhere, parts)
          const order: Order = { rung, until: parts.clock.now() + (life ?? parts.monitor.policy.policy.expiry[rung]) }
          if (task !== undefined) order.task = task
          if (only !== undefined) order.only = only
          if (credentials !== undefined && credentials.length > 0) order.credentials = credentials
          if (points !== undefined && points.length > 0) order.points = points
          return reply.code(202).send(await review(request, 'order', { agent, order }, commanded(parts, agent, order)))
        },
      })
  }

/** The command that will come of it; what cannot be ordered is refused before it is written down. */
function commanded({ monitor }: ApiParts, agent: string, order: Order) {
  return (review: Review) => {
    const command = ordered({ ...review, agent, order }, monitor.policy)
    if (typeof command !== 'string') return { review: { ...review, command: command.id }, command: command.id }
    const part = order.task !== undefined ? 'task' : 'only'
    const field = isWhole(order.rung) && order[part] !== undefined ? part : 'forMs'
    throw refusal('API_INVALID', `It cannot be ordered: ${command}.`, { field: `body.${field}` })
  }
}

/** Credentials that an agent was seen with, and the points that served it. */
interface Seen {
  credentials?: string[]
  points?: string[]
}

/**
 * What the agent was seen with, wherever it is worked on; nothing where nobody can say at the moment. Refuses an agent that
 * nobody knows: a name that is mistyped must not look like an agent that was stopped.
 */
async function seenOf(
  agent: string,
  tenant: string,
  request: FastifyRequest,
  elsewhere: Elsewhere,
  { monitor, history }: ApiParts,
): Promise<Seen> {
  try {
    const there = await elsewhere.ask(request, tenant, agent, { tenant }, `/v1/agents/${encodeURIComponent(agent)}`)
    if (there !== undefined && there.status === 200) return there.body as Seen
    const known = there === undefined ? monitor.agent(tenant, agent) : undefined
    if (known !== undefined) return { credentials: known.credentials, points: [...(known.points ?? [])] }
  } catch (error) {
    if (isElsewhere(error)) return {}
    throw error
  }
  const past = await history?.()
    ?.query('events-of-agent', { tenant, agent, from: 0, to: farFuture, limit: 1 })
    .catch(() => [])
  if (past !== undefined && past.length > 0) return {}
  throw refusal(
    'API_NOT_FOUND',
    `No agent "${agent.slice(0, 200)}" is known in tenant ${tenant}; nothing is ordered. Those that are: GET /v1/agents, or rescind agents.`,
    { field: 'params.id' },
  )
}
