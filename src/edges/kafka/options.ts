import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createSecureContext } from 'node:tls'
import { RescindError, wordsOf } from '../../errors.ts'
import type { ConnectionOptions } from './client/connection.ts'
import type { KafkaSourceOptions } from './inlet/source-options.ts'
import type { KafkaLogOptions } from './log/open-kafka-log.ts'

/** The configuration’s words for how a cluster is reached. */
interface Connecting {
  brokers?: readonly string[]
  tls: boolean
  caFile?: string
  certFile?: string
  keyFile?: string
  saslMechanism?: 'plain' | 'scram-sha-256' | 'scram-sha-512'
  username?: string
  password?: string
}

interface KafkaSettings extends Connecting {
  brokers: readonly string[]
  clientId: string
  prefix: string
  group: string
  replication?: number
  compression: NonNullable<KafkaLogOptions['compression']>
  sessionMs: number
}

interface SourceSettings extends Connecting {
  name: string
  topics?: readonly string[]
  pattern?: string
  from: string
  offsets?: KafkaSourceOptions['offsets']
  group?: string
}

/** The configuration’s words as options; certificates are read here. Fails with CONFIG_*. */
export function kafkaOptions(kafka: KafkaSettings): KafkaLogOptions & { prefix: string; sessionMs: number } {
  const { prefix, replication, compression, sessionMs, clientId } = kafka
  return {
    ...connection(kafka, 'kafka', kafka.brokers, clientId),
    prefix,
    compression,
    sessionMs,
    ...(replication === undefined ? {} : { replication }),
  }
}

/** A source in the configuration as options; `own`: topics that we write, by the cluster’s names. Fails with CONFIG_*. */
export function sourceOptions(
  source: SourceSettings,
  at: number,
  kafka: KafkaSettings,
  own: ReadonlySet<string>,
): Omit<KafkaSourceOptions, 'clock' | 'take' | 'onEvent'> {
  const path = `sources.${at}`
  const { name, brokers, topics, pattern, from, offsets, group } = source
  const isOurs = topics?.find((topic) => brokers === undefined && own.has(topic))
  if (isOurs !== undefined)
    throw new RescindError('CONFIG_INVALID', `${path}.topics: ${isOurs} is a topic of ours; we read it anyway`)
  return {
    ...(brokers === undefined
      ? connection(kafka, 'kafka', kafka.brokers, kafka.clientId)
      : connection(source, path, brokers, kafka.clientId)),
    name,
    group: group ?? `${kafka.prefix}${kafka.group}-source-${name}`,
    topics: topics ?? new RegExp(`^(?:${pattern})$`),
    own,
    from: from === 'earliest' || from === 'latest' ? from : Date.parse(from),
    ...(offsets === undefined ? {} : { offsets }),
  }
}

function connection(
  settings: Connecting,
  path: string,
  brokers: readonly string[],
  clientId: string,
): ConnectionOptions {
  const { saslMechanism, username, password } = settings
  if (saslMechanism !== undefined && (username === undefined || password === undefined))
    throw new RescindError('CONFIG_INVALID', `${path}.saslMechanism: needs ${path}.username and ${path}.password`)
  if (username !== undefined && saslMechanism === undefined)
    throw new RescindError('CONFIG_INVALID', `${path}.username: needs ${path}.saslMechanism`)
  const tls = certificates(settings, path)
  return {
    brokers,
    clientId,
    settings: path,
    ...(tls === undefined ? {} : { tls }),
    ...(saslMechanism === undefined || username === undefined || password === undefined
      ? {}
      : { sasl: { mechanism: saslMechanism, username, password } }),
  }
}

/** What is wrong with a file is said here, with its name: a client would say it of a connection, or not at all. */
function certificates(settings: Connecting, path: string): ConnectionOptions['tls'] {
  const { tls, caFile, certFile, keyFile } = settings
  const given = Object.entries({ caFile, certFile, keyFile }).find(([, file]) => file !== undefined)
  if (!tls) {
    if (given === undefined) return undefined
    throw new RescindError(
      'CONFIG_INVALID',
      `${path}.${given[0]}: needs ${path}.tls, without which nothing is encrypted`,
    )
  }
  if (given === undefined) return true
  if ((certFile === undefined) !== (keyFile === undefined))
    throw new RescindError('CONFIG_INVALID', `${path}.certFile: needs ${path}.keyFile, and that one this`)
  const pem = (file: string, name: string) => readPem(file, `${path}.${name}`)
  const ca = caFile === undefined ? {} : { ca: pem(caFile, 'caFile') }
  const pair =
    certFile === undefined || keyFile === undefined
      ? {}
      : { cert: pem(certFile, 'certFile'), key: pem(keyFile, 'keyFile') }
  if (ca.ca !== undefined) valid(`${path}.caFile`, () => new X509Certificate(ca.ca))
  valid(`${path}.certFile, ${path}.keyFile`, () => createSecureContext(pair))
  return { ...ca, ...pair }
}

function valid(name: string, make: () => unknown): void {
  try {
    make()
  } catch (error) {
    throw new RescindError('CONFIG_INVALID', `${name}: ${wordsOf(error)}`, { cause: error })
  }
}

function readPem(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const why = wordsOf(error)
    throw new RescindError('CONFIG_FILE_UNREADABLE', `${name}: ${path} cannot be read: ${why}`, { cause: error })
  }
}
