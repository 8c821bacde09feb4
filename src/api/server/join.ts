import { type Static, Type } from 'typebox'
import type { Routes } from './context.ts'
import type { KeyRing } from './key-ring.ts'
import { Speaking } from './me.ts'
import { json, problems } from './schemas.ts'
import { unauthorized } from './tokens.ts'

const Body = Type.Object(
  {
    token: Type.String({ minLength: 1, maxLength: 512, description: 'As `rescind keys join` printed it.' }),
    digest: Type.String({
      pattern: '^[0-9a-f]{64}$',
      description: 'SHA-256 of the key that the caller made for itself, hex: the key never leaves its machine.',
    }),
  },
  { additionalProperties: false },
)
const Answer = Type.Object({
  name: Type.String(),
  scopes: Type.Array(Type.String()),
  tenant: Type.Optional(Type.String()),
  speaks: Speaking,
  expires: Type.Optional(Type.Integer({ description: 'ms since the epoch.' })),
})

/** POST /v1/join: a new machine makes a key of its own known, once. */
export const joinRoutes =
  (ring: KeyRing): Routes =>
  (app) => {
    app.post<{ Body: Static<typeof Body> }>('/v1/join', {
      config: { scope: 'open' },
      schema: {
        operationId: 'join',
        summary: 'Exchange a join token, once, for a key of one’s own',
        tags: ['operate'],
        body: Body,
        response: { 200: json(Answer, 'The key is accepted from now on.'), ...problems },
      },
      async handler({ body }, reply) {
        const key = await ring.join(body.token, body.digest)
        if (key === undefined) throw unauthorized('The join token is none, was used, or has expired.')
        const { name, scopes, tenant, speaks, expires } = key
        return reply.send({
          name,
          scopes,
          speaks,
          ...(tenant === undefined ? {} : { tenant }),
          ...(expires === undefined ? {} : { expires }),
        })
      },
    })
  }
