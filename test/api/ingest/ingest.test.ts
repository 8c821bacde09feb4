import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openApi, recent } from '../../support/api.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

let api: Awaited<ReturnType<typeof openApi>>
beforeAll(async () => {
  api = await openApi(temporaryDirectory(), { settings: { http: { bodyBytes: 200_000, bodyLines: 100 } } })
})
afterAll(() => api.close())

const post = (
  contentType: string,
  payload: string | Buffer,
  headers: Record<string, string> = {},
  url = '/v1/events',
) => api.call({ method: 'POST', url, headers: { 'content-type': contentType, ...headers }, payload })

/** What is in the log, newest last. */
async function stored(topic: string): Promise<string[]> {
  const values: string[] = []
  for (let partition = 0; partition < api.log.partitions(topic); partition++)
    for await (const { value } of api.log.read(topic, partition)) if (value !== null) values.push(value)
  return values
}

test('one event, an array, and one per line are taken, and are on disk when answered', async () => {
  const events = Array.from({ length: 6 }, () => recent())
  const [one, ...more] = events
  const answers = [
    await post('application/json', JSON.stringify(one)),
    await post('application/json', JSON.stringify(more.slice(0, 2))),
    await post(
      'application/x-ndjson',
      more
        .slice(2)
        .map((e) => JSON.stringify(e))
        .join('\n'),
    ),
  ]
  expect(answers.map((a) => a.statusCode)).toEqual([202, 202, 202])
  expect(answers.map((a) => a.json())).toEqual([
    { accepted: 1, rejected: 0, ignored: 0, reasons: [] },
    { accepted: 2, rejected: 0, ignored: 0, reasons: [] },
    { accepted: 3, rejected: 0, ignored: 0, reasons: [] },
  ])
  const log = (await stored('events')).join('\n')
  for (const { id } of events) expect(log).toContain(`"id":"${id}"`)
})

describe('CloudEvents', () => {
  const envelope = (data: unknown) => ({
    specversion: '1.0',
    id: `ce-${Math.random()}`,
    source: '/gateway',
    type: 'com.example.agent.outcome',
    data,
  })
  test.each([
    ['structured', () => post('application/cloudevents+json', JSON.stringify(envelope(recent()))), 1],
    [
      'batched',
      () => post('application/cloudevents-batch+json', JSON.stringify([envelope(recent()), envelope(recent())])),
      2,
    ],
    [
      'binary',
      () =>
        post('application/json', JSON.stringify(recent()), {
          'ce-specversion': '1.0',
          'ce-id': '1',
          'ce-source': '/gateway',
          'ce-type': 'outcome',
        }),
      1,
    ],
    [
      'a line each',
      () => post('application/x-ndjson', [envelope(recent()), recent()].map((e) => JSON.stringify(e)).join('\n')),
      2,
    ],
  ])('%s', async (_how, send, accepted) => {
    const answer = await send()
    expect(answer.json()).toEqual({ accepted, rejected: 0, ignored: 0, reasons: [] })
  })
})

test('records that are wrong are told by line, and kept as dead letters', async () => {
  const lines = [JSON.stringify(recent()), '{"id": 7}', 'nonsense']
  const answer = await post('application/x-ndjson', lines.join('\n'))
  expect(answer.statusCode).toBe(202)
  const { accepted, rejected, reasons } = answer.json()
  expect([accepted, rejected, reasons.length]).toEqual([1, 2, 2])
  expect(reasons[0]).toMatchObject({ code: 'FIELD_MISSING', reason: expect.stringContaining('Line 2:') })
  expect(reasons[1]).toMatchObject({ code: 'JSON_SYNTAX' })
  expect((await stored('dead-letters')).filter((letter) => letter.includes('nonsense'))).toHaveLength(1)
})

test('a body of which nothing can be used is a problem, with its reasons', async () => {
  const answer = await post('application/json', JSON.stringify({ ...recent(), time: 'yesterday' }))
  expect(answer.statusCode).toBe(400)
  expect(answer.headers['content-type']).toContain('application/problem+json')
  expect(answer.json()).toMatchObject({
    code: 'API_INVALID',
    status: 400,
    field: '/time',
    accepted: 0,
    rejected: 1,
    reasons: [{ code: 'FIELD_VALUE', field: '/time' }],
  })
})

