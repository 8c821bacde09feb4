import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { calculateJwkThumbprint, compactVerify, createLocalJWKSet, type JWK } from 'jose'
import { expect, test } from 'vitest'
import { openSigner } from '../../../src/edges/keyfile/signer.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

test.each(['ES256', 'EdDSA'] as const)(
  '%s: what is signed verifies with the published keys, also after a rotation',
  async (algorithm) => {
    const directory = temporaryDirectory()
    const signer = await openSigner({ directory, algorithm })
    const before = await signer.sign('{"a":1}', 'rescind-decision+jws')
    const first = signer.kid
    const second = await signer.rotate()
    expect(second).not.toBe(first)
    const after = await signer.sign('{"a":2}', 'rescind-decision+jws')
    const again = await openSigner({ directory })
    expect(again.kid).toBe(second)
    for (const [jws, kid] of [
      [before, first],
      [after, second],
    ] as const) {
      const { protectedHeader } = await compactVerify(jws, createLocalJWKSet(again.jwks()))
      expect(protectedHeader).toEqual({ alg: algorithm, kid, typ: 'rescind-decision+jws' })
    }
    for (const key of again.jwks().keys) {
      expect(key).not.toHaveProperty('d')
      expect(key.kid).toBe(await calculateJwkThumbprint(key as JWK))
    }
  },
)

test('the file is for its owner only, and old keys go at last', async () => {
  const directory = temporaryDirectory()
  const signer = await openSigner({ directory, keepPrevious: 1 })
  await signer.rotate()
  await signer.rotate()
  expect(signer.jwks().keys).toHaveLength(2)
  const path = join(directory, 'signing-keys.json')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readFileSync(path, 'utf8').match(/"d":/g)).toHaveLength(1)
})

test('a key file that is broken is not replaced', async () => {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'signing-keys.json'), '{"current":')
  await expect(openSigner({ directory })).rejects.toMatchObject({ code: 'CONFIG_FILE_UNREADABLE' })
  expect(readFileSync(join(directory, 'signing-keys.json'), 'utf8')).toBe('{"current":')
})

test('a secret for a purpose: the same wherever the key is, another for another purpose and after a rotation', async () => {
  const directory = temporaryDirectory()
  const signer = await openSigner({ directory })
  const secret = signer.secret('join default')
  expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
  expect((await openSigner({ directory })).secret('join default')).toBe(secret)
  expect(signer.secret('join other')).not.toBe(secret)
  expect((await openSigner({ directory: temporaryDirectory() })).secret('join default')).not.toBe(secret)
  await signer.rotate()
  expect(signer.secret('join default')).not.toBe(secret)
})
