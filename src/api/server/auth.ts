import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { isLoopback } from '../../config/loopback.ts'
import type { Config } from '../../config/schema.ts'
import { refusal } from './problem.ts'

/** What a token lets its bearer do; `rescind.admin` lets everything. */
export const scopes = {
  'rescind.ingest': 'Hand in events and traces.',
  'rescind.declare': 'Declare the scope of agents and tasks.',
  'rescind.read': 'Look at agents, findings, commands and their explanation.',
  'rescind.respond': 'Approve, deny and release commands, order them by hand; judge findings.',
  'rescind.enforce': 'Follow decisions, answer with receipts, read what a guard needs.',
  'rescind.admin': 'Release the brake, and all of the above.',
} as const
export type Scope = keyof typeof scopes

/** Who calls. */
export interface Caller {
  /** The token’s subject; `local` for the local key, `key:<name>` for one of the keys file. */
  id: string
  local: boolean
  scopes: ReadonlySet<string>
  /** The only tenant of this caller; undefined: any. */
  tenant: string | undefined
}

export type Identify = (request: FastifyRequest) => Promise<Caller>

const hash = (text: string) => createHash('sha256').update(text).digest()
const allScopes: ReadonlySet<string> = new Set(Object.keys(scopes))
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']

/** The issuer’s trouble, not the token’s. */
const unreachable = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JOSE_GENERIC'])

const unauthorized = (detail: string, cause?: unknown) =>
  refusal('API_UNAUTHORIZED', detail, cause === undefined ? {} : { cause })

/** Tells callers by the local key (from this machine), by a key of the keys file, or by a token of the configured issuer. */
export function identifier(
  config: Config,
  localKey: string | undefined,
  holderOf: (token: string) => Caller | undefined = () => undefined,
): Identify {
  const known = localKey === undefined ? undefined : hash(localKey)
  const tokens = config.auth.issuer === undefined ? undefined : tokenVerifier(config)
  const local: Caller = { id: 'local', local: true, scopes: allScopes, tenant: config.tenant }

  return async (request) => {
    const given = request.headers.authorization
    if (given === undefined) throw unauthorized('Send a bearer token in the Authorization header.')
    const token = /^Bearer +([\w.~+/-]+=*) *$/i.exec(given)?.[1]
    if (token === undefined) throw unauthorized('The Authorization header does not hold a bearer token.')
    if (known !== undefined && timingSafeEqual(hash(token), known)) {
      if (isFromHere(request.socket.remoteAddress)) return local
      throw unauthorized('The local key is accepted from this machine only.')
    }
    const holder = holderOf(token)
    if (holder !== undefined) return holder
    if (tokens === undefined) throw unauthorized('The token is no known key, and no issuer is configured.')
    return tokens(token)
  }
}

/** The socket’s own address: a forwarded one is what a stranger says. */
const isFromHere = (address: string | undefined) => address !== undefined && isLoopback(address.replace(/^::ffff:/, ''))

function tokenVerifier(config: Config): (token: string) => Promise<Caller> {
  const { issuer = '', audience = '', tenantClaim } = config.auth
  let keys: Promise<JWTVerifyGetKey> | undefined
  const keySet = () => {
    keys ??= remoteKeys(config.auth).catch((error: unknown) => {
      // The next call asks again.
      keys = undefined
      throw error
    })
    return keys
  }
  return async (token) => {
    let payload: JWTPayload
    try {
      ;({ payload } = await jwtVerify(token, await keySet(), {
        issuer,
        audience,
        algorithms,
        clockTolerance: 5,
        requiredClaims: ['exp', 'sub'],
      }))
    } catch (error) {
      const isOurs = error instanceof errors.JOSEError && !unreachable.has(error.code)
      if (isOurs) throw unauthorized(`The token is not valid: ${error.message}.`, error)
      throw refusal('API_UNAUTHORIZED', 'The issuer’s keys cannot be fetched; try again later.', {
        status: 503,
        retry: 'later',
        cause: error,
      })
    }
    const tenant = payload[tenantClaim] ?? config.tenant
    if (tenant !== undefined && (typeof tenant !== 'string' || !/^[^/]{1,128}$/.test(tenant)))
      throw unauthorized(`The token’s claim ${tenantClaim} is not the name of a tenant.`)
    if (config.tenant !== undefined && tenant !== config.tenant) throw unauthorized('The token is for another tenant.')
    return { id: payload.sub ?? '', local: false, scopes: scopesOf(payload), tenant }
  }
}

function scopesOf({ scope, scp }: JWTPayload): ReadonlySet<string> {
  const given = scope ?? scp
  const named = Array.isArray(given) ? given.map(String) : typeof given === 'string' ? given.split(' ') : []
  return named.includes('rescind.admin') ? allScopes : new Set(named)
}

async function remoteKeys({ issuer = '', jwksUri }: Config['auth']): Promise<JWTVerifyGetKey> {
  return createRemoteJWKSet(new URL(jwksUri ?? (await discovered(issuer))), { timeoutDuration: 5000 })
}

async function discovered(issuer: string): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const answer = await fetch(url, { signal: AbortSignal.timeout(5000), redirect: 'error' })
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
  const found: unknown = await answer.json()
  if (typeof found !== 'object' || found === null || !('jwks_uri' in found) || typeof found.jwks_uri !== 'string')
    throw new Error(`${url} names no jwks_uri`)
  if (!('issuer' in found) || found.issuer !== issuer) throw new Error(`${url} is of another issuer`)
  return found.jwks_uri
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
