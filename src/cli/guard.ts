import { readFileSync, writeFileSync } from 'node:fs'
import { homedir, hostname } from 'node:os'
import { join } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { Value } from 'typebox/value'
import { createGuard, type GuardOptions, type Notice } from '../enforce/index.ts'
import { type ProxyOptions, runProxy } from '../enforce/mcp/proxy.ts'
import type { CallTime } from '../enforce/mcp/session.ts'
import { readToolTable, readYaml, Tools } from '../enforce/mcp/tools.ts'
import { parseKnowledge } from '../enforce/monitor/knowledge.ts'
import { RescindError, wordsOf } from '../errors.ts'
import { Scope } from '../model/scope.ts'
import { connection } from './client.ts'

interface Given {
  agent: string
  cohort?: string
  principal?: string
  tenant: string
  environment?: string
  monitor: string
  keyFile?: string
  data: string
  scope?: string
  knowledge?: string
  point?: string
  fail?: 'open' | 'closed'
  staleAfter: number
  spool: string
  mode: 'enforce' | 'shadow'
  tools?: string
  intent?: string
  domain?: string[]
  approvals?: string
  url?: string
  bearerFile?: string
  listen?: number
  explainTools?: boolean
  timings?: string
}

const whole = (text: string): number => {
  const n = Number(text)
  if (!Number.isInteger(n) || n < 0) throw new InvalidArgumentError('must be a whole number')
  return n
}
const state = process.env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state')

/** `rescind guard`: stands before an MCP server and holds its tool calls to what the monitor and the detectors say. */
export const guardCommand = (): Command =>
  new Command('guard')
    .description('stand before an MCP server: tool calls run only after they were checked')
    .argument('[command...]', 'the MCP server to start, after --')
    .option('--url <url>', 'front a streamable HTTP MCP server instead')
    .option('--bearer-file <file>', 'bearer token for that server (default: what the client sends)')
    .option('--listen <port>', 'listen on 127.0.0.1 as streamable HTTP instead of stdio; 0 takes a free port', whole)
    .option('--agent <id>', 'the agent that acts', `mcp-client@${hostname()}`)
    .option('--cohort <id>', 'agents that do the same job')
    .option('--principal <id>', 'on whose behalf it acts')
    .option('--tenant <id>', 'tenant', 'default')
    .option('--environment <name>', 'production, staging, sandbox, …')
    .option(
      '--monitor <url>',
      'the monitor, or none for stand-alone',
      process.env.RESCIND_URL ?? 'http://127.0.0.1:7077',
    )
    .option('--key-file <file>', 'bearer key for the monitor (default RESCIND_TOKEN, else the key in --data)')
    .option('--data <dir>', 'data directory of a monitor on this machine', process.env.RESCIND_DATA ?? './.rescind')
    .option('--scope <file>', 'declared scope of the agent, YAML or JSON; registered at the monitor and held to here')
    .option('--knowledge <file>', 'what is known of the agent, as GET /v1/agents/ID/knowledge answers it')
    .option('--tools <file>', 'YAML: tool → {action, dataset, sensitivity}')
    .option('--intent <text>', 'what the agent was asked to do, when the client does not say')
    .option('--domain <name...>', 'domains of the organisation: what goes there stays inside')
    .option('--point <id>', 'name of this enforcement point (default mcp@HOST/AGENT)')
    .addOption(
      new Option('--fail <how>', 'every call, when the monitor is silent (default: by action class)').choices([
        'open',
        'closed',
      ]),
    )
    .option('--stale-after <seconds>', 'how long the monitor may be silent', whole, 300)
    .option('--spool <dir>', 'where events wait while the monitor is away', join(state, 'rescind', 'guard'))
    .option(
      '--approvals <file>',
      'stand-alone: ids of released commands, one per line (default SPOOL/approvals); keep it out of the agent’s reach',
    )
    .addOption(
      new Option('--mode <mode>', 'shadow only says what it would have stopped')
        .choices(['shadow', 'enforce'])
        .default('enforce'),
    )
    .option('--explain-tools', 'print what each tool is held to do and who said so, then stop')
    .option('--timings <file>', 'write the guard’s own time per call, ms, at the end')
    .passThroughOptions()
    .action(async (command: string[], given: Given) => {
      process.exitCode = await guard(command, given)
    })

