import { type Static, Type } from 'typebox'
import { AgentEvent } from '../../model/event.ts'
import { type ApiParts, type Routes, tenantOf } from '../server/context.ts'
import { type Elsewhere, isElsewhere } from '../server/elsewhere.ts'
import { farFuture, Id, json, Limit, OfTenant, problems, queryOf, Tenant } from '../server/schemas.ts'
import type { EventsInLog } from './events-in-log.ts'
import { Familiar } from './explain/answer.ts'
import { familiarTo } from './explain/subject.ts'
import type { Recent } from './recent.ts'
import { linksOf, TraceLink } from './trace-links.ts'

const Query = queryOf({
  tenant: Tenant,
  from: Type.Optional(Type.Integer({ minimum: 0, description: 'Event time, ms since the epoch.' })),
  to: Type.Optional(Type.Integer({ minimum: 0, description: 'Event time, ms since the epoch; not included.' })),
  limit: Limit,
})
type Query = Static<typeof Query>
const Shown = Type.Intersect([
  Familiar,
  Type.Object({ seen: Type.Integer({ description: 'Events of this answer that show it.' }) }),
])
type Shown = Static<typeof Shown>
const Activity = Type.Object({
  events: Type.Array(AgentEvent, { description: 'Newest first.' }),
  shown: Type.Array(Shown, { description: 'What these events show beside what is normal for the agent.' }),
  from: Type.Union([Type.Literal('history'), Type.Literal('log')], {
    description: 'The log answers when there is no history or it is away: the latest events only.',
  }),
})
const Trace = Type.Object({
  trace: Type.String(),
  links: Type.Array(TraceLink, { description: 'Who acted, in the order of first acts.' }),
  events: Type.Array(AgentEvent, { description: 'Oldest first, the latest thousand.' }),
})

/** Most things listed beside the profile. */
const maxShown = 200
const maxOfTrace = 1000

/** GET /v1/agents/:id/events, /v1/traces/:id */
export const activityRoutes =
  (recent: Recent, elsewhere: Elsewhere, eventsInLog: EventsInLog): Routes =>
  (app, parts) => {
    app.get<{ Params: Static<typeof Id>; Querystring: Query }>('/v1/agents/:id/events', {
      config: { scope: 'rescind.read' },
      schema: {
        operationId: 'listEventsOfAgent',
        summary: 'What an agent did, newest first, beside what is normal for it',
        tags: ['read'],
        params: Id,
        querystring: Query,
        response: { 200: json(Activity, 'From history, or from the log.'), ...problems },
      },
      async handler(request, reply) {
        const { id } = request.params
        const tenant = tenantOf(request, request.query.tenant)
        // What it did is known here as well; only what is usual for it is not.
        const there = await elsewhere.ask(request, tenant, id).catch((error: unknown) => {
          if (isElsewhere(error)) return undefined
          throw error
        })
        if (there !== undefined) return reply.code(there.status).send(there.body)
        const { events, from } = await eventsOf(parts, eventsInLog, tenant, id, request.query)
        return { events, from, shown: shownBy(events, parts, tenant, id) } satisfies Static<typeof Activity>
      },
    })

    app.get<{ Params: Static<typeof Id>; Querystring: Static<typeof OfTenant> }>('/v1/traces/:id', {
      config: { scope: 'rescind.read' },
      schema: {
        operationId: 'getTrace',
        summary: 'The chain of agents that acted in one trace',
        tags: ['read'],
        params: Id,
        querystring: OfTenant,
        response: { 200: json(Trace, 'Of the latest events in the log; empty when it holds none of it.'), ...problems },
      },
      async handler(request): Promise<Static<typeof Trace>> {
        const { id } = request.params
        const tenant = tenantOf(request, request.query.tenant)
        const found = await eventsInLog.latest('trace', tenant, id, { limit: maxOfTrace })
        const events = found.sort((a, b) => a.time - b.time)
        return { trace: id, links: linksOf(events, recent.findings(tenant)), events }
      },
    })
  }

async function eventsOf(parts: ApiParts, log: EventsInLog, tenant: string, agent: string, query: Query) {
  const { limit, from = 0, to = farFuture } = query
  try {
    const found = await parts.history?.()?.query('events-of-agent', { tenant, agent, limit, from, to })
    if (found !== undefined) return { events: [...found], from: 'history' as const }
  } catch {
    // Away: the log has the latest.
  }
  const events = await log.latest('agent', tenant, agent, { limit, from, to })
  return { events: events.sort((a, b) => b.time - a.time), from: 'log' as const }
}

function shownBy(events: readonly AgentEvent[], { monitor }: ApiParts, tenant: string, agent: string): Shown[] {
  const state = monitor.agent(tenant, agent)
  const { cohort, fleet } = monitor.knowledge(tenant, agent)
  const shown = new Map<string, Shown>()
  for (const event of events)
    for (const each of familiarTo(event, state, cohort, fleet)) {
      const key = `${each.trait} ${each.value}`
      const known = shown.get(key)
      if (known !== undefined) known.seen++
      else if (shown.size < maxShown) shown.set(key, { ...each, seen: 1 })
    }
  return [...shown.values()]
}
