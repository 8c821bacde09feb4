import { Type } from 'typebox'
import type { Routes } from '../server/context.ts'
import { refusal } from '../server/problem.ts'
import { json, problems } from '../server/schemas.ts'
import { ingest } from './events.ts'

const Answer = Type.Object({
  partialSuccess: Type.Optional(
    Type.Object({
      rejectedSpans: Type.String({ description: 'A 64-bit number as protobuf writes it in JSON: text.' }),
      errorMessage: Type.String(),
    }),
  ),
})

/** The body as a whole is wrong. */
const unread: readonly string[] = ['JSON_SYNTAX', 'FORMAT_UNKNOWN']

/** POST /v1/traces: OTLP/HTTP with JSON, as a collector sends it. */
export const traceRoutes: Routes = (app, parts) => {
  app.post('/v1/traces', {
    config: { scope: 'rescind.ingest' },
    schema: {
      operationId: 'ingestTraces',
      summary: 'Hand in OpenTelemetry traces (OTLP/JSON)',
      tags: ['ingest'],
      body: {
        content: { 'application/json': { schema: { type: 'object', description: 'ExportTraceServiceRequest' } } },
      },
      response: { 200: json(Answer, 'All that could be read is on disk.'), ...problems },
    },
    validatorCompiler: () => () => true,
    async handler(request) {
      if (!/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
        throw refusal('API_INVALID', 'OTLP is read as JSON: set the exporter’s encoding to json.', {
          status: 415,
          field: 'headers.content-type',
        })
      const text = (request.body as Buffer | undefined)?.toString('utf8').trim() ?? ''
      if (text === '{}') return {}
      const { accepted, rejected } = await ingest(request, parts, 'otlp')
      const [first] = rejected
      if (first === undefined) return {}
      if (accepted === 0 && unread.includes(first.code)) throw refusal('API_INVALID', first.reason, { field: 'body' })
      return { partialSuccess: { rejectedSpans: String(rejected.length), errorMessage: first.reason } }
    },
  })
}
