import { statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApi } from '../../../src/api/server/create-api.ts'
import { localKeyFile } from '../../../src/api/server/local-key.ts'
import { openApi, recent } from '../../support/api.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

const json = { 'content-type': 'application/json' }

describe('with the local key', () => {
  let api: Awaited<ReturnType<typeof openApi>>
  const directory = temporaryDirectory()
  beforeAll(async () => {
    api = await openApi(directory)
  })
  afterAll(() => api.close())

  test('the key is made once, for its owner only', async () => {
    expect(statSync(localKeyFile(directory)).mode & 0o777).toBe(0o600)
    expect(api.key).toMatch(/^[\w-]{43}$/)
    const again = await createApi({ ...api })
    const answer = await again.inject({ url: '/v1/agents', headers: { authorization: `Bearer ${api.key}` } })
    expect(answer.statusCode).toBe(200)
    await again.close()
  })

  test.each([
    ['none', undefined],
    ['another', `Bearer ${'x'.repeat(43)}`],
    ['a shorter one', 'Bearer x'],
    ['another scheme', 'Basic eDp5'],
    ['nonsense', 'Bearer \u0001'],
  ])('%s is refused', async (_what, authorization) => {
    const answer = await api.app.inject({
      url: '/v1/agents',
      headers: authorization === undefined ? {} : { authorization },
    })
    expect([answer.statusCode, answer.json().code]).toEqual([401, 'API_UNAUTHORIZED'])
    expect(answer.headers['www-authenticate']).toContain('Bearer')
    expect(answer.headers['content-type']).toContain('application/problem+json')
  })

  test.each(['/healthz', '/readyz', '/metrics', '/openapi.json', '/.well-known/jwks.json'])(
    '%s needs none',
    async (url) => expect((await api.app.inject({ url })).statusCode).toBe(200),
  )

  test('every other route needs one', async () => {
    const { paths } = (await api.app.inject({ url: '/openapi.json' })).json() as {
      paths: Record<string, Record<string, { security: unknown[] }>>
    }
    const open: string[] = []
    for (const [path, methods] of Object.entries(paths))
      for (const [method, { security }] of Object.entries(methods)) {
        const url = path.replace('{id}', 'x')
        const answer = await api.app.inject({ method: method as 'GET', url, headers: json, payload: '{}' })
        if (security.length === 0) open.push(path)
        else expect([method, path, answer.statusCode]).toEqual([method, path, 401])
      }
    expect(open.sort()).toEqual([
      '/.well-known/jwks.json',
      '/healthz',
      '/metrics',
      '/openapi.json',
      '/readyz',
      '/v1/proof',
    ])
  })

  test.each(['evil.example', 'evil.example:7077', 'localhost.evil.example'])(
    'the name %j is not ours',
    async (host) => {
      const answer = await api.call({ method: 'GET', url: '/v1/agents', headers: { host } })
      expect([answer.statusCode, answer.json()]).toEqual([
        403,
        expect.objectContaining({ code: 'API_FORBIDDEN', field: 'headers.host' }),
      ])
    },
  )
  test.each(['localhost:7077', '127.0.0.1', '[::1]:7077', 'LOCALHOST'])('the name %s is', async (host) => {
    expect((await api.call({ method: 'GET', url: '/v1/agents', headers: { host } })).statusCode).toBe(200)
  })

  test('the key works from this machine only', async () => {
    const answer = await api.app.inject({
      url: '/v1/agents',
      headers: { authorization: `Bearer ${api.key}` },
      remoteAddress: '192.0.2.7',
    })
    expect(answer.statusCode).toBe(401)
  })
})

test('callers have a rate each, and those without a token a smaller one', async () => {
  const api = await openApi(temporaryDirectory(), { settings: { http: { rate: 5, anonymousRate: 2 } } })
  // One after the other: those of one turn are counted before any of them is judged.
  const statuses = async (times: number, send: () => Promise<{ statusCode: number }>) => {
    const all: number[] = []
    for (let i = 0; i < times; i++) all.push((await send()).statusCode)
    return all
  }
  const known = await statuses(7, () => api.call({ method: 'GET', url: '/v1/agents' }))
  expect(known.filter((s) => s === 200)).toHaveLength(5)
  expect(known.filter((s) => s === 429)).toHaveLength(2)
  const unknown = await statuses(4, () => api.app.inject({ url: '/v1/agents' }))
  expect(unknown.filter((s) => s === 429)).toHaveLength(2)
  await api.close()
})

test('beyond loopback an issuer is needed', async () => {
  const api = await openApi(temporaryDirectory())
  const config = { ...api.config, http: { ...api.config.http, host: '0.0.0.0' } }
  await expect(createApi({ ...api, config })).rejects.toMatchObject({ code: 'CONFIG_AUTH_REQUIRED' })
  await api.close()
})

