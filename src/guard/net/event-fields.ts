/** One event of a server-sent stream (WHATWG HTML, section 9.2). */
export interface ServerSent {
  id: string | undefined
  event: string
  data: string
}

/** Puts the lines of a server-sent stream together to events. Who cuts the stream into lines keeps to his own bounds. */
export class EventFields {
  #id: string | undefined
  #event = ''
  #data: string[] = []
  #size = 0

  /** Characters of the event that is not whole yet. */
  get size(): number {
    return this.#size
  }

  /** Answers the event that ends with this line. */
  line(text: string): ServerSent | undefined {
    if (text === '') return this.#end()
    this.#size += text.length
    const colon = text.indexOf(':')
    if (colon === 0) return undefined
    const field = colon < 0 ? text : text.slice(0, colon)
    const value = colon < 0 ? '' : text.slice(colon + (text[colon + 1] === ' ' ? 2 : 1))
    if (field === 'data') this.#data.push(value)
    else if (field === 'event') this.#event = value
    else if (field === 'id' && !value.includes('\0')) this.#id = value
    return undefined
  }

  #end(): ServerSent | undefined {
    const event =
      this.#data.length === 0
        ? undefined
        : { id: this.#id, event: this.#event || 'message', data: this.#data.join('\n') }
    this.#event = ''
    this.#data = []
    this.#size = 0
    return event
  }
}
