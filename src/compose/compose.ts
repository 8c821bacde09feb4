/** The only place that names concrete technology and the shipped detectors: log, history, inlets, API, clock. */
import { join } from 'node:path'
import type { Logger } from 'pino'
import { channels } from '../channels/index.ts'
import { isLoopback } from '../config/loopback.ts'
import { loadPolicy, watchPolicy } from '../config/policy-file.ts'
import type { Config } from '../config/schema.ts'
import type { AnyDetector } from '../detect/define.ts'
import { openSigner } from '../edges/keyfile/signer.ts'
import { openColdStore } from '../edges/lmdb/cold-store.ts'
import { asUnwritable, wordsOf } from '../errors.ts'
import type { Topology } from '../flow/topology.ts'
import type { Format } from '../formats/format.ts'
import { formats } from '../formats/index.ts'
import { defaultPolicy } from '../policy/policy.ts'
import type { Channel } from '../ports/channel.ts'
import { Decisions } from '../runtime/decisions.ts'
import { foreignRecords } from '../runtime/foreign.ts'
import { openInlet } from '../runtime/inlet.ts'
import { Monitor } from '../runtime/monitor.ts'
import { wallClock } from '../runtime/wall-clock.ts'
import type { Streams } from '../stages/streams.ts'
import type { Metrics } from '../telemetry.ts'
import { serveApi } from './api.ts'
import { openChannels } from './channels.ts'
import { openDataDirectory } from './data-directory.ts'
import { detectorsWith, flowOf, planOf } from './flow.ts'
import { openStore, openWriter, type Store } from './history.ts'
import { openSources } from './inlets.ts'
import { openLog } from './log.ts'

/** What runs, and how to stop it. */
export interface Rescind {
  monitor: Monitor
  /** Where the API listens. */
  url: string
  /** Where history answers, without credentials, and who may read it; undefined when it is off. */
  history: Store['at']
  /** Why there is no history, in words. */
  historyOff: string | undefined
  /** Nothing was in the log when it was opened. */
  fresh: boolean
  close(): Promise<void>
}

/** What runs beside what is shipped (docs/extend.md). */
export interface Extensions {
  detectors?: readonly AnyDetector[]
  /** Asked before the shipped ones whether a body is theirs. */
  formats?: readonly Format[]
  /** Opened where the configuration names them. */
  channels?: readonly Channel[]
}

/** Builds the monitor from a configuration and starts it. Resolves when it answers. */
export async function compose(
  config: Config,
  logger: Logger,
  metrics: Metrics,
  beside: Extensions = {},
): Promise<Rescind> {
  const unwritable = (error: unknown) => asUnwritable('data', config.data, error)
  try {
    openDataDirectory(config.data, logger)
  } catch (error) {
    throw unwritable(error)
  }
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
  const log = await openLog(config, logger, metrics).catch((error: unknown) => Promise.reject(unwritable(error)))
  const undo: (() => Promise<void>)[] = [() => log.close()]
  const closeAll = async () => {
    for (const step of undo.reverse()) await step()
    undo.length = 0
  }
  try {
    const detectors = detectorsWith(beside.detectors)
    const policy = config.policy === undefined ? defaultPolicy() : loadPolicy(config.policy, detectors)
    const cold = openColdStore(join(config.data, 'cold'))
    undo.push(() => cold.close())
    const inlet = openInlet([...(beside.formats ?? []), ...formats], config.tenant)
    const address = addressOf(config)
    const foreign = foreignRecords(inlet, log)
    const monitor = new Monitor({
      topology: bounded(flowOf(policy, detectors), config),
      inlet,
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
    const decisions = new Decisions({ log, commandTables: monitor.commandTables, metrics, logger })
    undo.push(() => decisions.close())
    await decisions.start()
    const sources = openSources(config, monitor, logger, metrics)
    undo.push(() => sources.close())
    const told = await openChannels(config, [...channels, ...(beside.channels ?? [])], {
      monitor,
      log,
      logger,
      metrics,
      onFailed,
    })
    undo.push(() => told.close())
    const store = await starting
    const writer = await openWriter(config, log, store, foreign, logger, metrics)
    undo.push(() => writer?.close() ?? Promise.resolve())
    const signer = await openSigner({ directory: config.keys ?? config.data })
    const api = await serveApi({
      monitor,
      log,
      clock: wallClock,
      signer,
      config,
      detectors,
      metrics,
      logger,
      foreign,
      ...address,
      history: () => store.history,
      historyCounts: () => writer?.stats,
      sourceCounts: sources.counts,
      trouble: () => trouble,
    })
    undo.push(() => api.close())
    const unwatch =
      config.policy === undefined
        ? undefined
        : watchPolicy(
            config.policy,
            policy,
            detectors,
            (next) =>
              void monitor
                .setPolicy(next)
                .then(({ version }) => logger.info({ policy: version }, 'policy reloaded'))
                .catch(onFailed),
            (fault) => logger.error({ err: fault }, 'the policy file is wrong; the last good policy stays in force'),
          )
    undo.push(async () => unwatch?.())
    return {
      monitor,
      url: api.url,
      history: store.at,
      historyOff: store.off,
      fresh: monitor.fresh,
      close: closeAll,
    }
  } catch (error) {
    await closeAll()
    throw unwritable(error)
  }
}

/** Where other instances find this one; unsaid, on loopback, where the brokers are there too and so all run on one machine. */
function addressOf({ http: { advertise, host, port }, kafka: { brokers } }: Config): { address?: string } {
  if (advertise !== undefined) return { address: advertise }
  const isAlone = isLoopback(host) && brokers.every((each) => isLoopback(each.replace(/:\d+$/, '')))
  return isAlone && port !== 0 ? { address: `http://${host.includes(':') ? `[${host}]` : host}:${port}` } : {}
}

const bounded = (flow: Topology<Streams>, config: Config): Topology<Streams> => ({
  ...flow,
  lanes: flow.lanes.map((lane) => (lane.name === 'agent' ? { ...lane, maxKeys: config.memory.agents } : lane)),
})
