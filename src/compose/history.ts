import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Config } from '../config/schema.ts'
import { openReaderKey } from '../edges/chdb/reader-key.ts'
import { type Engine, startEngine } from '../edges/chdb/start.ts'
import { type HistoryOptions, openHistory } from '../edges/clickhouse/open.ts'
import { startHistoryThread } from '../edges/clickhouse/thread.ts'
import { type HistoryWriter, historyWriter } from '../edges/clickhouse/writer.ts'
import { kafkaOptions } from '../edges/kafka/options.ts'
import { RescindError } from '../errors.ts'
import type { History } from '../ports/history.ts'
import type { Log } from '../ports/log.ts'
import type { Foreign } from '../runtime/foreign.ts'
import type { Metrics } from '../telemetry.ts'
import { specsOf } from './flow.ts'
import type { HistoryThreadData } from './history-thread.ts'
import { told } from './log.ts'

/** The longest that a row waits for others. */
const maxDelayMs = 1000
/** An insert’s most rows. Larger ones are merged half as often, but hold up the embedded log, whose disk and thread they share. */
const maxRows = { embedded: 10_000, kafka: 25_000 }

/** Writes history: over Kafka in a thread with a connection of its own; the embedded log has one opener. */
export async function openWriter(
  config: Config,
  log: Log,
  { history, reach }: Store,
  foreign: Foreign,
  logger: Logger,
  metrics: Metrics,
): Promise<Pick<HistoryWriter, 'stats' | 'close'> | undefined> {
  if (history === undefined || reach === undefined) return undefined
  if (config.kafka.brokers.length === 0)
    return await historyWriter({ log, history, foreign, maxRows: maxRows.embedded, maxDelayMs })
  const data: HistoryThreadData = {
    kafka: kafkaOptions(config.kafka),
    topics: specsOf(config),
    store: reach,
    ...(config.tenant === undefined ? {} : { tenant: config.tenant }),
    ...{ maxRows: maxRows.kafka, maxDelayMs },
  }
  return startHistoryThread({
    entry: historyProgram(),
    data,
    onMessage(from) {
      if (from.kind === 'message') logger[from.level](from.about, from.message)
      else told(logger, metrics)(from.event, from.about)
    },
    onFailed: (why) => logger.error({ why }, 'the history writer failed and begins again'),
  })
}

/** Node runs no TypeScript: from the sources, as in tests, the compiled program in dist is taken. */
function historyProgram(): URL {
  const beside = new URL('./history-thread.js', import.meta.url)
  return existsSync(beside) ? beside : new URL('../../dist/src/compose/history-thread.js', import.meta.url)
}

/** Where history is, and how it is read. */
export interface Store {
  history: History | undefined
  /** How the store is reached from another thread; given where there is one. */
  reach?: HistoryOptions
  /** Without credentials, and who may read it. */
  at: { url: string; embedded: boolean; reader?: { username: string; passwordFile: string } } | undefined
  /** Why there is none, in words. */
  off: string | undefined
  close(): Promise<void>
}

/** Where the embedded engine keeps history. */
export const engineDirectory = (data: string): string => join(data, 'history')

/** The history store by URL, or the embedded engine, or none: the monitor runs without one and says so. */
export async function openStore(config: Config, logger: Logger): Promise<Store> {
  const none = (off: string): Store => ({ history: undefined, at: undefined, off, close: async () => {} })
  if (!config.history.enabled) return none('history.enabled is false')
  const { url, username, password, database, retentionDays, migrate, cluster } = config.history
  if (url !== undefined) {
    const reach: HistoryOptions = {
      url,
      database,
      retentionDays,
      migrate,
      // The log keeps what comes while it is away.
      mayBeAway: true,
      ...(cluster === undefined ? {} : { cluster }),
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
    }
    try {
      const history = await openHistory(reach)
      return {
        history,
        reach,
        at: { url: new URL(url).origin, embedded: false },
        off: undefined,
        close: () => history.close(),
      }
    } catch (error) {
      logger.warn({ err: error }, 'history is off: the store does not answer')
      return none(`${url} does not answer`)
    }
  }
  let engine: Engine | undefined
  try {
    const passwordFile = join(config.data, 'history.key')
    engine = await startEngine({
      directory: engineDirectory(config.data),
      readerToken: openReaderKey(passwordFile),
      onWarning: (warning) => logger.warn(warning, 'history engine'),
    })
    const reach: HistoryOptions = { url: engine.url, ...engine.writer, database, retentionDays }
    const history = await openHistory(reach)
    const running = engine
    return {
      history,
      // The schema is there by now.
      reach: { ...reach, migrate: false },
      at: { url: engine.url, embedded: true, reader: { username: engine.reader.username, passwordFile } },
      off: undefined,
      async close() {
        await history.close()
        await running.close()
      },
    }
  } catch (error) {
    await engine?.close()
    if (!(error instanceof RescindError)) throw error
    logger.warn({ err: error }, 'history is off')
    return none(error.message)
  }
}
