import { PassThrough } from 'node:stream'
import { afterEach } from 'vitest'
import { Lines } from '../../../src/guard/doors/stdio/lines.ts'
import { createGuard, type GuardOptions } from '../../../src/guard/index.ts'
import { Session, type SessionParts } from '../../../src/guard/mcp/session.ts'
import { Tools, type ToolTable } from '../../../src/guard/mcp/tools/tools.ts'
import type { AgentEvent } from '../../../src/model/event.ts'
import { Wire } from './servers.ts'

type Json = Record<string, unknown>
/** What a scripted server answers: by method, or by `tools/call NAME`. A function gets the parameters. */
export type Script = Record<string, Json | ((params: Json) => Json | Promise<Json>)>

/** A server that answers from a script, over lines; `ask` sends a request or notification of its own. */
class ScriptedServer {
  readonly calls: string[] = []
  readonly seen: Json[] = []
  readonly #output: PassThrough
  #answered: ((message: Json) => void)[] = []

  constructor(input: PassThrough, output: PassThrough, script: Script) {
    this.#output = output
    let rest = ''
    input.setEncoding('utf8').on('data', (chunk: string) => {
      rest += chunk
      for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
        void this.#take(JSON.parse(rest.slice(0, end)) as Json, script)
        rest = rest.slice(end + 1)
      }
    })
  }

  put(message: Json): void {
    this.#output.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  }

  /** The next answer of the client’s, or of the guard in its place. */
  answer(): Promise<Json> {
    return new Promise((resolve) => this.#answered.push(resolve))
  }

  async #take(message: Json, script: Script): Promise<void> {
    this.seen.push(message)
    const { id, method } = message
    if (method === undefined) {
      this.#answered.shift()?.(message)
      return
    }
    if (id === undefined) return
    const params = (message.params ?? {}) as Json
    const key = method === 'tools/call' ? `tools/call ${String(params.name)}` : String(method)
    this.calls.push(key)
    const given = script[key] ?? script[String(method)] ?? {}
    const answer = typeof given === 'function' ? await given(params) : given
    this.put('error' in answer ? { id, error: answer.error } : { id, result: answer })
  }
}

/** A real guard and a real session between a test’s wire and a scripted server, all in this process. */
export async function scripted(
  script: Script,
  options: Partial<GuardOptions> = {},
  parts: Partial<SessionParts> & { table?: ToolTable } = {},
) {
  const guard = parts.guard ?? (await createGuard({ point: 'p1', agent: 'a1', ...options }))
  const [toGuard, fromGuard, toServer, fromServer] = [0, 1, 2, 3].map(() => new PassThrough()) as [
    PassThrough,
    PassThrough,
    PassThrough,
    PassThrough,
  ]
  const client = new Lines(toGuard, fromGuard)
  const upstream = new Lines(fromServer, toServer)
  const server = new ScriptedServer(toServer, fromServer, {
    initialize: { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: { name: 'scripted', version: '1' } },
    ...script,
  })
  const { table = {}, ...rest } = parts
  const tools = new Tools(table)
  const troubles: string[] = []
  const events: AgentEvent[] = []
  const links = guard as unknown as { before: typeof guard.before }
  const before = guard.before.bind(guard)
  links.before = (call) => {
    const check = before(call)
    events.push(check.event)
    return check
  }
  const session = new Session({
    tools,
    client,
    server: upstream,
    onTrouble: (message) => troubles.push(message),
    ...rest,
    guard,
  })
  await upstream.start()
  await client.start()
  const wire = new Wire(fromGuard, toGuard)
  let id = 1000
  return {
    wire,
    server,
    guard,
    tools,
    troubles,
    events,
    session,
    /** Begins as a client with these capabilities. */
    async begin(capabilities: Json = {}): Promise<void> {
      const clientInfo = { name: 'test', version: '1' }
      await this.ask('initialize', { protocolVersion: '2025-06-18', capabilities, clientInfo })
      wire.send({ jsonrpc: '2.0', method: 'notifications/initialized' })
    },
    async ask(method: string, params: Json = {}): Promise<Json & { result?: Json; error?: Json }> {
      wire.send({ jsonrpc: '2.0', id: ++id, method, params })
      return JSON.parse(await wire.answer(id)) as Json
    },
    /** The outcome of a call: the guard’s, or `ran`. */
    async call(name: string, args: Json = {}, meta?: Json): Promise<string> {
      const params = { name, arguments: args, ...(meta === undefined ? {} : { _meta: meta }) }
      const { result } = await this.ask('tools/call', params)
      const said = (result as { _meta?: Json } | undefined)?._meta?.['rescind/outcome']
      return typeof said === 'string' ? said : 'ran'
    },
    /** The next message of the server’s own that reaches the client. */
    async next(method: string): Promise<Json> {
      return JSON.parse(await wire.message(method)) as Json
    },
    async close(): Promise<void> {
      wire.end()
      session.end()
      await guard.close()
    },
  }
}

/** Opens scripted sessions that end with the test that opened them. */
export function sessions() {
  const open: Awaited<ReturnType<typeof scripted>>[] = []
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close()
  })
  return async (...given: Parameters<typeof scripted>) => {
    const made = await scripted(...given)
    open.push(made)
    return made
  }
}
