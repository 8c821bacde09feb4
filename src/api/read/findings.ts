import { type Static, Type } from 'typebox'
import { Finding, Mode } from '../../model/finding.ts'
import { Reviewed, reviewer } from '../respond/reviews.ts'
import { type ApiParts, type Routes, tenantOf } from '../server/context.ts'
import { refusal } from '../server/problem.ts'
import { farFuture, Id, json, Limit, problems, queryOf, Reason, Tenant } from '../server/schemas.ts'
import { Judgement, type Recent } from './recent.ts'

const Query = queryOf({
  tenant: Tenant,
  agent: Type.Optional(Type.String({ maxLength: 512 })),
  detector: Type.Optional(Type.String({ maxLength: 128 })),
  mode: Type.Optional(Mode),
  from: Type.Optional(Type.Integer({ minimum: 0, description: 'Event time, ms since the epoch.' })),
  to: Type.Optional(Type.Integer({ minimum: 0, description: 'Event time, ms since the epoch; not included.' })),
  limit: Limit,
})
type Query = Static<typeof Query>
const List = Type.Object({
  findings: Type.Array(Finding, { description: 'Newest first.' }),
  history: Type.Union([Type.Literal('asked'), Type.Literal('away'), Type.Literal('not asked')], {
    description: 'Older findings come from history, for one agent at a time.',
  }),
  reviews: Type.Record(Type.String(), Judgement, { description: 'What people said of these, by id of the finding.' }),
})

/** GET /v1/findings, POST /v1/findings/:id/right and /wrong */
export const findingRoutes =
  (recent: Recent): Routes =>
  (app, parts) => {
    app.get<{ Querystring: Query }>('/v1/findings', {
      config: { scope: 'rescind.read' },
      schema: {
        operationId: 'listFindings',
        summary: 'Findings, newest first',
        tags: ['read'],
        querystring: Query,
        response: { 200: json(List, 'The latest from memory, older ones of an agent from history.'), ...problems },
      },
      handler: (request) => list(tenantOf(request, request.query.tenant), request.query, recent, parts),
    })

    const review = reviewer(parts)
    for (const verb of ['right', 'wrong'] as const)
      app.post<{ Params: Static<typeof Id>; Body: Reason }>(`/v1/findings/:id/${verb}`, {
        config: { scope: 'rescind.respond' },
        schema: {
          operationId: `mark${verb === 'right' ? 'Right' : 'Wrong'}`,
          summary: `Say that a finding is ${verb}`,
          tags: ['respond'],
          params: Id,
          body: Reason,
          response: { 202: json(Reviewed, 'On disk.'), ...problems },
        },
        async handler(request, reply) {
          const { id } = request.params
          const known = recent.finding(tenantOf(request, request.body.tenant), id)
          // History cannot be asked for a finding by its id; what it may hold is believed.
          if (known === undefined && parts.history?.() === undefined)
            throw refusal('API_NOT_FOUND', `There is no finding "${id.slice(0, 200)}".`, { field: 'params.id' })
          const about = { finding: id, ...(known === undefined ? {} : { agent: known.agent }) }
          return reply.code(202).send(await review(request, verb, about))
        },
      })
  }

async function list(tenant: string, query: Query, recent: Recent, parts: ApiParts): Promise<Static<typeof List>> {
  const { agent, detector, mode, limit } = query
  const from = query.from ?? 0
  const to = query.to ?? farFuture
  const fits = (finding: Finding) =>
    (agent === undefined || finding.agent === agent) &&
    (detector === undefined || finding.detector === detector) &&
    (mode === undefined || finding.mode === mode) &&
    finding.time >= from &&
    finding.time < to
  const found = new Map<string, Finding>()
  // All of them: what came to the log last need not be the newest.
  for (const finding of recent.findings(tenant)) if (fits(finding)) found.set(finding.id, finding)
  const answer = (state: Static<typeof List>['history']): Static<typeof List> => {
    const findings = [...found.values()].sort((a, b) => b.time - a.time).slice(0, limit)
    return { findings, history: state, reviews: recent.judgements(tenant, findings) }
  }
  const history = agent === undefined || found.size >= limit ? undefined : parts.history?.()
  if (history === undefined || agent === undefined) return answer('not asked')
  try {
    const older = await history.query('findings-of-agent', { tenant, agent, limit, from, to })
    for (const finding of older) if (fits(finding) && !found.has(finding.id)) found.set(finding.id, finding)
    return answer('asked')
  } catch {
    return answer('away')
  }
}
