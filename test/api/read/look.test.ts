import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { History } from '../../../src/ports/history.ts'
import { openApi, recent } from '../../support/api.ts'
import { update } from '../../support/monitor.ts'
import { temporaryDirectory } from '../../support/temporary.ts'
import { until } from '../../support/until.ts'

type Api = Awaited<ReturnType<typeof openApi>>
const json = { 'content-type': 'application/json' }
let api: Api
let history: History | undefined
beforeAll(async () => {
  api = await openApi(temporaryDirectory(), { history: () => history })
})
afterAll(() => api.close())

const get = async (url: string) => {
  const answer = await api.call({ method: 'GET', url })
  return { status: answer.statusCode, body: answer.json() }
}
const post = (url: string, payload: object | string, headers: Record<string, string> = json) =>
  api.call({ method: 'POST', url, headers, payload })
const eventually = (what: string, url: string, fits: (body: never) => boolean) =>
  until(what, async () => {
    const { body } = await get(url)
    return fits(body as never) ? body : undefined
  })

test('the caller is told what the token allows', async () => {
  const { body } = await get('/v1/me')
  expect(body).toMatchObject({ id: 'local', local: true })
  expect(body.scopes).toContain('rescind.admin')
  expect(body.tenant).toBeUndefined()
  await post('/v1/events', recent({ tenant: 'acme' }))
  await eventually('its tenant', '/v1/me', ({ tenants }: { tenants: string[] }) => tenants.includes('acme'))
  const none = await api.app.inject({ method: 'GET', url: '/v1/me' })
  expect([none.statusCode, none.json().code]).toEqual([401, 'API_UNAUTHORIZED'])
})

describe('agents', () => {
  beforeAll(async () => {
    const act = (id: string, cohort: string, principal: string, ago: number) =>
      recent({ agent: { id, cohort }, principal, time: Date.now() - ago, task: { id: `task-${id}` } })
    await post('/v1/events', [
      act('one', 'red', 'ann@x', 9000),
      act('two', 'blue', 'bob@x', 5000),
      act('two', 'blue', 'bob@x', 4000),
    ])
    await eventually('both', '/v1/agents', ({ agents }: { agents: unknown[] }) => agents.length === 2)
  })
  const ids = async (query: string) =>
    (await get(`/v1/agents?${query}`)).body.agents.map(({ id }: { id: string }) => id)

  test('are found by text in id, cohort or principal, and come in the order asked for', async () => {
    expect(await ids('q=ONE')).toEqual(['one'])
    expect(await ids('q=blue')).toEqual(['two'])
    expect(await ids('q=bob@')).toEqual(['two'])
    expect(await ids('q=nobody')).toEqual([])
    expect(await ids('sort=id')).toEqual(['one', 'two'])
    expect(await ids('sort=acts')).toEqual(['two', 'one'])
    expect(await ids('sort=last')).toEqual(['two', 'one'])
    expect(await ids('standing=true')).toEqual([])
    expect((await get('/v1/agents?limit=1')).body).toMatchObject({ matched: 2, mode: 'enforce' })
    expect((await get('/v1/agents?sort=mood')).status).toBe(400)
  })

  test('and detectors say for which of them they are blind, and what is missing', async () => {
    const credential = { missing: ['credential'], agents: 2, some: ['one', 'two'] }
    const listed = async () => {
      const { body } = await get('/v1/detectors')
      return body.detectors.find(({ id }: { id: string }) => id === 'shared-credential')
    }
    expect(await listed()).toMatchObject({
      key: 'credential',
      needs: ['credential'],
      enabled: true,
      blind: [credential],
    })
    const blind = async () => (await get('/v1/agents/one')).body.blind
    expect(await blind()).toContainEqual({ detector: 'shared-credential', missing: ['credential'] })
    const about = { agent: { id: 'one', cohort: 'red' }, principal: 'ann@x', credential: { id: 'c' } }
    await post('/v1/events', [recent({ ...about, time: Date.now() - 8000, task: { id: 'task-one' } })])
    await eventually(
      'it sees',
      '/v1/agents/one',
      ({ credentials }: { credentials: string[] }) => credentials.length > 0,
    )
    expect((await blind()).map(({ detector }: { detector: string }) => detector)).not.toContain('shared-credential')
    expect(await listed()).toMatchObject({ blind: [{ ...credential, agents: 1, some: ['two'] }], benched: 0 })
    expect((await get('/v1/detectors?tenant=nobody')).body).toMatchObject({ scanned: 0 })
  })

  test('what one did comes from the log without history, from history where there is one, and from the log when it is away', async () => {
    const fromLog = await get('/v1/agents/two/events')
    expect(fromLog.body).toMatchObject({
      from: 'log',
      shown: [{ trait: 'tools', value: 'files.read', seen: 2 }, { trait: 'actions' }],
    })
    expect(fromLog.body.events.map(({ agent }: { agent: { id: string } }) => agent.id)).toEqual(['two', 'two'])
    expect(fromLog.body.events[0].time).toBeGreaterThan(fromLog.body.events[1].time)
    expect((await get('/v1/agents/two/events?limit=1')).body.events).toEqual([fromLog.body.events[0]])
    const older = recent({ id: 'old', agent: { id: 'two' } })
    const store = { query: async () => [older], ping: async () => true }
    history = store as unknown as History
    expect((await get('/v1/agents/two/events')).body).toMatchObject({ from: 'history', events: [{ id: 'old' }] })
    store.query = async () => {
      throw new Error('away')
    }
    expect((await get('/v1/agents/two/events')).body).toMatchObject({ from: 'log', events: [{}, {}] })
    history = undefined
  })
})

