import { type Static, Type } from 'typebox'
import { type AgentState, noRisk, type Risk } from '../../model/agent-state.ts'
import { CommandState, Rung } from '../../model/command.ts'
import { Mode } from '../../model/finding.ts'
import { PointStates } from '../../model/point-state.ts'
import { type Profile, rate } from '../../model/profile.ts'
import type { Standing as StandingCommand } from '../../policy/command-table.ts'
import { fade } from '../../policy/fade.ts'
import { rank } from '../../policy/ladder.ts'
import { wordsOf } from '../../policy/life.ts'
import { type ApiParts, type Routes, tenantOf } from '../server/context.ts'
import type { Elsewhere } from '../server/elsewhere.ts'
import { refusal } from '../server/problem.ts'
import { Id, json, Limit, OfTenant, problems, queryOf, Tenant } from '../server/schemas.ts'
import { agentsOf } from './agents-in-memory.ts'
import { InWords } from './command-life.ts'
import { Sight, sightOf } from './detectors.ts'
import { takenCredentials } from './falls-on.ts'

const Summary = Type.Object({
  id: Type.String(),
  tenant: Type.String(),
  cohort: Type.Optional(Type.String()),
  principal: Type.Optional(Type.String()),
  acts: Type.Integer(),
  tasks: Type.Integer({ description: 'Open now.' }),
  first: Type.Integer(),
  last: Type.Integer(),
  risk: Type.Number({ description: 'Bits that stand against it now: statistical and of rules.' }),
  wouldRisk: Type.Number({ description: 'The same with shadowed detectors.' }),
  rung: Rung,
  command: Type.Optional(
    Type.Object(
      { id: Type.String(), rung: Rung, state: CommandState, points: PointStates, mode: Mode, ...InWords },
      { description: 'The heaviest that stands against it, and how far it has come.' },
    ),
  ),
})
export type AgentSummary = Static<typeof Summary>

const List = Type.Object({
  agents: Type.Array(Summary, { description: 'In the order asked for.' }),
  matched: Type.Integer({ description: 'Of those scanned, how many fit.' }),
  mode: Mode,
  known: Type.Integer({ description: 'Agents in memory, of all tenants.' }),
  scanned: Type.Integer(),
  silent: Type.Optional(
    Type.Integer({ description: 'Instances that hold further agents and gave no answer. Absent: none.' }),
  ),
})
const orders = {
  risk: (a, b) => rank(b.rung) - rank(a.rung) || b.risk - a.risk || b.last - a.last,
  last: (a, b) => b.last - a.last,
  acts: (a, b) => b.acts - a.acts,
  id: (a, b) => (a.id < b.id ? -1 : 1),
} as const satisfies Record<string, (a: AgentSummary, b: AgentSummary) => number>
const Query = queryOf({
  tenant: Tenant,
  limit: Limit,
  q: Type.Optional(
    Type.String({ maxLength: 256, description: 'Text in the id, cohort or principal; case does not matter.' }),
  ),
  standing: Type.Optional(
    Type.Boolean({ description: 'Only those with a command against them, or only those without.' }),
  ),
  sort: Type.Union([Type.Literal('risk'), Type.Literal('last'), Type.Literal('acts'), Type.Literal('id')], {
    default: 'risk',
    description: 'The most worrying, the latest or the busiest first, or by id.',
  }),
})
type Query = Static<typeof Query>
const KnowledgeQuery = Type.Object({ tenant: Tenant, cohort: Type.Optional(Type.String({ maxLength: 512 })) })

/** Risk as it has faded by now; the state itself is the lane’s. */
export function riskNow(risk: Risk | null, now: number, halfLife: number): Risk {
  if (risk === null) return noRisk(now)
  const faded = { ...risk }
  fade(faded, now, halfLife)
  return faded
}

