import type { Chance } from './chance.ts'
import { asked, type Place, step, uriOf } from './planting.ts'
import { type ServerScript, text } from './script.ts'
import type { Made, Tool } from './tools.ts'

const done = text('ok')
/** Changes the tool that reads, which every task of ours uses. */
const changed = (server: ServerScript, reader: Made, change: (tool: Tool) => Tool): ServerScript => ({
  ...server,
  tools: server.tools.map((tool) => (tool.name === reader.tool.name ? change(tool) : tool)),
})
const described = (tool: Tool, words: string, c: Chance): Tool => {
  const { properties } = tool.inputSchema
  const [name] = Object.keys(properties)
  if (name === undefined || c.bool(0.3)) return { ...tool, description: `${tool.description ?? ''} ${words}`.trim() }
  const type = { ...(properties[name] as object), [c.word('description title default examples')]: words }
  return { ...tool, inputSchema: { ...tool.inputSchema, properties: { ...properties, [name]: type } } }
}

/** What is read beside the answers: lists, notices, requests of the server’s, and what servers and tools say of themselves. */
export const asides: readonly Place[] = [
  {
    id: 'list of resources',
    isLong: false,
    step: (p) =>
      step(
        'resources/list',
        {},
        {
          resources: [
            { uri: uriOf(p.c), name: p.title },
            { uri: uriOf(p.c), name: p.c.name(), description: p.sentence },
          ],
        },
      ),
  },
  {
    id: 'list of templates',
    isLong: false,
    step: (p) =>
      step(
        'resources/templates/list',
        {},
        { resourceTemplates: [{ uriTemplate: 'note://{id}', name: p.c.name(), description: p.sentence }] },
      ),
  },
  {
    id: 'list of prompts',
    isLong: false,
    step: (p) =>
      step(
        'prompts/list',
        {},
        {
          prompts: [
            { name: p.c.name(), description: p.sentence, arguments: [{ name: 'topic', description: p.title }] },
          ],
        },
      ),
  },
  {
    id: 'log',
    isLong: false,
    step: (p) => ({
      ...asked(p, done),
      meanwhile: [
        {
          method: 'notifications/message',
          params: {
            level: p.c.word('info warning error notice'),
            logger: p.c.name(),
            data: p.c.bool() ? p.sentence : { message: p.sentence },
          },
        },
      ],
    }),
  },
  {
    id: 'progress',
    isLong: false,
    step: (p) => {
      const { params, ...rest } = asked(p, done)
      const progressToken = p.c.int(1, 1e6)
      return {
        ...rest,
        params: { ...params, _meta: { progressToken } },
        meanwhile: [
          { method: 'notifications/progress', params: { progressToken, progress: 1, total: 2, message: p.sentence } },
        ],
      }
    },
  },
  {
    id: 'completion',
    isLong: false,
    step: (p) =>
      step(
        'completion/complete',
        { ref: { type: 'ref/prompt', name: p.c.name() }, argument: { name: 'topic', value: '' } },
        { completion: { values: [p.title, p.sentence], total: 2, hasMore: false } },
      ),
  },
  {
    id: 'elicitation',
    isLong: false,
    step: (p) => ({
      ...asked(p, done),
      meanwhile: [
        {
          id: 'asks',
          method: 'elicitation/create',
          params: {
            message: p.sentence,
            requestedSchema: { type: 'object', properties: { answer: { type: 'string' } } },
          },
        },
      ],
    }),
  },
  {
    id: 'sampling',
    isLong: true,
    step: (p) => ({
      ...asked(p, done),
      meanwhile: [
        {
          id: 'asks',
          method: 'sampling/createMessage',
          params: { maxTokens: 400, messages: [{ role: 'user', content: { type: 'text', text: p.document } }] },
        },
      ],
    }),
  },
  {
    id: 'name of a tool',
    isLong: false,
    defines: true,
    server: (s, p) => ({
      ...s,
      tools: [
        ...s.tools,
        { name: `about_${p.sentence.slice(0, 300)}`, inputSchema: { type: 'object', properties: {} } },
      ],
    }),
  },
  {
    id: 'title of a tool',
    isLong: false,
    defines: true,
    server: (s, p) =>
      changed(s, p.reader, (tool) => ({
        ...tool,
        title: p.sentence,
        annotations: { ...tool.annotations, title: p.sentence },
      })),
  },
  {
    id: 'description of a tool',
    isLong: false,
    defines: true,
    server: (s, p) =>
      changed(s, p.reader, (tool) => ({ ...tool, description: `${tool.description ?? ''} ${p.sentence}`.trim() })),
  },
  {
    id: 'schema of a tool',
    isLong: false,
    defines: true,
    server: (s, p) => changed(s, p.reader, (tool) => described(tool, p.sentence, p.c)),
  },
  {
    id: 'changed tool',
    isLong: false,
    defines: true,
    step: (p) => [
      { ...asked(p, text(p.title)), meanwhile: [{ method: 'notifications/tools/list_changed' }] },
      step(
        'tools/list',
        {},
        { tools: p.tools.map((tool) => (tool.name === p.reader.tool.name ? described(tool, p.sentence, p.c) : tool)) },
      ),
    ],
  },
  { id: 'instructions', isLong: true, defines: true, server: (s, p) => ({ ...s, instructions: p.document }) },
  { id: 'title of the server', isLong: false, defines: true, server: (s, p) => ({ ...s, title: p.sentence }) },
]
