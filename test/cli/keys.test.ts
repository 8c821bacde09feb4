import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join as pathOf } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { join } from '../../src/cli/join.ts'
import { KeyFile } from '../../src/cli/key-file.ts'
import { addKey, listKeys, revokeKey } from '../../src/cli/keys.ts'
import type { Output } from '../../src/cli/output.ts'
import { openApi } from '../support/api.ts'
import { temporaryDirectory } from '../support/temporary.ts'

const directory = temporaryDirectory()
const file = pathOf(directory, 'keys')
const said = async <T>(run: (out: Output) => unknown): Promise<T> => {
  let answer: unknown
  const out = { json: true, answer: (value: unknown) => (answer = value), remark: () => {} } as unknown as Output
  await run(out)
  return answer as T
}
const scope = ['rescind.enforce', 'rescind.ingest']
const add = (name: string, more = {}) =>
  said<{ key: string; token: string }>((out) => addKey({ file, name, scope, ...more }, 'keyFor' in more, out))

let api: Awaited<ReturnType<typeof openApi>>
beforeAll(async () => {
  mkdirSync(directory, { recursive: true })
  await add('operator')
  api = await openApi(directory, { settings: { auth: { keysFile: file } } })
})
afterAll(() => api.close())
const me = async (key: string) => {
  const answer = await api.app.inject({ url: '/v1/me', headers: { authorization: `Bearer ${key}` } })
  return answer.statusCode === 200 ? answer.json() : answer.statusCode
}
/** As long as the monitor takes to look at its file; who asks too often with a key that is none is refused for that. */
const until = (key: string, status: 'taken' | 'refused') =>
  vi.waitFor(async () => expect(typeof (await me(key)) === 'object').toBe(status === 'taken'), {
    timeout: 10_000,
    interval: 50,
  })

test('a key is made, listed and taken back; what else stands in the file stays', async () => {
  writeFileSync(file, `${readFileSync(file, 'utf8')}# a note\n`)
  const { key } = await add('alice', {
    tenant: 'acme',
    agent: ['alice-*', 'a b,c'],
    point: ['mcp@alice/*'],
    expires: 60_000,
  })
  await until(key, 'taken')
  expect(await me(key)).toMatchObject({
    id: 'key:alice',
    tenant: 'acme',
    speaks: { agents: ['alice-*', 'a b,c'], points: ['mcp@alice/*'] },
  })
  const { keys } = await said<{ keys: { name: string; digest: string }[] }>((out) => listKeys({ file }, out))
  expect(keys.map(({ name }) => name)).toEqual(['operator', 'alice'])
  expect(readFileSync(file, 'utf8')).not.toContain(key)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const second = await add('alice')
  await said((out) => revokeKey('alice', { file, digest: keys[1]?.digest.slice(0, 8) ?? '' }, out))
  await until(key, 'refused')
  await until(second.key, 'taken')
  await said((out) => revokeKey('alice', { file }, out))
  await until(second.key, 'refused')
  expect(readFileSync(file, 'utf8')).toContain('# a note')
  await expect(revokeKey('alice', { file }, {} as Output)).rejects.toThrow('no key of the name alice')
})

test('those who write at once lose nothing', async () => {
  const names = Array.from({ length: 8 }, (_, i) => `at-once-${i}`)
  await Promise.all(names.map((name) => add(name)))
  const { keys } = await said<{ keys: { name: string }[] }>((out) => listKeys({ file }, out))
  expect(keys.map(({ name }) => name)).toEqual(expect.arrayContaining(names))
  expect(existsSync(`${file}.lock`)).toBe(false)
})

test.each([
  [{ name: 'a b' }, '--name'],
  [{ scope: ['all'] }, '--scope'],
  [{ tenant: 'a/b' }, '--tenant'],
  [{ agent: ['a\u0000'] }, 'pattern'],
  [{ expires: '2001-01-01T00:00:00Z' }, '--expires'],
])('%j is refused', async (more, why) => {
  await expect(add('wrong', more)).rejects.toThrow(why)
})

describe('a join token', () => {
  test('is exchanged once, by one of the guards that start together, for a key that the machine made', async () => {
    const { token } = await add('laptop', { agent: ['laptop-*'], keyFor: 90 * 86_400_000 })
    const url = await api.listen()
    const tokenFile = pathOf(directory, 'token')
    const keyFile = pathOf(directory, 'laptop.key')
    writeFileSync(tokenFile, token)
    // Where the monitor takes what was written later, it has seen the token.
    await until((await add('later')).key, 'taken')
    expect(await me(token)).toBe(401)
    await Promise.all(Array.from({ length: 3 }, () => join(url, tokenFile, keyFile)))
    const key = readFileSync(keyFile, 'utf8').trim()
    expect(statSync(keyFile).mode & 0o777).toBe(0o600)
    expect(await me(key)).toMatchObject({ id: 'key:laptop', speaks: { agents: ['laptop-*'] } })
    await expect(join(url, tokenFile, pathOf(directory, 'thief.key'))).rejects.toThrow('was used')
    expect(existsSync(pathOf(directory, 'thief.key'))).toBe(false)
  })
})

test('a key file is read again when it changes, and kept while it is away', () => {
  const path = pathOf(directory, 'renewed')
  const troubles: string[] = []
  const keyFile = new KeyFile(path, (why) => troubles.push(why))
  expect(() => keyFile.open()).toThrow()
  writeFileSync(path, 'one\n')
  keyFile.open()
  expect(keyFile.key()).toBe('one')
  writeFileSync(path, 'other')
  expect(keyFile.key()).toBe('other')
  writeFileSync(path, '')
  expect(keyFile.key()).toBe('other')
  expect(troubles).toEqual([])
})
