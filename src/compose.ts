/** The only place that names concrete technology and the shipped detectors: log, history, API, clock. */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { detectors } from '../detectors/index.ts'
import { createApi } from './api/server/create-api.ts'
import { isLoopback } from './config/loopback.ts'
import { loadPolicy, watchPolicy } from './config/policy-file.ts'
import type { Config } from './config/schema.ts'
import { openReaderKey } from './edges/chdb/reader-key.ts'
import { type Engine, startEngine } from './edges/chdb/start.ts'
import { type HistoryOptions, openHistory } from './edges/clickhouse/open.ts'
import { startHistoryThread } from './edges/clickhouse/thread.ts'
import { type HistoryWriter, historyWriter } from './edges/clickhouse/writer.ts'
import { type ClusterReport, checkCluster } from './edges/kafka/check.ts'
import { KafkaSource, type SourceEvent } from './edges/kafka/inlet/source.ts'
import { openKafkaLog } from './edges/kafka/log/open-kafka-log.ts'
import { kafkaOptions, sourceOptions } from './edges/kafka/options.ts'
import { openSigner } from './edges/keyfile/signer.ts'
import { openColdStore } from './edges/lmdb/cold-store.ts'
import { openLocalLog } from './edges/lmdb/open-local-log.ts'
import { notListening, RescindError, wordsOf } from './errors.ts'
import type { Topology } from './flow/topology.ts'
import { formats } from './formats/index.ts'
import type { HistoryThreadData } from './history-thread.ts'
import { defaultPolicy, type Policy, stamped } from './policy/policy.ts'
import type { History } from './ports/history.ts'
import type { Log } from './ports/log.ts'
import { type Foreign, foreignRecords } from './runtime/foreign.ts'
import { Monitor } from './runtime/monitor.ts'
import { type TopicPlan, topicsOf } from './runtime/topics.ts'
import { wallClock } from './runtime/wall-clock.ts'
import { decode } from './stages/decode.ts'
import type { Streams } from './stages/streams.ts'
import type { Metrics } from './telemetry.ts'
import { rescind } from './topology.ts'

/** The flow with the shipped detectors under a policy: what runs live, and what `rescind replay` runs. */
export const flowOf = (policy: Policy): Topology<Streams> => rescind(detectors, stamped(policy, 0))

const day = 86_400_000
/** How long requests in hand may take at a stop, ms. */
const closeGraceMs = 1500

/** What runs, and how to stop it. */
export interface Rescind {
  monitor: Monitor
  /** Where the API listens. */
  url: string
  /** Where history answers, without credentials, and who may read it; undefined when it is off. */
  history: { url: string; embedded: boolean; reader?: { username: string; passwordFile: string } } | undefined
  /** Why there is no history, in words. */
  historyOff: string | undefined
  /** Nothing was in the log when it was opened. */
  fresh: boolean
  close(): Promise<void>
}

