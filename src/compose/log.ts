import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Config } from '../config/schema.ts'
import { type ClusterReport, checkCluster } from '../edges/kafka/check.ts'
import { openKafkaLog } from '../edges/kafka/log/open-kafka-log.ts'
import { kafkaOptions, sourceOptions } from '../edges/kafka/options.ts'
import { openLocalLog } from '../edges/lmdb/open-local-log.ts'
import { RescindError } from '../errors.ts'
import type { Log } from '../ports/log.ts'
import { wallClock } from '../runtime/wall-clock.ts'
import type { Metrics } from '../telemetry.ts'
import { specsOf, topicNames } from './flow.ts'

/** Kafka where brokers are named, else the embedded log in the data directory. */
export async function openLog(config: Config, logger: Logger, metrics: Metrics): Promise<Log> {
  if (config.kafka.brokers.length === 0)
    return await openLocalLog({ directory: join(config.data, 'log'), clock: wallClock })
  return await openKafkaLog({
    ...kafkaOptions(config.kafka),
    onMessage: (level, message, about) => logger[level](about, message),
    onEvent: told(logger, metrics),
  })
}

/** Counts and logs what happens to a member of a cluster, here or in the history’s thread. */
export const told = (logger: Logger, metrics: Metrics) => (event: string, about: Record<string, unknown>) => {
  metrics.logEvents.inc({ event })
  logger[event === 'retry' ? 'debug' : 'info'](about, `log: ${event}`)
}

/** Compares the cluster with what we need there, after making what is missing where `create` says so. */
export async function checkKafka(config: Config, create: boolean): Promise<ClusterReport> {
  const { kafka, sources } = config
  if (kafka.brokers.length === 0)
    throw new RescindError('CONFIG_INVALID', 'kafka.brokers: is empty, so the log is embedded and makes its own topics')
  const own = new Set(topicNames(config))
  const reading = sources.map((source, at) => sourceOptions(source, at, kafka, own))
  return await checkCluster(kafkaOptions(kafka), specsOf(config), reading, create)
}
