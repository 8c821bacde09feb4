import { existsSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { localKeyFile } from '../api/server/local-key.ts'
import { forOption, RescindError, wordsOf } from '../errors.ts'
import { pathsIn } from '../guard/core/own-files.ts'
import { LogLines } from '../guard/doors/stdio/log-lines.ts'
import { createGuard, type Guard, type GuardOptions, type Notice } from '../guard/index.ts'
import { ApprovalsFile } from '../guard/mcp/person/approvals-file.ts'
import { HeldList, heldPath } from '../guard/mcp/person/held-list.ts'
import { WidenedFile, widenedPath } from '../guard/mcp/person/widened-file.ts'
import { ToolPins } from '../guard/mcp/pins/index.ts'
import { PinStore } from '../guard/mcp/pins/store.ts'
import { type ProxyOptions, runProxy } from '../guard/mcp/proxy.ts'
import { orderOf, type WayBack } from '../guard/mcp/refusal.ts'
import { Tools } from '../guard/mcp/tools/tools.ts'
import type { CallTime } from '../guard/mcp/waiting.ts'
import { ClientTask, clientProcess } from '../guard/memory/client-task.ts'
import { MemoryDirectory } from '../guard/memory/directory.ts'
import type { Policy } from '../policy/policy.ts'
import { connection } from './client.ts'
import type { Given } from './guard-command.ts'
import { fileFor, folderFor, keyIn, knowledgeIn, scopeIn, toolTableIn } from './guard-files.ts'
import { KeyFile } from './key-file.ts'
import { harmless, shellWord } from './output.ts'
import { programName } from './program-name.ts'

/** Stands before the server until one of the two ends; the exit status. */
export async function guard([command, ...args]: string[], given: Given): Promise<number> {
  const server = serverOf(command, args, given)
  const tools = new Tools(tableOf(given))
  if (given.explainTools === true) {
    const { explainTools } = await import('../guard/mcp/tools/explain.ts')
    process.stdout.write(`${harmless(await explainTools(server, tools))}\n`)
    return 0
  }
  const approvals = given.approvals ?? join(given.spool, 'approvals')
  const roots = rootsOf(args, given)
  folderFor('--pins', given.pins)
  const pins = pinsOf(server, given)
  if (given.acceptTools === true) {
    const { acceptTools } = await import('../guard/mcp/tools/explain.ts')
    process.stdout.write(`${harmless(await acceptTools(server, pins))}\n`)
    return 0
  }
  const stop = new AbortController()
  // More than once is no harm: the end is under way, and bounded.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, () => stop.abort())
  // Nobody reads the log any more.
  process.stderr.on('error', () => {})
  if (given.timings !== undefined) fileFor('--timings', given.timings, '[]')
  const memory = memoryDirectory(given)
  const own = ownFiles(given, approvals)
  for (const path of pathsIn(roots, own))
    say(
      'warn',
      `${path} is the guard’s own and lies where the server works: a server that reads whole folders reads it too`,
    )
  const held = given.monitor === 'none' ? heldBeside(approvals, given) : undefined
  await joined(given)
  const made = await createGuard({
    ...guardOptions(given),
    ...(given.policy === undefined ? {} : { policy: await policyOf(given.policy) }),
    roots,
    ownFiles: own,
    ...(memory === undefined ? {} : { memory }),
  })
  const task = memory === undefined ? undefined : new ClientTask(memory.path, clientProcess(), Date.now)
  const times: CallTime[] = []
  try {
    return await runProxy({
      guard: made,
      tools,
      pins,
      server,
      signal: stop.signal,
      onTrouble: (message, cause) => say('warn', message, cause),
      ...(given.listen === undefined ? {} : { port: given.listen }),
      ...(given.intent === undefined ? {} : { intent: given.intent }),
      ...(roots.length > 0 ? {} : { askRoots: true as const }),
      ...(task === undefined ? {} : { task: () => task.id() }),
      ...(held === undefined ? {} : { approvals: approvalsIn(approvals, made, held) }),
      wayBack: wayBackOf(given, approvals),
      ...(given.timings === undefined ? {} : { onTime: (time: CallTime) => times.length < 1e6 && times.push(time) }),
    })
  } finally {
    held?.close()
    await made.close()
    if (given.timings !== undefined) keepTimes(given.timings, times)
    log.tellLeft()
    say('info', `ended: ${JSON.stringify(made.stats())}`)
  }
}

async function joined({ join, keyFile, monitor }: Given): Promise<void> {
  if (join === undefined) return
  if (keyFile === undefined || monitor === 'none')
    throw new RescindError('CONFIG_INVALID', '--join needs --key-file, where the key is kept, and a monitor.')
  await (await import('./join.ts')).join(monitor, join, keyFile)
}

const tableOf = ({ tools }: Given) => (tools === undefined ? {} : forOption('--tools', () => toolTableIn(tools)))

async function policyOf(path: string): Promise<Policy> {
  const [{ loadPolicy }, { detectorsWith }] = await Promise.all([
    import('../config/policy-file.ts'),
    import('../compose/flow.ts'),
  ])
  return forOption('--policy', () => loadPolicy(path, detectorsWith()))
}

/** At the end, so that no call waits for it. */
function keepTimes(path: string, times: readonly CallTime[]): void {
  try {
    writeFileSync(path, JSON.stringify(times))
  } catch (cause) {
    say('warn', `--timings: ${path} cannot be written`, cause)
  }
}

/** CONFIG_FILE_UNREADABLE where nobody could write an approval. */
function heldBeside(path: string, { approvals }: Given): HeldList {
  const setting = approvals === undefined ? '--spool' : '--approvals'
  folderFor(setting, dirname(path))
  return new HeldList(fileFor(setting, path), (message, cause) => say('warn', message, cause))
}

/** What a person let go by a line in the file, and beside it what could be. */
function approvalsIn(path: string, made: Guard, held: HeldList): NonNullable<ProxyOptions['approvals']> {
  const file = new ApprovalsFile(path, (why) => say('warn', why))
  // What is wrong with the file is told before the first call.
  file.lines()
  const widened = new WidenedFile(
    made,
    file,
    (what) => say('info', what),
    (why) => say('warn', why),
  )
  return {
    lastWordOn: (id) => file.lastWordOn(id),
    look: () => widened.look(),
    waits: (decision) => held.add(decision),
  }
}

/** The command line by which a person lets a held call go: whole, so that it can be copied. */
function wayBackOf({ monitor, tenant, keyFile, data }: Given, approvals: string): WayBack {
  const hasLocalKey = keyFile === undefined && process.env.RESCIND_TOKEN === undefined && existsSync(localKeyFile(data))
  return (command, held) => {
    if (monitor !== 'none') {
      const words = ['--url', monitor]
      if (hasLocalKey) words.push('--data', resolve(data))
      if (tenant !== 'default') words.push('--tenant', tenant)
      const where = words.map(shellWord).join(' ')
      return `a person runs \`${programName()} ${orderOf(command, held !== undefined)} ${where} --reason …\``
    }
    const id = held?.handle ?? command.id
    const file = resolve(approvals)
    return `a person runs \`${programName()} approve ${id} --approvals ${shellWord(file)} --reason …\`, or writes ${id} on a line of ${file}`
  }
}

/** Folders that the agent works in: those that were given, else those that the server was given. */
function rootsOf(args: readonly string[], { root }: Given): string[] {
  const missing = root?.find((each) => !isFolder(each))
  if (missing !== undefined)
    throw new RescindError(
      'CONFIG_INVALID',
      `--root: there is no folder ${resolve(missing)}. Make it, or give the folder in which the agent works.`,
    )
  return (root ?? args.filter((each) => isFolder(each))).flatMap((path) => {
    const whole = resolve(path)
    return [...new Set([whole, realpathSync(whole)])]
  })
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

/** Without it each guard remembers for itself, as long as it runs. */
function memoryDirectory({ memory, tenant, agent }: Given): MemoryDirectory | undefined {
  try {
    return MemoryDirectory.open(memory, `${tenant}/${agent}`)
  } catch (cause) {
    say('warn', `${memory} cannot be used: what other guards of this agent read is not known here`, cause)
    return undefined
  }
}

/** What no call may name: who can write there can approve, or forget, in the guard’s memory. */
const ownFiles = ({ data, keyFile, policy, memory, pins }: Given, approvals: string): string[] => [
  ...new Set(
    [approvals, widenedPath(approvals), heldPath(approvals), data, memory, pins, keyFile ?? [], policy ?? []]
      .flat()
      .flatMap((path) => {
        const whole = resolve(path)
        return existsSync(whole) ? [whole, realpathSync(whole)] : [whole]
      }),
  ),
]

function serverOf(command: string | undefined, args: string[], given: Given): ProxyOptions['server'] {
  if (command === undefined && given.url === undefined)
    throw new RescindError('CONFIG_INVALID', 'Give the MCP server to start after --, or --url of one that runs.')
  if (command !== undefined && given.url !== undefined)
    throw new RescindError('CONFIG_INVALID', `Give --url or a server to start (${command}), not both.`)
  if (given.url === undefined) return { command: command ?? '', args }
  if (!/^https?:\/\//i.test(given.url) || !URL.canParse(given.url))
    throw new RescindError('CONFIG_INVALID', `--url: "${given.url}" is not an http or https address.`)
  const url = new URL(given.url)
  return given.bearerFile === undefined
    ? { url }
    : { url, bearer: forOption('--bearer-file', () => keyIn(given.bearerFile ?? '')) }
}

/** A server is who the operator says it is: its command line, or its URL without what changes from call to call. */
function pinsOf(server: ProxyOptions['server'], { agent, tenant, pins }: Given): ToolPins {
  const identity =
    'command' in server
      ? JSON.stringify([server.command, ...server.args])
      : `${server.url.origin}${server.url.pathname}`
  const store = new PinStore(pins, `${tenant}/${agent}`, identity)
  return new ToolPins(store, (message, cause) => say('warn', message, cause))
}

/** The key file that was given, read again as it changes; else the local key, which `connection` gives to monitors on this machine only. */
function keyOf(given: Given): Partial<Pick<NonNullable<GuardOptions['monitor']>, 'key' | 'isLocalKey'>> {
  const { keyFile } = given
  if (keyFile !== undefined) {
    const file = new KeyFile(keyFile, (why) => say('warn', why))
    forOption('--key-file', () => file.open())
    return { key: () => file.key() }
  }
  const { key, proof } = connection({ url: given.monitor, data: given.data }, '--monitor')
  return key === undefined ? {} : { key, isLocalKey: proof !== undefined }
}

function guardOptions(given: Given): GuardOptions {
  const { agent, cohort, principal, tenant, environment } = given
  const alone = given.monitor === 'none'
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
    ...(given.scope === undefined ? {} : { scopes: [forOption('--scope', () => scopeIn(given.scope ?? '', given))] }),
    ...(given.knowledge === undefined
      ? {}
      : { knowledge: forOption('--knowledge', () => knowledgeIn(given.knowledge ?? '')) }),
    ...(alone ? {} : { monitor: { url: given.monitor, ...keyOf(given) } }),
  }
}

const log = new LogLines((line) => process.stderr.write(`${line}\n`))

/** Standard output is the protocol’s: everything else goes to standard error, as lines that nobody else can forge. */
function say(level: Notice['level'], message: string, cause?: unknown): void {
  const why = cause === undefined ? '' : `: ${wordsOf(cause)}`
  log.write(`rescind guard ${level === 'warn' ? 'warning' : 'info'}: `, `${message}${why}`)
}
