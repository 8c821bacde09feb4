import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { received, refused, run, sample } from '../samples.ts'

const at = (offset: number) => Date.UTC(2026, 0, 31, 11, 59, 50) + offset
const sha256 = (text: string) => `sha256:${createHash('sha256').update(text).digest('hex')}`

/** A request with one span; `attributes` as plain texts. */
function request(
  attributes: Record<string, string>,
  span: object = {},
  resource: Record<string, string> = { 'service.name': 'svc' },
) {
  const list = (of: Record<string, string>) =>
    Object.entries(of).map(([key, stringValue]) => ({ key, value: { stringValue } }))
  const whole = {
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: 'eee19b7ec3c1b174',
    name: 'span',
    kind: 1,
    endTimeUnixNano: '1769860799500000000',
    attributes: list(attributes),
    ...span,
  }
  return { resourceSpans: [{ resource: { attributes: list(resource) }, scopeSpans: [{ spans: [whole] }] }] }
}
const tool = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'send_email' }

test('a GenAI agent: tools, a delegation, a retrieval and the end of the task, in order of time', () => {
  const { events, rejects, ignored } = run(sample('otlp-agent.json'), { contentType: 'application/json' })
  expect(rejects).toEqual([])
  expect(ignored).toBe(2)
  expect(events.map(({ kind, tool, action, outcome }) => [kind, tool?.name, action, outcome])).toEqual([
    ['outcome', 'get_customer', 'read', 'allowed'],
    ['outcome', 'invoke_agent Billing', 'execute', 'failed'],
    ['outcome', 'retrieval', 'read', 'allowed'],
    ['task-end', undefined, undefined, undefined],
  ])
  expect(events[0]).toEqual({
    id: '5b8efff798038103d269b633813fc60c-eee19b7ec3c1b176',
    time: at(1450),
    kind: 'outcome',
    tenant: 'default',
    agent: { id: 'asst_5j66UpCpwteGg4YSxUnt7lPY', cohort: 'Support' },
    principal: 'alice@example.com',
    session: 'conv_5j66UpCpwteGg4YSxUnt7lPY',
    task: { id: '5b8efff798038103d269b633813fc60c' },
    trace: { id: '5b8efff798038103d269b633813fc60c', span: 'eee19b7ec3c1b176', parent: 'eee19b7ec3c1b174' },
    environment: 'production',
    source: { network: 'eu-central-1', workload: 'agents/support' },
    call: 'call_mszuSIzqtI65i1wAUOE8w5H4',
    tool: { name: 'get_customer' },
    action: 'read',
    arguments: { digest: sha256('{"fields":["name"],"id":4711}'), bytes: 29 },
    result: { bytes: 15 },
    outcome: 'allowed',
  })
  expect(events[1]?.agent.id).toBe('support-assistant')
  expect(events[2]?.resource).toEqual({ dataset: 'H7STPQYOND' })
  expect(events[3]?.task).toEqual({ id: '5b8efff798038103d269b633813fc60c', status: 'completed' })
})

test('MCP: calls and reads of the client; the server’s view and the handshake are no acts of an agent', () => {
  const { events, rejects, ignored } = run(sample('otlp-mcp.json'))
  expect(rejects).toEqual([])
  expect(ignored).toBe(2)
  expect(events.map(({ tool, action, outcome, resource }) => [tool, action, outcome, resource])).toEqual([
    [{ name: 'resources/read' }, 'read', 'allowed', { id: 'postgres://database/customers/schema' }],
    [{ name: 'delete_branch', server: 'mcp.github.example' }, 'delete', 'denied', undefined],
  ])
  expect(events[1]).toMatchObject({ agent: { id: 'coding-agent' }, session: '191c4850af6c49e08843a3f6c80e5046' })
})

test('a call told by GenAI and by MCP instrumentation is one act', () => {
  const outer = request(tool)
  const inner = request(
    { ...tool, 'mcp.method.name': 'tools/call' },
    { spanId: 'eee19b7ec3c1b175', parentSpanId: 'eee19b7ec3c1b174', kind: 3 },
  )
  const { events, ignored } = run({ resourceSpans: [...inner.resourceSpans, ...outer.resourceSpans] })
  expect(events.map(({ id }) => id)).toEqual(['5b8efff798038103d269b633813fc60c-eee19b7ec3c1b174'])
  expect(ignored).toBe(1)
})

