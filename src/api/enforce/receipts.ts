import { type Static, Type } from 'typebox'
import { limits } from '../../formats/format.ts'
import { Receipt as Stored } from '../../model/receipt.ts'
import { callerOf, type Routes, tenantOf } from '../server/context.ts'
import { refusal } from '../server/problem.ts'
import { json, problems, Tenant } from '../server/schemas.ts'
import type { PointOwners } from './point-owners.ts'

/** Without a tenant it is of the caller’s own. */
const Receipt = Type.Object({ ...Stored.properties, tenant: Tenant })
const Body = Type.Union([Receipt, Type.Array(Receipt, { minItems: 1, maxItems: 1000 })])
const Answer = Type.Object({ accepted: Type.Integer() })

/** POST /v1/receipts: what enforcement points made of commands. Each answers for its own points only. */
export const receiptRoutes =
  (points: PointOwners): Routes =>
  (app, { monitor, metrics }) => {
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
        const caller = callerOf(request)
        const given = Array.isArray(request.body) ? request.body : [request.body]
        const receipts = given.map((receipt) => ({ ...receipt, tenant: tenantOf(request, receipt.tenant) }))
        const at = (i: number, field: string) => (Array.isArray(request.body) ? `body.${i}.${field}` : `body.${field}`)
        const looked = new Set<string>()
        for (const [i, { tenant, point, time }] of receipts.entries()) {
          if (time < limits.earliestMs)
            throw refusal('API_INVALID', 'A receipt’s time is in ms since the epoch, and after the year 2000.', {
              field: at(i, 'time'),
            })
          const one = JSON.stringify([tenant, point])
          if (looked.has(one)) continue
          looked.add(one)
          await points.mustOwn(request, caller, tenant, point, at(i, 'point'))
        }
        await monitor.receive(receipts)
        for (const { outcome } of receipts) metrics.receipts.inc({ outcome })
        return reply.code(202).send({ accepted: receipts.length })
      },
    })
  }
