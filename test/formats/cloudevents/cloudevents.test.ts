import { describe, expect, test } from 'vitest'
import { event, least, received, refused, run } from '../samples.ts'

const envelope = (change: object = {}) => ({
  specversion: '1.0',
  id: 'A234-1234-1234',
  source: 'https://gateway.acme.example/mcp',
  type: 'com.acme.agent.outcome',
  time: '2026-01-31T11:59:59.5Z',
  datacontenttype: 'application/json',
  data: event(),
  ...change,
})
const structured = { contentType: 'application/cloudevents+json; charset=UTF-8' }
const batch = { contentType: 'application/cloudevents-batch+json' }

test('structured: the data is the event, and what it says stays', () => {
  const extensions = {
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    authtype: 'user',
    authid: 'mallory',
  }
  expect(run(envelope(extensions), structured).events).toEqual([event()])
})

test('structured: the envelope fills what the data leaves out', () => {
  const body = envelope({
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    authtype: 'service_account',
    authid: 'billing-bot@acme.example',
    dataclassification: 'Confidential',
    correlationid: 'order-7',
    data: { principal: 'alice', resource: { id: 'r' } },
  })
  expect(run(body, structured).events).toEqual([
    {
      id: 'https://gateway.acme.example/mcp#A234-1234-1234',
      time: received - 500,
      kind: 'outcome',
      tenant: 'default',
      agent: { id: 'billing-bot@acme.example' },
      principal: 'alice',
      session: 'order-7',
      trace: { id: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' },
      resource: { id: 'r', sensitivity: 'confidential' },
    },
  ])
})

test('a person is the principal; an unknown classification is the strictest', () => {
  const body = envelope({
    authtype: 'app_user',
    authid: 'alice',
    dataclassification: 'phi',
    data: { agent: { id: 'a' } },
  })
  expect(run(body, structured).events[0]).toMatchObject({
    principal: 'alice',
    agent: { id: 'a' },
    resource: { sensitivity: 'restricted' },
  })
})

test('structured by its looks; a native event that mentions specversion stays native', () => {
  expect(run(envelope()).events).toEqual([event()])
  expect(run(envelope(), { contentType: 'application/json' }).events).toEqual([event()])
  const extra = { ...event(), request: { specversion: '9' } }
  expect(run(extra).events).toEqual([extra])
  expect(run([extra, extra]).events).toHaveLength(2)
})

test('a batch, with one bad member', () => {
  const { events, rejects } = run([envelope(), envelope({ data: { ...least(), kind: 'x' } }), 7], batch)
  expect(events).toHaveLength(1)
  expect(rejects.map(({ field, code }) => [field, code])).toEqual([
    ['/1/data/kind', 'FIELD_VALUE'],
    ['/2', 'FIELD_TYPE'],
  ])
  expect(run([], batch).ignored).toBe(0)
})

test.each(['ce-', 'ce_'])('binary: attributes in %s headers, percent-encoded', (prefix) => {
  const attributes = {
    specversion: '1.0',
    id: '%E2%82%AC7',
    source: '/s',
    type: 'agent.attempt',
    time: '2026-01-31T12:00:00Z',
  }
  const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [prefix + name, value]))
  const { events } = run({ agent: { id: 'a' } }, { contentType: 'application/json', headers })
  expect(events).toEqual([{ id: '/s#€7', time: received, kind: 'attempt', tenant: 'default', agent: { id: 'a' } }])
})

describe('what is refused', () => {
  test.each([
    [envelope({ specversion: '0.3' }), 'FIELD_VALUE', '/specversion', 'must be "1.0"'],
    [
      envelope({ specversion: undefined }),
      'FIELD_MISSING',
      '/specversion',
      'requires specversion, id, source and type',
    ],
    [envelope({ id: '' }), 'FIELD_MISSING', '/id', 'none of them empty'],
    [envelope({ source: 5 }), 'FIELD_TYPE', '/source', 'found the number 5'],
    [envelope({ type: null }), 'FIELD_MISSING', '/type', 'missing'],
    [envelope({ data: undefined }), 'FIELD_MISSING', '/data', 'Send the event as a JSON object in data.'],
    [envelope({ data: '{}' }), 'FIELD_TYPE', '/data', 'found the text "{}"'],
    [
      envelope({ data: undefined, data_base64: 'e30=' }),
      'FORMAT_UNSUPPORTED',
      '/data_base64',
      'Binary data is not read',
    ],
    [envelope({ data: { ...least(), time: undefined }, time: undefined }), 'FIELD_MISSING', '/data/time', 'missing'],
    [
      envelope({ data: { ...least(), kind: undefined }, type: 'order.created' }),
      'FIELD_MISSING',
      '/data/kind',
      'missing',
    ],
  ])('%j', (body, code, field, reason) => {
    const reject = refused(body, structured)
    expect(reject).toMatchObject({ code, field, format: 'cloudevents', raw: JSON.stringify(body) })
    expect(reject.reason).toContain(reason)
  })

  test('other encodings, mixed up modes, no JSON', () => {
    expect(refused('<event/>', { contentType: 'application/cloudevents+xml' }).code).toBe('FORMAT_UNSUPPORTED')
    expect(refused([envelope()], structured).reason).toContain('application/cloudevents-batch+json')
    expect(refused(envelope(), batch).code).toBe('FIELD_TYPE')
    expect(refused('{', structured).code).toBe('JSON_SYNTAX')
    expect(
      refused('', { headers: { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': 's', 'ce-type': 't' } }).field,
    ).toBe('/data')
  })
})
