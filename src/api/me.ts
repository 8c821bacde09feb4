import { type Static, Type } from 'typebox'
import type { Monitor } from '../runtime/monitor.ts'
import { scopes } from './auth.ts'
import { callerOf, type Routes } from './context.ts'
import { json, problems } from './schemas.ts'

const Me = Type.Object({
  id: Type.String({ description: 'The token’s subject; `local` for the local key.' }),
  local: Type.Boolean({ description: 'By the local key: answers name their person themselves.' }),
  scopes: Type.Array(Type.String(), { description: 'What the token allows, of the scopes that this API knows.' }),
  tenant: Type.Optional(Type.String({ description: 'The only tenant of this caller. Absent: any.' })),
  tenants: Type.Array(Type.String(), { description: 'Tenants of this instance that the caller may look at.' }),
})

/** GET /v1/me: what the token that is sent allows, so that a page can say beforehand what will be refused. */
export const meRoutes: Routes = (app, { monitor }) => {
  app.get('/v1/me', {
    config: { scope: 'any' },
    schema: {
      operationId: 'getMe',
      summary: 'Who calls, and what the token allows',
      tags: ['read'],
      response: { 200: json(Me, 'Of the token sent.'), ...problems },
    },
    async handler(request): Promise<Static<typeof Me>> {
      const { id, local, scopes: granted, tenant } = callerOf(request)
      return {
        id,
        local,
        scopes: Object.keys(scopes).filter((scope) => granted.has(scope)),
        ...(tenant === undefined ? {} : { tenant }),
        tenants: tenant === undefined ? tenantsOf(monitor) : [tenant],
      }
    },
  })
}

/** Keys looked at for their tenants, and most tenants listed. */
const maxKeys = 50_000
const maxTenants = 1000

/** Those with commands, and those of the agents in memory. */
function tenantsOf({ decisions, live }: Monitor): string[] {
  const found = new Set(decisions.tenants())
  let looked = 0
  for (const key of live.lanes.get('agent')?.keys() ?? []) {
    if (++looked > maxKeys || found.size >= maxTenants) break
    found.add(key.slice(0, key.indexOf('/')))
  }
  return [...found].sort()
}