test('our own attributes name tenant and task, on the span or on the resource', () => {
  const { events } = run(
    request({ ...tool, 'rescind.task.id': 't1' }, {}, { 'service.name': 's', 'rescind.tenant': 'acme' }),
  )
  expect(events[0]).toMatchObject({ tenant: 'acme', task: { id: 't1' }, action: 'export' })
})

test('the tool’s name may stand in the span’s name only', () => {
  expect(
    run(request({ 'mcp.method.name': 'tools/call' }, { name: 'tools/call read_file', kind: 3 })).events[0]?.tool,
  ).toEqual({ name: 'read_file' })
})

test('values too long for the model are shortened, and two of them stay two', () => {
  const uri = (end: string) => `file:///${'x'.repeat(600)}${end}`
  const read = (end: string) =>
    run(request({ 'mcp.method.name': 'resources/read', 'mcp.resource.uri': uri(end) }, { kind: 3 })).events[0]?.resource
      ?.id
  expect(read('a')).toHaveLength(512)
  expect(read('a')).not.toBe(read('b'))
})

test('a file of requests, one per line', () => {
  const line = JSON.stringify(request(tool))
  expect(run(`${line}\n${line}\n`).events).toHaveLength(2)
})

test('nothing of ours in it is not silence and not a dead letter', () => {
  expect(run({ resourceSpans: [] })).toEqual({ events: [], rejects: [], ignored: 0 })
  expect(run(request({ 'http.request.method': 'GET' }, { traceId: 'nonsense' }))).toEqual({
    events: [],
    rejects: [],
    ignored: 1,
  })
})

describe('what is refused', () => {
  test.each([
    [
      request(tool, { traceId: 'W47/95gDgQPSabYzgT/GDA==' }),
      'FIELD_VALUE',
      '/resourceSpans/0/scopeSpans/0/spans/0/traceId',
      'not base64',
    ],
    [
      request(tool, { spanId: '0000000000000000' }),
      'FIELD_VALUE',
      '/resourceSpans/0/scopeSpans/0/spans/0/spanId',
      '16 hex digits',
    ],
    [request(tool, { spanId: 7 }), 'FIELD_TYPE', '/resourceSpans/0/scopeSpans/0/spans/0/spanId', 'found the number 7'],
    [
      request(tool, { traceId: undefined }),
      'FIELD_MISSING',
      '/resourceSpans/0/scopeSpans/0/spans/0/traceId',
      '32 hex digits',
    ],
    [
      request(tool, { endTimeUnixNano: '0' }),
      'FIELD_VALUE',
      '/resourceSpans/0/scopeSpans/0/spans/0/endTimeUnixNano',
      'nanoseconds',
    ],
    [
      request(tool, { endTimeUnixNano: `${received + 400_000}000000` }),
      'TIME_AHEAD',
      '/time',
      '/resourceSpans/0/scopeSpans/0/spans/0, as an event:',
    ],
    [request(tool, {}, {}), 'FIELD_MISSING', '/agent', '/agent is missing'],
    [
      { resourceSpans: [{ scopeSpans: [{ spans: [5] }] }] },
      'FIELD_TYPE',
      '/resourceSpans/0/scopeSpans/0/spans/0',
      'A span must be an object',
    ],
    [{ resourceSpans: [{ scopeSpans: 5 }] }, 'FIELD_TYPE', '/resourceSpans/0/scopeSpans', 'must be an array'],
    [{ resourceSpans: [[]] }, 'FIELD_TYPE', '/resourceSpans/0', 'must be an object; found an array of 0'],
    [{ resourceLogs: [] }, 'FORMAT_UNSUPPORTED', undefined, 'Only traces are read'],
    ['{"resourceSpans":[', 'JSON_SYNTAX', undefined, 'not JSON'],
  ])('%j', (body, code, field, reason) => {
    const reject = refused(body)
    expect(reject).toMatchObject({ code, format: 'otlp', ...(field === undefined ? {} : { field }) })
    expect(reject.reason).toContain(reason)
  })
})
