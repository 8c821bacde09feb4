import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { isFromLoopback, isLoopback } from '../../config/loopback.ts'
import type { Config } from '../../config/schema.ts'
import { type Caller, localCaller } from './caller.ts'
import { refusal } from './problem.ts'
import { tokenVerifier, unauthorized } from './tokens.ts'

export type Identify = (request: FastifyRequest) => Promise<Caller>

const hash = (text: string) => createHash('sha256').update(text).digest()

/** Tells callers by the local key (from this machine), by a key of the keys file, or by a token of the configured issuer. */
export function identifier(
  config: Config,
  localKey: string | undefined,
  holderOf: (token: string) => Caller | undefined = () => undefined,
): Identify {
  const known = localKey === undefined ? undefined : hash(localKey)
  const tokens = config.auth.issuer === undefined ? undefined : tokenVerifier(config)
  const local = localCaller(config.tenant)

  return async (request) => {
    const given = request.headers.authorization
    if (given === undefined) throw unauthorized('Send a bearer token in the Authorization header.')
    const token = /^Bearer +([\w.~+/-]+=*) *$/i.exec(given)?.[1]
    if (token === undefined) throw unauthorized('The Authorization header does not hold a bearer token.')
    if (known !== undefined && timingSafeEqual(hash(token), known)) {
      // The socket’s own address: a forwarded one is what a stranger says.
      if (isFromLoopback(request.socket.remoteAddress)) return local
      throw unauthorized('The local key is accepted from this machine only.')
    }
    const holder = holderOf(token)
    if (holder !== undefined) return holder
    if (tokens === undefined) throw unauthorized('The token is no known key, and no issuer is configured.')
    return tokens(token)
  }
}

/** Refuses names that a page of a stranger could have resolved to this machine (DNS rebinding). */
export function hostCheck(config: Config): (host: string | undefined) => void {
  if (!isLoopback(config.http.host)) return () => {}
  const allowed = new Set([config.http.host, 'localhost', '127.0.0.1', '::1', ...config.http.hosts])
  return (host) => {
    const name = (host ?? '')
      .replace(/:\d*$/, '')
      .replace(/^\[(.*)\]$/, '$1')
      .toLowerCase()
    if (!allowed.has(name))
      throw refusal('API_FORBIDDEN', `The Host header must name this machine, not "${name.slice(0, 80)}".`, {
        field: 'headers.host',
      })
  }
}
