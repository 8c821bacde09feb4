import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type ApiParts, callerOf, whenOver } from './context.ts'
import { askedHeader } from './elsewhere.ts'
import { refusal } from './problem.ts'
import { Turns } from './turns.ts'

/** Questions that are answered at the same time, of all callers and of one. */
const atOnce = 8
const ofOne = 4

/** Reads wait for their turn, by caller; a caller with too many that wait is refused the next one. Whoever hangs up loses its turn. */
export function takeTurns(app: FastifyInstance, { config, metrics }: ApiParts): void {
  const options = { atOnce, ofOne, waiting: config.http.reads }
  const own = new Turns(options)
  // What another instance asks for its caller asks nobody else: it waits for none of those that wait for it.
  const asked = new Turns(options)
  app.addHook('preHandler', async (request, reply) => {
    if (!isRead(request)) return
    const turns = request.headers[askedHeader] === undefined ? own : asked
    const gone = new AbortController()
    reply.raw.once('close', () => gone.abort())
    const turn = turns.take(callerOf(request).id, gone.signal)
    if (turn === undefined) {
      metrics.quotaRefused.inc({ quota: 'reads' })
      throw refusal(
        'API_OVERLOADED',
        `More than ${config.http.reads} questions of yours wait; try again in a second.`,
        {
          retry: 'later',
        },
      )
    }
    const end = await turn
    if (gone.signal.aborted) end()
    whenOver(reply, end)
  })
}

const isRead = ({ method, routeOptions: { config } }: FastifyRequest): boolean =>
  method === 'GET' && (config.scope === 'rescind.read' || config.scope === 'any')
