import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { type Id, idOf, type Message } from '../json-rpc/message.ts'
import { OpenRequests } from '../json-rpc/open-requests.ts'
import { readText } from '../json-rpc/read-text.ts'
import { maxQueued } from '../limits.ts'
import { Handlers, type Side } from '../side.ts'
import { eventOf } from './event-stream.ts'

/** Messages kept for a client that listens to no stream at the moment, and their text at most, characters. */
const maxKept = 100
const maxKeptText = 2 ** 20

interface Stream {
  response: ServerResponse
  /** Requests of its POST that wait for their answers. */
  open: number
}

/** One client of a listening guard: what it posts, and the streams on which it listens. */
export class HttpClientSide extends Handlers implements Side {
  readonly id: string
  readonly #requests = new OpenRequests<Stream>()
  readonly #streams = new Set<Stream>()
  #own: Stream | undefined
  #kept: string[] = []
  #keptText = 0
  #closed = false
  /** The client came, or left a stream. */
  onChange: () => void = () => {}

  constructor(id: string) {
    super()
    this.id = id
  }

  async start(): Promise<void> {}

  get streams(): number {
    return this.#streams.size
  }

  get listens(): boolean {
    return this.#own !== undefined
  }

  /** Takes what a POST brought, and answers it: with a stream for requests, with nothing for the rest. */
  post(response: ServerResponse, headers: IncomingHttpHeaders, text: string, began: number): void {
    const read = readText(text)
    const asked: Id[] = []
    for (const each of read) {
      const id = each.kind === 'message' ? idOf(each.message) : each.kind === 'fault' ? each.id : undefined
      const isRequest =
        each.kind === 'message'
          ? typeof each.message.method === 'string'
          : each.kind === 'fault' && (each.asks || !each.answers)
      if (isRequest && id !== undefined) asked.push(id)
    }
    let stream: Stream | undefined
    if (asked.length > 0) {
      stream = this.#begin(response)
      this.onChange()
      for (const id of asked) if (this.#requests.add(id, stream)) stream.open++
    } else if (read.some((each) => each.kind === 'message')) response.writeHead(202).end()
    else {
      refuse(response, 400, read[0]?.kind === 'fault' ? read[0].why : 'not a JSON-RPC message')
      return
    }
    for (const each of read)
      if (each.kind === 'message')
        this.onArrival({ message: each.message, raw: each.raw, survey: each.survey, headers, began })
      else if (each.kind === 'fault') this.onFault(each)
      else this.onGarbage(each.text)
    // No room for what was asked.
    if (stream?.open === 0) response.end()
  }

  /** The client’s own stream, for what belongs to no request. */
  listen(response: ServerResponse): void {
    const stream = this.#begin(response)
    this.#own = stream
    this.onChange()
    for (const text of this.#kept.splice(0)) write(stream, text)
    this.#keptText = 0
  }

  send(message: Message, raw?: string, related?: Id, gone?: () => void): void {
    const text = raw ?? JSON.stringify(message)
    const id = idOf(message)
    if (typeof message.method !== 'string' && id !== undefined) {
      const stream = this.#requests.take(id)?.what
      // A client that left before its answer does not get it elsewhere.
      if (stream === undefined) {
        gone?.()
        return
      }
      write(stream, text, gone)
      if (--stream.open === 0) stream.response.end()
      return
    }
    const stream =
      (related === undefined ? undefined : this.#streamOf(related)) ?? this.#own ?? [...this.#streams].at(-1)
    if (stream !== undefined) write(stream, text, gone)
    else {
      this.#keep(text)
      gone?.()
    }
  }

  /** Keeps connections open that carry nothing for a while. */
  beat(): void {
    for (const { response } of this.#streams) response.write(': still here\n\n')
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    for (const { response } of this.#streams) response.end()
    this.onClosed()
  }

  #begin(response: ServerResponse): Stream {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'mcp-session-id': this.id,
    })
    response.flushHeaders()
    const stream: Stream = { response, open: 0 }
    this.#streams.add(stream)
    response.once('close', () => {
      this.#streams.delete(stream)
      if (this.#own === stream) this.#own = undefined
      this.onChange()
    })
    return stream
  }

  #streamOf(id: Id): Stream | undefined {
    const stream = this.#requests.peek(id)
    return stream !== undefined && this.#streams.has(stream) ? stream : undefined
  }

  #keep(text: string): void {
    if (this.#kept.length >= maxKept || this.#keptText + text.length > maxKeptText) {
      this.onError(new Error('a message was left out: the client listens to no stream'))
      return
    }
    this.#kept.push(text)
    this.#keptText += text.length
  }
}

function write({ response }: Stream, text: string, gone?: () => void): void {
  const isOpen = !response.writableEnded && !response.destroyed
  // Who does not read what it asked for loses the connection, not we the memory.
  if (isOpen && response.writableLength > maxQueued) response.destroy()
  else if (isOpen) {
    response.write(eventOf(text), gone)
    return
  }
  gone?.()
}

/** An answer of HTTP’s own, as JSON-RPC wants its errors. */
export function refuse(response: ServerResponse, status: number, why: string, id: Id | null = null): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(status === 503 ? { 'retry-after': '10' } : {}),
  })
  response.end(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32000, message: `rescind guard: ${why}` } }))
}
