import type { FastifyInstance, InjectOptions } from 'fastify'
import { detectors as shipped } from '../../detectors/index.ts'
import type { ApiParts } from '../../src/api/server/context.ts'
import { closeApi, createApi } from '../../src/api/server/create-api.ts'
import { readLocalKey } from '../../src/api/server/local-key.ts'
import { checkConfig } from '../../src/config/load-config.ts'
import type { Config, Given } from '../../src/config/schema.ts'
import { openSigner } from '../../src/edges/keyfile/signer.ts'
import type { AgentEvent } from '../../src/model/event.ts'
import type { Policy } from '../../src/policy/policy.ts'
import { Decisions } from '../../src/runtime/decisions.ts'
import { wallClock } from '../../src/runtime/wall-clock.ts'
import { createMetrics } from '../../src/telemetry.ts'
import { event } from './events.ts'
import { openMonitor } from './monitor.ts'

export interface Line {
  level: string
  fields: Record<string, unknown>
  message: string
}

/** The real API over the real monitor on the real embedded log. */
export async function openApi(
  directory: string,
  {
    settings = {},
    policy,
    detectors = shipped,
    ...over
  }: { settings?: Given<Config>; policy?: Policy } & Partial<ApiParts> = {},
) {
  const { monitor, log, failures, close } = await openMonitor(directory, policy, detectors)
  const config = checkConfig({ ...settings, data: directory })
  const signer = await openSigner({ directory })
  const metrics = createMetrics({ processMetrics: false })
  const lines: Line[] = []
  const say = (level: string) => (fields: object, message: string) => {
    lines.push({ level, fields: { ...fields }, message })
  }
  const logger = { info: say('info'), warn: say('warn'), error: say('error') }
  const decisions = new Decisions({ log, commandTables: monitor.commandTables, metrics, logger })
  await decisions.start()
  const parts: ApiParts = { monitor, log, clock: wallClock, signer, config, detectors, metrics, logger, ...over }
  const app: FastifyInstance = await createApi(parts)
  const key = readLocalKey(directory) ?? ''
  const end = async () => {
    await closeApi(app, 100)
    await decisions.close()
    await close()
  }
  let closing: Promise<void> | undefined
  return {
    ...parts,
    app,
    key,
    lines,
    failures,
    /** A request with the local key. */
    call: (options: InjectOptions) =>
      app.inject({ ...options, headers: { authorization: `Bearer ${key}`, ...options.headers } }),
    /** Listens on a free port. */
    listen: () => app.listen({ host: '127.0.0.1', port: 0 }),
    close: () => (closing ??= end()),
  }
}

/** An ordinary event of this moment: the edge refuses what is dated ahead. */
export const recent = (over: Partial<AgentEvent> = {}): AgentEvent => event({ time: Date.now(), ...over })
