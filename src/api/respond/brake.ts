import { Type } from 'typebox'
import type { Routes } from '../server/context.ts'
import { json, problems, Reason } from '../server/schemas.ts'
import { Reviewed, reviewer } from './reviews.ts'

/** POST /v1/brake/release: automatic interruptions may go on. */
export const brakeRoutes: Routes = (app, parts) => {
  const review = reviewer(parts)
  app.post<{ Body: Reason }>('/v1/brake/release', {
    config: { scope: 'rescind.admin' },
    schema: {
      operationId: 'releaseBrake',
      summary: 'Let automatic interruptions go on after the brake',
      tags: ['respond'],
      body: Type.Object(Reason.properties, { additionalProperties: false }),
      response: { 202: json(Reviewed, 'On disk.'), ...problems },
    },
    handler: async (request, reply) => reply.code(202).send(await review(request, 'brake-release', {})),
  })
}
