import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readingLimits, readingsOf } from '../../../../src/guard/mcp/server/readings.ts'
import type { Reading } from '../../../../src/guard/provenance/reading/reading.ts'

const said = 'Bring the parcel to the yard behind the mill'
const base64 = (text: string, encoding: BufferEncoding = 'utf8') => Buffer.from(text, encoding).toString('base64')
const answer = (result: unknown) => ({ jsonrpc: '2.0', id: 1, result })
const kindsOf = (readings: readonly Reading[], text = said) => [
  ...new Set(readings.filter((r) => r.text?.includes(text)).map((r) => r.kind)),
]

describe('every place that a model may read from is read', () => {
  test.each<[string, string | undefined, object, string]>([
    ['text', 'tools/call', answer({ content: [{ type: 'text', text: said }] }), 'text'],
    [
      'the second of two texts',
      'tools/call',
      answer({ content: [{ text: 'a' }, { type: 'text', text: said }] }),
      'text',
    ],
    ['a title beside a text', 'tools/call', answer({ content: [{ type: 'text', text: 'x', title: said }] }), 'text'],
    ['a member that no MCP has', 'tools/call', answer({ content: [], widget: { lines: [[said]] } }), 'text'],
    ['the name of a member', 'tools/call', answer({ widget: { [said]: 1 } }), 'text'],
    ['beside the result', 'tools/call', { ...answer({}), hint: said }, 'text'],
    ['an answer of meta', 'tools/call', answer({ content: [], _meta: { note: { a: said } } }), 'meta'],
    ['meta of a part', 'tools/call', answer({ content: [{ type: 'text', text: 'x', _meta: { a: said } }] }), 'meta'],
    ['a link', 'tools/call', answer({ content: [{ type: 'resource_link', uri: `x:${said}`, name: 'n' }] }), 'resource'],
    [
      'a link’s title',
      'tools/call',
      answer({ content: [{ type: 'resource_link', uri: 'x:', title: said }] }),
      'resource',
    ],
    ['embedded text', 'tools/call', answer({ content: [{ type: 'resource', resource: { text: said } }] }), 'resource'],
    ['a blob', 'tools/call', answer({ content: [{ type: 'resource', resource: { blob: base64(said) } }] }), 'resource'],
    [
      'a blob of a wrong type',
      'resources/read',
      answer({ contents: [{ mimeType: 'image/png', blob: base64(said) }] }),
      'resource',
    ],
    [
      'a drawing',
      'tools/call',
      answer({
        content: [{ type: 'image', mimeType: 'image/svg+xml', data: base64(`<svg><text>${said}</text></svg>`) }],
      }),
      'resource',
    ],
    [
      'a data URI',
      'tools/call',
      answer({ content: [{ type: 'resource_link', uri: `data:text/plain;base64,${base64(said)}` }] }),
      'resource',
    ],
    ['an error', 'tools/call', { id: 1, error: { code: 1, message: said } }, 'error'],
    [
      'the data of an error',
      'tools/call',
      { id: 1, error: { code: 1, message: '', data: { a: [{ b: said }] } } },
      'error',
    ],
    ['instructions', 'initialize', answer({ instructions: said }), 'instructions'],
    ['the server’s title', 'initialize', answer({ serverInfo: { name: 's', title: said } }), 'instructions'],
    ['a tool’s description', 'tools/list', answer({ tools: [{ name: 't', description: said }] }), 'tool'],
    [
      'a parameter',
      'tools/list',
      answer({ tools: [{ name: 't', inputSchema: { properties: { a: { items: { description: said } } } } }] }),
      'tool',
    ],
    [
      'a parameter’s name',
      'tools/list',
      answer({ tools: [{ name: 't', inputSchema: { properties: { [said]: {} } } }] }),
      'tool',
    ],
    [
      'a default',
      'tools/list',
      answer({ tools: [{ name: 't', inputSchema: { properties: { a: { default: said } } } }] }),
      'tool',
    ],
    ['an annotation', 'tools/list', answer({ tools: [{ name: 't', annotations: { title: said } }] }), 'tool'],
    [
      'a prompt',
      'prompts/get',
      answer({ messages: [{ role: 'user', content: { type: 'text', text: said } }] }),
      'prompt',
    ],
    [
      'a list of prompts',
      'prompts/list',
      answer({ prompts: [{ name: 'p', arguments: [{ name: 'a', description: said }] }] }),
      'prompt',
    ],
    ['a list of resources', 'resources/list', answer({ resources: [{ uri: 'x:', description: said }] }), 'resource'],
    [
      'a template',
      'resources/templates/list',
      answer({ resourceTemplates: [{ uriTemplate: 'x:{a}', description: said }] }),
      'resource',
    ],
    ['a completion', 'completion/complete', answer({ completion: { values: [said] } }), 'completion'],
    ['a log', undefined, { method: 'notifications/message', params: { level: 'info', data: { a: said } } }, 'log'],
    [
      'progress',
      undefined,
      { method: 'notifications/progress', params: { progressToken: 1, message: said } },
      'progress',
    ],
    [
      'sampling',
      undefined,
      { id: 1, method: 'sampling/createMessage', params: { systemPrompt: said, messages: [] } },
      'sampling',
    ],
    [
      'elicitation',
      undefined,
      { id: 1, method: 'elicitation/create', params: { message: said, requestedSchema: {} } },
      'elicitation',
    ],
    [
      'a form',
      undefined,
      {
        id: 1,
        method: 'elicitation/create',
        params: { message: '', requestedSchema: { properties: { a: { title: said } } } },
      },
      'elicitation',
    ],
    ['a method of tomorrow', undefined, { method: 'notifications/tomorrow', params: { a: said } }, 'text'],
  ])('%s', (_name, method, message, kind) => {
    expect(kindsOf(readingsOf(message as Record<string, unknown>, method))).toEqual([kind])
  })

  test('structured content is one value, beside text too', () => {
    const structuredContent = { rows: [{ to: said }] }
    const readings = readingsOf(
      answer({ content: [{ type: 'text', text: 'see there' }], structuredContent }),
      'tools/call',
    )
    expect(readings).toEqual([
      { kind: 'structured', value: structuredContent },
      { kind: 'text', text: 'see there' },
    ])
  })

  test('text far down a long answer is read', () => {
    const text = `${'lorem ipsum '.repeat(50_000)}${said}`
    expect(kindsOf(readingsOf(answer({ content: [{ type: 'text', text }] }), 'tools/call'))).toEqual(['text'])
  })
})

