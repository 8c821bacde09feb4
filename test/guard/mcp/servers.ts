import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { PassThrough, type Readable, type Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { Lines } from '../../../src/guard/doors/stdio/lines.ts'
import { spawnUpstream } from '../../../src/guard/doors/stdio/spawn.ts'
import { createGuard, type GuardOptions } from '../../../src/guard/index.ts'
import { Session, type SessionParts } from '../../../src/guard/mcp/session.ts'
import { Tools, type ToolTable } from '../../../src/guard/mcp/tools/tools.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

const modules = fileURLToPath(new URL('../../../node_modules/@modelcontextprotocol', import.meta.url))

/** The official filesystem server over a directory with two files. */
export function filesystem() {
  const directory = join(temporaryDirectory(), 'files')
  mkdirSync(directory)
  writeFileSync(join(directory, 'a.txt'), 'Alpha\n')
  writeFileSync(join(directory, 'b.txt'), 'Beta ✓\n')
  return {
    directory,
    command: [join(modules, 'server-filesystem/dist/index.js'), directory],
    path: (name: string) => join(directory, name),
    read: (name: string) =>
      existsSync(join(directory, name)) ? readFileSync(join(directory, name), 'utf8') : undefined,
  }
}

export const everything = () => [join(modules, 'server-everything/dist/index.js'), 'stdio']

/** Lines to a server and lines back, as they are. */
export class Wire {
  readonly #output: Writable
  readonly #lines: string[] = []
  #wake: () => void = () => {}
  #asked = 0
  readonly received: string[] = []

  constructor(input: Readable, output: Writable) {
    this.#output = output
    createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
      this.#lines.push(line)
      this.received.push(line)
      this.#wake()
    })
  }

  send(message: unknown): void {
    this.#output.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`)
  }

  end(): void {
    this.#output.end()
  }

  /** The next line that answers this id; what comes before it is kept in `received`. */
  answer(id: string | number): Promise<string> {
    return this.#find((value) => value.id === id && value.method === undefined)
  }

  /** The next request or notification of this method. */
  notice(method: string): Promise<string> {
    return this.#find((value) => value.method === method)
  }

  message(method: string): Promise<string> {
    return this.#find((value) => value.method === method)
  }

  async #find(isIt: (value: { id?: unknown; method?: unknown }) => boolean): Promise<string> {
    for (;;) {
      for (let line = this.#lines.shift(); line !== undefined; line = this.#lines.shift())
        if (isIt(JSON.parse(line) as { id?: unknown; method?: unknown })) return line
      await new Promise<void>((resolve) => {
        const wake = this.#wake
        this.#wake = () => {
          wake()
          resolve()
        }
      })
    }
  }

  /** The next request of the other side’s with this method that was not taken yet. */
  async request(method: string): Promise<unknown> {
    for (;;) {
      for (let i = this.#asked; i < this.received.length; i++) {
        this.#asked = i + 1
        const value = JSON.parse(this.received[i] ?? '{}') as { method?: unknown; id?: unknown }
        if (value.method === method && value.id !== undefined) return value
      }
      await new Promise<void>((resolve) => {
        const wake = this.#wake
        this.#wake = () => {
          wake()
          resolve()
        }
      })
    }
  }

  /** Begins the session as a client does. */
  async begin(capabilities: object = {}): Promise<string> {
    const clientInfo = { name: 'test', version: '1' }
    this.send({
      jsonrpc: '2.0',
      id: 'begin',
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities, clientInfo },
    })
    const answer = await this.answer('begin')
    this.send({ jsonrpc: '2.0', method: 'notifications/initialized' })
    return answer
  }

  async call(id: string | number, name: string, args: unknown, meta?: Record<string, unknown>): Promise<string> {
    const params = { name, arguments: args, ...(meta === undefined ? {} : { _meta: meta }) }
    this.send({ jsonrpc: '2.0', id, method: 'tools/call', params })
    return this.answer(id)
  }
}

export function direct([script = '', ...args]: string[]): { wire: Wire; child: ChildProcess } {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'ignore'] })
  return { wire: new Wire(child.stdout, child.stdin), child }
}

/** The same server behind a real session of the guard, in this process. */
export async function guarded(
  command: string[],
  options: Partial<GuardOptions> = {},
  table: ToolTable = {},
  parts: Partial<SessionParts> = {},
) {
  const guard = await createGuard({ point: 'p1', agent: 'a1', ...options })
  const upstream = await spawnUpstream(process.execPath, command)
  const toGuard = new PassThrough()
  const fromGuard = new PassThrough()
  const client = new Lines(toGuard, fromGuard)
  const tools = new Tools(table)
  const troubles: string[] = []
  const session = new Session({
    guard,
    tools,
    client,
    server: upstream.side,
    onTrouble: (message) => troubles.push(message),
    ...parts,
  })
  client.onClosed = () => void upstream.stop()
  await upstream.side.start()
  await client.start()
  const wire = new Wire(fromGuard, toGuard)
  return {
    wire,
    guard,
    tools,
    troubles,
    session,
    upstream,
    async close() {
      wire.end()
      await upstream.ended
      session.end()
      await guard.close()
    },
  }
}
