import { Type } from 'typebox'
import type { Routes } from '../server/context.ts'
import { json } from '../server/schemas.ts'

const Answer = Type.Object({ keys: Type.Array(Type.Record(Type.String(), Type.Unknown())) })

/** GET /.well-known/jwks.json: what decisions are verified with. */
export const jwksRoutes: Routes = (app, { signer }) => {
  app.get('/.well-known/jwks.json', {
    config: { scope: 'open' },
    schema: {
      operationId: 'getKeys',
      summary: 'Public keys of the signer',
      tags: ['enforce'],
      response: { 200: json(Answer, 'The present key first.') },
    },
    async handler(_request, reply) {
      // Short: a point must learn of a new key before its first message is refused for long.
      return reply.header('cache-control', 'public, max-age=60').send(signer.jwks())
    },
  })
}
