import { type Static, Type } from 'typebox'
import type { AgentEvent } from '../../../model/event.ts'
import type { Finding } from '../../../model/finding.ts'
import type { Review } from '../../../model/receipt.ts'
import { type ApiParts, type Routes, tenantOf } from '../../server/context.ts'
import { type Answer, type Elsewhere, isElsewhere } from '../../server/elsewhere.ts'
import { refusal } from '../../server/problem.ts'
import { farFuture, Id, json, problems, queryOf, Tenant } from '../../server/schemas.ts'
import { lifeOf } from '../command-life.ts'
import type { EventsInLog } from '../events-in-log.ts'
import { fallsOn } from '../falls-on.ts'
import type { Recent } from '../recent.ts'
import { Explanation } from './answer.ts'
import { explainAgent, explainCommand, explainEvent, explainFinding } from './subject.ts'

const Query = queryOf({
  tenant: Tenant,
  kind: Type.Optional(
    Type.Union([Type.Literal('command'), Type.Literal('finding'), Type.Literal('event'), Type.Literal('agent')], {
      description: 'What the id is of, when it could be several things.',
    }),
  ),
})
type Query = Static<typeof Query>

/** GET /v1/explain/:id: of a command, a finding, an event or an agent. */
export const explainRoutes =
  (recent: Recent, elsewhere: Elsewhere, eventsInLog: EventsInLog): Routes =>
  (app, parts) => {
    app.get<{ Params: Static<typeof Id>; Querystring: Query }>('/v1/explain/:id', {
      config: { scope: 'rescind.read' },
      schema: {
        operationId: 'explain',
        summary: 'Why something was decided, or was not',
        tags: ['read'],
        params: Id,
        querystring: Query,
        response: { 200: json(Explanation, 'The waterfall.'), ...problems },
      },
      async handler(request, reply) {
        const { id } = request.params
        const { kind } = request.query
        const tenant = tenantOf(request, request.query.tenant)
        let silent: unknown
        for (const [each, look] of lookers)
          if (kind === undefined || kind === each) {
            // What stands against an agent is with the instance that works on it.
            const there = (agent: string) => elsewhere.ask(request, tenant, agent, { kind: each })
            const found = await look({ parts, recent, eventsInLog, tenant, id, there }).catch((error: unknown) => {
              // It may be of another kind, of which more is known here.
              if (kind !== undefined || !isElsewhere(error)) throw error
              silent = error
              return undefined
            })
            if (found === undefined) continue
            if (!('status' in found)) return found
            if (found.status !== 404) return reply.code(found.status).send(found.body)
          }
        if (silent !== undefined) throw silent
        throw refusal(
          'API_NOT_FOUND',
          `There is no ${kind ?? 'command, finding, event or agent'} "${id.slice(0, 200)}".`,
          {
            field: 'params.id',
          },
        )
      },
    })
  }

interface Asked {
  parts: ApiParts
  recent: Recent
  eventsInLog: EventsInLog
  tenant: string
  id: string
  /** Asks the instance that works on the agent; undefined where that is this one. */
  there(agent: string): Promise<Answer | undefined>
}

const lookers: readonly (readonly [string, (asked: Asked) => Promise<Explanation | Answer | undefined>])[] = [
  ['command', command],
  [
    'finding',
    async ({ parts, recent, tenant, id, there }) => {
      const finding = recent.finding(tenant, id)
      if (finding === undefined) return undefined
      return (await there(finding.agent)) ?? explainFinding(finding, known(parts, tenant, finding.agent))
    },
  ],
  [
    'agent',
    async ({ parts, recent, tenant, id, there }) => {
      const answer = await there(id)
      if (answer !== undefined) return answer
      if (parts.monitor.agent(tenant, id) === undefined) return undefined
      let act: Finding['act'] = {}
      // The last that was evidence: an alarm about a command is about no act.
      for (const finding of recent.findings(tenant))
        if (finding.agent === id && finding.bits > 0) {
          act = finding.act
          break
        }
      return explainAgent(id, act, known(parts, tenant, id))
    },
  ],
  ['event', eventIn],
]

async function command({ parts, recent, tenant, id }: Asked): Promise<Explanation | undefined> {
  const found =
    parts.monitor.commandTables.of(tenant).lives.get(id) ?? (await lifeOf(parts, tenant, id).catch(() => undefined))
  if (found === undefined) return undefined
  const others = known(parts, tenant, found.command.agent).commands
  return explainCommand(found, others, await reviewsOf(parts, recent, tenant, id))
}

const maxReviews = 20

/** From memory, and from history what memory no longer holds. */
async function reviewsOf(parts: ApiParts, recent: Recent, tenant: string, command: string): Promise<Review[]> {
  const of = { tenant, command, from: 0, to: farFuture, limit: maxReviews }
  const older = await parts
    .history?.()
    ?.query('reviews', of)
    .catch(() => [])
  const found = new Map([...(older ?? []), ...recent.reviewsOf(tenant, command)].map((review) => [review.id, review]))
  return [...found.values()].sort((a, b) => a.time - b.time)
}

function known(parts: ApiParts, tenant: string, agent: string) {
  const state = parts.monitor.agent(tenant, agent)
  const { credentials = [] } = state ?? {}
  const lives = [...parts.monitor.commandTables.of(tenant).lives.values()]
  return {
    state,
    policy: parts.monitor.policy,
    now: parts.clock.now(),
    commands: lives
      .filter(({ command }) => fallsOn(command, agent, credentials))
      .sort((a, b) => a.command.time - b.command.time),
  }
}

async function eventIn({
  parts,
  recent,
  eventsInLog,
  tenant,
  id,
  there,
}: Asked): Promise<Explanation | Answer | undefined> {
  const findings = new Map<string, Finding>()
  for (const finding of recent.findings(tenant))
    if (finding.event === id || finding.evidence.includes(id)) findings.set(finding.id, finding)
  const history = parts.history?.()
  let event: AgentEvent | undefined
  if (history !== undefined) {
    // The log answers for what history has not, and when it is away.
    const [events, older] = await Promise.all([
      history.query('event', { tenant, id }),
      history.query('findings-of-event', { tenant, event: id }),
    ]).catch(() => [[], []] as const)
    event = events[0]
    for (const finding of older) if (!findings.has(finding.id)) findings.set(finding.id, finding)
  }
  if (event === undefined) [event] = await eventsInLog.latest('id', tenant, id, { limit: 1 })
  const agent = event?.agent.id ?? [...findings.values()][0]?.agent
  if (agent === undefined) return undefined
  const answer = await there(agent)
  if (answer !== undefined) return answer
  const { cohort, fleet } = parts.monitor.knowledge(tenant, agent, event?.agent.cohort)
  return explainEvent(id, agent, event, [...findings.values()], { ...known(parts, tenant, agent), cohort, fleet })
}
