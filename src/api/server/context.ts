import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../../config/schema.ts'
import type { AnyDetector } from '../../detect/define.ts'
import type { Clock } from '../../ports/clock.ts'
import type { History } from '../../ports/history.ts'
import type { Log } from '../../ports/log.ts'
import type { Logger } from '../../ports/logger.ts'
import type { Signer } from '../../ports/signer.ts'
import type { SourceCounts } from '../../ports/source.ts'
import type { Foreign } from '../../runtime/foreign.ts'
import type { Monitor } from '../../runtime/monitor.ts'
import type { Metrics } from '../../telemetry.ts'
import type { Caller, Scope } from './caller.ts'
import { refusal } from './problem.ts'

/** What the history writer counts. */
export interface HistoryCounts {
  rows: number
  retries: number
  rejected: number
  lag: number
  trouble?: string
}

export interface ApiParts {
  /** Started. */
  monitor: Monitor
  log: Log
  clock: Clock
  signer: Signer
  config: Config
  /** All that run. */
  detectors: readonly AnyDetector[]
  metrics: Metrics
  logger: Logger
  /** What others of the group are told to find this instance by. */
  address?: string
  /** Reads records that others wrote into the events topic. */
  foreign?: Foreign
  /** The history while there is one: it may come later than the API, and go. */
  history?(): History | undefined
  historyCounts?(): HistoryCounts | undefined
  sourceCounts?(): readonly SourceCounts[]
  /** Why the monitor has stopped; the API is not ready then. */
  trouble?(): string | undefined
}

/** One resource of the API: puts its routes on the server. */
export type Routes = (app: FastifyInstance, parts: ApiParts) => void | Promise<void>

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null
    refused: unknown
  }
  interface FastifyContextConfig {
    /** What a token must allow; `any` needs a valid one whatever it allows, `open` needs none. Every route says it. */
    scope?: Scope | 'any' | 'open'
  }
}

/** Calls `then` when the answer has ended, and again where its connection closes after that. */
export function whenOver(reply: FastifyReply, then: () => void): void {
  for (const over of ['finish', 'close']) reply.raw.once(over, then)
}

/** The caller, on routes that are not open. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw refusal('API_UNAUTHORIZED', 'This needs a bearer token.')
  return request.caller
}

/** The tenant a request is about: the caller’s own, or the one asked for. */
export function tenantOf(request: FastifyRequest, asked: string | undefined): string {
  const { tenant } = callerOf(request)
  if (tenant !== undefined && asked !== undefined && asked !== tenant)
    throw refusal('API_FORBIDDEN', `The token is for another tenant than ${asked}.`, { field: 'tenant' })
  return tenant ?? asked ?? 'default'
}

/** Whether history answers; off when the configuration says so. */
export async function historyState({ config, history }: ApiParts): Promise<'up' | 'away' | 'off'> {
  if (!config.history.enabled) return 'off'
  return ((await history?.()
    ?.ping()
    .catch(() => false)) ?? false)
    ? 'up'
    : 'away'
}
