import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { authority, bundle } from './certificates.ts'

export interface SecurityOptions {
  /** Users with their passwords, for PLAIN and both kinds of SCRAM. */
  users: Readonly<Record<string, string>>
}

/** The ways for clients into a secured cluster. `Broker.brokers` remain the operator’s: plain, and for a super user. */
export interface Doors {
  /** SASL over TLS. */
  sasl: string[]
  /** TLS with a certificate of the client’s; `CN=name` is User:name. */
  mutual: string[]
  /** TLS by a certificate that has expired. */
  expired: string[]
  caFile: string
  /** What it signs the brokers believe. */
  ours: ReturnType<typeof authority>
  /** What it signs they do not. */
  foreign: ReturnType<typeof authority>
}

/** The listeners, and what is spoken at each. */
export const doorProtocols = { SASL: 'SASL_SSL', MUTUAL: 'SSL', EXPIRED: 'SSL' }

/** Certificates for a cluster, and what its brokers’ server.properties say of security. */
export function secure(directory: string, { users }: SecurityOptions, addressesOf: (listener: string) => string[]) {
  const at = join(directory, 'certificates')
  mkdirSync(at)
  const ours = authority(at, 'ours')
  const foreign = authority(at, 'foreign')
  const module = 'org.apache.kafka.common.security'
  const known = Object.entries(users).map(([name, password]) => `user_${name}="${password}"`)
  const properties = {
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'allow.everyone.if.no.acl.found': 'false',
    // Who comes without TLS: the brokers and controllers themselves, and who makes the rights.
    'super.users': 'User:ANONYMOUS',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'listener.name.sasl.plain.sasl.jaas.config': `${module}.plain.PlainLoginModule required ${known.join(' ')};`,
    'listener.name.sasl.scram-sha-256.sasl.jaas.config': `${module}.scram.ScramLoginModule required;`,
    'listener.name.sasl.scram-sha-512.sasl.jaas.config': `${module}.scram.ScramLoginModule required;`,
    'ssl.keystore.type': 'PEM',
    'ssl.keystore.location': bundle(ours.sign('broker')),
    'ssl.truststore.type': 'PEM',
    'ssl.truststore.location': ours.caFile,
    'listener.name.mutual.ssl.client.auth': 'required',
    'listener.name.mutual.ssl.principal.mapping.rules': 'RULE:^CN=([^,]+).*$/$1/,DEFAULT',
    'listener.name.expired.ssl.keystore.location': bundle(ours.sign('broker', -1)),
  }
  const doors: Doors = {
    ...{ sasl: addressesOf('SASL'), mutual: addressesOf('MUTUAL'), expired: addressesOf('EXPIRED') },
    ...{ caFile: ours.caFile, ours, foreign },
  }
  return { properties, doors }
}

/** Arguments of Kafka’s `format` that make the users of SCRAM. */
export const scramArguments = ({ users }: SecurityOptions): string[] =>
  Object.entries(users).flatMap(([name, password]) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
      '--add-scram',
      `${mechanism}=[name=${name},password=${password}]`,
    ]),
  )