/** Builds the monitor from a configuration and starts it. Resolves when it answers. */
export async function compose(config: Config, logger: Logger, metrics: Metrics): Promise<Rescind> {
  mkdirSync(config.data, { recursive: true, mode: 0o700 })
  let trouble: string | undefined
  const onFailed = (error: unknown) => {
    // What fails after that is a consequence; a second signal would end the process in the middle of its stop.
    if (trouble !== undefined) {
      logger.error({ err: error }, 'failed while stopping')
      return
    }
    trouble = wordsOf(error)
    // State in memory may be ahead of the log now: the only safe way on is a restart from the changelog.
    logger.fatal({ err: error }, 'the flow failed; stopping so that a restart goes on from the log')
    process.exitCode = 1
    process.kill(process.pid, 'SIGTERM')
  }
  const log = await openLog(config, logger, metrics)
  const undo: (() => Promise<void>)[] = [() => log.close()]
  const closeAll = async () => {
    for (const step of undo.reverse()) await step()
    undo.length = 0
  }
  try {
    const policy = config.policy === undefined ? defaultPolicy() : loadPolicy(config.policy)
    const cold = openColdStore(join(config.data, 'cold'))
    undo.push(() => cold.close())
    const decoding = decode(formats)
    const address = addressOf(config)
    const foreign = foreignRecords(decoding, log, config.tenant)
    const monitor = new Monitor({
      topology: bounded(flowOf(policy), config),
      decode: decoding,
      foreign,
      log,
      clock: wallClock,
      plan: planOf(config),
      policy,
      group: config.kafka.group,
      ...address,
      flushMs: config.kafka.flushMs,
      cold: (lane) => (lane === 'agent' ? cold : undefined),
      onFailed,
    })
    // The engine takes its time to load: it starts beside the log.
    const starting = openStore(config, logger)
    undo.push(async () => (await starting).close())
    undo.push(() => monitor.close())
    await monitor.start()
    const sources = openSources(config, monitor, logger, metrics)
    undo.push(() => sources.close())
    const store = await starting
    const writer = await openWriter(config, log, store, foreign, logger, metrics)
    undo.push(() => writer?.close() ?? Promise.resolve())
    const signer = await openSigner({ directory: config.keys ?? config.data })
    const api = await createApi({
      monitor,
      log,
      clock: wallClock,
      signer,
      config,
      metrics,
      logger,
      foreign,
      ...address,
      history: () => store.history,
      historyCounts: () => writer?.stats,
      sourceCounts: sources.counts,
      trouble: () => trouble,
    })
    const { host, port } = config.http
    const url = await api.listen({ host, port }).catch((error: unknown) => {
      throw notListening(error, host, port, 'http.host, http.port (--host, --port)')
    })
    undo.push(async () => {
      // Requests in hand may finish; a kept-alive connection that its client never closes may not hold the stop.
      const late = setTimeout(() => api.server.closeAllConnections(), closeGraceMs)
      await api.close()
      clearTimeout(late)
    })
    if (config.policy !== undefined) {
      const stop = watchPolicy(
        config.policy,
        policy,
        (next) =>
          void monitor
            .setPolicy(next)
            .then(({ version }) => logger.info({ policy: version }, 'policy reloaded'))
            .catch(onFailed),
        (fault) => logger.error({ err: fault }, 'the policy file is wrong; the last good policy stays in force'),
      )
      undo.push(async () => stop())
    }
    return { monitor, url, history: store.at, historyOff: store.off, fresh: monitor.fresh, close: closeAll }
  } catch (error) {
    await closeAll()
    throw error
  }
}

/** Where other instances find this one; unsaid, on loopback, where the brokers are there too and so all run on one machine. */
function addressOf({ http: { advertise, host, port }, kafka: { brokers } }: Config): { address?: string } {
  if (advertise !== undefined) return { address: advertise }
  const isAlone = isLoopback(host) && brokers.every((each) => isLoopback(each.replace(/:\d+$/, '')))
  return isAlone && port !== 0 ? { address: `http://${host.includes(':') ? `[${host}]` : host}:${port}` } : {}
}

/** Kafka where brokers are named, else the embedded log in the data directory. */
async function openLog(config: Config, logger: Logger, metrics: Metrics): Promise<Log> {
  if (config.kafka.brokers.length === 0)
    return await openLocalLog({ directory: join(config.data, 'log'), clock: wallClock })
  return await openKafkaLog({
    ...kafkaOptions(config.kafka),
    onMessage: (level, message, about) => logger[level](about, message),
    onEvent: told(logger, metrics),
  })
}

/** Counts and logs what happens to a member of a cluster, here or in the history’s thread. */
const told = (logger: Logger, metrics: Metrics) => (event: string, about: Record<string, unknown>) => {
  metrics.logEvents.inc({ event })
  logger[event === 'retry' ? 'debug' : 'info'](about, `log: ${event}`)
}

