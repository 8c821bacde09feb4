import type { Guard } from '../core/guard.ts'
import type { ToolPins } from './pins/index.ts'
import { Session, type SessionParts } from './session.ts'
import { Lines, type Side } from './side.ts'
import type { Tools } from './tools.ts'
import { spawnUpstream, type Upstream } from './upstream.ts'
import { warmUpSession } from './warm-up.ts'

export interface ProxyOptions {
  guard: Guard
  tools: Tools
  /** The MCP server: a command to start, or where it listens. */
  server: { command: string; args: readonly string[] } | { url: URL; bearer?: string }
  /** Absent: stdio towards the client. */
  port?: number
  intent?: string
  approved?: (command: string) => boolean
  pins?: ToolPins
  onTrouble(message: string, cause?: unknown): void
  onTime?: SessionParts['onTime']
  /** Ends the proxy in good order. */
  signal: AbortSignal
}

/** Runs until the client or the server is gone; answers the exit code. */
export async function runProxy(options: ProxyOptions): Promise<number> {
  return options.port === undefined ? overStdio(options) : overHttp(options, options.port)
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
  const leave = () => void upstream.stop()
  client.onClosed = leave
  signal.addEventListener('abort', leave)
  await upstream.side.start()
  await client.start()
  if (signal.aborted) leave()
  await practise(options, upstream)
  const code = await upstream.ended
  session.end()
  await written(process.stdout)
  // An open standard input would keep the process alive.
  process.stdin.destroy()
  return code
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
  const { listen } = await import('./downstream.ts')
  const server = await listen(port, async (client, headers) => {
    let authorization = headers.authorization
    const upstream = await open(options, () => authorization)
    const session = join(options, client, upstream, (given) => {
      authorization = given
    })
    await upstream.side.start()
    await client.start()
    // A server that ends takes its session with it, not the guard.
    void upstream.ended.then(() => client.close())
    return {
      async close() {
        session.end()
        await upstream.stop()
      },
    }
  })
  options.onTrouble(`listening on ${server.url}`)
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve))
  await server.close()
  return 0
}

async function open({ server }: ProxyOptions, given: () => string | undefined = () => undefined): Promise<Upstream> {
  if ('command' in server) return spawnUpstream(server.command, server.args)
  const own = server.bearer === undefined ? undefined : `Bearer ${server.bearer}`
  // Loaded when needed: over stdio a guard starts without any of HTTP.
  const { httpUpstream } = await import('./http-upstream.ts')
  return httpUpstream(server.url, () => own ?? given())
}

function join(
  options: ProxyOptions,
  client: Side,
  upstream: Upstream,
  onAuthorization: (value: string) => void = () => {},
): Session {
  const { guard, tools, intent, approved, pins, onTrouble, onTime } = options
  const session = new Session({
    guard,
    tools,
    client,
    server: upstream.side,
    onTrouble,
    ...(intent === undefined ? {} : { intent }),
    ...(approved === undefined ? {} : { approved }),
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

const written = (stream: NodeJS.WriteStream) =>
  new Promise<void>((resolve) => {
    stream.write('', () => resolve())
  })
