import { asked, type Place, type Planting, step, uriOf } from './planting.ts'
import { text } from './script.ts'

const record = ({ title, document, fields, c }: Planting) => ({
  id: c.chars(10),
  title,
  ...fields,
  [c.word('body text content notes description bio comment')]: document,
})

/** What answers hold: of tools, prompts and resources. */
export const answers: readonly Place[] = [
  { id: 'text', isLong: true, step: (p) => asked(p, text(p.document)) },
  {
    id: 'text of many parts',
    isLong: true,
    step: (p) =>
      asked(p, {
        result: {
          content: p.document
            .split('\n\n')
            .slice(0, 400)
            .map((part) => ({ type: 'text', text: part })),
        },
      }),
  },
  {
    id: 'structured content',
    isLong: true,
    step: (p) =>
      asked(p, {
        result: { content: [{ type: 'text', text: 'See the structured content.' }], structuredContent: record(p) },
      }),
  },
  {
    id: 'structured content and text',
    isLong: true,
    step: (p) => {
      const structuredContent = record(p)
      return asked(p, {
        result: { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent },
      })
    },
  },
  {
    id: 'list of records',
    isLong: true,
    step: (p) =>
      asked(p, {
        result: {
          content: [],
          structuredContent: {
            [p.c.word('items results entries')]: [{ id: 1, title: 'Other', body: 'Nothing new.' }, record(p)],
          },
        },
      }),
  },
  {
    id: 'resource link',
    isLong: false,
    step: (p) =>
      asked(p, {
        result: {
          content: [
            { type: 'text', text: 'Found:' },
            { type: 'resource_link', uri: uriOf(p.c), name: p.sentence },
          ],
        },
      }),
  },
  {
    id: 'description of a link',
    isLong: false,
    step: (p) =>
      asked(p, {
        result: { content: [{ type: 'resource_link', uri: uriOf(p.c), name: p.title, description: p.sentence }] },
      }),
  },
  {
    id: 'embedded resource',
    isLong: true,
    step: (p) =>
      asked(p, {
        result: {
          content: [{ type: 'resource', resource: { uri: uriOf(p.c), mimeType: 'text/plain', text: p.document } }],
        },
      }),
  },
  {
    id: 'embedded blob',
    isLong: true,
    step: (p) =>
      asked(p, {
        result: {
          content: [
            {
              type: 'resource',
              resource: {
                uri: uriOf(p.c),
                mimeType: 'text/markdown',
                blob: Buffer.from(p.document).toString('base64'),
              },
            },
          ],
        },
      }),
  },
  {
    id: 'prompt',
    isLong: true,
    step: (p) =>
      step(
        'prompts/get',
        { name: p.c.name() },
        { description: p.title, messages: [{ role: 'user', content: { type: 'text', text: p.document } }] },
      ),
  },
  {
    id: 'prompt with a resource',
    isLong: true,
    step: (p) =>
      step(
        'prompts/get',
        { name: p.c.name() },
        {
          messages: [{ role: 'user', content: { type: 'resource', resource: { uri: uriOf(p.c), text: p.document } } }],
        },
      ),
  },
  {
    id: 'resource',
    isLong: true,
    step: (p) => {
      const uri = uriOf(p.c)
      return step('resources/read', { uri }, { contents: [{ uri, mimeType: 'text/plain', text: p.document }] })
    },
  },
  {
    id: 'resource, a blob',
    isLong: true,
    step: (p) => {
      const uri = uriOf(p.c)
      return step('resources/read', { uri }, { contents: [{ uri, blob: Buffer.from(p.document).toString('base64') }] })
    },
  },
  { id: 'error', isLong: false, step: (p) => asked(p, { error: { code: -32000, message: p.sentence } }) },
  {
    id: 'data of an error',
    isLong: false,
    step: (p) =>
      asked(p, {
        error: { code: -32602, message: 'Invalid request', data: p.c.bool() ? p.sentence : { detail: p.sentence } },
      }),
  },
  {
    id: 'tool error',
    isLong: true,
    step: (p) => asked(p, { result: { isError: true, content: [{ type: 'text', text: p.document }] } }),
  },
  {
    id: '_meta',
    isLong: false,
    step: (p) =>
      asked(p, {
        result: {
          content: [{ type: 'text', text: p.title }],
          _meta: { [p.c.word('note hint example.com/notice')]: p.sentence },
        },
      }),
  },
]
