import { readFileSync } from 'node:fs'
import type { Config } from '../../config/schema.ts'
import { RescindError } from '../../errors.ts'
import type { KafkaLogOptions } from './open-kafka-log.ts'

type KafkaSettings = Config['kafka']

/** The configuration’s words as options; certificates are read here. Fails with CONFIG_*. */
export function kafkaOptions(kafka: KafkaSettings): KafkaLogOptions {
  const { brokers, clientId, prefix, replication, compression, sessionMs, saslMechanism, username, password } = kafka
  if (saslMechanism !== undefined && (username === undefined || password === undefined))
    throw new RescindError('CONFIG_INVALID', 'kafka.saslMechanism: needs kafka.username and kafka.password')
  if (username !== undefined && saslMechanism === undefined)
    throw new RescindError('CONFIG_INVALID', 'kafka.username: needs kafka.saslMechanism')
  const pem = (path: string, name: string) => readPem(path, `kafka.${name}`)
  const { caFile, certFile, keyFile } = kafka
  return {
    brokers,
    clientId,
    prefix,
    compression,
    sessionMs,
    ...(replication === undefined ? {} : { replication }),
    ...(kafka.tls
      ? {
          tls:
            caFile === undefined && certFile === undefined
              ? true
              : {
                  ...(caFile === undefined ? {} : { ca: pem(caFile, 'caFile') }),
                  ...(certFile === undefined ? {} : { cert: pem(certFile, 'certFile') }),
                  ...(keyFile === undefined ? {} : { key: pem(keyFile, 'keyFile') }),
                },
        }
      : {}),
    ...(saslMechanism === undefined || username === undefined || password === undefined
      ? {}
      : { sasl: { mechanism: saslMechanism, username, password } }),
  }
}

function readPem(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new RescindError('CONFIG_FILE_UNREADABLE', `${name}: ${path} cannot be read: ${why}`, { cause: error })
  }
}
