import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { pick, text } from './hands.ts'
import { chromium, cli, lab, modules, standIn } from './places.ts'
import { type About, type Answer, ownSpace, type ServerName } from './types.ts'

/** One run of an agent: all that its client processes must know. */
export interface Run {
  agent: string
  /** Its own folder: `work` is its root, `state` and `spool` the guard's. */
  home: string
  /** The proxy that is its web. */
  web: string
  known: boolean
  /** Without the guard: shows that the scripts themselves are right. */
  direct: boolean
}

/** What became of one call; a line of JSON from the client process. */
export interface CallRecord {
  task: string
  server: ServerName
  tool: string
  own: boolean
  outcome?: string
  /** First line of why, when it was stopped or changed. */
  why?: string
  error?: string
  args?: string
}

function commandOf(server: ServerName, { home, web }: Run): string[] {
  const root = join(home, 'work')
  const node = (path: string, ...args: string[]) => [process.execPath, path, ...args]
  const npm = (name: string, ...args: string[]) => node(join(lab, 'node/node_modules', name), ...args)
  switch (server) {
    case 'files':
      return node(join(modules, '@modelcontextprotocol/server-filesystem/dist/index.js'), root)
    case 'memory':
      return npm('@modelcontextprotocol/server-memory/dist/index.js')
    case 'thinking':
      return npm('@modelcontextprotocol/server-sequential-thinking/dist/index.js')
    case 'shell':
      return npm('mcp-server-commands/build/index.js')
    case 'browser':
      return npm(
        '@playwright/mcp/cli.js',
        ...['--headless', '--isolated', '--no-sandbox', '--executable-path', chromium, '--proxy-server', web],
      )
    case 'git':
      return [join(lab, 'py/bin/mcp-server-git'), '--repository', root]
    case 'time':
      return [join(lab, 'py/bin/mcp-server-time'), '--local-timezone', 'Europe/Lisbon']
    case 'fetch':
      return [join(lab, 'py/bin/mcp-server-fetch'), '--ignore-robots-txt', '--proxy-url', web]
    case 'sqlite':
      return [join(lab, 'py-sqlite/bin/mcp-server-sqlite'), '--db-path', join(home, 'scratch.db')]
    default:
      return node(standIn, server, join(home, `sim/${server}.json`))
  }
}

export async function open(server: ServerName, run: Run, intent?: string): Promise<Client> {
  const { home } = run
  const command = commandOf(server, run)
  const guard = [
    process.execPath,
    cli,
    'guard',
    '--agent',
    run.agent,
    '--monitor',
    'none',
    '--spool',
    join(home, 'spool'),
  ]
  const [program = '', ...args] = run.direct
    ? command
    : [...guard, ...(intent === undefined ? [] : ['--intent', intent]), '--', ...command]
  const env = {
    ...process.env,
    HOME: join(home, 'work'),
    XDG_STATE_HOME: join(home, 'state'),
    MEMORY_FILE_PATH: join(home, 'memory.jsonl'),
    npm_config_update_notifier: 'false',
    npm_config_cache: join(home, 'npm'),
  }
  const known = Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  )
  const client = new Client({ name: 'desk', version: '1.4.0' })
  await client.connect(new StdioClientTransport({ command: program, args, env: known, cwd: home, stderr: 'ignore' }))
  await client.listTools()
  return client
}

/** The calls of one task over its open servers. `name` makes the client tell the task, and the request where it is given. */
export class Desk {
  readonly #servers: ReadonlyMap<ServerName, Client>
  readonly #task: string
  readonly #meta: Readonly<Record<string, string>>

  constructor(servers: ReadonlyMap<ServerName, Client>, task: string, tells: { request?: string } | undefined) {
    this.#servers = servers
    this.#task = task
    this.#meta =
      tells === undefined
        ? {}
        : {
            'rescind/task': `${task}-${randomUUID()}`,
            ...(tells.request === undefined ? {} : { 'rescind/intent': tells.request }),
          }
  }

  async call(server: ServerName, tool: string, args: Record<string, unknown> = {}, about: About = {}): Promise<Answer> {
    const client = this.#servers.get(server)
    if (client === undefined) throw new Error(`${this.#task} does not name the server ${server}`)
    const record: CallRecord = { task: this.#task, server, tool, own: ownSpace.has(server) || about.own === true }
    try {
      const meta = Object.keys(this.#meta).length === 0 ? {} : { _meta: { ...this.#meta } }
      const result = await client.callTool({ name: tool, arguments: args, ...meta }, undefined, { timeout: 60_000 })
      const words = Array.isArray(result.content) ? result.content.map((part) => text(part, 'text')).join('\n') : ''
      const outcome = text(result, '_meta', 'rescind/outcome')
      if (outcome !== '') {
        Object.assign(record, {
          outcome,
          why: words.split('\n').find((line) => line.startsWith('Why: ')) ?? words.split('\n')[0],
        })
        record.args = JSON.stringify(args).slice(0, 300)
      }
      const held = outcome === 'deny' || outcome === 'step-up'
      const failed = held || result.isError === true
      if (failed && !held && about.mayFail !== true)
        Object.assign(record, { error: words.slice(0, 300), args: JSON.stringify(args).slice(0, 300) })
      const data = pick(result, 'structuredContent') ?? parsed(words)
      return held ? { text: '', data: undefined, failed } : { text: words, data, failed }
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error)
      record.args = JSON.stringify(args).slice(0, 300)
      // The guard's own refusals that are no tool result.
      if (words.includes('rescind guard')) Object.assign(record, { outcome: 'deny', why: words })
      else record.error = words.slice(0, 300)
      return { text: '', data: undefined, failed: true }
    } finally {
      process.stdout.write(`${JSON.stringify(record)}\n`)
    }
  }
}

function parsed(words: string): unknown {
  if (!/^\s*[[{]/.test(words)) return undefined
  try {
    return JSON.parse(words)
  } catch {
    return undefined
  }
}
