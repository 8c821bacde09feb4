import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RescindError } from '../../errors.ts'
import { type EngineConfig, type EngineMessage, type EngineWarning, isMessage } from './messages.ts'

export type { EngineWarning } from './messages.ts'

export interface EngineOptions {
  /** Created when missing. One process at a time. */
  directory: string
  /** On 127.0.0.1; absent: the one of the last start, else a free one. */
  port?: number
  /** The engine's own cap; default 1024. The process takes some 200 MiB more. */
  memoryMiB?: number
  /** Below this much free disk inserts are refused, for later; default 256. */
  minFreeMiB?: number
  /** A lasting password for readers such as Grafana; absent: a random one. */
  readerToken?: string
  onWarning?(warning: EngineWarning): void
}

export interface EngineAccount {
  username: string
  password: string
}

export interface Engine {
  /** ClickHouse's HTTP interface, without credentials. */
  readonly url: string
  /** May do everything. For the monitor only; new at each start. */
  readonly writer: EngineAccount
  /** May only read. */
  readonly reader: EngineAccount
  /** `url` with the reader's credentials in it. */
  readonly readOnlyUrl: string
  /** Milliseconds from spawning to ready, of the last start. */
  readonly startMs: number
  pid(): number | undefined
  /** Resolves when the process has ended. */
  close(): Promise<void>
}

const token = () => randomBytes(24).toString('base64url')
const lockWaitMs = 5_000
const startLimitMs = 60_000

/** Node runs no TypeScript here: from the sources, as in tests, the compiled file in dist is taken. */
function entry(): string {
  const beside = fileURLToPath(new URL('./main.js', import.meta.url))
  if (existsSync(beside)) return beside
  const compiled = fileURLToPath(new URL('../../../dist/src/edges/chdb/main.js', import.meta.url))
  if (existsSync(compiled)) return compiled
  throw new RescindError('HISTORY_ENGINE_MISSING', `The history engine is not built: ${compiled} is missing`)
}

interface Started {
  child: ChildProcess
  port: number
  ms: number
}
type Failed = Extract<EngineMessage, { type: 'failed' }>

const isFailed = (outcome: Started | Failed): outcome is Failed => 'type' in outcome

/** One attempt: resolves when the child is ready or has said why not. */
function attempt(config: EngineConfig, onWarning: (warning: EngineWarning) => void): Promise<Started | Failed> {
  const began = performance.now()
  const { PATH, HOME, TMPDIR, LANG, TZ, LD_LIBRARY_PATH } = process.env
  const child = fork(entry(), [], {
    // Nothing of the monitor's secrets; more threads than both gates of server.ts let in.
    env: { PATH, HOME, TMPDIR, LANG, TZ, LD_LIBRARY_PATH, UV_THREADPOOL_SIZE: '8' },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-4096)
  })
  return new Promise((resolve) => {
    const slow = setTimeout(() => child.kill('SIGKILL'), startLimitMs)
    const settle = (outcome: Started | Failed) => {
      clearTimeout(slow)
      resolve(outcome)
    }
    child.on('message', (message: unknown) => {
      if (!isMessage(message)) return
      if (message.type === 'warning') onWarning(message.warning)
      else if (message.type === 'failed') settle(message)
      else settle({ child, port: message.port, ms: performance.now() - began })
    })
    child.once('error', (error) => settle({ type: 'failed', reason: 'other', message: error.message }))
    child.once('exit', (code, signal) =>
      settle({
        type: 'failed',
        reason: 'other',
        message: `the engine ended at start (${signal ?? code}) ${stderr.trim()}`.trim(),
      }),
    )
    child.send(config, () => undefined)
  })
}

function errorOf(failed: Failed, directory: string): RescindError {
  if (failed.reason === 'missing')
    return new RescindError(
      'HISTORY_ENGINE_MISSING',
      `The embedded history engine cannot run here: ${failed.message}. It needs the optional package chdb (Linux with glibc, or macOS); otherwise give the URL of a ClickHouse server`,
    )
  return new RescindError('HISTORY_UNAVAILABLE', `The history engine does not start: ${failed.message}`, {
    retry: 'later',
    data: { directory, reason: failed.reason },
  })
}

