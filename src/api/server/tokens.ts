import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { Config } from '../../config/schema.ts'
import { hasControl, tenantName } from '../../model/names.ts'
import { type Speaks, spoken } from '../../model/speaks.ts'
import { type Caller, granted } from './caller.ts'
import { refusal } from './problem.ts'

const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
/** An issuer’s clock may differ by this, s. */
const clockTolerance = 5
const longestSubject = 500
const maxPatterns = 256

/** The issuer’s trouble, not the token’s. */
const unreachable = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JOSE_GENERIC'])

export const unauthorized = (detail: string, cause?: unknown) =>
  refusal('API_UNAUTHORIZED', detail, cause === undefined ? {} : { cause })

/** Tells the bearer of an access token of the configured issuer. */
export function tokenVerifier(config: Config): (token: string) => Promise<Caller> {
  const { issuer = '', audience = '' } = config.auth
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
    const verified = await jwtVerify(token, await keySet().catch(away), {
      issuer,
      audience,
      algorithms,
      clockTolerance,
      requiredClaims: ['exp', 'sub'],
    }).catch((error: unknown) => {
      const isOurs = error instanceof errors.JOSEError && !unreachable.has(error.code)
      if (isOurs) throw unauthorized(`The token is not valid: ${error.message}.`, error)
      return away(error)
    })
    return callerOf(verified.payload, verified.protectedHeader.typ, config)
  }
}

function away(cause: unknown): never {
  throw refusal('API_UNAUTHORIZED', 'The issuer’s keys cannot be fetched; try again later.', {
    status: 503,
    retry: 'later',
    cause,
  })
}

/** Who the claims name. Throws API_UNAUTHORIZED where they are no access token’s, API_FORBIDDEN where they name no tenant. */
export function callerOf(payload: JWTPayload, typ: string | undefined, config: Config): Caller {
  const { auth } = config
  const why = notAnAccessToken(payload, typ, auth.requireAtJwt)
  if (why !== undefined) throw unauthorized(`The token is no access token: ${why}.`)
  if (holdsControl(payload)) throw unauthorized('A claim of the token holds control characters.')
  const { sub = '', exp = 0 } = payload
  if (typeof sub !== 'string' || sub === '' || sub.length > longestSubject)
    throw unauthorized(`The token’s subject must have 1 to ${longestSubject} characters.`)
  return {
    // No subject can look like a key of ours.
    id: `token:${sub}`,
    local: false,
    scopes: granted(scopesIn(payload, auth.scopesClaim)),
    tenant: tenantIn(payload, config),
    speaks: speaksIn(payload, auth.speaksClaim),
    holds: (now) => now < (exp + clockTolerance) * 1000,
  }
}

/**
 * RFC 9068 has issuers write `at+jwt`. Many do not yet; of theirs, what only an ID token, a refresh token or a logout token
 * holds tells (OpenID Connect Core 2 and 3.1.3.6; Keycloak’s `typ` and Cognito’s `token_use` claims).
 */
function notAnAccessToken(payload: JWTPayload, typ: string | undefined, mustSay: boolean): string | undefined {
  const type = typ?.toLowerCase().replace(/^application\//, '')
  if (type === 'at+jwt') return undefined
  if (mustSay) return 'its header does not say at+jwt'
  if (type !== undefined && type !== 'jwt') return `its header says ${typ?.slice(0, 40)}`
  for (const claim of ['typ', 'token_use']) {
    const said = payload[claim]
    if (typeof said !== 'string') continue
    // Older ones of Keycloak hold a nonce too.
    if (/^(bearer|access)$/i.test(said)) return undefined
    return `its claim ${claim} says ${said.slice(0, 40)}`
  }
  const mark = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events'].find((claim) => payload[claim] !== undefined)
  if (mark !== undefined) return `it holds ${mark}`
  // An ID token is for the client that asked for it, and grants nothing.
  const isForClient = typeof payload.azp === 'string' && [payload.aud].flat().every((each) => each === payload.azp)
  if (isForClient && payload.scope === undefined && payload.scp === undefined && payload.roles === undefined)
    return 'it is for the client that asked for it'
  return undefined
}

function holdsControl(value: unknown): boolean {
  if (typeof value === 'string') return hasControl(value)
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, member]) => hasControl(name) || holdsControl(member))
}

/** A claim by its name, else by the path of its names with dots between; never what an object inherits. */
export function claimAt(payload: JWTPayload, path: string): unknown {
  if (Object.hasOwn(payload, path)) return payload[path]
  let found: unknown = payload
  for (const name of path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined
    found = (found as Record<string, unknown>)[name]
  }
  return found
}

function scopesIn(payload: JWTPayload, claim: string | undefined): string[] {
  const given = claim === undefined ? (payload.scope ?? payload.scp) : claimAt(payload, claim)
  if (Array.isArray(given)) return given.map(String)
  return typeof given === 'string' ? given.split(' ') : []
}

function tenantIn(payload: JWTPayload, { tenant: only, auth }: Config): string | undefined {
  const { tenantClaim, everyTenant } = auth
  const claimed = claimAt(payload, tenantClaim)
  const said = Array.isArray(claimed) && claimed.length === 1 ? claimed[0] : claimed
  if (said === undefined || said === null) {
    if (only !== undefined || everyTenant) return only
    throw refusal(
      'API_FORBIDDEN',
      `The token has no claim ${tenantClaim}: it is for no tenant. Let the issuer set it, or say auth.everyTenant.`,
    )
  }
  if (typeof said !== 'string' || said.length > 128 || !new RegExp(tenantName).test(said))
    throw unauthorized(`The token’s claim ${tenantClaim} is not the name of a tenant.`)
  if (only !== undefined && said !== only) throw unauthorized('The token is for another tenant.')
  return said
}

/** `{ "agents": ["alice-*"], "points": [], "cohorts": [] }`, each optional. */
function speaksIn(payload: JWTPayload, claim: string): Speaks {
  const given = claimAt(payload, claim)
  if (given === undefined || given === null) return {}
  const wrong = () =>
    unauthorized(`The token’s claim ${claim} must hold lists of patterns under ${spoken.join(', ')} and nothing else.`)
  if (typeof given !== 'object' || Array.isArray(given)) throw wrong()
  const speaks: Speaks = {}
  for (const [kind, patterns] of Object.entries(given)) {
    const known = spoken.find((each) => each === kind)
    const isList = Array.isArray(patterns) && patterns.length <= maxPatterns
    if (known === undefined || !isList || patterns.some((each) => typeof each !== 'string' || each.length > 512))
      throw wrong()
    speaks[known] = patterns
  }
  return speaks
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
