import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { CommandLife } from '../api/read/command-life.ts'
import { localKeyFile } from '../api/server/local-key.ts'
import { isLoopback } from '../config/loopback.ts'
import { type ErrorCode, errorCodes, RescindError } from '../errors.ts'
import { MonitorProof } from '../guard/net/proof.ts'
import { plain } from './output.ts'
import { programName } from './program-name.ts'

/** Where a running monitor is, and with what to call it. */
export interface Connection {
  url: string
  key: string | undefined
  /** The key is the local one: it goes only to who proves that it holds it too. */
  proof?: MonitorProof
}

/** What says where the monitor is, as the commands take it. */
export interface Where {
  url?: string
  data?: string
}

const set = (name: string): string | undefined => (process.env[name] === '' ? undefined : process.env[name])

export const dataDirectory = (given: string | undefined): string => given ?? set('RESCIND_DATA') ?? './.rescind'

/** Where `rescind start` writes its address down, so that the commands beside it need no --url. */
export const addressFile = (data: string): string => join(data, 'rescind.url')

/** An address that was given and not only guessed. */
export const givenUrl = (options: Where): string | undefined => options.url ?? set('RESCIND_URL')

/**
 * The monitor of a data directory on this machine, or the one at `--url` with RESCIND_TOKEN. The local key opens this
 * machine’s monitor only, and goes nowhere else.
 */
export function connection(options: Where, setting = '--url'): Connection {
  const data = dataDirectory(options.data)
  const url = givenUrl(options) ?? textOf(addressFile(data)) ?? 'http://127.0.0.1:7077'
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new RescindError('CONFIG_INVALID', `${setting}: "${url}" is not an http or https address.`)
  const token = set('RESCIND_TOKEN')
  if (token !== undefined) return { url, key: token }
  const key = isLoopback(new URL(url).hostname) ? textOf(localKeyFile(data)) : undefined
  return key === undefined ? { url, key } : { url, key, proof: new MonitorProof(url, key) }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}

const noMonitor = (to: Connection, cause: unknown) =>
  new RescindError(
    'MONITOR_UNREACHABLE',
    `No monitor answers at ${to.url}. Start one with: ${programName()} start; or say where it is with --url or --data.`,
    { retry: 'later', cause },
  )

/** Nobody answered at all. */
const isSilent = (error: unknown): boolean => error instanceof RescindError && error.cause !== undefined

async function ask(to: Connection, path: string, init: RequestInit, signal?: AbortSignal): Promise<Response> {
  const timeout = AbortSignal.timeout(30_000)
  try {
    return await fetch(`${to.url.replace(/\/+$/, '')}${path}`, {
      ...init,
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    })
  } catch (error) {
    signal?.throwIfAborted()
    to.proof?.forget()
    throw noMonitor(to, error)
  }
}

const isCode = (code: unknown): code is ErrorCode => typeof code === 'string' && code in errorCodes

/** Calls the API; problems become a RescindError that says what to do. */
export async function call<T>(
  to: Connection,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  if (to.proof !== undefined)
    await to.proof.hold().catch((error: unknown) => {
      throw isSilent(error) ? noMonitor(to, error) : error
    })
  const headers = {
    ...(to.key === undefined ? {} : { authorization: `Bearer ${to.key}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  }
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  const response = await ask(to, path, init, signal)
  const answer: unknown = await response.json().catch(() => undefined)
  if (response.ok && answer !== undefined) return answer as T
  const problem = (typeof answer === 'object' && answer !== null ? answer : {}) as { detail?: string; code?: unknown }
  if (!isCode(problem.code))
    throw new RescindError(
      'MONITOR_UNREACHABLE',
      `What answers at ${to.url} is not a monitor: ${method} ${path} gave ${response.status}. Check --url.`,
    )
  throw new RescindError(problem.code, `${plain(problem.detail ?? '', 4000)}${hints[problem.code] ?? ''}`)
}

const hints: Partial<Record<ErrorCode, string>> = {
  API_UNAUTHORIZED: ' Run this beside the monitor’s data directory, give --data, or set RESCIND_TOKEN.',
  API_NOT_FOUND: ' What belongs to another tenant is found with --tenant.',
}

/** How long a command may take to follow what a person said. */
const patienceMs = 5_000

/**
 * A command once `isDone` says so, or as it is when a few seconds are over; undefined while it has not come through the log.
 */
export async function lookUntil(
  to: Connection,
  id: string,
  tenant: string | undefined,
  isDone: (life: CommandLife) => boolean,
): Promise<CommandLife | undefined> {
  const path = query(`/v1/commands/${encodeURIComponent(id)}`, { tenant })
  for (const until = performance.now() + patienceMs; ; await pause(100)) {
    const life = await call<CommandLife>(to, 'GET', path).catch((error: unknown) => {
      if (error instanceof RescindError && error.code === 'API_NOT_FOUND') return undefined
      throw error
    })
    if ((life !== undefined && isDone(life)) || performance.now() >= until) return life
  }
}

export interface Readiness {
  ready: boolean
  history: string
  trouble?: string
}

/** Whether the monitor there is ready; undefined when none answers. */
export async function readiness(to: Connection): Promise<Readiness | undefined> {
  try {
    const answer: unknown = await (await ask(to, '/readyz', { method: 'GET' })).json()
    return typeof answer === 'object' && answer !== null && 'ready' in answer ? (answer as Readiness) : undefined
  } catch {
    return undefined
  }
}

/** A path with those parameters that have a value. */
export function query(path: string, params: Readonly<Record<string, string | number | undefined>>): string {
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) if (value !== undefined) given.set(name, String(value))
  return given.size === 0 ? path : `${path}?${given}`
}
