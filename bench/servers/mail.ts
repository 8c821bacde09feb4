/**
 * A small real MCP server for the benchmark, for neither official server sends or deletes: `mail.js DIRECTORY`. Reads and
 * deletes files of the directory; `send_email` appends to `outbox.jsonl` in it.
 */
import { appendFileSync, readdirSync, readFileSync, unlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js'

const directory = process.argv[2]
if (directory === undefined) throw new Error('give a DIRECTORY')
const at = (name: string | undefined) => join(directory, basename(name ?? ''))

const strings = (...names: string[]) => ({
  type: 'object' as const,
  properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
  required: names,
})
const tools = [
  { name: 'list_files', inputSchema: strings(), annotations: { readOnlyHint: true } },
  { name: 'read_file', inputSchema: strings('name'), annotations: { readOnlyHint: true } },
  { name: 'delete_file', inputSchema: strings('name'), annotations: { destructiveHint: true } },
  {
    name: 'send_email',
    inputSchema: strings('to', 'subject', 'body'),
    annotations: { readOnlyHint: false, openWorldHint: true },
  },
]
const run: Record<string, (args: Record<string, string>) => string> = {
  list_files: () => readdirSync(directory).join('\n'),
  read_file: ({ name }) => readFileSync(at(name), 'utf8'),
  delete_file: ({ name }) => {
    unlinkSync(at(name))
    return `${name} is gone`
  },
  send_email: (mail) => {
    appendFileSync(join(directory, 'outbox.jsonl'), `${JSON.stringify(mail)}\n`)
    return `sent to ${mail.to}`
  },
}

const server = new Server({ name: 'office', version: '1.0.0' }, { capabilities: { tools: {} } })
server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }))
server.setRequestHandler(CallToolRequestSchema, ({ params }) => {
  try {
    const text = run[params.name]?.((params.arguments ?? {}) as Record<string, string>) ?? 'no such tool'
    return { content: [{ type: 'text', text }] }
  } catch (error) {
    return { content: [{ type: 'text', text: String(error) }], isError: true }
  }
})
await server.connect(new StdioServerTransport())
