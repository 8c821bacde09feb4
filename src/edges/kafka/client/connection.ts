import kafkajs, {
  type ConsumerConfig,
  type Kafka,
  type KafkaConfig,
  type logCreator,
  type RetryOptions,
  type SASLOptions,
} from 'kafkajs'
import { registerCodecs } from './codecs.ts'
import { applyPatches } from './patches.ts'

const { logLevel } = kafkajs

/** How a cluster is reached. */
export interface ConnectionOptions {
  /** Bootstrap addresses, `host:port`. */
  brokers: readonly string[]
  /** What the brokers’ logs and quotas call us; default `rescind`. */
  clientId?: string
  /** Where the configuration says all this, for errors that name what to mend; default `kafka`. */
  settings?: string
  /** TLS: true for the system’s certificate authorities, or certificates as PEM text. */
  tls?: boolean | { ca?: string; cert?: string; key?: string; servername?: string }
  sasl?: { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string }
  /** The client library’s own messages; none holds a secret. */
  onMessage?(level: 'debug' | 'info' | 'warn' | 'error', message: string, about: Record<string, unknown>): void
}

/** Names of the library’s levels, most severe first. Its errors are retried and shown by us when they are final. */
const levels: Readonly<Record<number, 'debug' | 'info' | 'warn' | 'error'>> = {
  [logLevel.ERROR]: 'warn',
  [logLevel.WARN]: 'info',
  [logLevel.INFO]: 'debug',
  [logLevel.DEBUG]: 'debug',
}

/** Longer than it takes a cluster to fence a dead broker, so that a question outlives one; measured in KAFKA notes. */
const patientRetry = { initialRetryTime: 100, maxRetryTime: 500, retries: 20 }

/**
 * Few retries: a consumer whose coordinator died gets off it only by giving up and joining again. With fifty, two of five
 * consumers stood still for half a minute.
 */
const consumerRetry = { initialRetryTime: 100, maxRetryTime: 500, retries: 5 }

/**
 * Shared by all consumers. The longest wait of a fetch is also how long a stop takes. What a fetch brings lives until it is
 * worked through: more of it than the young generation holds is copied again and again.
 */
export const consumerDefaults = {
  heartbeatInterval: 400,
  maxWaitTimeInMs: 100,
  metadataMaxAge: 5000,
  maxBytesPerPartition: 1024 * 1024,
  maxBytes: 2 * 1024 * 1024,
  allowAutoTopicCreation: false,
  retry: consumerRetry,
} satisfies Omit<ConsumerConfig, 'groupId'>

/**
 * So long before a session ends it is proven anew who we are (`connections.max.reauth.ms`); what is under way by then still
 * arrives in time. The client’s ten seconds leave nothing of a short session: it would prove it at every request, which brokers
 * refuse more often than once a second.
 */
const reauthenticationMs = 2000

export function connect(options: ConnectionOptions, retry: RetryOptions = patientRetry): Kafka {
  registerCodecs()
  applyPatches()
  const { onMessage } = options
  const creator: logCreator =
    () =>
    ({ level, namespace, log }) => {
      const { message, timestamp: _, ...about } = log
      onMessage?.(levels[level] ?? 'debug', `kafka ${namespace}: ${message}`, about)
    }
  const config: KafkaConfig = {
    clientId: options.clientId ?? 'rescind',
    brokers: [...options.brokers],
    connectionTimeout: 1000,
    authenticationTimeout: 5000,
    reauthenticationThreshold: reauthenticationMs,
    requestTimeout: 5000,
    retry,
    logLevel: onMessage === undefined ? logLevel.NOTHING : logLevel.INFO,
    logCreator: creator,
  }
  if (options.tls !== undefined && options.tls !== false) config.ssl = options.tls === true ? true : { ...options.tls }
  if (options.sasl !== undefined) config.sasl = options.sasl as SASLOptions
  // The library warns of a change of its default partitioner; we name the partition of every record.
  process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1'
  return new kafkajs.Kafka(config)
}
