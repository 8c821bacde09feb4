import { RescindError } from '../../errors.ts'
import type { MonitorOptions } from '../core/types.ts'
import { within } from '../net/backoff.ts'
import { MonitorProof } from '../net/proof.ts'

/** Requests to the monitor’s API, with the bearer key. */
export class MonitorClient {
  readonly url: string
  readonly #key: () => string | undefined
  readonly #proof: MonitorProof | undefined
  readonly #fetch: typeof fetch

  constructor({ url, key, isLocalKey, fetch: given }: MonitorOptions) {
    this.url = url.replace(/\/+$/, '')
    this.#key = typeof key === 'function' ? key : () => key
    this.#fetch = given ?? fetch
    if (isLocalKey === true && typeof key === 'string') this.#proof = new MonitorProof(url, key, this.#fetch)
  }

  /** Throws MONITOR_UNREACHABLE when there is no answer; a refusal is an answer. `timeoutMs`: until its head is here. */
  async request(path: string, init: RequestInit & { timeoutMs?: number } = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    await this.#proof?.hold()
    const key = this.#key()
    if (key !== undefined) headers.set('authorization', `Bearer ${key}`)
    const { timeoutMs, ...rest } = init
    const limit = timeoutMs === undefined ? undefined : within(timeoutMs, init.signal)
    if (limit !== undefined) rest.signal = limit.signal
    try {
      // A redirect could carry the key elsewhere.
      return await this.#fetch(`${this.url}${path}`, { ...rest, headers, redirect: 'error' })
    } catch (cause) {
      this.#proof?.forget()
      throw new RescindError('MONITOR_UNREACHABLE', `The monitor at ${this.url} does not answer.`, {
        retry: 'later',
        cause,
      })
    } finally {
      limit?.done()
    }
  }

  async post(path: string, body: string, contentType: string, signal?: AbortSignal): Promise<Response> {
    const response = await this.request(path, {
      method: 'POST',
      body,
      headers: { 'content-type': contentType },
      timeoutMs: 15_000,
      ...(signal === undefined ? {} : { signal }),
    })
    if (response.status === 429 || response.status >= 500 || response.status === 401 || response.status === 403) {
      await response.body?.cancel()
      throw this.unwilling(path, response.status)
    }
    return response
  }

  async json(path: string): Promise<unknown> {
    const response = await this.request(path, { timeoutMs: 10_000, headers: { accept: 'application/json' } })
    if (!response.ok) {
      await response.body?.cancel()
      throw this.unwilling(path, response.status)
    }
    return response.json()
  }

  /** What a refusal of the monitor’s is: of the key, which only a person mends, or an outage. */
  unwilling(path: string, status: number): RescindError {
    if (status === 401 && this.#key() === undefined)
      return new RescindError(
        'API_UNAUTHORIZED',
        `The monitor at ${this.url} asks for a key (401), and the guard found none. ${another}`,
      )
    return unwilling(this.url, path, status)
  }
}

const another =
  'Give another one: --key-file FILE, RESCIND_TOKEN or, on this machine, --data DIR (the data directory of the monitor, with rescind.key).'

const unwilling = (url: string, path: string, status: number): RescindError =>
  status === 401
    ? new RescindError('API_UNAUTHORIZED', `The monitor at ${url} does not take this guard’s key (401). ${another}`)
    : status === 403
      ? new RescindError(
          'API_FORBIDDEN',
          `The monitor at ${url} does not let this guard’s key use ${path} (403); it needs rescind.enforce, rescind.ingest and, for a scope, rescind.declare, for the guard’s tenant. ${another}`,
        )
      : new RescindError('MONITOR_UNREACHABLE', `The monitor at ${url} answered ${path} with ${status}.`, {
          retry: 'later',
          data: { status },
        })

/** Whether the monitor turned the key down: to wait is no use. */
export const isTurnedDown = (error: unknown): boolean =>
  error instanceof RescindError && (error.code === 'API_UNAUTHORIZED' || error.code === 'API_FORBIDDEN')
