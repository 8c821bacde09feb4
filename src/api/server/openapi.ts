import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { scopes } from './caller.ts'
import { json } from './schemas.ts'

/** GET /openapi.json, made from the schemas of the routes that are registered after it. */
export async function openapi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Rescind',
        version: '1',
        description: 'Acts of AI agents and other non-human identities go in; signed and confirmed commands come out.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      tags: [
        { name: 'ingest', description: 'Hand in acts and scopes.' },
        { name: 'read', description: 'Look at what is known.' },
        { name: 'respond', description: 'A person answers.' },
        { name: 'enforce', description: 'For enforcement points.' },
        { name: 'operate', description: 'For those who run it.' },
      ],
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: `The local key, or a token of the issuer with a scope: ${Object.keys(scopes).join(', ')}.`,
          },
        },
      },
    },
    transform: ({ schema, url, route }) => {
      const scope = route.config?.scope
      const isOpen = scope === undefined || scope === 'open'
      return {
        url,
        schema: {
          ...(JSON.parse(JSON.stringify(schema, withoutIds)) as object),
          security: isOpen ? [] : [{ bearer: scope === 'any' ? [] : [scope] }],
        },
      }
    },
  })
  app.get('/openapi.json', {
    config: { scope: 'open' },
    schema: {
      operationId: 'getOpenApi',
      summary: 'This description',
      tags: ['operate'],
      response: { 200: json(Type.Object({ openapi: Type.String() }), 'OpenAPI 3.1.') },
    },
    handler: async () => app.swagger(),
  })
}

/** The plugin would take an inner `$id` for a reference it has to find. */
const withoutIds = (name: string, value: unknown) => (name === '$id' ? undefined : value)
