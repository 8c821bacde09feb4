import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { RescindError } from '../errors.ts'

/** Where a running monitor is, and with what to call it. */
export interface Connection {
  url: string
  key: string | undefined
}

/** The monitor of a data directory on this machine, or the one at `--url` with RESCIND_TOKEN. */
export function connection(options: { url?: string; data: string }): Connection {
  const url = options.url ?? process.env.RESCIND_URL ?? 'http://127.0.0.1:7077'
  const token = process.env.RESCIND_TOKEN
  if (token !== undefined) return { url, key: token }
  try {
    return { url, key: readFileSync(join(options.data, 'rescind.key'), 'utf8').trim() }
  } catch {
    return { url, key: undefined }
  }
}

/** Calls the API; problems become a RescindError that says what to do. */
export async function call<T>(
  { url, key }: Connection,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<T> {
  let response: Response
  try {
    response = await fetch(new URL(path, url), {
      method,
      headers: {
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    })
  } catch (error) {
    throw new RescindError('GUARD_MONITOR_UNREACHABLE', `no monitor answers at ${url}; start one with: rescind start`, {
      retry: 'later',
      cause: error,
    })
  }
  if (response.ok) return (await response.json()) as T
  const problem = (await response.json().catch(() => ({}))) as { detail?: string; title?: string }
  const hint =
    response.status === 401 ? ' (run this in the directory of the monitor, give --data, or set RESCIND_TOKEN)' : ''
  throw new RescindError(
    response.status === 401 ? 'API_UNAUTHORIZED' : response.status === 404 ? 'API_NOT_FOUND' : 'API_INVALID',
    `${problem.detail ?? problem.title ?? `${method} ${path} answered ${response.status}`}${hint}`,
  )
}
