import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import { until } from './until.ts'

const main = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url))

const patienceMs = 12_000

/** Ours only: what the person at this machine has set must not reach a test. */
const environment = (over: Record<string, string> = {}): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('RESCIND_'))),
  NO_COLOR: '1',
  COLUMNS: '100',
  ...over,
})

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

export interface RunOptions {
  env?: Record<string, string>
  cwd?: string
  input?: string | Buffer
}

/** One command of the CLI, to its end. */
export function rescind(args: readonly string[], { env, cwd, input }: RunOptions = {}): Promise<Ended> {
  const child = spawn(process.execPath, [main, ...args], {
    env: environment(env),
    ...(cwd === undefined ? {} : { cwd }),
  })
  const said = collect(child)
  child.stdin.on('error', () => {})
  child.stdin.end(input ?? '')
  // What hangs is to fail where it hangs, with what it said.
  const late = setTimeout(() => {
    said.stderr += `\nrescind ${args.join(' ')} did not end within ${patienceMs} ms`
    child.kill('SIGKILL')
  }, patienceMs)
  child.once('close', () => clearTimeout(late))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })))
}

/** A command’s one line of JSON. */
export async function answer<T>(args: readonly string[], options: RunOptions = {}): Promise<T> {
  const { code, stdout, stderr } = await rescind([...args, '--json'], options)
  const lines = stdout.trimEnd().split('\n')
  if (lines.length !== 1) throw new Error(`${args.join(' ')} (${code}) wrote ${lines.length} lines: ${stdout}${stderr}`)
  if (lines[0] === '') throw new Error(`${args.join(' ')} (${code}) wrote nothing: ${stderr}`)
  return JSON.parse(lines[0] ?? '') as T
}

function collect(child: ChildProcess): { stdout: string; stderr: string } {
  const said = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text
  })
  return said
}

export interface Ready {
  url: string
  history: { url: string; embedded: boolean; reader: { username: string; passwordFile: string } } | null
  readyMs: number
  pid: number
}

const running = new Set<ChildProcess>()
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL')
})

interface ServiceOptions {
  args?: readonly string[]
  env?: Record<string, string>
  /** No file of the service’s may become larger: to write on fails, as it does on a disk that is full. */
  maxFileKiB?: number
}

/** `rescind start --json` in a process of its own. Fails with what it said when it ends before it is ready. */
export async function startService(data: string, { args = ['--no-drill'], env = {}, maxFileKiB }: ServiceOptions = {}) {
  const command = [process.execPath, main, 'start', '--json', '--data', data, '--port', '0', ...args]
  if (maxFileKiB !== undefined) command.unshift('bash', '-c', 'ulimit -f "$0"; exec "$@"', String(maxFileKiB))
  const child = spawn(command[0] as string, command.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment({ RESCIND_HTTP_RATE: '1000000', ...env }),
  })
  running.add(child)
  const said = collect(child)
  const ended = new Promise<number | null>((resolve) =>
    child.once('close', (code) => {
      running.delete(child)
      resolve(code)
    }),
  )
  const line = await Promise.race([
    new Promise<string>((resolve) => createInterface({ input: child.stdout }).once('line', resolve)),
    ended.then((code) => {
      throw new Error(`start ended with ${code}: ${said.stdout}${said.stderr}`)
    }),
  ])
  const ready = JSON.parse(line) as Ready
  const key = readFileSync(join(data, 'rescind.key'), 'utf8').trim()
  const headers = { authorization: `Bearer ${key}` }
  const get = async <T>(path: string): Promise<T> =>
    (await fetch(`${ready.url}${path}`, { headers, signal: AbortSignal.timeout(patienceMs) })).json() as T
  return {
    ...ready,
    data,
    key,
    said,
    ended,
    get,
    async post(body: string, contentType = 'application/x-ndjson', path = '/v1/events') {
      const response = await fetch(`${ready.url}${path}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': contentType },
        body,
        signal: AbortSignal.timeout(patienceMs),
      })
      return { status: response.status, body: (await response.json()) as { accepted: number; rejected: number } }
    },
    /** One number of /metrics, summed over its labels. */
    async metric(name: string, labels = ''): Promise<number> {
      const text = await (await fetch(`${ready.url}/metrics`, { headers })).text()
      let sum = 0
      for (const each of text.split('\n'))
        if (new RegExp(`^${name}[{ ]`).test(each) && each.includes(labels))
          sum += Number(each.slice(each.lastIndexOf(' ') + 1))
      return sum
    },
    /** Rows of an answer of the history store, as its reader. */
    async sql<T = string[]>(query: string): Promise<T[]> {
      if (ready.history === null) throw new Error('there is no history')
      const { username, passwordFile } = ready.history.reader
      const password = readFileSync(passwordFile, 'utf8').trim()
      const response = await fetch(`${ready.history.url}/?default_format=JSONCompactEachRow`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` },
        body: query,
      })
      const text = await response.text()
      if (!response.ok) throw new Error(text)
      return text
        .split('\n')
        .filter((each) => each !== '')
        .map((each) => JSON.parse(each) as T)
    },
    /** Resolves when nothing of the log is missing in history. */
    async inHistory(): Promise<void> {
      await until('everything is in history', async () =>
        (await this.metric('rescind_history_up')) === 1 && (await this.metric('rescind_history_lag_records')) === 0
          ? true
          : undefined,
      )
    },
    /** Asks it to stop; the exit code. */
    async stop(): Promise<number | null> {
      child.kill('SIGTERM')
      return ended
    },
    async kill(): Promise<void> {
      child.kill('SIGKILL')
      await ended
    },
  }
}

export type Service = Awaited<ReturnType<typeof startService>>
