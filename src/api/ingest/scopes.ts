import { Type } from 'typebox'
import { Scope } from '../../model/scope.ts'
import { callerOf, type Routes, tenantOf } from '../server/context.ts'
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
      const tenant = tenantOf(request, body.tenant === 'default' ? undefined : body.tenant)
      await monitor.declare({ ...body, tenant }, callerOf(request).id)
      return reply.code(202).send({ id: body.id })
    },
  })
}
