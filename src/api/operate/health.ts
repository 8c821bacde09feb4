import { type Static, Type } from 'typebox'
import { isLoopback } from '../../config/loopback.ts'
import { ended } from '../../policy/command-table.ts'
import { type ApiParts, historyState, type Routes } from '../server/context.ts'
import { json } from '../server/schemas.ts'

const Ready = Type.Object({
  ready: Type.Boolean(),
  restored: Type.Integer({ description: 'Keys restored at the start.' }),
  log: Type.Union([Type.Literal('writable'), Type.Literal('failed')]),
  history: Type.Union([Type.Literal('up'), Type.Literal('away'), Type.Literal('off')], {
    description: 'Shown, not required: the log is its buffer.',
  }),
  lag: Type.Record(Type.String(), Type.Integer(), { description: 'Records that wait, by inbox.' }),
  sources: Type.Optional(
    Type.Array(
      Type.Object({
        name: Type.String(),
        lag: Type.Integer(),
        lost: Type.Integer(),
        trouble: Type.Optional(Type.String()),
      }),
      {
        description:
          'Shown, not required: what else is handed in is judged all the same, and to take this process out of service mends no source. Alert on rescind_source_trouble.',
      },
    ),
  ),
  trouble: Type.Optional(Type.String()),
})

/** A probe is a write that changes nothing; often enough for any orchestrator. */
const probeMs = 1000

/** GET /healthz, /readyz, /metrics */
export const healthRoutes: Routes = (app, parts) => {
  const { log, clock, config, metrics, monitor } = parts
  let probed = { at: Number.NEGATIVE_INFINITY, writable: Promise.resolve(true) }

  const isWritable = (): Promise<boolean> => {
    const now = clock.now()
    if (now - probed.at < probeMs) return probed.writable
    const writable = log.probe().then(
      () => true,
      () => false,
    )
    probed = { at: now, writable }
    return writable
  }

  const isReady = async (): Promise<boolean> =>
    (await isWritable()) && monitor.live.ready && parts.trouble?.() === undefined

  app.get('/healthz', {
    config: { scope: 'open' },
    schema: {
      operationId: 'isAlive',
      summary: 'Whether the process answers',
      tags: ['operate'],
      response: { 200: json(Type.Object({ alive: Type.Boolean() }), 'It does.') },
    },
    handler: async () => ({ alive: true }),
  })

  app.get('/readyz', {
    config: { scope: 'open' },
    schema: {
      operationId: 'isReady',
      summary: 'Whether the monitor takes events and decides',
      tags: ['operate'],
      response: { 200: json(Ready, 'It does.'), 503: json(Ready, 'It does not; trouble or log says why.') },
    },
    async handler(_request, reply) {
      const [ready, writable, history] = await Promise.all([isReady(), isWritable(), historyState(parts)])
      if (history !== 'off') metrics.historyUp.set(history === 'up' ? 1 : 0)
      const trouble = parts.trouble?.()
      const answer: Static<typeof Ready> = {
        ready,
        restored: monitor.live.restored,
        log: writable ? 'writable' : 'failed',
        history,
        lag: Object.fromEntries(monitor.live.lag),
        ...sourcesOf(parts),
        ...(trouble === undefined ? {} : { trouble }),
      }
      return reply.code(answer.ready ? 200 : 503).send(answer)
    },
  })

  app.get('/metrics', {
    config: { scope: isLoopback(config.http.host) ? 'open' : 'rescind.read' },
    schema: {
      operationId: 'getMetrics',
      summary: 'Metrics for Prometheus',
      tags: ['operate'],
      response: {
        200: { description: 'Text exposition.', content: { 'text/plain': { schema: { type: 'string' } } } },
      },
    },
    async handler(_request, reply) {
      sample(parts)
      metrics.ready.set((await isReady()) ? 1 : 0)
      return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
    },
  })
}

function sourcesOf({ sourceCounts }: ApiParts): Pick<Static<typeof Ready>, 'sources'> {
  const sources = (sourceCounts?.() ?? []).map(({ name, lag, lost, trouble }) => ({
    ...{ name, lag, lost },
    ...(trouble === undefined ? {} : { trouble }),
  }))
  return sources.length === 0 ? {} : { sources }
}

/** Reads what the monitor counts by itself. */
function sample({ monitor, metrics, historyCounts, sourceCounts, log }: ApiParts): void {
  metrics.restoredKeys.set(monitor.live.restored)
  for (const [inbox, lag] of monitor.live.lag) metrics.inboxLag.set({ inbox }, lag)
  for (const counted of [metrics.laneRecords, metrics.laneIgnored, metrics.laneEvictions, metrics.laneOutgrown])
    counted.reset()
  for (const [lane, { stats }] of monitor.live.lanes) {
    metrics.laneKeys.set({ lane }, stats.keys)
    metrics.laneRecords.inc({ lane }, stats.processed)
    metrics.laneIgnored.inc({ lane }, stats.ignored)
    metrics.laneEvictions.inc({ lane }, stats.evicted)
    metrics.laneOutgrown.inc({ lane }, stats.outgrown)
  }
  metrics.inboxRepeated.reset()
  for (const [inbox, { repeated }] of monitor.live.inboxes) metrics.inboxRepeated.inc({ inbox }, repeated)
  const { membership } = log
  if (membership !== undefined) {
    metrics.logAssigned.set(membership.assigned)
    metrics.logFetchAge.set(membership.fetchAgeMs / 1000)
  }
  for (const counted of [metrics.sourceRecords, metrics.sourceRejected, metrics.sourceLost]) counted.reset()
  for (const { name: source, records, rejected, lag, lost, trouble } of sourceCounts?.() ?? []) {
    metrics.sourceRecords.inc({ source }, records)
    metrics.sourceRejected.inc({ source }, rejected)
    metrics.sourceLag.set({ source }, lag)
    metrics.sourceLost.inc({ source }, lost)
    metrics.sourceTrouble.set({ source }, trouble === undefined ? 0 : 1)
  }
  metrics.commandsStanding.reset()
  metrics.commandPoints.reset()
  metrics.brakeTripped.reset()
  for (const tenant of monitor.commandTables.tenants()) {
    for (const { command, state, points } of monitor.commandTables.of(tenant).lives.values()) {
      if (ended(state)) continue
      metrics.commandsStanding.inc({ tenant, rung: command.rung, state })
      for (const { outcome } of Object.values(points)) metrics.commandPoints.inc({ tenant, outcome })
    }
    metrics.brakeTripped.set(
      { tenant },
      Object.values(monitor.brakes(tenant) ?? {}).some((brake) => brake.tripped) ? 1 : 0,
    )
  }
  const history = historyCounts?.()
  if (history === undefined) return
  metrics.historyLag.set(history.lag)
  for (const counted of [metrics.historyRows, metrics.historyRetries, metrics.historyRejected]) counted.reset()
  metrics.historyRows.inc(history.rows)
  metrics.historyRetries.inc(history.retries)
  metrics.historyRejected.inc(history.rejected)
  metrics.historyUp.set(history.trouble === undefined ? 1 : 0)
}
