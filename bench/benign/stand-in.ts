/**
 * A SIMULATED MCP server: `stand-in.js KIND STATE`. It offers a list of tools modelled on a public server of that kind
 * (`lists/KIND.json`), answers from records in the file STATE, and writes them back, so that what was written is read later.
 * Nothing leaves the machine.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import {
  CallToolRequestSchema,
  ListToolsRequestSchema,
  ListToolsResultSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { list, text } from './hands.ts'
import { benign } from './places.ts'
import { calendar } from './stand-in/calendar.ts'
import { github } from './stand-in/github.ts'
import type { Handlers } from './stand-in/kit.ts'
import { mail } from './stand-in/mail.ts'
import { notion } from './stand-in/notion.ts'
import { outlook } from './stand-in/outlook.ts'
import { slack } from './stand-in/slack.ts'

const kinds: Record<string, (state: never) => Handlers> = { calendar, github, mail, notion, outlook, slack }
const [kind = '', file = ''] = process.argv.slice(2)
const open = kinds[kind]
if (open === undefined || file === '') throw new Error('give a KIND and a STATE file')

const offered: unknown = JSON.parse(readFileSync(join(benign, `lists/${kind}.json`), 'utf8'))
const { tools } = ListToolsResultSchema.parse({ tools: list(offered, 'tools') })
const structured = new Set(tools.filter((tool) => tool.outputSchema !== undefined).map((tool) => tool.name))
const state = JSON.parse(readFileSync(file, 'utf8'))
const handlers = open(state as never)
const instructions = text(offered, 'instructions')

const server = new Server(
  { name: text(offered, 'server', 'name'), version: text(offered, 'server', 'version') },
  { capabilities: { tools: {} }, ...(instructions === '' ? {} : { instructions }) },
)
server.setRequestHandler(ListToolsRequestSchema, () => ({ tools }))
server.setRequestHandler(CallToolRequestSchema, ({ params }) => {
  try {
    const handler = handlers[params.name]
    if (handler === undefined) throw new Error(`${params.name} is not part of this simulation`)
    const answer = handler(params.arguments ?? {})
    writeFileSync(file, JSON.stringify(state))
    if (typeof answer === 'string') return { content: [{ type: 'text', text: answer }] }
    const content = [{ type: 'text', text: JSON.stringify(answer) }]
    return structured.has(params.name) ? { content, structuredContent: answer } : { content }
  } catch (error) {
    return { content: [{ type: 'text', text: error instanceof Error ? error.message : String(error) }], isError: true }
  }
})
await server.connect(new StdioServerTransport())