async function guard([command, ...args]: string[], given: Given): Promise<number> {
  const server = serverOf(command, args, given)
  const tools = new Tools(given.tools === undefined ? {} : readToolTable(given.tools))
  if (given.explainTools === true) {
    const { explainTools } = await import('../enforce/mcp/explain.ts')
    process.stdout.write(`${await explainTools(server, tools)}\n`)
    return 0
  }
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const made = await createGuard(guardOptions(given))
  const times: CallTime[] = []
  try {
    return await runProxy({
      guard: made,
      tools,
      server,
      signal: stop.signal,
      onTrouble: (message, cause) => say('warn', message, cause),
      ...(given.listen === undefined ? {} : { port: given.listen }),
      ...(given.intent === undefined ? {} : { intent: given.intent }),
      ...(made.standAlone ? { approved: approvedIn(given.approvals ?? join(given.spool, 'approvals')) } : {}),
      ...(given.timings === undefined ? {} : { onTime: (time: CallTime) => times.length < 1e6 && times.push(time) }),
    })
  } finally {
    await made.close()
    if (given.timings !== undefined) writeFileSync(given.timings, JSON.stringify(times))
    say('info', `ended: ${JSON.stringify(made.stats())}`)
  }
}

function serverOf(command: string | undefined, args: string[], given: Given): ProxyOptions['server'] {
  if ((command === undefined) === (given.url === undefined))
    throw new RescindError('CONFIG_INVALID', 'Give the MCP server to start after --, or --url of one that runs.')
  if (given.url === undefined) return { command: command ?? '', args }
  if (!URL.canParse(given.url)) throw new RescindError('CONFIG_INVALID', `--url: ${given.url} is not a URL.`)
  const url = new URL(given.url)
  return given.bearerFile === undefined ? { url } : { url, bearer: read(given.bearerFile).trim() }
}

/** The key file that was given, else the local key, which `connection` gives to monitors on this machine only. */
function keyOf(given: Given, alone: boolean): string | undefined {
  if (given.keyFile !== undefined) return read(given.keyFile).trim()
  return alone ? undefined : connection({ url: given.monitor, data: given.data }, '--monitor').key
}

function guardOptions(given: Given): GuardOptions {
  const { agent, cohort, principal, tenant, environment } = given
  const alone = given.monitor === 'none'
  const key = keyOf(given, alone)
  return {
    point: given.point ?? `mcp@${hostname()}/${agent}`,
    agent,
    tenant,
    mode: given.mode,
    staleAfterMs: given.staleAfter * 1000,
    spool: { directory: given.spool },
    onNotice: ({ level, message, cause }: Notice) => say(level, message, cause),
    ...(cohort === undefined ? {} : { cohort }),
    ...(principal === undefined ? {} : { principal }),
    ...(environment === undefined ? {} : { environment }),
    ...(given.fail === undefined ? {} : { fail: given.fail }),
    ...(given.domain === undefined ? {} : { domains: given.domain }),
    ...(given.scope === undefined ? {} : { scopes: [scopeIn(given.scope, given)] }),
    ...(given.knowledge === undefined ? {} : { knowledge: parseKnowledge(readYaml(given.knowledge)) }),
    ...(alone ? {} : { monitor: { url: given.monitor, ...(key === undefined ? {} : { key }) } }),
  }
}

/** The scope in a file; whose it is, the options say. */
function scopeIn(path: string, { agent, tenant }: Given): Scope {
  const file = readYaml(path)
  const scope = { id: `guard:${agent}`, ...(typeof file === 'object' ? file : {}), agent, tenant }
  if (Value.Check(Scope, scope)) return scope
  const [fault] = Value.Errors(Scope, scope)
  throw new RescindError(
    'CONFIG_INVALID',
    `${path}: ${fault?.instancePath.slice(1) ?? ''} ${fault?.message ?? 'is wrong'}`,
  )
}

/** Read anew for each call that is held: a person may have written to it since. */
const approvedIn = (path: string) => (command: string) => {
  try {
    return readFileSync(path, 'utf8').split(/\s+/).includes(command)
  } catch {
    return false
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new RescindError('CONFIG_FILE_UNREADABLE', `${path} cannot be read.`, { cause })
  }
}

/** Standard output is the protocol’s: everything else goes to standard error. */
function say(level: Notice['level'], message: string, cause?: unknown): void {
  const why = cause === undefined ? '' : `: ${wordsOf(cause)}`
  process.stderr.write(`rescind guard ${level === 'warn' ? 'warning' : 'info'}: ${message}${why}\n`)
}