test('the chain of a trace: who called whom by spans, and by delegation where spans say nothing', async () => {
  let tick = Date.now() - 9000
  const on = (agent: string, span: string, parent: string | undefined, over = {}) =>
    recent({
      time: ++tick,
      agent: { id: agent },
      trace: { id: 'trace-1', span, ...(parent === undefined ? {} : { parent }) },
      ...over,
    })
  const chain = ['ann', 'lead', 'writer'].map((id) => ({ id }))
  await post('/v1/events', [
    on('lead', 's1', undefined, { principal: 'ann' }),
    on('helper', 's2', 's1'),
    on('helper', 's3', 's2'),
    on('writer', 's4', undefined, { chain, principal: 'ann' }),
    recent({ agent: { id: 'stranger' }, tenant: 'other', trace: { id: 'trace-1' } }),
  ])
  const { body } = await get('/v1/traces/trace-1')
  expect(body.links).toMatchObject([
    { agent: 'lead', acts: 1, principal: 'ann' },
    { agent: 'helper', acts: 2, calledBy: 'lead' },
    { agent: 'writer', acts: 1, calledBy: 'lead', chain: ['ann', 'lead', 'writer'] },
  ])
  expect(body.links[0].calledBy).toBeUndefined()
  expect((await get('/v1/traces/none')).body).toEqual({ trace: 'none', links: [], events: [] })
})

test('dead letters are listed with what came in, by code, and not for a token of one tenant', async () => {
  await post('/v1/events', 'no JSON\n{"id":"x","time":"soon"}\n', { 'content-type': 'application/x-ndjson' })
  const { body } = await get('/v1/dead-letters')
  expect(body.scanned).toBe(2)
  expect(body.codes).toMatchObject({ JSON_SYNTAX: 1 })
  expect((await get('/v1/dead-letters?code=JSON_SYNTAX')).body.deadLetters).toMatchObject([
    { raw: 'no JSON', stage: 'decode' },
  ])
  const bound = await openApi(temporaryDirectory(), { settings: { tenant: 'acme' } })
  const refused = await bound.call({ method: 'GET', url: '/v1/dead-letters' })
  expect([refused.statusCode, refused.json().code]).toEqual([403, 'API_FORBIDDEN'])
  await bound.close()
})

test('the pipeline says what waits, what lanes hold, and how history and brake are', async () => {
  const { body } = await get('/v1/pipeline')
  expect(body).toMatchObject({
    policy: { mode: 'enforce', version: api.monitor.policy.version },
    history: { state: 'away' },
    brake: { tripped: false, counted: 0, limit: 50 },
  })
  expect(body.lanes.map(({ name }: { name: string }) => name)).toEqual([
    'agent',
    'trace',
    'credential',
    'cohort',
    'tenant',
  ])
  expect(body.accepted).toBeGreaterThan(0)
})

