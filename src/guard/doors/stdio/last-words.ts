import type { Readable } from 'node:stream'
import { logLine } from '../../identity/index.ts'
import { LineSplitter } from './line-splitter.ts'

const maxLine = 16 * 1024
const maxWords = 300
/** Names of errors as programs write them, whatever language they speak to people: TypeError, KeyError:, ERR_…, EACCES, npm ERR!, panic: */
const names = /\b(?:(?:[A-Z]\w*)?(?:Error|Exception)\b|ERR[_!]|E[A-Z]{3,}\b|(?:error|fatal|panic)\b\W*:)/

/** What a server said last on its standard error: the last line that names an error, else the last line. Traces and versions may follow an error. */
export class LastWords {
  #last = ''
  #error = ''

  constructor(stream: Readable) {
    const splitter = new LineSplitter(
      maxLine,
      (line) => this.#take(line.toString('utf8')),
      ({ head }) => this.#take(head),
    )
    stream.on('data', (chunk: Buffer) => splitter.push(chunk))
    stream.on('end', () => splitter.push(Buffer.from('\n')))
    stream.on('error', () => {})
  }

  /** Printable, in one line; empty: it said nothing. */
  get text(): string {
    return this.#error || this.#last
  }

  #take(text: string): void {
    const line = logLine(text, maxWords).trim()
    if (line === '') return
    this.#last = line
    if (names.test(line)) this.#error = line
  }
}
