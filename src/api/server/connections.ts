import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { ApiParts } from './context.ts'
import { refusal } from './problem.ts'
import { Quotas } from './quotas.ts'

/** Node itself refuses what comes beyond; up to there somebody else goes. */
const slack = 256

/**
 * At the limit the oldest connection that showed no valid token goes, first one of the address that has most to answer for: so
 * whoever opens connections and says nothing, or says it slowly, keeps nobody out. One caller has at most half of them.
 */
export function limitConnections(app: FastifyInstance, { config, metrics }: ApiParts): void {
  const most = config.http.connections
  app.server.maxConnections = most + slack
  const quotas = new Quotas(metrics)
  let open = 0
  /** Oldest first, all and by address. */
  const strangers = new Set<Socket>()
  const byAddress = new Map<string, Set<Socket>>()

  const forget = (socket: Socket, address: string): void => {
    strangers.delete(socket)
    const there = byAddress.get(address)
    there?.delete(socket)
    if (there?.size === 0) byAddress.delete(address)
  }
  const addresses = new WeakMap<Socket, string>()

  app.server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? ''
    const there = byAddress.get(address) ?? new Set()
    open++
    if (open > most) {
      const [victim] = there.size > most / 8 ? there : strangers
      if (victim !== undefined) {
        metrics.quotaRefused.inc({ quota: 'connections' })
        victim.destroy()
      }
    }
    strangers.add(socket)
    byAddress.set(address, there.add(socket))
    addresses.set(socket, address)
    socket.once('close', () => {
      open--
      forget(socket, address)
    })
  })
  // After the caller is known.
  app.addHook('onRequest', async ({ caller, raw: { socket } }, reply) => {
    if (caller === null || !strangers.has(socket)) return
    const taken = quotas.take([{ quota: 'connections of a caller', of: caller.id, most: Math.ceil(most / 2) }])
    if (typeof taken !== 'function') {
      reply.header('connection', 'close')
      throw refusal('API_OVERLOADED', `More than ${taken.most} connections of yours are open; close some.`, {
        retry: 'later',
      })
    }
    forget(socket, addresses.get(socket) ?? '')
    socket.once('close', taken)
  })
}

/**
 * What is answered while the API closes takes its connection along: a kept one would keep the process. So would one that
 * was opened and never asked anything, which Node does not count as idle (load balancers and fetch have such in reserve).
 */
export function letConnectionsGo(app: FastifyInstance): void {
  let closing = false
  const unasked = new Set<Socket>()
  app.server.on('connection', (socket: Socket) => {
    if (closing) socket.destroy()
    unasked.add(socket)
    socket.once('close', () => unasked.delete(socket))
  })
  app.server.on('request', ({ socket }) => unasked.delete(socket))
  app.addHook('preClose', async () => {
    closing = true
    for (const socket of unasked) socket.destroy()
  })
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close')
  })
}
