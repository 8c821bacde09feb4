import { type Static, Type } from 'typebox'
import type { Speaks } from '../../model/speaks.ts'
import type { Monitor } from '../../runtime/monitor.ts'
import { namesOf } from '../../stages/lane-key.ts'
import type { PointOwners } from '../enforce/point-owners.ts'
import { scopes } from './caller.ts'
import { callerOf, type Routes } from './context.ts'
import type { Elsewhere } from './elsewhere.ts'
import { json, problems } from './schemas.ts'

const Patterns = Type.Optional(Type.Array(Type.String()))

/** What somebody is bound to. */
export const Speaking = Type.Object(
  { agents: Patterns, points: Patterns, cohorts: Patterns },
  { description: 'What it is bound to, by patterns; what is absent is not bound. The local key owns everything.' },
)

const Me = Type.Object({
  id: Type.String({
    description: 'Who publishes and answers: `local`, `key:` and a name of the keys file, `token:` and a subject.',
  }),
  local: Type.Boolean({ description: 'By the local key: answers name their person themselves.' }),
  scopes: Type.Array(Type.String(), { description: 'What the token allows, of the scopes that this API knows.' }),
  tenant: Type.Optional(Type.String({ description: 'The only tenant of this caller. Absent: any.' })),
  speaks: Speaking,
  points: Type.Array(Type.Object({ tenant: Type.String(), point: Type.String() }), {
    description: 'Enforcement points under whose names it opened streams here.',
  }),
  tenants: Type.Array(Type.String(), { description: 'Tenants that the caller may look at, of all instances.' }),
  silent: Type.Optional(Type.Integer({ description: 'Instances that gave no answer; their tenants are missing.' })),
})
type Me = Static<typeof Me>

/** GET /v1/me: what the token that is sent allows, so that a page can say beforehand what will be refused. */
export const meRoutes =
  (elsewhere: Elsewhere, points: PointOwners): Routes =>
  (app, { monitor }) => {
    app.get('/v1/me', {
      config: { scope: 'any' },
      schema: {
        operationId: 'getMe',
        summary: 'Who calls, and what the token allows',
        tags: ['read'],
        response: { 200: json(Me, 'Of the token sent.'), ...problems },
      },
      async handler(request): Promise<Me> {
        const caller = callerOf(request)
        const { id, local, scopes: granted, tenant, speaks } = caller
        const allowed = Object.keys(scopes).filter((scope) => granted.has(scope))
        const me = { id, local, scopes: allowed, speaks: copied(speaks), points: points.of(caller) }
        if (tenant !== undefined) return { ...me, tenant, tenants: [tenant] }
        const { answers, silent } = await elsewhere.askOthers(request)
        const found = new Set([...tenantsOf(monitor), ...(answers as Me[]).flatMap(({ tenants }) => tenants)])
        return { ...me, tenants: [...found].sort(), ...(silent === 0 ? {} : { silent }) }
      },
    })
  }

const copied = ({ agents, points, cohorts }: Speaks) => ({
  ...(agents === undefined ? {} : { agents: [...agents] }),
  ...(points === undefined ? {} : { points: [...points] }),
  ...(cohorts === undefined ? {} : { cohorts: [...cohorts] }),
})

/** Keys looked at for their tenants, and most tenants listed. */
const maxKeys = 50_000
const maxTenants = 1000

/** Those with commands, and those of the agents in memory here. */
function tenantsOf({ commandTables, live }: Monitor): string[] {
  const found = new Set(commandTables.tenants())
  let looked = 0
  for (const key of live.lanes.get('agent')?.keys() ?? []) {
    if (++looked > maxKeys || found.size >= maxTenants) break
    found.add(namesOf(key)[0])
  }
  return [...found]
}
