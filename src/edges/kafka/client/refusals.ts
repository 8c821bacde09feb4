import { causesOf, RescindError, wordsOf } from '../../../errors.ts'
import type { ConnectionOptions } from './connection.ts'

/**
 * Why a cluster did not do as asked: the client’s words, and what mends it, a setting of ours or a right of our user there.
 * `right`: what the question needs, such as `Write on topic rescind.events`.
 */
export function wordsOfRefusal(error: unknown, to: ConnectionOptions, right?: string): string {
  // It has them already.
  if (error instanceof RescindError) return error.message
  const first = firstOf(error)
  const about = first instanceof Error && 'topic' in first ? `${String(first.topic)}: ` : ''
  const words = `${about}${wordsOf(first).replace(opensslWords, '$1').trim()}`
  const mend = mendOf(first, to, right)
  return mend === undefined ? words : `${words}; ${mend}`
}

/** Of what failed for many at once, the first. */
const firstOf = (error: unknown): unknown =>
  error instanceof Error && 'errors' in error && Array.isArray(error.errors) ? (error.errors[0] ?? error) : error

/** `8034…:error:0A000416:SSL routines:ssl3_read_bytes:sslv3 alert bad certificate:../deps/…:SSL alert number 42`. */
const opensslWords = /(?:[0-9A-F]+:)?error:[0-9A-F]+:[^:]*:[^:]*:([^:]+)(?::.*)?$/s

function mendOf(error: unknown, to: ConnectionOptions, right?: string): string | undefined {
  const { settings = 'kafka', tls, sasl } = to
  for (const each of causesOf(error)) {
    const kind = 'type' in each ? String(each.type) : each.name
    const code = 'code' in each ? String(each.code) : ''
    if (kind.endsWith('_AUTHORIZATION_FAILED'))
      return `${userOf(to)} needs ${right ?? 'a right'} (docs/kafka.md, Rights)`
    // The client keeps to itself why.
    if (kind === 'KafkaJSGroupCoordinatorNotFound')
      return `unless no broker is ready for groups, ${userOf(to)} needs ${right ?? 'Read on the group'} (docs/kafka.md, Rights)`
    if (kind === 'UNSUPPORTED_SASL_MECHANISM') return `${settings}.saslMechanism: they take another one`
    if (kind === 'ILLEGAL_SASL_STATE')
      return `${settings}.saslMechanism: they want none at this port, or have a connections.max.reauth.ms of less than 4 s`
    if (kind === 'KafkaJSSASLAuthenticationError')
      return `${settings}.username, ${settings}.password: they know no such pair`
    if (untrusted.test(code)) return `${settings}.caFile: none of its authorities signed the broker’s certificate`
    if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') return 'it is the broker’s, to be renewed there'
    if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
      return `${settings}.brokers: the certificate is for another name than this one`
    if (ourCertificate.test(code))
      return `${settings}.certFile: the broker wants a certificate of ours that is valid and signed by whom it trusts`
    if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || /before secure TLS connection/.test(each.message))
      return `${settings}.tls: nothing speaks TLS at this port`
    if (kind === 'KafkaJSConnectionClosedError' && (!tls || sasl === undefined))
      return `if it wants TLS or SASL, ${settings}.tls and ${settings}.saslMechanism`
  }
  return undefined
}

const untrusted = /SELF_SIGNED_CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE/
const ourCertificate = /^ERR_SSL_.*ALERT_(.*CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE)/

const userOf = ({ sasl }: ConnectionOptions): string => (sasl === undefined ? 'our user' : `User:${sasl.username}`)
