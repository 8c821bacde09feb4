import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../src/cli/main.js', import.meta.url))

/** A monitor in a process of its own, as `rescind start` runs it, on a free port and a directory of its own. */
export interface Service {
  readonly url: string
  readonly key: string
  readonly data: string
  readonly pid: number
  readonly readyMs: number
  /** SIGTERM, and waits. */
  stop(): Promise<void>
  /** SIGKILL, and waits. */
  kill(): Promise<void>
  /** The same directory again. */
  restart(): Promise<void>
  /** Stops, and removes the directory. */
  dispose(): Promise<void>
}

/** The benchmarks’ policy: defaults, with a brake that thousands of wanted revocations do not trip. */
export const policy = 'brake:\n  perTenant: 1000000\n'

export async function startService(options: {
  history: boolean
  data?: string
  env?: Record<string, string>
  execArgv?: readonly string[]
}): Promise<Service> {
  const data = options.data ?? mkdtempSync(join(tmpdir(), 'rescind-bench-'))
  writeFileSync(join(data, 'policy.yaml'), policy)
  let child: ChildProcess
  let url = ''
  let readyMs = 0
  let port = '0'
  const start = async () => {
    const args = [
      ...(options.execArgv ?? []),
      main,
      'start',
      '--json',
      '--no-drill',
      '--data',
      data,
      '--policy',
      join(data, 'policy.yaml'),
      '--port',
      port,
    ]
    if (!options.history) args.push('--no-history')
    const env = {
      ...process.env,
      RESCIND_HTTP_RATE: '1000000',
      RESCIND_LOGGING_LEVEL: process.env.RESCIND_LOGGING_LEVEL ?? 'error',
      ...options.env,
    }
    child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env })
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
    const first = await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve)
      child.once('exit', (code) => reject(new Error(`the monitor ended with ${code}`)))
    })
    const up = JSON.parse(first) as { url: string; readyMs: number }
    url = up.url
    readyMs = up.readyMs
    port = new URL(url).port
  }
  const ended = () =>
    new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) resolve()
      else child.once('exit', () => resolve())
    })
  await start()
  return {
    get url() {
      return url
    },
    get key() {
      return readFileSync(join(data, 'rescind.key'), 'utf8').trim()
    },
    data,
    get pid() {
      return child.pid ?? 0
    },
    get readyMs() {
      return readyMs
    },
    async stop() {
      child.kill('SIGTERM')
      await ended()
    },
    async kill() {
      child.kill('SIGKILL')
      await ended()
    },
    restart: start,
    async dispose() {
      child.kill('SIGTERM')
      await ended()
      rmSync(data, { recursive: true, force: true })
    },
  }
}

/** One number of /metrics, summed over its labels. */
export async function metric(service: Pick<Service, 'url' | 'key'>, name: string, labels = ''): Promise<number> {
  const text = await (
    await fetch(`${service.url}/metrics`, { headers: { authorization: `Bearer ${service.key}` } })
  ).text()
  let sum = 0
  for (const line of text.split('\n'))
    if (line.startsWith(name) && line.includes(labels) && /^[a-z_]+(\{|\s)/.test(line))
      sum += Number(line.slice(line.lastIndexOf(' ') + 1))
  return sum
}

/** Looks seldom: each look costs the monitor a few milliseconds. */
export async function until(what: string, reached: () => Promise<boolean>, everyMs = 250): Promise<void> {
  for (const late = Date.now() + 1_200_000; Date.now() < late; ) {
    if (await reached()) return
    await pause(everyMs)
  }
  throw new Error(`${what} did not come about`)
}

export const quantile = (sorted: readonly number[], q: number): number =>
  sorted.length === 0 ? Number.NaN : (sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN)

export const round = (ms: number): number => Math.round(ms * 100) / 100
