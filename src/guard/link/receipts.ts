import type { Receipt } from '../../model/receipt.ts'
import type { Notice } from '../core/types.ts'
import { Backoff, pause } from '../net/backoff.ts'
import type { MonitorClient } from './client.ts'

/** Most receipts that wait; the oldest go first, and a snapshot after a reconnect does not repeat them. */
const maxWaiting = 20_000
const perBatch = 1000

/** Sends what this point made of commands, in batches, until the monitor has taken it. */
export class Receipts {
  lost = 0
  readonly #client: MonitorClient
  readonly #onNotice: (notice: Notice) => void
  readonly #backoff: Backoff
  readonly #stop = new AbortController()
  #waiting: Receipt[] = []
  #sending: Promise<void> | undefined

  constructor(client: MonitorClient, onNotice: (notice: Notice) => void, backoffMs?: readonly [number, number]) {
    this.#client = client
    this.#onNotice = onNotice
    this.#backoff = new Backoff(backoffMs)
  }

  add(receipt: Receipt): void {
    if (this.#waiting.length >= maxWaiting) {
      this.#waiting.shift()
      this.lost++
    }
    this.#waiting.push(receipt)
    // One turn later, so that the receipts of one message go together.
    this.#sending ??= Promise.resolve().then(() => this.#send())
  }

  /** Resolves when nothing waits. */
  async flush(): Promise<void> {
    while (this.#sending !== undefined) await this.#sending
  }

  async close(): Promise<void> {
    this.#stop.abort()
    await this.#sending
  }

  async #send(): Promise<void> {
    const { signal } = this.#stop
    while (this.#waiting.length > 0 && !signal.aborted) {
      const batch = this.#waiting.slice(0, perBatch)
      try {
        const response = await this.#client.post('/v1/receipts', JSON.stringify(batch), 'application/json', signal)
        await response.body?.cancel()
        if (!response.ok)
          this.#onNotice({ level: 'warn', message: `the monitor refused receipts with ${response.status}` })
        this.#waiting.splice(0, batch.length)
        this.#backoff.reset()
      } catch {
        await pause(this.#backoff.next(), signal)
      }
    }
    this.#sending = undefined
  }
}
