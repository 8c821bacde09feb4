import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openApi, recent } from '../../support/api.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

const digest = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`
const directory = temporaryDirectory()
const keysFile = join(directory, 'keys')
const write = (...lines: string[]) =>
  writeFileSync(
    keysFile,
    lines
      .map((line) => {
        const [name = '', ...rest] = line.split(' ')
        return `${name} ${digest(name)} ${rest.join(' ')}`
      })
      .join('\n'),
  )
const enforce = 'rescind.enforce,rescind.ingest,rescind.declare'

let api: Awaited<ReturnType<typeof openApi>>
beforeAll(async () => {
  write(
    `alice ${enforce} acme agents=alice-* points=alice@*`,
    `first ${enforce} acme`,
    `second ${enforce} acme`,
    `everywhere ${enforce}`,
  )
  api = await openApi(directory, { settings: { auth: { keysFile } } })
})
afterAll(() => api.close())

const send = async (key: string, url: string, payload?: object, headers = {}) => {
  const answer = await api.app.inject({
    method: payload === undefined ? 'GET' : 'POST',
    url,
    headers: { authorization: `Bearer ${key === 'local' ? api.key : key}`, ...headers },
    ...(payload === undefined ? {} : { payload }),
  })
  return [answer.statusCode, answer.json().field]
}
const follow = (key: string, point: string, tenant = 'acme') =>
  send(key, `/v1/decisions?tenant=${tenant}&point=${encodeURIComponent(point)}`)
const answer = (point: string, more = {}) => ({
  command: 'c',
  point,
  outcome: 'applied',
  time: Date.now(),
  tenant: 'acme',
  ...more,
})
const receipt = (key: string, point: string, more = {}) => send(key, '/v1/receipts', answer(point, more))
const refused = [403, 'body.point']

describe('a receipt comes from whose point it is', () => {
  test('a bound key answers for its own, with or without a stream', async () => {
    expect(await receipt('alice', 'alice@laptop')).toEqual([202, undefined])
    expect(await receipt('alice', 'bob@laptop')).toEqual(refused)
    expect(await follow('alice', 'bob@laptop')).toEqual([403, 'query.point'])
  })

  test('a key without a binding answers for the points that it opened first', async () => {
    expect(await receipt('first', 'gateway')).toEqual(refused)
    expect(await follow('first', 'gateway')).toEqual([200, undefined])
    expect(await receipt('first', 'gateway')).toEqual([202, undefined])
    expect(await follow('second', 'gateway')).toEqual([403, 'query.point'])
    expect(await receipt('second', 'gateway')).toEqual(refused)
    // The same name in another tenant is another point.
    expect(await receipt('everywhere', 'gateway', { tenant: 'other' })).toEqual(refused)
    expect(await follow('everywhere', 'gateway', 'other')).toEqual([200, undefined])
    expect(await receipt('everywhere', 'gateway', { tenant: 'other' })).toEqual([202, undefined])
  })

  test('it cannot take what another is bound to, nor what the local key has', async () => {
    expect(await follow('first', 'alice@desk')).toEqual([403, 'query.point'])
    expect(await receipt('first', 'alice@desk')).toEqual(refused)
    expect(await follow('local', 'here')).toEqual([200, undefined])
    expect(await follow('first', 'here')).toEqual([403, 'query.point'])
  })

  test('the local key answers for all, and takes none away', async () => {
    expect(await follow('local', 'gateway')).toEqual([200, undefined])
    expect(await receipt('local', 'gateway')).toEqual([202, undefined])
    expect(await receipt('first', 'gateway')).toEqual([202, undefined])
  })

  test('of many, the one that is wrong is named, and none is taken', async () => {
    expect(await send('first', '/v1/receipts', [answer('gateway'), answer('made-up')])).toEqual([403, 'body.1.point'])
  })

  test('who asks sees what it speaks for', async () => {
    const { speaks, points } = (
      await api.app.inject({ url: '/v1/me', headers: { authorization: 'Bearer first' } })
    ).json()
    expect([speaks, points]).toEqual([{}, [{ tenant: 'acme', point: 'gateway' }]])
  })
})

test.each([0, 1_764_000_000])('a time of %i is no time', async (time) => {
  expect(await receipt('alice', 'alice@laptop', { time })).toEqual([400, 'body.time'])
})

test('a bound key that names another tenant is refused, also the one that nobody names', async () => {
  expect(await receipt('alice', 'alice@laptop', { tenant: 'default' })).toEqual([403, 'tenant'])
  expect(await receipt('alice', 'alice@laptop', { tenant: undefined })).toEqual([202, undefined])
  expect(await send('alice', '/v1/scopes', { id: 's', agent: 'alice-mail', tenant: 'default' })).toEqual([
    403,
    'tenant',
  ])
})

test('a scope is declared for one’s own agents', async () => {
  expect(await send('alice', '/v1/scopes', { id: 's', agent: 'alice-mail' })).toEqual([202, undefined])
  expect(await send('alice', '/v1/scopes', { id: 's', agent: 'bob-mail' })).toEqual([403, 'body.agent'])
  expect(await send('first', '/v1/scopes', { id: 's', agent: 'bob-mail' })).toEqual([202, undefined])
})

test('an event for what is not the key’s is a dead letter, and the others of its body are taken', async () => {
  const events = [
    recent({ id: 'own', agent: { id: 'alice-mail' }, point: { id: 'alice@laptop', seq: 1 } }),
    recent({ id: 'agent', agent: { id: 'bob-mail' } }),
    recent({ id: 'point', agent: { id: 'alice-mail' }, point: { id: 'bob@laptop', seq: 9 } }),
  ]
  const answer = await api.app.inject({
    method: 'POST',
    url: '/v1/events',
    headers: { authorization: 'Bearer alice' },
    payload: events,
  })
  expect([answer.statusCode, answer.json()]).toEqual([
    202,
    {
      accepted: 1,
      rejected: 2,
      ignored: 0,
      reasons: [
        { code: 'NOT_BOUND', field: '/agent/id', reason: expect.stringContaining('"bob-mail"') },
        { code: 'NOT_BOUND', field: '/point/id', reason: expect.stringContaining('"bob@laptop"') },
      ],
    },
  ])
  const { deadLetters } = (await api.call({ method: 'GET', url: '/v1/dead-letters' })).json()
  expect(deadLetters.map((each: { stage: string; code: string }) => [each.stage, each.code])).toEqual([
    ['inlet', 'NOT_BOUND'],
    ['inlet', 'NOT_BOUND'],
  ])
})

test('a stream ends with its key, and its point is free for another', async () => {
  const url = await api.listen()
  const response = await fetch(`${url}/v1/decisions?tenant=acme&point=leaving`, {
    headers: { authorization: 'Bearer second', accept: 'text/event-stream' },
  })
  expect(response.status).toBe(200)
  write(`alice ${enforce} acme agents=alice-* points=alice@*`, `first ${enforce} acme`)
  // To its end.
  expect(await response.text()).toContain('event: snapshot')
  expect(await follow('second', 'leaving')).toEqual([401, undefined])
  expect(await follow('first', 'leaving')).toEqual([200, undefined])
})
