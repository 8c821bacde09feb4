import { readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { Value } from 'typebox/value'
import { RescindError, wordsOf } from '../errors.ts'
import { createGuard, type GuardOptions, type Notice } from '../guard/index.ts'
import { parseKnowledge } from '../guard/link/knowledge.ts'
import { LogLines } from '../guard/mcp/log-lines.ts'
import { type ProxyOptions, runProxy } from '../guard/mcp/proxy.ts'
import type { CallTime } from '../guard/mcp/session.ts'
import { readToolTable, readYaml, Tools } from '../guard/mcp/tools.ts'
import { Scope } from '../model/scope.ts'
import { connection } from './client.ts'
import type { Given } from './guard-command.ts'

/** Stands before the server until one of the two ends; the exit status. */
export async function guard([command, ...args]: string[], given: Given): Promise<number> {
  const server = serverOf(command, args, given)
  const tools = new Tools(given.tools === undefined ? {} : readToolTable(given.tools))
  if (given.explainTools === true) {
    const { explainTools } = await import('../guard/mcp/explain.ts')
    process.stdout.write(`${await explainTools(server, tools)}\n`)
    return 0
  }
  const stop = new AbortController()
  // More than once is no harm: the end is under way, and bounded.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, () => stop.abort())
  // Nobody reads the log any more.
  process.stderr.on('error', () => {})
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
    log.tellLeft()
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

const log = new LogLines((line) => process.stderr.write(`${line}\n`))

/** Standard output is the protocol’s: everything else goes to standard error, as lines that nobody else can forge. */
function say(level: Notice['level'], message: string, cause?: unknown): void {
  const why = cause === undefined ? '' : `: ${wordsOf(cause)}`
  log.write(`rescind guard ${level === 'warn' ? 'warning' : 'info'}: `, `${message}${why}`)
}
