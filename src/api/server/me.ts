import { type Static, Type } from 'typebox'
import type { Monitor } from '../../runtime/monitor.ts'
import { namesOf } from '../../stages/lane-key.ts'
import { scopes } from './auth.ts'
import { callerOf, type Routes } from './context.ts'
import type { Elsewhere } from './elsewhere.ts'
import { json, problems } from './schemas.ts'

const Me = Type.Object({
  id: Type.String({ description: 'The token’s subject; `local` for the local key.' }),
  local: Type.Boolean({ description: 'By the local key: answers name their person themselves.' }),
  scopes: Type.Array(Type.String(), { description: 'What the token allows, of the scopes that this API knows.' }),
  tenant: Type.Optional(Type.String({ description: 'The only tenant of this caller. Absent: any.' })),
  tenants: Type.Array(Type.String(), { description: 'Tenants that the caller may look at, of all instances.' }),
  silent: Type.Optional(Type.Integer({ description: 'Instances that gave no answer; their tenants are missing.' })),
})
type Me = Static<typeof Me>

/** GET /v1/me: what the token that is sent allows, so that a page can say beforehand what will be refused. */
export const meRoutes =
  (elsewhere: Elsewhere): Routes =>
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
        const { id, local, scopes: granted, tenant } = callerOf(request)
        const me = { id, local, scopes: Object.keys(scopes).filter((scope) => granted.has(scope)) }
        if (tenant !== undefined) return { ...me, tenant, tenants: [tenant] }
        const { answers, silent } = await elsewhere.askOthers(request)
        const found = new Set([...tenantsOf(monitor), ...(answers as Me[]).flatMap(({ tenants }) => tenants)])
        return { ...me, tenants: [...found].sort(), ...(silent === 0 ? {} : { silent }) }
      },
    })
  }

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