/** Starts the engine and keeps it up: after a crash it comes back on the same port with the same tokens. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const config: EngineConfig = {
    directory: options.directory,
    port: options.port ?? lastPort(options.directory),
    memoryMiB: options.memoryMiB ?? 1024,
    minFreeMiB: options.minFreeMiB ?? 256,
    writerToken: token(),
    readerToken: options.readerToken ?? token(),
  }
  const warn = (warning: EngineWarning) => options.onWarning?.(warning)

  let current = await first(config, warn, options.port === undefined)
  config.port = current.port
  if (options.port === undefined) keepPort(options.directory, current.port)
  let closing = false
  let running = true
  let restart: NodeJS.Timeout | undefined
  let attempts = 0

  const watch = ({ child }: Started) => {
    // An engine that has held for a while is healthy: the next crash starts from the shortest wait again.
    const healthy = setTimeout(() => {
      attempts = 0
    }, 30_000)
    healthy.unref()
    const onExit = (code: number | null, signal: string | null) => {
      clearTimeout(healthy)
      running = false
      if (closing) return
      warn({ code: 'engine-down', message: `The history engine ended (${signal ?? code}); it is started again` })
      again()
    }
    if (child.exitCode !== null || child.signalCode !== null) onExit(child.exitCode, child.signalCode)
    else child.once('exit', onExit)
  }

  const again = () => {
    restart = setTimeout(
      async () => {
        const outcome = await attempt(config, warn)
        if (isFailed(outcome)) {
          warn({ code: 'engine-down', message: `The history engine does not start: ${outcome.message}` })
          if (!closing) again()
          return
        }
        current = outcome
        running = true
        if (closing) await end(current.child)
        else {
          warn({ code: 'engine-restarted', message: `The history engine is back after ${Math.round(outcome.ms)} ms` })
          watch(current)
        }
      },
      Math.min(10_000, 50 * 2 ** attempts++),
    )
  }
  watch(current)

  const url = `http://127.0.0.1:${config.port}`
  const reader = { username: 'reader', password: config.readerToken }
  return {
    url,
    writer: { username: 'monitor', password: config.writerToken },
    reader,
    readOnlyUrl: `http://reader:${encodeURIComponent(reader.password)}@127.0.0.1:${config.port}`,
    get startMs() {
      return current.ms
    },
    pid: () => (running ? current.child.pid : undefined),
    async close() {
      closing = true
      clearTimeout(restart)
      await end(current.child)
    },
  }
}

/** So that a data source of Grafana’s holds over restarts of the monitor. */
const portFile = (directory: string) => join(directory, 'http.port')

/** The port of the engine of a directory at its last start; 0: not known. */
export function lastPort(directory: string): number {
  try {
    const port = Number(readFileSync(portFile(directory), 'utf8'))
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : 0
  } catch {
    return 0
  }
}

function keepPort(directory: string, port: number): void {
  if (port === lastPort(directory)) return
  try {
    writeFileSync(portFile(directory), `${port}\n`, { mode: 0o600 })
  } catch {
    // The next start takes another one: no more is lost.
  }
}

/** A child of a parent that died a moment ago may still hold the directory: that is waited for, another's is not. */
async function first(config: EngineConfig, warn: (warning: EngineWarning) => void, mayMove: boolean): Promise<Started> {
  const until = performance.now() + lockWaitMs
  for (;;) {
    const outcome = await attempt(config, warn)
    if (!isFailed(outcome)) return outcome
    // Somebody else has the port of the last start: any other will do.
    if (outcome.reason === 'port' && mayMove && config.port !== 0) {
      config.port = 0
      continue
    }
    if (outcome.reason !== 'locked' || performance.now() >= until) throw errorOf(outcome, config.directory)
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
  if (child.connected) child.disconnect()
  await gone
  clearTimeout(late)
}
