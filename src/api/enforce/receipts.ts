import { type Static, Type } from 'typebox'
import { Receipt } from '../../model/receipt.ts'
import { type Routes, tenantOf } from '../server/context.ts'
import { json, problems } from '../server/schemas.ts'

const Body = Type.Union([Receipt, Type.Array(Receipt, { minItems: 1, maxItems: 1000 })])
const Answer = Type.Object({ accepted: Type.Integer() })

/** POST /v1/receipts: what enforcement points made of commands. */
export const receiptRoutes: Routes = (app, { monitor, metrics }) => {
  app.post<{ Body: Static<typeof Body> }>('/v1/receipts', {
    config: { scope: 'rescind.enforce' },
    schema: {
      operationId: 'sendReceipts',
      summary: 'Say what became of commands',
      tags: ['enforce'],
      body: Body,
      response: { 202: json(Answer, 'On disk.'), ...problems },
    },
    async handler(request, reply) {
      const given = Array.isArray(request.body) ? request.body : [request.body]
      const receipts = given.map((receipt) => ({ ...receipt, tenant: tenantOf(request, stated(receipt.tenant)) }))
      await monitor.receive(receipts)
      for (const { outcome } of receipts) metrics.receipts.inc({ outcome })
      return reply.code(202).send({ accepted: receipts.length })
    },
  })
}

/** A tenant that the schema filled in was not stated. */
const stated = (tenant: string) => (tenant === 'default' ? undefined : tenant)