/** The profile with its spreads by name. */
const shownProfile = ({ rates, ...profile }: Profile) => ({
  ...profile,
  pace: spreadAt(rates, rate.pace),
  flow: spreadAt(rates, rate.flow),
  items: spreadAt(rates, rate.items),
})
const spreadAt = (rates: Profile['rates'], at: number) => ({ n: rates[at], mean: rates[at + 1], m2: rates[at + 2] })

const round = (bits: number) => Math.round(bits * 100) / 100

function summaryOf(
  tenant: string,
  id: string,
  state: AgentState,
  { monitor, clock }: ApiParts,
  taken: ReadonlyMap<string, StandingCommand>,
): AgentSummary {
  const now = clock.now()
  const risk = riskNow(state.risk, now, monitor.policy.policy.risk.halfLife)
  let rung: Rung = 'observe'
  let heaviest: string | undefined
  for (const standing of state.standing)
    if (standing.until > now && rank(standing.rung) > rank(rung)) {
      rung = standing.rung
      heaviest = standing.command
    }
  const { table, lives } = monitor.commandTables.of(tenant)
  let standing = heaviest === undefined ? undefined : table.commands.get(heaviest)
  // Its credential may be taken for what another agent did with it.
  for (const credential of state.credentials) {
    const lost = taken.get(credential)
    if (lost === undefined || rank(lost.command.rung) <= rank(rung)) continue
    rung = lost.command.rung
    standing = lost
  }
  const life = standing === undefined ? undefined : lives.get(standing.command.id)
  return {
    id,
    tenant,
    ...(state.cohort === null ? {} : { cohort: state.cohort }),
    ...(state.principal === null ? {} : { principal: state.principal }),
    acts: state.acts,
    tasks: state.tasks.length,
    first: state.first,
    last: state.last,
    risk: round(Math.max(0, risk.bits) + risk.rules),
    wouldRisk: round(Math.max(0, risk.shadow) + risk.shadowRules),
    rung,
    ...(life === undefined
      ? {}
      : {
          command: {
            id: life.command.id,
            rung: life.command.rung,
            state: life.state,
            points: life.points,
            mode: life.command.mode,
            ...wordsOf(life),
          },
        }),
  }
}

function fits({ id, cohort, principal, rung }: AgentSummary, { q, standing }: Query): boolean {
  if (standing !== undefined && standing !== (rung !== 'observe')) return false
  if (q === undefined) return true
  const wanted = q.toLowerCase()
  return [id, cohort, principal].some((text) => text?.toLowerCase().includes(wanted))
}