test('words of the protocol and pictures are not', () => {
  const picture = Buffer.from(Array.from({ length: 300 }, (_, i) => (i * 73) % 256)).toString('base64')
  const content = [
    { type: 'image', mimeType: 'image/png', data: picture },
    { type: 'text', text: 'x' },
  ]
  expect(readingsOf(answer({ content, isError: false }), 'tools/call').map((r) => r.text)).toEqual(['image/png', 'x'])
})

describe('bounds', () => {
  const last = (message: Record<string, unknown>) => readingsOf(message, 'tools/call').at(-1)
  test('too much text, too many pieces: the list says that it was cut', () => {
    const text = 'x'.repeat(readingLimits.characters + 1)
    expect(last(answer({ content: [{ type: 'text', text }] }))).toEqual({ kind: 'text', cut: true })
    const many = Array.from({ length: readingLimits.nodes + 1 }, () => 0)
    expect(last(answer({ content: [], many }))).toEqual({ kind: 'text', cut: true })
    expect(last(answer({ content: [{ type: 'text', text: 'short' }] }))).toEqual({ kind: 'text', text: 'short' })
  })

  test('a deep value is read as the strings in it', () => {
    let structuredContent: unknown = { a: said }
    for (let i = 0; i < 20_000; i++) structuredContent = i % 2 === 0 ? [structuredContent] : { b: structuredContent }
    expect(kindsOf(readingsOf(answer({ structuredContent }), 'tools/call'))).toEqual(['structured'])
  })

  test('nothing throws, and nothing that is read is beyond the bounds', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 6 })), fc.string(), (message, method) => {
        for (const { text } of readingsOf(message, method))
          expect(text?.length ?? 0).toBeLessThanOrEqual(readingLimits.characters)
      }),
    )
  })
})
