import { createHash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readKeysFile } from '../../../src/api/server/keys-file.ts'
import { openApi, recent } from '../../support/api.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

const key = () => randomBytes(32).toString('base64url')
const digest = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`
const directory = temporaryDirectory()
const written = (name: string, ...lines: string[]) => {
  const path = join(directory, name)
  writeFileSync(path, lines.join('\n'))
  return path
}

describe('a monitor that others can reach, with a file of keys', () => {
  const keys = { prometheus: key(), guard: key(), acme: key(), admin: key() }
  const keysFile = written(
    'keys',
    '# who holds what',
    `prometheus ${digest(keys.prometheus)} rescind.read`,
    `guard ${digest(keys.guard)} rescind.ingest,rescind.enforce # of the gateway`,
    '',
    `acme ${digest(keys.acme)} rescind.ingest,rescind.read acme`,
    `admin ${digest(keys.admin)} rescind.admin`,
  )
  let api: Awaited<ReturnType<typeof openApi>>
  beforeAll(async () => {
    api = await openApi(temporaryDirectory(), { settings: { http: { host: '0.0.0.0' }, auth: { keysFile } } })
  })
  afterAll(() => api.close())
  const ask = async (token: string | undefined, url: string, payload?: object) => {
    const answer = await api.app.inject({
      method: payload === undefined ? 'GET' : 'POST',
      url,
      // Not of this machine.
      remoteAddress: '10.1.2.3',
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      ...(payload === undefined ? {} : { payload }),
    })
    return answer.statusCode
  }

  test('each may do what its scopes say, and no more', async () => {
    expect(await ask(keys.prometheus, '/metrics')).toBe(200)
    expect(await ask(keys.prometheus, '/v1/events', recent())).toBe(403)
    expect(await ask(keys.guard, '/v1/events', recent())).toBe(202)
    expect(await ask(keys.guard, '/metrics')).toBe(403)
    expect(await ask(keys.admin, '/v1/agents')).toBe(200)
    expect(await ask(keys.admin, '/v1/events', recent())).toBe(202)
  })

  test('a key with a tenant sees and writes that tenant only', async () => {
    expect(await ask(keys.acme, '/v1/agents?tenant=acme')).toBe(200)
    expect(await ask(keys.acme, '/v1/agents?tenant=default')).toBe(403)
  })

  test('no key, another, the digest itself and the local key from elsewhere are refused', async () => {
    for (const token of [undefined, key(), digest(keys.admin), digest(keys.admin).slice(7), api.key])
      expect(await ask(token, '/metrics')).toBe(401)
  })

  test('probes need none', async () => {
    expect(await ask(undefined, '/readyz')).toBe(200)
  })
})

describe('a file that is wrong is refused at the start, by line', () => {
  const good = `name ${digest('x')} rescind.read`
  test.each([
    ['no digest', [good, 'name rescind.read'], 'line 2: must be'],
    ['a plain key', [`name ${key()} rescind.read`], 'line 1: must be'],
    ['no scope', [`name ${digest('x')}`], 'line 1: must be'],
    ['too much', [`${good} tenant more`], 'line 1: must be'],
    ['an unknown scope', [`name ${digest('x')} rescind.read,all`], 'all is no scope'],
    ['a scope by inheritance', [`name ${digest('x')} constructor`], 'constructor is no scope'],
    ['nothing', ['# nothing'], 'holds no key'],
  ])('%s', (what, lines, why) => {
    expect(() => readKeysFile(written(what, ...lines), undefined)).toThrow(why)
  })

  test('one that is not there', () => {
    expect(() => readKeysFile(join(directory, 'none'), undefined)).toThrow('cannot be read')
  })

  test('a key of another tenant than the monitor’s', () => {
    const path = written('other', `${good} acme`)
    expect(() => readKeysFile(path, 'default')).toThrow('for the tenant default only')
    expect(readKeysFile(path, 'acme')('x')?.tenant).toBe('acme')
  })
})
