import type { Readable, Writable } from 'node:stream'
import type { Survey } from './json-rpc/json-text.ts'
import type { Id, Message } from './json-rpc/message.ts'
import { type Fault, overlong, readText } from './json-rpc/read-text.ts'
import { maxMessage, maxQueued } from './limits.ts'
import { LineSplitter } from './stdio/line-splitter.ts'

/** What arrives at a side. `raw` is its text, in one line; `headers` those of the request that carried it. */
export interface Arrival {
  message: Message
  raw?: string
  survey?: Survey
  headers?: Readonly<Record<string, unknown>>
  /** The request on whose stream it came, where the transport says so. */
  related?: Id
  /** When its text was whole, before it was parsed; of `performance.now()`. */
  began?: number
}

/** One side of the proxy: the client’s or the server’s. */
export interface Side {
  start(): Promise<void>
  /**
   * Sends a message, as `raw` where it came as text. `related`: the request it belongs to. Errors go to `onError`. `gone` is told
   * when it has left, or cannot any more.
   */
  send(message: Message, raw?: string, related?: Id, gone?: () => void): void
  close(): Promise<void>
  onArrival: (arrival: Arrival) => void
  /** Text that is no message. It is not passed on: what one reader cannot read another may take for two messages. */
  onGarbage: (text: string) => void
  /** A message past a limit. */
  onFault: (fault: Fault) => void
  onClosed: () => void
  onError: (error: Error) => void
}

export abstract class Handlers {
  onArrival: Side['onArrival'] = () => {}
  onGarbage: Side['onGarbage'] = () => {}
  onFault: Side['onFault'] = () => {}
  onClosed: Side['onClosed'] = () => {}
  onError: Side['onError'] = () => {}
}

/** Hands on what a text holds. */
export function handOn(
  text: string,
  how: Pick<Arrival, 'headers' | 'related' | 'began'>,
  to: Pick<Side, 'onArrival' | 'onFault' | 'onGarbage'>,
): void {
  for (const each of readText(text))
    if (each.kind === 'message') to.onArrival({ ...how, message: each.message, raw: each.raw, survey: each.survey })
    else if (each.kind === 'fault') to.onFault(each)
    else to.onGarbage(each.text)
}

/**
 * Newline-delimited messages over a pair of streams, passed on as the very text that came: the SDK’s own stdio
 * transports parse each message and write it anew, which changes the order of members and the digits of numbers.
 */
export class Lines extends Handlers implements Side {
  readonly #input: Readable
  readonly #output: Writable
  readonly #splitter: LineSplitter
  #closed = false
  #feeds: Lines | undefined

  constructor(input: Readable, output: Writable, max = maxMessage) {
    super()
    this.#input = input
    this.#output = output
    this.#splitter = new LineSplitter(
      max,
      (line) => handOn(line.toString('utf8').replace(/\r$/, ''), { began: performance.now() }, this),
      (line) => this.#overlong(overlong(line), line.tail === undefined),
    )
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
    this.#output.on('error', (error) => {
      this.onError(error)
      // Nobody reads what we say.
      end()
    })
    this.#output.on('drain', () => {
      this.#feeds?.resume()
      this.resume()
    })
  }

  pause(): void {
    this.#input.pause()
  }

  resume(): void {
    this.#input.resume()
  }

  send(message: Message, raw?: string, _related?: Id, gone?: () => void): void {
    if (this.#output.writableEnded || this.#output.destroyed) {
      gone?.()
      return
    }
    if (this.#output.write(`${raw ?? JSON.stringify(message)}\n`, gone)) return
    this.#feeds?.pause()
    // Our own answers to one who asks and does not read.
    if (this.#output.writableLength > maxQueued) this.pause()
  }

  async close(): Promise<void> {
    if (!this.#output.writableEnded) this.#output.end()
  }

  /** Reads a piece of the input as it came. */
  take(chunk: Buffer): void {
    this.#splitter.push(chunk)
  }

  /** Told when the limit is passed, and once more at its end where only that says who waits. */
  #overlong(fault: Fault, isFirst: boolean): void {
    if (isFirst || fault.id !== undefined) this.onFault(fault)
  }
}
