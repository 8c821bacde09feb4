import { createHash } from 'node:crypto'
import rateLimit from '@fastify/rate-limit'
import { type FastifyInstance, type FastifyRequest, fastify } from 'fastify'
import { isLoopback } from '../../config/loopback.ts'
import { RescindError } from '../../errors.ts'
import { decisionRoutes } from '../enforce/decisions.ts'
import { jwksRoutes } from '../enforce/jwks.ts'
import { PointOwners } from '../enforce/point-owners.ts'
import { receiptRoutes } from '../enforce/receipts.ts'
import { eventRoutes } from '../ingest/events.ts'
import { traceRoutes } from '../ingest/otlp-traces.ts'
import { scopeRoutes } from '../ingest/scopes.ts'
import { deadLetterRoutes } from '../operate/dead-letters.ts'
import { healthRoutes } from '../operate/health.ts'
import { pipelineRoutes } from '../operate/pipeline.ts'
import { activityRoutes } from '../read/activity.ts'
import { agentRoutes } from '../read/agents.ts'
import { detectorRoutes } from '../read/detectors.ts'
import { EventsInLog } from '../read/events-in-log.ts'
import { explainRoutes } from '../read/explain/route.ts'
import { findingRoutes } from '../read/findings.ts'
import { Recent } from '../read/recent.ts'
import { brakeRoutes } from '../respond/brake.ts'
import { commandRoutes } from '../respond/commands.ts'
import { orderRoutes } from '../respond/orders.ts'
import { hostCheck, identifier } from './auth.ts'
import { countBodies } from './bodies.ts'
import { unpack } from './body.ts'
import { letConnectionsGo, limitConnections } from './connections.ts'
import { consoleRoutes } from './console.ts'
import type { ApiParts, Routes } from './context.ts'
import { Elsewhere } from './elsewhere.ts'
import { joinRoutes } from './join.ts'
import { KeyRing } from './key-ring.ts'
import { openLocalKey } from './local-key.ts'
import { meRoutes } from './me.ts'
import { openapi } from './openapi.ts'
import { plainHttp } from './plain-http.ts'
import { type Problem, problemOf, refusal } from './problem.ts'
import { proofRoutes } from './proof.ts'
import { takeTurns } from './read-turns.ts'
import { validator } from './validate.ts'

/** Routes whose bodies are handed on as they came; their formats read them. */
const rawRoutes: readonly Routes[] = [eventRoutes, traceRoutes]
const jsonRoutes: readonly Routes[] = [
  scopeRoutes,
  brakeRoutes,
  jwksRoutes,
  healthRoutes,
  deadLetterRoutes,
  consoleRoutes,
]

/**
 * The HTTP interface over a started monitor. The caller listens on `config.http` and closes it before the monitor.
 * Fails with CONFIG_AUTH_REQUIRED when others could reach it and neither issuer nor keys are configured.
 */
export async function createApi(parts: ApiParts): Promise<FastifyInstance> {
  const { config } = parts
  const { http, auth, data } = config
  if (!isLoopback(http.host) && auth.issuer === undefined && auth.keysFile === undefined)
    throw new RescindError('CONFIG_AUTH_REQUIRED', `http.host is ${http.host}: set auth.issuer or auth.keysFile.`)
  const app: FastifyInstance = fastify({
    logger: false,
    trustProxy: http.trustProxy,
    bodyLimit: http.bodyBytes,
    // Ids may be URLs, and each of their characters three when escaped.
    routerOptions: { maxParamLength: 2048 },
    requestTimeout: 60_000,
    // Half a head is no request: whoever stops there makes room soon.
    http: { headersTimeout: 10_000, connectionsCheckingInterval: 2000 },
    return503OnClosing: true,
    ajv: {},
  })
  app.setValidatorCompiler(validator)
  app.setSerializerCompiler(() => (value) => JSON.stringify(value))
  answerProblems(app, parts)
  app.addHook('onRoute', (route) => {
    if (route.config?.scope === undefined && route.method !== 'HEAD')
      throw new RescindError('BUG_STATE', `${String(route.method)} ${route.url} does not say its scope.`)
  })
  plainHttp(app)
  const ring = auth.keysFile === undefined ? undefined : openRing(auth.keysFile, app, parts)
  const localKey = auth.localKey ? openLocalKey(data) : undefined
  await guard(app, parts, localKey, ring)
  limitConnections(app, parts)
  takeTurns(app, parts)
  app.addHook('preParsing', (request, _reply, payload) => unpack(request, payload))
  countBodies(app, parts)
  measure(app, parts)
  letConnectionsGo(app)
  await openapi(app)

  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    for (const routes of rawRoutes) await routes(scope, parts)
  })
  const recent = new Recent(parts)
  const elsewhere = new Elsewhere(parts)
  const eventsInLog = new EventsInLog(parts)
  const points = new PointOwners({ clock: parts.clock, ring, elsewhere })
  for (const routes of [
    ...jsonRoutes,
    receiptRoutes(points),
    decisionRoutes(points),
    commandRoutes(recent),
    findingRoutes(recent),
    agentRoutes(elsewhere),
    detectorRoutes(elsewhere),
    orderRoutes(elsewhere),
    explainRoutes(recent, elsewhere, eventsInLog),
    activityRoutes(recent, elsewhere, eventsInLog),
    pipelineRoutes(elsewhere),
    meRoutes(elsewhere, points),
    proofRoutes(localKey),
    ...(ring === undefined ? [] : [joinRoutes(ring)]),
  ])
    await routes(app, parts)
  await recent.start()
  app.addHook('onClose', () => recent.close())
  return app
}