describe('with an issuer', () => {
  const audience = 'https://rescind.example'
  const all = 'rescind.ingest rescind.declare rescind.read rescind.respond rescind.enforce rescind.admin'
  const server = createServer()
  let issuer = ''
  let api: Awaited<ReturnType<typeof openApi>>

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const provider = new Provider(issuer, {
      clients: ['plain', 'acme', 'homeless'].map((client_id) => ({
        client_id,
        client_secret: 'secret-of-the-client-for-tests-0123456789',
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
      })),
      scopes: all.split(' '),
      extraTokenClaims: (_ctx, token) =>
        'clientId' in token && token.clientId !== 'homeless'
          ? { rescind_tenant: token.clientId === 'acme' ? 'acme' : 'default' }
          : {},
      features: {
        clientCredentials: { enabled: true },
        devInteractions: { enabled: false },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (_ctx, resource) => ({
            scope: all,
            audience: resource,
            accessTokenFormat: 'jwt',
            accessTokenTTL: 300,
            jwt: { sign: { alg: 'RS256' } },
          }),
        },
      },
      // A service that acts for itself is its own subject.
      formats: {
        customizers: {
          jwt: async (_ctx, token, parts) => {
            parts.payload.sub ??= 'clientId' in token ? token.clientId : undefined
            return parts
          },
        },
      },
    })
    server.on('request', provider.callback())
    api = await openApi(temporaryDirectory(), { settings: { auth: { issuer, audience } } })
  })
  afterAll(async () => {
    await api.close()
    server.close()
  })

  async function token(scope: string, { client = 'plain', resource = audience } = {}): Promise<string> {
    const response = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${client}:secret-of-the-client-for-tests-0123456789`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope, resource }),
    })
    const { access_token } = (await response.json()) as { access_token?: string }
    if (access_token === undefined) throw new Error(`no token: ${response.status}`)
    return access_token
  }
  const get = async (url: string, bearer: string) =>
    api.app.inject({ url, headers: { authorization: `Bearer ${bearer}` } })

  test('a token opens the routes of its scope, and no others', async () => {
    const read = await token('rescind.read')
    expect((await get('/v1/agents', read)).statusCode).toBe(200)
    const refused = await get('/v1/decisions', read)
    expect([refused.statusCode, refused.json()]).toEqual([
      403,
      expect.objectContaining({ code: 'API_FORBIDDEN', scope: 'rescind.enforce' }),
    ])
    expect(refused.headers['www-authenticate']).toContain('insufficient_scope')
    expect((await get('/v1/decisions', await token('rescind.enforce'))).statusCode).toBe(200)
  })

  test('admin opens all', async () => {
    expect((await get('/v1/decisions', await token('rescind.admin'))).statusCode).toBe(200)
  })

  test('a token for another audience is refused, and so is one that was changed', async () => {
    expect(
      (await get('/v1/agents', await token('rescind.read', { resource: 'https://other.example' }))).statusCode,
    ).toBe(401)
    const [head, body, signature] = (await token('rescind.read')).split('.')
    const claims = JSON.parse(Buffer.from(body ?? '', 'base64url').toString())
    const forged = Buffer.from(JSON.stringify({ ...claims, scope: 'rescind.admin' })).toString('base64url')
    expect((await get('/v1/agents', `${head}.${forged}.${signature}`)).statusCode).toBe(401)
    const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')
    expect((await get('/v1/agents', `${none}.${body}.`)).statusCode).toBe(401)
  })

  test('who answers is the token’s subject, whatever the body says', async () => {
    const bearer = await token('rescind.admin')
    const answer = await api.app.inject({
      method: 'POST',
      url: '/v1/brake/release',
      headers: { ...json, authorization: `Bearer ${bearer}` },
      payload: { reason: 'looked at', by: 'somebody else' },
    })
    expect(answer.json()).toMatchObject({ verb: 'brake-release', by: 'token:plain' })
  })

  test('a token of a tenant writes and sees that tenant only', async () => {
    const bearer = await token('rescind.ingest rescind.read', { client: 'acme' })
    const headers = { ...json, authorization: `Bearer ${bearer}` }
    const payload = JSON.stringify(recent({ agent: { id: 'theirs' }, tenant: 'default' }))
    expect((await api.app.inject({ method: 'POST', url: '/v1/events', headers, payload })).statusCode).toBe(202)
    expect((await get('/v1/agents?tenant=default', bearer)).statusCode).toBe(403)
    const seen = async () =>
      ((await get('/v1/agents', bearer)).json() as { agents: { id: string }[] }).agents.map((a) => a.id)
    while ((await seen()).length === 0) await new Promise((resolve) => setImmediate(resolve))
    expect(await seen()).toEqual(['theirs'])
    expect(api.monitor.agent('default', 'theirs')).toBeUndefined()
  })

  test('a token without a tenant is for none', async () => {
    const answer = await get('/v1/me', await token('rescind.read', { client: 'homeless' }))
    expect([answer.statusCode, answer.json().detail]).toEqual([403, expect.stringContaining('rescind_tenant')])
  })

  test('the local key still works from this machine', async () => {
    expect((await api.call({ method: 'GET', url: '/v1/agents' })).statusCode).toBe(200)
  })
})

test('an issuer that is away is not the caller’s fault', async () => {
  const api = await openApi(temporaryDirectory(), {
    settings: { auth: { issuer: 'http://127.0.0.1:9', audience: 'x' } },
  })
  const answer = await api.app.inject({
    url: '/v1/agents',
    headers: { authorization: 'Bearer eyJhbGciOiJSUzI1NiJ9.e30.AA' },
  })
  expect([answer.statusCode, answer.json().code]).toEqual([503, 'API_UNAUTHORIZED'])
  await api.close()
})
