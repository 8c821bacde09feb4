import { Type } from 'typebox'
import { largestScope, Scope } from '../../model/scope.ts'
import { type Routes, tenantOf } from '../server/context.ts'
import { refusal } from '../server/problem.ts'
import { json, problems } from '../server/schemas.ts'

/** POST /v1/scopes: what an agent or a task may do. */
export const scopeRoutes: Routes = (app, { monitor }) => {
  app.post<{ Body: Scope }>('/v1/scopes', {
    config: { scope: 'rescind.declare' },
    schema: {
      operationId: 'declareScope',
      summary: 'Declare what an agent or a task may do',
      tags: ['ingest'],
      body: Scope,
      response: { 202: json(Type.Object({ id: Type.String() }), 'On disk.'), ...problems },
    },
    async handler(request, reply) {
      const { body } = request
      if (JSON.stringify(body).length > largestScope)
        throw refusal('API_TOO_LARGE', `A scope is at most ${largestScope} characters of JSON.`, { field: 'body' })
      const tenant = tenantOf(request, body.tenant === 'default' ? undefined : body.tenant)
      await monitor.declare({ ...body, tenant })
      return reply.code(202).send({ id: body.id })
    },
  })
}