/** Topics of others, read into our log whichever it is. */
function openSources(config: Config, monitor: Monitor, logger: Logger, metrics: Metrics) {
  const own = config.sources.length === 0 ? new Set<string>() : new Set(topicNames(config))
  const options = config.sources.map((source, at) => sourceOptions(source, at, config.kafka, own))
  const open = options.map((each, at) => {
    const { format, tenant = config.tenant, name } = config.sources[at] as Config['sources'][number]
    const known = formats.filter(({ id }) => format === 'auto' || id === (format === 'json' ? 'native' : format))
    const reading = { decode: decode(known), ...(tenant === undefined ? {} : { tenant }) }
    return new KafkaSource({
      ...each,
      clock: wallClock,
      async take(batch) {
        const { accepted, rejected } = await monitor.take(batch, reading)
        metrics.accepted.inc(accepted)
        for (const { code } of rejected) metrics.rejected.inc({ code })
        return rejected.length
      },
      onMessage: (level, message, about) => logger[level]({ source: name, ...about }, message),
      onEvent: (event, about) =>
        logger[isTrouble(event) ? 'warn' : 'info']({ source: name, ...about }, `source: ${event}`),
    })
  })
  return {
    counts: () => open.map((each) => each.counts),
    close: async () => void (await Promise.all(open.map((each) => each.close()))),
  }
}

const isTrouble = (event: SourceEvent): boolean =>
  event === 'away' || event === 'waiting' || event === 'lost' || event === 'remade'

const specsOf = (config: Config) => topicsOf(flowOf(defaultPolicy()), planOf(config))

/** Our topics by the cluster’s names. */
const topicNames = (config: Config): string[] => specsOf(config).map(({ name }) => `${config.kafka.prefix}${name}`)

/** Compares the cluster with what we need there, after making what is missing where `create` says so. */
export async function checkKafka(config: Config, create: boolean): Promise<ClusterReport> {
  const { kafka, sources } = config
  if (kafka.brokers.length === 0)
    throw new RescindError('CONFIG_INVALID', 'kafka.brokers: is empty, so the log is embedded and makes its own topics')
  const own = new Set(topicNames(config))
  const reading = sources.map((source, at) => sourceOptions(source, at, kafka, own))
  return await checkCluster(kafkaOptions(kafka), specsOf(config), reading, create)
}

/** What the topics are made of. */
export function planOf(config: Config): TopicPlan {
  const { partitions } = config.kafka
  const quarter = Math.max(1, Math.ceil(partitions / 4))
  const spread = { agent: partitions, trace: partitions, credential: partitions, cohort: quarter, tenant: quarter }
  const onKafka = config.kafka.brokers.length > 0
  return {
    partitions: onKafka ? spread : config.partitions,
    outputPartitions: onKafka ? quarter : 1,
    inboxRetentionMs: config.log.inboxDays * day,
    outputRetentionMs: config.log.outputDays * day,
  }
}

const bounded = (flow: Topology<Streams>, config: Config): Topology<Streams> => ({
  ...flow,
  lanes: flow.lanes.map((lane) => (lane.name === 'agent' ? { ...lane, maxKeys: config.memory.agents } : lane)),
})

/** The longest that a row waits for others. */
const maxDelayMs = 1000
/** An insert’s most rows. Larger ones are merged half as often, but hold up the embedded log, whose disk and thread they share. */
const maxRows = { embedded: 10_000, kafka: 25_000 }

/** Writes history: over Kafka in a thread with a connection of its own; the embedded log has one opener. */
async function openWriter(
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
  return existsSync(beside) ? beside : new URL('../dist/src/history-thread.js', import.meta.url)
}

interface Store {
  history: History | undefined
  /** How the store is reached from another thread; given where there is one. */
  reach?: HistoryOptions
  at: Rescind['history']
  off: string | undefined
  close(): Promise<void>
}

/** The history store by URL, or the embedded engine, or none: the monitor runs without one and says so. */
async function openStore(config: Config, logger: Logger): Promise<Store> {
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
      directory: join(config.data, 'history'),
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