describe('answers of people', () => {
  test('a step-up waits until it is answered; a denied one stands and waits no more', async () => {
    await post('/v1/scopes', { id: 's1', agent: 'scoped', tools: ['files.read'] })
    // An acting call of a tool that is known but not declared.
    await post(
      '/v1/events',
      recent({ agent: { id: 'scoped' }, tool: { name: 'files.read' }, action: 'write', outcome: 'allowed' }),
    )
    await post('/v1/scopes', { id: 's1', agent: 'scoped', tools: ['files.list'] })
    await post(
      '/v1/events',
      recent({ agent: { id: 'scoped' }, tool: { name: 'files.read' }, action: 'write', outcome: 'allowed' }),
    )
    const { command } = await update(
      api.monitor,
      'default',
      (u) => u.issue?.agent === 'scoped' && u.issue.rung === 'step-up',
    )
    const waiting = await get('/v1/commands?waits=true')
    expect(waiting.body).toMatchObject({ commands: [{ command: { id: command } }], reviews: {} })
    expect((await post(`/v1/commands/${command}/deny`, { reason: 'not today', by: 'ann' })).statusCode).toBe(202)
    await eventually(
      'nobody waits',
      '/v1/commands?waits=true',
      ({ commands }: { commands: unknown[] }) => commands.length === 0,
    )
    const all = await get('/v1/commands?agent=scoped&rung=step-up')
    expect(all.body).toMatchObject({
      commands: [{ state: 'issued' }],
      reviews: { [command]: { verb: 'deny', by: 'ann', reason: 'not today' } },
    })
  })

  test('what was said of a finding is shown with it, the last word, and after a restart', async () => {
    const { findings } = (await eventually(
      'a finding',
      '/v1/findings?agent=scoped',
      ({ findings }: { findings: unknown[] }) => findings.length > 0,
    )) as {
      findings: { id: string }[]
    }
    const [{ id } = { id: '' }] = findings
    for (const verb of ['right', 'wrong']) await post(`/v1/findings/${id}/${verb}`, { reason: `it is ${verb}` })
    const said = { [id]: { verb: 'wrong', by: 'local', reason: 'it is wrong' } }
    await eventually(
      'the last word',
      '/v1/findings?agent=scoped',
      ({ reviews }: { reviews: Record<string, { verb: string }> }) => reviews[id]?.verb === 'wrong',
    )
    const directory = api.config.data
    await api.close()
    api = await openApi(directory)
    expect((await get('/v1/findings?agent=scoped')).body.reviews).toMatchObject(said)
  })
})

describe('the page', () => {
  test('is served to anybody, under a policy that lets nothing else in', async () => {
    const page = await api.app.inject({ method: 'GET', url: '/' })
    expect([page.statusCode, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    const policy = String(page.headers['content-security-policy'])
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "connect-src 'self'",
      "frame-ancestors 'none'",
    ])
      expect(policy.split('; ')).toContain(part)
    expect(policy).not.toMatch(/unsafe|\*|data:|https?:/)
    expect(page.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    })
    expect(page.body).not.toMatch(/<script(?![^>]*src=)|<style|\son\w+=|style=/)
    const again = await api.app.inject({
      method: 'GET',
      url: '/',
      headers: { 'if-none-match': String(page.headers.etag) },
    })
    expect([again.statusCode, again.body]).toEqual([304, ''])
  })

  test('its files have their types, and nothing outside the folder is reached', async () => {
    const type = async (url: string) => (await api.app.inject({ method: 'GET', url })).headers['content-type']
    expect(await type('/console/app.js')).toBe('text/javascript; charset=utf-8')
    expect(await type('/console/views/agents.js')).toBe('text/javascript; charset=utf-8')
    expect(await type('/console/base.css')).toBe('text/css; charset=utf-8')
    for (const url of [
      '/console/',
      '/console/none.js',
      '/console/..%2fapi%2fauth.ts',
      '/console/%2e%2e/api/auth.ts',
      '/console/__proto__',
    ])
      expect((await api.app.inject({ method: 'GET', url })).statusCode, url).toBe(404)
  })
})
