import type { ServerResponse } from 'node:http'
import type { Signed } from './feed.ts'

/** Beats that a blocked reader may miss before it is let go: a large snapshot takes a slow line a while. */
const maxBlockedBeats = 12

export interface StreamOptions {
  response: ServerResponse
  /** Most bytes that wait for this reader, besides what brings it up to date. */
  maxBytes: number
  /** A message is with the socket. */
  onWritten(message: Signed): void
  onClosed(why: 'reader' | 'slow' | 'fault' | 'server'): void
}

/** One reader’s server-sent events: in order, bounded, closed when it does not keep up. It comes back and resyncs. */
export class SseStream {
  readonly #o: StreamOptions
  readonly #queue: { message: Signed; counted: boolean }[] = []
  #waitingBytes = 0
  #pumping = false
  #blockedBeats = 0
  #closed = false

  constructor(options: StreamOptions) {
    this.#o = options
    options.response.on('close', () => this.#end('reader'))
    options.response.on('error', () => this.#end('reader'))
  }

  /** `counted`: against the bound; what the reader asked for is not. */
  push(message: Signed, counted = true): void {
    if (this.#closed) return
    if (message.kind === 'beat' && this.#o.response.writableNeedDrain && ++this.#blockedBeats > maxBlockedBeats) {
      this.#end('slow')
      return
    }
    this.#queue.push({ message, counted })
    if (counted) this.#count(message)
    if (!this.#pumping) this.#pump().catch(() => this.#end('fault'))
  }

  close(): void {
    this.#end('server')
  }

  #count(message: Signed): void {
    message.jws.then(
      (jws) => {
        this.#waitingBytes += jws.length
        if (this.#waitingBytes > this.#o.maxBytes) this.#end('slow')
      },
      () => this.#end('fault'),
    )
  }

  async #pump(): Promise<void> {
    this.#pumping = true
    const { response } = this.#o
    for (let next = this.#queue.shift(); next !== undefined && !this.#closed; next = this.#queue.shift()) {
      const { message, counted } = next
      const jws = await message.jws
      if (this.#closed) return
      // Without an id the reader keeps the one before: a stream cut inside a snapshot starts it again.
      const id = message.whole ? `id: ${message.seq}\n` : ''
      const flowing = response.write(`event: ${message.kind}\n${id}data: ${jws}\n\n`)
      if (counted) this.#waitingBytes -= jws.length
      this.#o.onWritten(message)
      if (!flowing) await drained(response)
      this.#blockedBeats = 0
    }
    this.#pumping = false
  }

  #end(why: 'reader' | 'slow' | 'fault' | 'server'): void {
    if (this.#closed) return
    this.#closed = true
    this.#queue.length = 0
    if (why === 'server') this.#o.response.end()
    else this.#o.response.destroy()
    this.#o.onClosed(why)
  }
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.on('drain', done)
    response.on('close', done)
  })
}
