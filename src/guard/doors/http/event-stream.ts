import { EventFields, type ServerSent } from '../../net/event-fields.ts'
import { maxMessage } from '../limits.ts'
import { LineSplitter } from '../stdio/line-splitter.ts'

/** Reads events from bytes, whole ones only; throws at one that is longer than a message may be. */
export class EventReader {
  readonly #lines: LineSplitter
  readonly #onEvent: (event: ServerSent) => void
  readonly #fields = new EventFields()
  #isFirst = true

  constructor(onEvent: (event: ServerSent) => void, max = maxMessage) {
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
          const event = this.#fields.line(each)
          if (this.#fields.size > max) tooLong()
          if (event !== undefined) this.#onEvent(event)
        }
      },
      tooLong,
    )
  }

  push(chunk: Uint8Array): void {
    this.#lines.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))
  }
}

/** A message as an event; its text is in one line. */
export const eventOf = (text: string): string => `event: message\ndata: ${text}\n\n`
