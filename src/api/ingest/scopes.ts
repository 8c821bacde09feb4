import { type Static, Type } from 'typebox'
import { largestScope, Scope } from '../../model/scope.ts'
import { mustSpeakFor } from '../server/caller.ts'
import { callerOf, type Routes, tenantOf } from '../server/context.ts'
import { refusal } from '../server/problem.ts'
import { json, problems, Tenant } from '../server/schemas.ts'

/** Without a tenant it is of the caller’s own. */
const Body = Type.Object({ ...Scope.properties, tenant: Tenant }, { additionalProperties: false })

/** POST /v1/scopes: what an agent or a task may do. */
export const scopeRoutes: Routes = (app, { monitor }) => {
  app.post<{ Body: Static<typeof Body> }>('/v1/scopes', {
    config: { scope: 'rescind.declare' },
    schema: {
      operationId: 'declareScope',
      summary: 'Declare what an agent or a task may do',
      tags: ['ingest'],
      body: Body,
      response: { 202: json(Type.Object({ id: Type.String() }), 'On disk.'), ...problems },
    },
    async handler(request, reply) {
      const { body } = request
      if (JSON.stringify(body).length > largestScope)
        throw refusal('API_TOO_LARGE', `A scope is at most ${largestScope} characters of JSON.`, { field: 'body' })
      const tenant = tenantOf(request, body.tenant)
      mustSpeakFor(callerOf(request), 'agents', body.agent, 'body.agent')
      await monitor.declare({ ...body, tenant }, callerOf(request).id)
      return reply.code(202).send({ id: body.id })
    },
  })
}
