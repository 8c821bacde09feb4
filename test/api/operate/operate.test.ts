import { afterAll, beforeAll, expect, test } from 'vitest'
import { metricHelp } from '../../../src/telemetry.ts'
import { openApi } from '../../support/api.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

let api: Awaited<ReturnType<typeof openApi>>
let trouble: string | undefined
beforeAll(async () => {
  api = await openApi(temporaryDirectory(), {
    trouble: () => trouble,
    historyCounts: () => ({ rows: 7, retries: 1, rejected: 0, lag: 3 }),
  })
})
afterAll(() => api.close())
const get = (url: string) => api.call({ method: 'GET', url })

test('it is ready with and without history, and not when the monitor has stopped', async () => {
  expect((await get('/healthz')).json()).toEqual({ alive: true })
  const ready = await get('/readyz')
  expect([ready.statusCode, ready.json()]).toMatchObject([200, { ready: true, log: 'writable', history: 'away' }])
  trouble = 'the flow failed'
  const stopped = await get('/readyz')
  expect([stopped.statusCode, stopped.json()]).toMatchObject([503, { ready: false, trouble: 'the flow failed' }])
  trouble = undefined
})

test('every metric has its name in the list, and the list has no other', async () => {
  const text = (await get('/metrics')).body
  const named = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)
  expect(named.sort()).toEqual(Object.keys(metricHelp).sort())
  expect(text).toContain('rescind_history_rows_total 7')
  expect(text).toMatch(/rescind_http_request_seconds_count\{method="GET",route="\/readyz",status="503"\} 1/)
})

test('the description is OpenAPI 3.1 and has every route with its answers', async () => {
  const description = (await get('/openapi.json')).json()
  expect(description.openapi).toMatch(/^3\.1\./)
  expect(description.info).toMatchObject({ title: 'Rescind', version: expect.any(String) })
  const ids = new Set<string>()
  for (const [path, methods] of Object.entries<Record<string, Record<string, never>>>(description.paths)) {
    expect(path).toMatch(/^\/[\w./{}-]+$/)
    for (const [method, operation] of Object.entries<Record<string, unknown>>(methods)) {
      expect(operation).toMatchObject({
        operationId: expect.any(String),
        summary: expect.any(String),
        tags: [expect.any(String)],
      })
      expect(ids.has(String(operation.operationId))).toBe(false)
      ids.add(String(operation.operationId))
      expect(api.app.hasRoute({ method: method.toUpperCase(), url: path.replace(/\{(\w+)\}/g, ':$1') })).toBe(true)
      for (const [status, answer] of Object.entries(operation.responses as Record<string, object>)) {
        expect(status).toMatch(/^([1-5]\d\d|[1-5]XX)$/)
        expect(answer).toHaveProperty('description')
      }
      const parameters = (operation.parameters ?? []) as {
        name: string
        in: string
        required?: boolean
        schema: object
      }[]
      for (const name of path.matchAll(/\{(\w+)\}/g))
        expect(parameters).toContainEqual(expect.objectContaining({ name: name[1], in: 'path', required: true }))
    }
  }
  expect(JSON.stringify(description)).not.toContain('"$ref":"#/definitions')
  expect(Object.keys(description.paths).sort()).toEqual(
    [
      '/.well-known/jwks.json',
      '/healthz',
      '/metrics',
      '/openapi.json',
      '/readyz',
      '/v1/agents',
      '/v1/agents/{id}',
      '/v1/agents/{id}/events',
      '/v1/agents/{id}/knowledge',
      '/v1/agents/{id}/quarantine',
      '/v1/agents/{id}/revoke',
      '/v1/agents/{id}/step-up',
      '/v1/agents/{id}/tighten',
      '/v1/brake/release',
      '/v1/commands',
      '/v1/commands/{id}',
      '/v1/commands/{id}/approve',
      '/v1/commands/{id}/deny',
      '/v1/commands/{id}/release',
      '/v1/dead-letters',
      '/v1/decisions',
      '/v1/detectors',
      '/v1/events',
      '/v1/explain/{id}',
      '/v1/findings',
      '/v1/findings/{id}/right',
      '/v1/findings/{id}/wrong',
      '/v1/me',
      '/v1/pipeline',
      '/v1/proof',
      '/v1/receipts',
      '/v1/scopes',
      '/v1/traces',
      '/v1/traces/{id}',
    ].sort(),
  )
})

test('a parameter that is mistyped is refused with what it may have meant: a filter that does not filter would mislead', async () => {
  const answer = await get('/v1/commands?stat=issued')
  expect(answer.statusCode).toBe(400)
  expect(answer.json()).toMatchObject({
    code: 'API_INVALID',
    field: 'querystring.stat',
    detail: 'querystring.stat: is not known. Did you mean state?',
  })
})

test('problems have a type, a status, our code and words', async () => {
  const answers = await Promise.all([
    get('/nowhere'),
    get('/v1/agents?limit=none'),
    api.call({ method: 'POST', url: '/v1/receipts', headers: { 'content-type': 'application/json' }, payload: '{"a' }),
    api.call({ method: 'POST', url: '/v1/receipts', headers: { 'content-type': 'text/csv' }, payload: 'a,b' }),
  ])
  for (const answer of answers) {
    expect(answer.headers['content-type']).toContain('application/problem+json')
    const problem = answer.json()
    expect(problem).toMatchObject({
      type: expect.stringMatching(/^https:\/\/rescind\.dev\/problems\/api-/),
      title: expect.any(String),
      status: answer.statusCode,
      detail: expect.any(String),
      code: expect.stringMatching(/^API_/),
    })
  }
  expect(answers.map((a) => a.statusCode)).toEqual([404, 400, 400, 415])
  expect(answers[1]?.json().field).toBe('querystring.limit')
})

test('what goes wrong inside is told without its words', async () => {
  const broken = await openApi(temporaryDirectory(), {
    clock: {
      now: () => {
        throw new Error('a secret of the machine')
      },
      every: () => () => {},
    },
  })
  const answer = await broken.call({
    method: 'POST',
    url: '/v1/brake/release',
    headers: { 'content-type': 'application/json' },
    payload: { reason: 'x' },
  })
  expect([answer.statusCode, answer.json().code]).toEqual([500, 'BUG_STATE'])
  expect(answer.body).not.toContain('secret')
  expect(broken.lines.some((line) => line.level === 'error' && line.message === 'request failed')).toBe(true)
  await broken.close()
})
