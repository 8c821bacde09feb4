import { maxMessage } from '../limits.ts'
import { LineSplitter } from '../stdio/line-splitter.ts'

/** One event of a server-sent stream (WHATWG HTML, section 9.2). */
export interface StreamEvent {
  id: string | undefined
  event: string
  data: string
}

/** Reads events from bytes, whole ones only; throws at one that is longer than a message may be. */
export class EventReader {
  readonly #lines: LineSplitter
  readonly #onEvent: (event: StreamEvent) => void
  #id: string | undefined
  #event = ''
  #data: string[] = []
  #size = 0
  #isFirst = true

  constructor(onEvent: (event: StreamEvent) => void, max = maxMessage) {
    this.#onEvent = onEvent
    const tooLong = () => {
      throw new Error('an event of the stream is too long')
    }
    this.#lines = new LineSplitter(
      max,
      (line) => {
        const text = line.toString('utf8')
        const whole = this.#isFirst && text.startsWith('\uFEFF') ? text.slice(1) : text
        this.#isFirst = false
        // CR alone ends a line too.
        for (const each of whole.replace(/\r$/, '').split('\r')) {
          this.#size += each.length
          if (this.#size > max) tooLong()
          this.#line(each)
        }
      },
      tooLong,
    )
  }

  push(chunk: Uint8Array): void {
    this.#lines.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))
  }

  #line(line: string): void {
    if (line === '') {
      if (this.#data.length > 0)
        this.#onEvent({ id: this.#id, event: this.#event || 'message', data: this.#data.join('\n') })
      this.#event = ''
      this.#data = []
      this.#size = 0
      return
    }
    const colon = line.indexOf(':')
    if (colon === 0) return
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1))
    if (field === 'data') this.#data.push(value)
    else if (field === 'event') this.#event = value
    else if (field === 'id' && !value.includes('\0')) this.#id = value
  }
}

/** A message as an event; its text is in one line. */
export const eventOf = (text: string): string => `event: message\ndata: ${text}\n\n`
