import { type Static, Type } from 'typebox'
import { scopes } from './auth.ts'
import { callerOf, type Routes } from './context.ts'
import { json, problems } from './schemas.ts'

const Me = Type.Object({
  id: Type.String({ description: 'The token’s subject; `local` for the local key.' }),
  local: Type.Boolean({ description: 'By the local key: answers name their person themselves.' }),
  scopes: Type.Array(Type.String(), { description: 'What the token allows, of the scopes that this API knows.' }),
  tenant: Type.Optional(Type.String({ description: 'The only tenant of this caller. Absent: any.' })),
  tenants: Type.Array(Type.String(), { description: 'Tenants with commands, as far as the caller may know of them.' }),
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
        tenants: tenant === undefined ? [...monitor.decisions.tenants()].sort() : [tenant],
      }
    },
  })
}
