import { hkdfSync, randomUUID } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CompactSign,
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from 'jose'
import { RescindError, wordsOf } from '../../errors.ts'
import type { PublicKey, Signer } from '../../ports/signer.ts'

export interface SignerOptions {
  /** Where the keys are kept, readable by their owner only. */
  directory: string
  /** For a new key; default ES256. */
  algorithm?: 'ES256' | 'EdDSA'
  /** Earlier public keys kept; default 4. */
  keepPrevious?: number
}

const fileName = 'signing-keys.json'

interface KeyFile {
  /** With its private half. */
  current: JWK
  previous: PublicKey[]
}

/** Opens the signing keys of a data directory, and makes them at the first start. */
export async function openSigner(options: SignerOptions): Promise<Signer> {
  const { directory, algorithm = 'ES256', keepPrevious = 4 } = options
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, fileName)
  const known = readKeys(path)
  let keys = known ?? { current: await newKey(algorithm), previous: [] }
  if (known === undefined) writeKeys(path, keys)
  let key = await imported(keys.current, path)

  return {
    get kid() {
      return keys.current.kid ?? ''
    },
    sign(payload, typ) {
      const { alg = algorithm, kid = '' } = keys.current
      return new CompactSign(new TextEncoder().encode(payload)).setProtectedHeader({ alg, kid, typ }).sign(key)
    },
    jwks: () => ({ keys: [publicHalf(keys.current), ...keys.previous] }),
    secret: (purpose) =>
      Buffer.from(hkdfSync('sha256', Buffer.from(keys.current.d ?? '', 'base64url'), '', purpose, 32)).toString(
        'base64url',
      ),
    async rotate() {
      const current = await newKey(algorithm)
      const next = { current, previous: [publicHalf(keys.current), ...keys.previous].slice(0, keepPrevious) }
      const nextKey = await imported(current, path)
      writeKeys(path, next)
      keys = next
      key = nextKey
      return current.kid ?? ''
    },
  }
}

async function newKey(algorithm: 'ES256' | 'EdDSA'): Promise<JWK> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true })
  const jwk = await exportJWK(privateKey)
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: algorithm, use: 'sig' }
}

async function imported(jwk: JWK, path: string): Promise<CryptoKey> {
  try {
    const key = await importJWK(jwk, jwk.alg)
    if (!(key instanceof Uint8Array)) return key
  } catch (error) {
    throw unreadable(path, error)
  }
  throw unreadable(path, new Error('it holds a symmetric key'))
}

/** By name, so that a member that a later version adds is never published by mistake. */
function publicHalf(jwk: JWK): PublicKey {
  const { kty = '', kid = '', alg = '', use = 'sig', crv = '', x = '', y } = jwk
  return { kty, kid, alg, use, crv, x, ...(y === undefined ? {} : { y }) }
}

function readKeys(path: string): KeyFile | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw unreadable(path, error)
  }
  try {
    const keys = JSON.parse(text) as Partial<KeyFile>
    if (typeof keys.current?.kid !== 'string' || !Array.isArray(keys.previous)) throw new Error('it is not ours')
    return { current: keys.current, previous: keys.previous.map(publicHalf) }
  } catch (error) {
    throw unreadable(path, error)
  }
}

function writeKeys(path: string, keys: KeyFile): void {
  const half = `${path}.${randomUUID()}`
  writeFileSync(half, `${JSON.stringify(keys)}\n`, { mode: 0o600, flag: 'wx' })
  chmodSync(half, 0o600)
  renameSync(half, path)
}

const unreadable = (path: string, cause: unknown) =>
  new RescindError('CONFIG_FILE_UNREADABLE', `The signing keys ${path} cannot be used: ${wordsOf(cause)}`, {
    cause,
    data: { path },
  })