/** Ends the API: requests in hand may finish; a kept-alive connection that its client never closes may not hold it up longer than that, ms. */
export async function closeApi(app: FastifyInstance, graceMs: number): Promise<void> {
  const late = setTimeout(() => app.server.closeAllConnections(), graceMs)
  await app.close()
  clearTimeout(late)
}

function openRing(path: string, app: FastifyInstance, { config, clock, logger }: ApiParts): KeyRing {
  const ring = new KeyRing({ path, onlyTenant: config.tenant, clock, logger })
  app.addHook('onClose', async () => ring.close())
  return ring
}

/** In this order: whose name was called, who calls, how often, and whether they may. */
async function guard(
  app: FastifyInstance,
  parts: ApiParts,
  localKey: string | undefined,
  ring: KeyRing | undefined,
): Promise<void> {
  const { config, metrics } = parts
  const checkHost = hostCheck(config)
  const identify = identifier(config, localKey, ring && ((token) => ring.holderOf(token)))
  app.decorateRequest('caller', null)
  app.decorateRequest('refused', undefined)

  app.addHook('onRequest', async (request) => {
    checkHost(request.headers.host)
    const { scope } = request.routeOptions.config
    if (scope === 'open' && request.headers.authorization === undefined) return
    try {
      request.caller = await identify(request)
    } catch (error) {
      request.refused = error
    }
  })
  await app.register(rateLimit, { global: false, cache: 20_000 })
  const timeWindow = 1000
  const byCaller = app.createRateLimit({ timeWindow, max: config.http.rate, keyGenerator: keyOf })
  const byAddress = app.createRateLimit({ timeWindow, max: config.http.anonymousRate, keyGenerator: keyOf })
  app.addHook('onRequest', async (request) => {
    const limit = await (request.caller === null ? byAddress : byCaller)(request)
    if (limit.isAllowed || !limit.isExceeded) return
    metrics.refused.inc({ code: 'API_OVERLOADED' })
    throw refusal('API_OVERLOADED', `More than ${limit.max} requests per second; try again in a second.`, {
      retry: 'later',
    })
  })
  app.addHook('onRequest', async (request) => {
    const { scope } = request.routeOptions.config
    if (scope === 'open' || scope === undefined) return
    if (request.caller === null) {
      const { code } = problemOf(request.refused)
      metrics.refused.inc({ code: code === 'API_FORBIDDEN' ? code : 'API_UNAUTHORIZED' })
      throw request.refused ?? refusal('API_UNAUTHORIZED', 'Send a bearer token in the Authorization header.')
    }
    if (scope === 'any' || request.caller.scopes.has(scope)) return
    metrics.refused.inc({ code: 'API_FORBIDDEN' })
    throw refusal('API_FORBIDDEN', `The token lacks the scope ${scope}.`, { members: { scope } })
  })
}

const keyOf = (request: FastifyRequest) =>
  request.caller === null
    ? `ip ${request.ip}`
    : `caller ${createHash('sha1').update(request.caller.id).digest('base64')}`

function answerProblems(app: FastifyInstance, { logger }: ApiParts): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error)
    if (problem.status >= 500)
      logger.error({ err: error, method: request.method, route: request.routeOptions.url }, 'request failed')
    if (problem.status === 401)
      reply.header(
        'www-authenticate',
        `Bearer realm="rescind"${request.headers.authorization ? ', error="invalid_token"' : ''}`,
      )
    if (problem.status === 403 && typeof problem.scope === 'string')
      reply.header('www-authenticate', `Bearer realm="rescind", error="insufficient_scope", scope="${problem.scope}"`)
    if (problem.status === 429 || problem.status === 503) reply.header('retry-after', '1')
    return send(reply.code(problem.status), problem)
  })
  app.setNotFoundHandler((request, reply) => {
    const problem = problemOf(refusal('API_NOT_FOUND', `There is no ${request.method} ${request.url.slice(0, 200)}.`))
    return send(reply.code(404), problem)
  })
}

/** As text: the type must stay, and fastify would take it for a JSON it has a schema for. */
const send = (reply: { type(type: string): { send(body: string): unknown } }, problem: Problem) =>
  reply.type('application/problem+json').send(JSON.stringify(problem))

function measure(app: FastifyInstance, { metrics }: ApiParts): void {
  app.addHook('onResponse', async (request, reply) => {
    metrics.http.observe(
      { method: request.method, route: request.routeOptions.url ?? 'none', status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    )
  })
}