/** GET /v1/agents, /v1/agents/:id, /v1/agents/:id/knowledge */
export const agentRoutes =
  (elsewhere: Elsewhere): Routes =>
  (app, parts) => {
    const { monitor } = parts

    app.get<{ Querystring: Query }>('/v1/agents', {
      config: { scope: 'rescind.read' },
      schema: {
        operationId: 'listAgents',
        summary: 'Agents, the most worrying first',
        tags: ['read'],
        querystring: Query,
        response: { 200: json(List, 'Agents in memory.'), ...problems },
      },
      async handler(request) {
        const { limit, sort } = request.query
        const tenant = tenantOf(request, request.query.tenant)
        const [{ found, ...counted }, { answers, silent }] = await Promise.all([
          scan(tenant, request.query, parts),
          elsewhere.askOthers(request),
        ])
        const lists = [{ agents: found, matched: found.length, ...counted }, ...(answers as Static<typeof List>[])]
        const sum = (count: 'matched' | 'known' | 'scanned') => lists.reduce((total, list) => total + list[count], 0)
        const agents = lists.flatMap((list) => list.agents).sort(orders[sort])
        return {
          agents: agents.slice(0, limit),
          matched: sum('matched'),
          mode: monitor.policy.policy.mode,
          known: sum('known'),
          scanned: sum('scanned'),
          ...(silent === 0 ? {} : { silent }),
        }
      },
    })

    app.get<{ Params: Static<typeof Id>; Querystring: Static<typeof OfTenant> }>('/v1/agents/:id', {
      config: { scope: 'rescind.read' },
      schema: {
        operationId: 'getAgent',
        summary: 'All that is known of an agent',
        tags: ['read'],
        params: Id,
        querystring: OfTenant,
        response: {
          200: json(Type.Object({ agent: Summary, ...Sight }), 'Summary, risk, evidence, profile.'),
          ...problems,
        },
      },
      async handler(request, reply) {
        const tenant = tenantOf(request, request.query.tenant)
        const { id } = request.params
        const there = await elsewhere.ask(request, tenant, id)
        if (there !== undefined) return reply.code(there.status).send(there.body)
        const state = monitor.agent(tenant, id)
        if (state === undefined) throw unknownAgent(id)
        const { halfLife } = monitor.policy.policy.risk
        const now = parts.clock.now()
        return {
          agent: summaryOf(tenant, id, state, parts, takenCredentials(parts, tenant)),
          risk: riskNow(state.risk, now, halfLife),
          evidence: state.evidence,
          standing: state.standing,
          widened: (state.widened ?? []).filter((w) => w.until > now && w.released === undefined),
          scopes: state.scopes,
          credentials: state.credentials,
          points: state.points ?? [],
          tasks: state.tasks.map((task) => ({
            id: task.id,
            started: task.started,
            last: task.last,
            acts: task.acts,
            tainted: task.tainted,
            risk: riskNow(task.risk, now, halfLife),
          })),
          profile: shownProfile(state.profile),
          minute: { at: state.minutes.at(-3), calls: state.minutes.at(-2), bytes: state.minutes.at(-1) },
          mode: monitor.policy.policy.mode,
          evictions: state.evictions,
          ...sightOf(state, parts),
        }
      },
    })

    app.get<{ Params: Static<typeof Id>; Querystring: Static<typeof KnowledgeQuery> }>('/v1/agents/:id/knowledge', {
      config: { scope: 'rescind.enforce' },
      schema: {
        operationId: 'getKnowledge',
        summary: 'What a guard needs to decide before a call',
        tags: ['enforce'],
        params: Id,
        querystring: KnowledgeQuery,
        response: {
          200: json(
            Type.Object({
              scopes: Type.Array(Type.Unknown()),
              acts: Type.Integer(),
              cost: Type.Number(),
              policy: Type.Unknown(),
              joinKey: Type.String({
                description: 'The tenant’s secret, for the keyed digests by which agents of one trace are joined.',
              }),
              profile: Type.Optional(Type.Unknown()),
              cohort: Type.Optional(Type.Unknown()),
              fleet: Type.Optional(Type.Unknown()),
            }),
            'Profiles of the agent and its peers, scopes, policy. An unknown agent has its peers’.',
          ),
          ...problems,
        },
      },
      async handler(request, reply) {
        const tenant = tenantOf(request, request.query.tenant)
        const there = await elsewhere.ask(request, tenant, request.params.id)
        if (there !== undefined) return reply.code(there.status).send(there.body)
        return {
          ...monitor.knowledge(tenant, request.params.id, request.query.cohort),
          joinKey: parts.signer.secret(`join ${tenant}`),
        }
      },
    })
  }

async function scan(tenant: string, query: Query, parts: ApiParts) {
  const found: AgentSummary[] = []
  const taken = takenCredentials(parts, tenant)
  let scanned = 0
  for await (const [id, state] of agentsOf(tenant, parts.monitor)) {
    scanned++
    const summary = summaryOf(tenant, id, state, parts, taken)
    if (fits(summary, query)) found.push(summary)
  }
  return { found, scanned, known: parts.monitor.live.lanes.get('agent')?.stats.keys ?? 0 }
}

export const unknownAgent = (id: string) =>
  refusal('API_NOT_FOUND', `There is no agent "${id.slice(0, 200)}" in memory.`, { field: 'params.id' })
