import { setMaxListeners } from 'node:events'
import { causesOf, RescindError, wordsOf } from '../../../errors.ts'
import { tooLong } from '../json-rpc/read-text.ts'
import { maxMessage } from '../limits.ts'
import { EventReader } from './event-stream.ts'

const maxRedirects = 3

/** Requests to one HTTP server, with what it answers read within limits, until it is closed. */
export class HttpPeer {
  readonly #url: URL
  readonly #closing = new AbortController()
  readonly #readers = new Set<ReadableStreamDefaultReader<Uint8Array>>()

  constructor(url: URL) {
    this.#url = url
    // One listener for each request under way.
    setMaxListeners(0, this.signal)
  }

  get signal(): AbortSignal {
    return this.#closing.signal
  }

  close(): void {
    this.#closing.abort()
    for (const reader of this.#readers) reader.cancel().catch(() => {})
  }

  /** Follows redirects within the server’s own origin only: the bearer goes nowhere else. */
  async fetch(init: RequestInit): Promise<Response> {
    let url = this.#url
    for (let n = 0; ; n++) {
      const response = await fetch(url, { signal: this.signal, ...init, redirect: 'manual' }).catch(
        (cause: unknown) => {
          const words = [...causesOf(cause)].map(wordsOf).filter((each) => each !== '')
          throw new RescindError(
            'GUARD_UPSTREAM_FAILED',
            `${url.origin}${url.pathname} does not answer: ${words.at(-1)}`,
            {
              retry: 'later',
              cause,
            },
          )
        },
      )
      const to = response.headers.get('location')
      const isMoved = response.status === 307 || response.status === 308
      if (!isMoved || to === null || !URL.canParse(to, url.href) || n >= maxRedirects) return response
      const next = new URL(to, url)
      if (next.origin !== url.origin) return response
      await response.body?.cancel()
      url = next
    }
  }

  /** Reads the events of a stream to its end. */
  async events(response: Response, onData: (data: string, id: string | undefined) => void): Promise<void> {
    const events = new EventReader(({ event, data, id }) => {
      if (event === 'message') onData(data, id)
    })
    await this.#read(response, (chunk) => events.push(chunk))
  }

  /** The whole body; throws where it is longer than a message may be. */
  async text(response: Response): Promise<string> {
    const chunks: Uint8Array[] = []
    let size = 0
    await this.#read(response, (chunk) => {
      size += chunk.length
      if (size > maxMessage) throw new Error(`the server sent ${tooLong}`)
      chunks.push(chunk)
    })
    return Buffer.concat(chunks).toString('utf8')
  }

  async #read(response: Response, onChunk: (chunk: Uint8Array) => void): Promise<void> {
    const reader = response.body?.getReader()
    if (reader === undefined) return
    // Node’s fetch may forget the signal of an answer that has begun: `close` ends the reading too.
    this.#readers.add(reader)
    try {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return
        onChunk(value)
      }
    } finally {
      this.#readers.delete(reader)
      reader.cancel().catch(() => {})
    }
  }
}
