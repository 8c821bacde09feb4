import type { Guard } from '../core/guard.ts'
import type { Side } from '../doors/side.ts'
import { Lines } from '../doors/stdio/lines.ts'
import { LogLines } from '../doors/stdio/log-lines.ts'
import { spawnUpstream } from '../doors/stdio/spawn.ts'
import type { Upstream } from '../doors/upstream.ts'
import type { ToolPins } from './pins/index.ts'
import { Session, type SessionParts } from './session.ts'
import type { Tools } from './tools/tools.ts'
import { warmUpSession } from './warm-up.ts'

export interface ProxyOptions {
  guard: Guard
  tools: Tools
  /** The MCP server: a command to start, or where it listens. */
  server: { command: string; args: readonly string[] } | { url: URL; bearer?: string }
  /** Absent: stdio towards the client. */
  port?: number
  intent?: string
  /** Nobody gave the folders that the agent works in: a client over stdio is asked. */
  askRoots?: true
  /** The task of a client over stdio that names none. */
  task?: () => string
  approvals?: SessionParts['approvals']
  wayBack?: SessionParts['wayBack']
  pins?: ToolPins
  onTrouble(message: string, cause?: unknown): void
  onTime?: SessionParts['onTime']
  /** Ends the proxy in good order. */
  signal: AbortSignal
}

/** Runs until the client or the server is gone; answers the exit code. */
export async function runProxy(options: ProxyOptions): Promise<number> {
  if ('url' in options.server) void tellUnreachable(options.server.url, options)
  return options.port === undefined ? overStdio(options) : overHttp(options, options.port)
}

/** A server may come later: the guard goes on. */
async function tellUnreachable(url: URL, { onTrouble }: ProxyOptions): Promise<void> {
  const { unreachable } = await import('../doors/http/reachable.ts')
  const why = await unreachable(url)
  if (why !== undefined) onTrouble(`--url: nothing answers at ${url.origin}${url.pathname}: ${why}`)
}

async function overStdio(options: ProxyOptions): Promise<number> {
  const { signal } = options
  const client = new Lines(process.stdin, process.stdout)
  const upstream = await open(options)
  if (upstream.side instanceof Lines) {
    upstream.side.fedBy(client)
    client.fedBy(upstream.side)
  }
  const session = join(options, client, upstream)
  const leave = () => void upstream.stop({ settled: session.settled() })
  client.onClosed = leave
  upstream.side.onClosed = () => void tellLost(session, upstream, options).then(leave)
  const leaveNow = () => void upstream.stop({ now: true })
  signal.addEventListener('abort', leaveNow)
  await upstream.side.start()
  await client.start()
  if (signal.aborted) leaveNow()
  await practise(options, upstream)
  const code = await upstream.ended
  const { why, said } = await upstream.parted()
  session.lost(why, said)
  session.end()
  await written(process.stdout)
  // An open standard input would keep the process alive.
  process.stdin.destroy()
  return code
}

/** Whoever waits is told how the server went, and so is the log. */
async function tellLost(session: Session, upstream: Upstream, { onTrouble }: ProxyOptions): Promise<void> {
  const { why, said, isAsked } = await upstream.parted()
  session.lost(why, said)
  if (!isAsked) onTrouble(said === undefined ? why : `${why}; it said last: ${said}`)
}

/** Until the first real call, or the end. */
async function practise({ guard, onTrouble }: ProxyOptions, upstream: Upstream): Promise<void> {
  const before = guard.stats().calls
  let isOver = false
  void upstream.ended.then(() => {
    isOver = true
  })
  try {
    await warmUpSession(guard, () => isOver || guard.stats().calls > before)
  } catch (error) {
    onTrouble('the warm-up failed; first calls may be slow', error)
  }
}

async function overHttp(options: ProxyOptions, port: number): Promise<number> {
  const { signal } = options
  const { listen } = await import('../doors/http/listen.ts')
  const server = await listen(port, async (client, headers) => {
    let authorization = headers.authorization
    const upstream = await open(options, () => authorization)
    const session = join(options, client, upstream, (given) => {
      authorization = given
    })
    const lost = async () => {
      await tellLost(session, upstream, options)
      await client.close()
    }
    upstream.side.onClosed = () => void lost()
    await upstream.side.start()
    await client.start()
    // A server that ends takes its session with it, not the guard.
    void upstream.ended.then(lost)
    return {
      async close() {
        session.end()
        await upstream.stop({ now: true })
      },
    }
  })
  options.onTrouble(`listening on ${server.url}`)
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
  await server.close()
  return 0
}

/** What servers say on their standard error goes to ours, marked as theirs. */
const serverLog = new LogLines((line) => process.stderr.write(`${line}\n`))

async function open({ server }: ProxyOptions, given: () => string | undefined = () => undefined): Promise<Upstream> {
  if ('command' in server)
    return spawnUpstream(server.command, server.args, (stream) => serverLog.follow(stream, 'server: '))
  const own = server.bearer === undefined ? undefined : `Bearer ${server.bearer}`
  // Loaded when needed: over stdio a guard starts without any of HTTP.
  const { httpUpstream } = await import('../doors/http/upstream.ts')
  return httpUpstream(server.url, () => own ?? given())
}

function join(
  options: ProxyOptions,
  client: Side,
  upstream: Upstream,
  onAuthorization: (value: string) => void = () => {},
): Session {
  const { guard, tools, intent, askRoots, task, port, approvals, wayBack, pins, onTrouble, onTime } = options
  const session = new Session({
    guard,
    tools,
    client,
    server: upstream.side,
    onTrouble,
    ...(intent === undefined ? {} : { intent }),
    ...(askRoots === undefined || port !== undefined ? {} : { askRoots }),
    // Each client of a listening guard is a task of its own: whose process it is, nobody knows.
    ...(task === undefined || port !== undefined ? {} : { task }),
    ...(approvals === undefined ? {} : { approvals }),
    ...(wayBack === undefined ? {} : { wayBack }),
    ...(pins === undefined ? {} : { pins }),
    ...(onTime === undefined ? {} : { onTime }),
  })
  const take = client.onArrival
  client.onArrival = (arrival) => {
    const { authorization } = arrival.headers ?? {}
    if (typeof authorization === 'string') onAuthorization(authorization)
    take(arrival)
  }
  client.onError = (error) => onTrouble('on the client’s side', error)
  upstream.side.onError = (error) => onTrouble('on the server’s side', error)
  return session
}

/** Until what was written is out, or nobody takes it. */
const written = (stream: NodeJS.WriteStream) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, 1000)
    stream.write('', () => {
      clearTimeout(timer)
      resolve()
    })
  })
