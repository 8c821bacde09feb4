import type { Readable, Writable } from 'node:stream'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import type { JSONRPCMessage, MessageExtraInfo } from '@modelcontextprotocol/sdk/types.js'
import { type Id, idOf, isObject, type Message } from './json-rpc.ts'

/** What arrives at a side. `raw` is its text when it came as text; `headers` those of the request that carried it. */
export interface Arrival {
  message: Message
  raw?: string
  headers?: Readonly<Record<string, unknown>>
  /** When its text was whole, before it was parsed; of `performance.now()`. */
  began?: number
}

/** One side of the proxy: the client’s or the server’s. */
export interface Side {
  start(): Promise<void>
  /** Sends a message, as `raw` where it came as text. `related`: the request it belongs to. Errors go to `onError`. */
  send(message: Message, raw?: string, related?: Id): void
  close(): Promise<void>
  onArrival: (arrival: Arrival) => void
  /** A line that is no message; passed on as it is. */
  onGarbage: (raw: string) => void
  sendGarbage(raw: string): void
  onClosed: () => void
  onError: (error: Error) => void
}

abstract class Handlers {
  onArrival: Side['onArrival'] = () => {}
  onGarbage: Side['onGarbage'] = () => {}
  onClosed: Side['onClosed'] = () => {}
  onError: Side['onError'] = () => {}
}

/**
 * Newline-delimited messages over a pair of streams, passed on as the very text that came: the SDK’s own stdio
 * transports parse each message and write it anew, which changes the order of members and the digits of numbers.
 */
export class Lines extends Handlers implements Side {
  readonly #input: Readable
  readonly #output: Writable
  #rest: Buffer[] = []
  #closed = false
  #feeds: Lines | undefined

  constructor(input: Readable, output: Writable) {
    super()
    this.#input = input
    this.#output = output
  }

  /** Who feeds this side: it is paused while the output is full. */
  fedBy(source: Lines): void {
    this.#feeds = source
  }

  async start(): Promise<void> {
    this.#input.on('data', (chunk: Buffer) => this.take(chunk))
    const end = () => {
      if (this.#closed) return
      this.#closed = true
      this.onClosed()
    }
    this.#input.on('end', end)
    this.#input.on('close', end)
    this.#input.on('error', (error) => this.onError(error))
    this.#output.on('error', (error) => this.onError(error))
    this.#output.on('drain', () => this.#feeds?.resume())
  }

  pause(): void {
    this.#input.pause()
  }

  resume(): void {
    this.#input.resume()
  }

  send(message: Message, raw?: string): void {
    this.sendGarbage(raw ?? JSON.stringify(message))
  }

  sendGarbage(raw: string): void {
    if (this.#output.writableEnded || this.#output.destroyed) return
    if (!this.#output.write(`${raw}\n`)) this.#feeds?.pause()
  }

  async close(): Promise<void> {
    if (!this.#output.writableEnded) this.#output.end()
  }

  /** Reads a piece of the input as it came. */
  take(chunk: Buffer): void {
    let from = 0
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      const piece = chunk.subarray(from, at)
      const line = this.#rest.length === 0 ? piece : Buffer.concat([...this.#rest, piece])
      this.#rest = []
      from = at + 1
      this.#line(line.toString('utf8').replace(/\r$/, ''))
    }
    if (from < chunk.length) this.#rest.push(chunk.subarray(from))
  }

  #line(raw: string): void {
    const began = performance.now()
    let value: unknown
    try {
      value = JSON.parse(raw)
    } catch {
      this.onGarbage(raw)
      return
    }
    if (isObject(value)) this.onArrival({ message: value, raw, began })
    // A batch of an older protocol version: each of its messages by itself, so that none goes by unseen.
    else if (Array.isArray(value)) for (const each of value) if (isObject(each)) this.onArrival({ message: each })
  }
}

/** One of the SDK’s own transports as a side; used for HTTP. */
export class Carried extends Handlers implements Side {
  readonly transport: Transport

  constructor(transport: Transport) {
    super()
    this.transport = transport
    transport.onmessage = (message: JSONRPCMessage, extra?: MessageExtraInfo) =>
      this.onArrival({
        message: message as unknown as Message,
        ...(extra?.requestInfo === undefined ? {} : { headers: extra.requestInfo.headers }),
      })
    transport.onclose = () => this.onClosed()
    transport.onerror = (error) => this.onError(error)
  }

  start(): Promise<void> {
    return this.transport.start()
  }

  send(message: Message, _raw?: string, related?: Id): void {
    const options = related === undefined ? undefined : { relatedRequestId: related }
    this.transport.send(message as unknown as JSONRPCMessage, options).catch((cause: unknown) => {
      const error = cause instanceof Error ? cause : new Error(String(cause))
      this.onError(error)
      const id = idOf(message)
      // Whoever waits for an answer gets one.
      if (id !== undefined && typeof message.method === 'string')
        this.onArrival({
          message: { jsonrpc: '2.0', id, error: { code: -32000, message: `rescind guard: ${error.message}` } },
        })
    })
  }

  sendGarbage(): void {}

  close(): Promise<void> {
    return this.transport.close()
  }
}
