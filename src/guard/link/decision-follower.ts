import type { DecisionMessage } from '../../protocol/message.ts'
import type { Notice } from '../core/types.ts'
import { Backoff, pause, within } from '../net/backoff.ts'
import { isTurnedDown, type MonitorClient } from './client.ts'
import type { Verify } from './message.ts'
import { serverSent } from './server-sent.ts'
import type { HeldTable } from './table.ts'

export interface FollowerParts {
  client: MonitorClient
  verify: Verify
  table: HeldTable
  point: string
  tenant: string
  backoffMs?: readonly [number, number]
  /** A verified message came and the table agrees with it; it may be an old one. */
  onHeard(message: DecisionMessage): void
  /** The connection broke, or was not made; it is tried again. */
  onBroken(error: unknown): void
  onResync(): void
  onNotice(notice: Notice): void
}

/** A stream without a sign of life for this long is dead, ms: beats come more often. */
const silenceMs = 60_000
const pollMs = 25_000

/** Follows the monitor’s decisions: a stream, or a long poll where streams do not come through. */
export class DecisionFollower {
  readonly #parts: FollowerParts
  readonly #stop = new AbortController()
  readonly #backoff: Backoff
  #running: Promise<void> | undefined
  /** The table agreed with the monitor once: updates can go on from its sequence. */
  #resumes = false
  #polls = false
  /** What was told of the connection since it stood last. */
  #failed: 'broken' | 'turned down' | undefined

  constructor(parts: FollowerParts) {
    this.#parts = parts
    this.#backoff = new Backoff(parts.backoffMs)
  }

  start(): void {
    this.#running ??= this.#run()
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop
    while (!signal.aborted) {
      try {
        if (this.#polls) await this.#poll()
        else await this.#stream()
        if (!signal.aborted && !this.#polls) await pause(this.#backoff.next(), signal)
      } catch (error) {
        if (signal.aborted) return
        this.#polls = false
        this.#parts.onBroken(error)
        const why = isTurnedDown(error) ? 'turned down' : 'broken'
        if (this.#failed !== why)
          this.#parts.onNotice({ level: 'warn', message: 'the decision stream broke', cause: error })
        this.#failed = why
        await pause(this.#backoff.next(), signal)
      }
    }
  }

  async #stream(): Promise<void> {
    const { client } = this.#parts
    const connection = new AbortController()
    let reader: ReadableStreamDefaultReader<Uint8Array> | undefined
    const cut = () => {
      connection.abort()
      // Node’s fetch may forget the signal of an answer that has begun once its request is collected: end the reading too.
      reader?.cancel().catch(() => {})
    }
    this.#stop.signal.addEventListener('abort', cut)
    let isSilent = false
    const onSilence = () => {
      isSilent = true
      cut()
    }
    let timer = setTimeout(onSilence, silenceMs)
    const lives = () => {
      clearTimeout(timer)
      timer = setTimeout(onSilence, silenceMs)
      timer.unref()
    }
    lives()
    try {
      const response = await client.request(this.#path(), {
        signal: connection.signal,
        headers: {
          accept: 'text/event-stream',
          ...(this.#resumes ? { 'last-event-id': String(this.#parts.table.seq) } : {}),
        },
      })
      if (!response.ok || response.body === null) {
        await response.body?.cancel()
        throw client.unwilling('/v1/decisions', response.status)
      }
      if (!(response.headers.get('content-type') ?? '').includes('text/event-stream')) {
        await response.body.cancel()
        this.#polls = true
        return
      }
      reader = response.body.getReader()
      for await (const { data } of serverSent(pieces(reader), lives))
        if (!(await this.#take(data))) {
          cut()
          return
        }
      if (isSilent && !this.#stop.signal.aborted) this.#polls = true
    } catch (error) {
      // Something between here and there holds streams back: ask in turns instead.
      if (isSilent && !this.#stop.signal.aborted) this.#polls = true
      else throw error
    } finally {
      clearTimeout(timer)
      this.#stop.signal.removeEventListener('abort', cut)
    }
  }

  async #poll(): Promise<void> {
    const { client, table } = this.#parts
    const since = this.#resumes ? `&since=${table.seq}` : ''
    const limit = within(pollMs + 15_000, this.#stop.signal)
    try {
      const response = await client.request(`${this.#path()}${since}&wait=${pollMs}`, {
        headers: { accept: 'application/json' },
        signal: limit.signal,
      })
      if (!response.ok) {
        await response.body?.cancel()
        throw client.unwilling('/v1/decisions', response.status)
      }
      for (const jws of signedIn(await response.text())) if (!(await this.#take(jws))) return
    } finally {
      limit.done()
    }
  }

  #path(): string {
    const { point, tenant } = this.#parts
    return `/v1/decisions?point=${encodeURIComponent(point)}&tenant=${encodeURIComponent(tenant)}`
  }

  /** Whether the table agrees; if not, the next connection asks for a snapshot. A message that is not the monitor’s throws. */
  async #take(jws: string): Promise<boolean> {
    const message = await this.#parts.verify(jws)
    const answer = this.#parts.table.take(message)
    if (answer === 'part') return true
    if (answer === 'drifted') {
      this.#resumes = false
      this.#parts.onResync()
      this.#parts.onNotice({ level: 'warn', message: 'the table differs from the monitor’s; asking for a snapshot' })
      return false
    }
    if (this.#failed !== undefined || !this.#resumes)
      this.#parts.onNotice({ level: 'info', message: 'following the monitor' })
    this.#failed = undefined
    this.#resumes = true
    this.#backoff.reset()
    this.#parts.onHeard(message)
    return true
  }
}

async function* pieces(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    yield value
  }
}

/** The messages of a long poll: every compact JWS in the answer, in order. */
function signedIn(body: string): string[] {
  const found = body.match(/[\w-]+\.[\w-]+\.[\w-]+/g)
  return found?.filter((s) => s.startsWith('ey')) ?? []
}
