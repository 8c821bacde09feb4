import { createHash, randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { KeyRing } from '../../../src/api/server/key-ring.ts'
import { keyLine, readKeys } from '../../../src/api/server/keys-file.ts'
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
    ['too much', [`${good} tenant more`], 'more is too much'],
    ['a list twice', [`${good} - agents=a agents=b`], 'agents stands there already'],
    ['a member that nobody knows', [`${good} agent=a`], 'agent=a is not the name of a tenant'],
    ['no pattern', [`${good} agents=a,,b`], 'must hold patterns'],
    ['a pattern in pieces', [`${good} agents=%zz`], 'must hold patterns'],
    ['a day', [`${good} expires=2027-01-01`], 'no RFC 3339 time'],
    ['a tenant with a slash', [`${good} a/b`], 'not the name of a tenant'],
    ['an empty file', ['', ' '], 'is empty'],
    ['an unknown scope', [`name ${digest('x')} rescind.read,all`], 'all is no scope'],
    ['a scope by inheritance', [`name ${digest('x')} constructor`], 'constructor is no scope'],
  ])('%s', (what, lines, why) => {
    expect(() => readKeys(written(what, ...lines), undefined)).toThrow(why)
  })

  test('one that is not there', () => {
    expect(() => readKeys(join(directory, 'none'), undefined)).toThrow('cannot be read')
  })

  test('a key of another tenant than the monitor’s', () => {
    const path = written('other', `${good} acme`)
    expect(() => readKeys(path, 'default')).toThrow('for the tenant default only')
    expect(readKeys(path, 'acme')[0]?.tenant).toBe('acme')
  })
})

test('a line says what a key is bound to, and is written as it was read', () => {
  const line = `name ${digest('x')} rescind.ingest,rescind.enforce acme agents=alice-*,a%2Cb%20c points= expires=2027-01-01T00:00:00.000Z`
  const [key] = readKeys(written('bound', line), undefined)
  expect(key).toMatchObject({
    tenant: 'acme',
    speaks: { agents: ['alice-*', 'a,b c'], points: [] },
    expires: 1_798_761_600_000,
  })
  expect(key?.speaks.cohorts).toBeUndefined()
  expect(key && keyLine(key)).toBe(line)
})

describe('the file is looked at again', () => {
  const good = (name: string, more = '') => `${name} ${digest(name)} rescind.read${more}`
  let now = 0
  const lines: string[] = []
  const open = (path: string) =>
    new KeyRing({
      path,
      onlyTenant: undefined,
      clock: { now: () => now, every: () => () => {} },
      logger: { info: (_, text) => lines.push(text), error: (_, text) => lines.push(text) },
    })

  test('a key that was taken out or ended is refused, and who held it is told so', () => {
    const path = written('again', good('one'), good('two', ' expires=1970-01-01T00:01:00Z'), good('three'))
    const ring = open(path)
    const [one, two, three] = ['one', 'two', 'three'].map((token) => ring.holderOf(token))
    expect([one?.id, one?.holds(0), two?.holds(59_999), two?.holds(60_000)]).toEqual(['key:one', true, true, false])
    written('again', good('two', ' expires=1970-01-01T00:01:00Z'), good('three', ' acme'))
    ring.look()
    expect([ring.holderOf('one'), one?.holds(0)]).toEqual([undefined, false])
    // What it may do changed: a stream of before ends, and the key goes on.
    expect([three?.holds(0), ring.holderOf('three')?.tenant]).toEqual([false, 'acme'])
    now = 60_000
    expect(ring.holderOf('two')).toBeUndefined()
    now = 0
    // The last key may go; a file that is wrong changes nothing, and is told once.
    written('again', '# nobody')
    ring.look()
    expect(ring.holderOf('three')).toBeUndefined()
    written('again', good('three'))
    ring.look()
    for (const wrong of [['three'], ['']]) {
      written('again', ...wrong)
      lines.length = 0
      ring.look()
      ring.look()
      expect(lines).toEqual(['the keys file is wrong; the last good keys stay accepted'])
      expect(ring.holderOf('three')?.id).toBe('key:three')
    }
  })

  test('one without a key is refused at the start', () => {
    expect(() => open(written('nobody', '# nobody'))).toThrow('holds no key')
  })
})