describe('limits', () => {
  const body = JSON.stringify(recent({ task: { id: 't', intent: 'x'.repeat(4000) } }))
  test('gzip is unpacked', async () => {
    const answer = await post('application/json', gzipSync(body), { 'content-encoding': 'gzip' })
    expect(answer.json()).toEqual({ accepted: 1, rejected: 0, ignored: 0, reasons: [] })
  })
  test('a small body that unpacks to a large one is too large', async () => {
    const answer = await post('application/x-ndjson', gzipSync('x'.repeat(50_000_000)), { 'content-encoding': 'gzip' })
    expect([answer.statusCode, answer.json().code]).toEqual([413, 'API_TOO_LARGE'])
  })
  test('a broken gzip body is wrong', async () => {
    const answer = await post('application/json', gzipSync(body).subarray(0, 60), { 'content-encoding': 'gzip' })
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'API_INVALID'])
  })
  test('another encoding is not read', async () => {
    const answer = await post('application/json', body, { 'content-encoding': 'br' })
    expect([answer.statusCode, answer.json().field]).toEqual([415, 'headers.content-encoding'])
  })
  test('a large body', async () => {
    const answer = await post('application/json', 'x'.repeat(200_001))
    expect([answer.statusCode, answer.json().code]).toEqual([413, 'API_TOO_LARGE'])
  })
  test('many lines', async () => {
    const line = JSON.stringify(recent())
    const many = (n: number) => Array.from({ length: n }, () => line).join('\n')
    expect((await post('application/x-ndjson', `${many(100)}\n`)).statusCode).toBe(202)
    const answer = await post('application/x-ndjson', many(101))
    expect([answer.statusCode, answer.json().code]).toEqual([413, 'API_TOO_LARGE'])
  })
})

describe('OTLP', () => {
  const span = (attributes: object[], over: object = {}) => ({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    name: 'execute_tool search',
    startTimeUnixNano: `${Date.now() - 1000}000000`,
    endTimeUnixNano: `${Date.now()}000000`,
    attributes,
    ...over,
  })
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })
  const tool = [
    text('gen_ai.operation.name', 'execute_tool'),
    text('gen_ai.tool.name', 'search'),
    text('gen_ai.agent.id', 'otel-agent'),
  ]
  const request = (...spans: object[]) =>
    JSON.stringify({ resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ spans }] }] })
  const send = (body: string) => post('application/json', body, {}, '/v1/traces')

  test('spans are taken', async () => {
    const answer = await send(request(span(tool)))
    expect([answer.statusCode, answer.json()]).toEqual([200, {}])
  })
  test('what is no act is counted, in the answer and in the metrics', async () => {
    const body = request(span([text('gen_ai.operation.name', 'chat')]), span(tool))
    const answer = await post('application/json', body)
    expect(answer.json()).toMatchObject({ accepted: 1, rejected: 0, ignored: 1 })
    const metrics = await api.call({ method: 'GET', url: '/metrics' })
    expect(metrics.body).toMatch(/^rescind_events_ignored_total [1-9]/m)
  })
  test('wrong spans are told as OTLP wants it', async () => {
    const answer = await send(request(span(tool), span(tool, { spanId: 'zz' })))
    expect(answer.statusCode).toBe(200)
    expect(answer.json()).toEqual({
      partialSuccess: { rejectedSpans: '1', errorMessage: expect.stringContaining('spanId') },
    })
  })
  test('an empty request is fine', async () => expect((await send('{}')).json()).toEqual({}))
  test.each([
    ['other JSON', JSON.stringify(recent()), 400],
    ['no JSON', '{"resourceSpans": [', 400],
  ])('%s is wrong', async (_what, body, status) => expect((await send(body)).statusCode).toBe(status))
  test('protobuf is not read', async () => {
    expect((await post('application/x-protobuf', 'x', {}, '/v1/traces')).statusCode).toBe(415)
  })
})

test('a monitor of one tenant writes all events under it', async () => {
  const own = await openApi(temporaryDirectory(), { settings: { tenant: 'acme' } })
  const payload = JSON.stringify(recent({ tenant: 'other', agent: { id: 'a-1' } }))
  const headers = { 'content-type': 'application/json' }
  expect((await own.call({ method: 'POST', url: '/v1/events', headers, payload })).statusCode).toBe(202)
  const knows = async (value: string | null) => value?.includes('"tenant":"acme"')
  const found: unknown[] = []
  for (let partition = 0; partition < 4; partition++)
    for await (const { value, headers: h } of own.log.read('events', partition))
      if (h.stream === 'events') found.push(await knows(value))
  expect(found).toEqual([true])
  const other = await own.call({ method: 'GET', url: '/v1/agents?tenant=other' })
  expect([other.statusCode, other.json().code]).toEqual([403, 'API_FORBIDDEN'])
  await own.close()
})
