import type { Readable, Writable } from 'node:stream'
import type { Id, Message } from '../json-rpc/message.ts'
import { type Fault, overlong } from '../json-rpc/read-text.ts'
import { maxMessage, maxQueued } from '../limits.ts'
import { Handlers, handOn, type Side } from '../side.ts'
import { LineSplitter } from './line-splitter.ts'

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
