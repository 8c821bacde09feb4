import type { Readable } from 'node:stream'
import { logLine } from '../../identity/index.ts'
import { LineSplitter } from './line-splitter.ts'

/** What a server may write to the log at once, and further in each second, bytes. */
const burst = 256 * 1024
const perSecond = 32 * 1024
/** Longest line that is read for the log, bytes. */
const maxLine = 16 * 1024

/** Writes lines to a log: printable, and no more than a budget; what is left out is counted and told. */
export class LogLines {
  readonly #write: (line: string) => void
  readonly #now: () => number
  #budget = burst
  #at: number
  #left = 0

  constructor(write: (line: string) => void, now: () => number = () => performance.now()) {
    this.#write = write
    this.#now = now
    this.#at = now()
  }

  write(prefix: string, text: string): void {
    const now = this.#now()
    this.#budget = Math.min(burst, this.#budget + ((now - this.#at) / 1000) * perSecond)
    this.#at = now
    const line = logLine(text)
    const size = prefix.length + line.length
    if (size > this.#budget) {
      this.#left++
      return
    }
    this.tellLeft()
    this.#budget -= size
    this.#write(`${prefix}${line}`)
  }

  /** Says how many lines were left out since it last did. */
  tellLeft(): void {
    if (this.#left === 0) return
    this.#write(`rescind guard warning: ${this.#left} lines were left out: too many at once`)
    this.#left = 0
  }

  /** Reads a stream to its end, however much comes. */
  follow(stream: Readable, prefix: string): void {
    const splitter = new LineSplitter(
      maxLine,
      (line) => line.length > 0 && this.write(prefix, line.toString('utf8')),
      ({ head, tail }) => tail === undefined && this.write(prefix, `${head} …`),
    )
    stream.on('data', (chunk: Buffer) => splitter.push(chunk))
    stream.on('end', () => {
      splitter.push(Buffer.from('\n'))
      this.tellLeft()
    })
    stream.on('error', () => {})
  }
}
