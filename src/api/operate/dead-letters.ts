import { type Static, Type } from 'typebox'
import { Reject } from '../../model/reject.ts'
import type { Log } from '../../ports/log.ts'
import { deadLetters } from '../../runtime/topics.ts'
import { tailOf } from '../read/log-tail.ts'
import { callerOf, type Routes } from '../server/context.ts'
import { refusal } from '../server/problem.ts'
import { json, Limit, problems, queryOf } from '../server/schemas.ts'

const Query = queryOf({
  limit: Limit,
  code: Type.Optional(Type.String({ maxLength: 64, description: 'Only those with this code.' })),
})
type Query = Static<typeof Query>
const List = Type.Object({
  deadLetters: Type.Array(Reject, { description: 'Newest first.' }),
  codes: Type.Record(Type.String(), Type.Integer(), { description: 'Of those looked through, how many of each code.' }),
  scanned: Type.Integer({ description: 'The newest so many were looked through; the log and history keep more.' }),
})

/** Newest records of each partition looked through. */
const maxScanned = 2000

/** GET /v1/dead-letters */
export const deadLetterRoutes: Routes = (app, { log }) => {
  app.get<{ Querystring: Query }>('/v1/dead-letters', {
    config: { scope: 'rescind.read' },
    schema: {
      operationId: 'listDeadLetters',
      summary: 'Records that could not be used, newest first',
      description: 'What could not be read says no tenant, so a token that is bound to one is refused.',
      tags: ['operate'],
      querystring: Query,
      response: { 200: json(List, 'The newest, from the log.'), ...problems },
    },
    async handler(request): Promise<Static<typeof List>> {
      if (callerOf(request).tenant !== undefined)
        throw refusal('API_FORBIDDEN', 'Dead letters are of no tenant, and the token is bound to one.')
      const { limit, code } = request.query
      const found = await newest(log)
      const codes = new Map<string, number>()
      for (const each of found) codes.set(each.code, (codes.get(each.code) ?? 0) + 1)
      return {
        deadLetters: found.filter((each) => code === undefined || each.code === code).slice(0, limit),
        codes: Object.fromEntries(codes),
        scanned: found.length,
      }
    },
  })
}

async function newest(log: Log): Promise<Reject[]> {
  // By id: a redelivery is the same record.
  const found = new Map<string, Reject>()
  for (let partition = 0; partition < log.partitions(deadLetters); partition++)
    for await (const { value } of tailOf(log, deadLetters, partition, maxScanned)) {
      if (value === null) continue
      const reject = JSON.parse(value) as Reject
      found.set(reject.id, reject)
    }
  return [...found.values()].sort((a, b) => b.time - a.time)
}
