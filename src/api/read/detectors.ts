import { type Static, Type } from 'typebox'
import { missingOf, needWords } from '../../detect/needs.ts'
import type { AgentState } from '../../model/agent-state.ts'
import { Mode } from '../../model/finding.ts'
import { benched } from '../../stages/fault.ts'
import { modeOf } from '../../stages/panel.ts'
import { type ApiParts, type Routes, tenantOf } from '../server/context.ts'
import type { Elsewhere } from '../server/elsewhere.ts'
import { json, OfTenant, problems } from '../server/schemas.ts'
import { agentsOf } from './agents-in-memory.ts'

/** Agents named for each reason; the rest are counted. */
const maxNamed = 10

const missing = Type.Array(Type.String(), {
  description: 'Fields that it needs and that no event of the agent has held; “or” where one of several is enough.',
})
/** The detectors that see nothing of an agent, and those that failed there. */
export const Sight = {
  blind: Type.Array(Type.Object({ detector: Type.String(), missing }), {
    description: 'Detectors that see nothing of it.',
  }),
  benched: Type.Array(Type.String(), { description: 'Detectors that failed at it and are not asked any more.' }),
}

const Detector = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  key: Type.String(),
  rule: Type.Boolean(),
  stake: Type.Number(),
  title: Type.String(),
  enabled: Type.Boolean(),
  mode: Mode,
  needs: Type.Array(Type.String(), { description: 'Fields of events without which it is blind.' }),
  blind: Type.Array(
    Type.Object({
      missing,
      agents: Type.Integer({ description: 'How many agents.' }),
      some: Type.Array(Type.String(), { description: 'The first of them by id.' }),
    }),
    { description: 'For how many agents it is blind and why.' },
  ),
  benched: Type.Integer({ description: 'Agents at which it failed, so that it is not asked there any more.' }),
})
const List = Type.Object({
  detectors: Type.Array(Detector),
  scanned: Type.Integer({ description: 'Agents looked at.' }),
  known: Type.Integer({ description: 'Agents in memory, of all tenants.' }),
  silent: Type.Optional(
    Type.Integer({ description: 'Instances that hold further agents and gave no answer. Absent: none.' }),
  ),
})
export type DetectorList = Static<typeof List>
type Blind = Static<typeof Detector>['blind'][number]

/** Which detectors see nothing of this agent and why, and which failed there. */
export function sightOf(
  state: AgentState,
  { detectors, monitor }: ApiParts,
): { blind: { detector: string; missing: string[] }[]; benched: string[] } {
  const { policy } = monitor.policy
  const enabled = detectors.filter(({ id }) => policy.detectors[id]?.enabled !== false)
  return {
    blind: enabled
      .map((each) => ({ detector: each.id, missing: missingOf(each, state) }))
      .filter((each) => each.missing.length > 0),
    benched: enabled
      .filter(({ id }) => [state, ...state.tasks].some((holder) => holder.detectors?.[id] === benched))
      .map(({ id }) => id),
  }
}

/** GET /v1/detectors */
export const detectorRoutes =
  (elsewhere: Elsewhere): Routes =>
  (app, parts) => {
    app.get<{ Querystring: Static<typeof OfTenant> }>('/v1/detectors', {
      config: { scope: 'rescind.read' },
      schema: {
        operationId: 'listDetectors',
        summary: 'Detectors, what they need, and for which agents they are blind',
        tags: ['read'],
        querystring: OfTenant,
        response: { 200: json(List, 'Counted over the agents in memory.'), ...problems },
      },
      async handler(request): Promise<DetectorList> {
        const tenant = tenantOf(request, request.query.tenant)
        const [here, { answers, silent }] = await Promise.all([listOf(tenant, parts), elsewhere.askOthers(request)])
        const all = (answers as DetectorList[]).reduce(together, here)
        return { ...all, ...(silent === 0 ? {} : { silent }) }
      },
    })
  }

async function listOf(tenant: string, parts: ApiParts): Promise<DetectorList> {
  const { policy } = parts.monitor.policy
  const blind = new Map<string, Map<string, Blind>>()
  const failed = new Map<string, number>()
  let scanned = 0
  for await (const [id, state] of agentsOf(tenant, parts.monitor)) {
    scanned++
    const sight = sightOf(state, parts)
    for (const { detector, missing } of sight.blind) {
      const whys = blind.get(detector) ?? new Map<string, Blind>()
      blind.set(detector, whys)
      add(whys, { missing, agents: 1, some: [id] })
    }
    for (const detector of sight.benched) failed.set(detector, (failed.get(detector) ?? 0) + 1)
  }
  return {
    detectors: parts.detectors.map((each) => ({
      id: each.id,
      version: each.version,
      key: each.key,
      rule: each.rule,
      stake: each.stake,
      title: each.title,
      enabled: policy.detectors[each.id]?.enabled !== false,
      mode: modeOf(each, policy),
      needs: each.needs.map(needWords),
      blind: [...(blind.get(each.id)?.values() ?? [])].sort((a, b) => b.agents - a.agents),
      benched: failed.get(each.id) ?? 0,
    })),
    scanned,
    known: parts.monitor.live.lanes.get('agent')?.stats.keys ?? 0,
  }
}

/** Counts one more reason among those known. */
function add(whys: Map<string, Blind>, { missing, agents, some }: Blind): void {
  const key = missing.join()
  const known = whys.get(key)
  const named = [...(known?.some ?? []), ...some].sort().slice(0, maxNamed)
  whys.set(key, { missing, agents: (known?.agents ?? 0) + agents, some: named })
}

/** What two instances say, as one. */
const together = (a: DetectorList, b: DetectorList): DetectorList => ({
  detectors: a.detectors.map((each) => {
    const other = b.detectors.find(({ id }) => id === each.id)
    const whys = new Map<string, Blind>()
    for (const why of [...each.blind, ...(other?.blind ?? [])]) add(whys, why)
    return { ...each, blind: [...whys.values()], benched: each.benched + (other?.benched ?? 0) }
  }),
  scanned: a.scanned + b.scanned,
  known: a.known + b.known,
})
