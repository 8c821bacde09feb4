import { wordsOf } from '../../../errors.ts'
import { Backoff, pause } from '../../net/backoff.ts'
import { type Id, idKey, idOf, isObject, type Message, noAnswer } from '../json-rpc/message.ts'
import { Handlers, handOn, type Side } from '../side.ts'
import { lastCallsMs, type Upstream } from '../upstream.ts'
import { HttpPeer } from './peer.ts'

/** Waits between tries for the server’s own stream, ms: the first, and the longest. */
const retryMs = [1000, 30_000] as const
/** A stream that held this long was a good one, ms. */
const goodMs = 10_000
const goodbyeMs = 1000
/** How often the stream of one request is taken up again. */
const maxResumed = 3

/**
 * A session at a streamable HTTP server. Messages go out and come in as the text that they are: the SDK’s transport writes
 * each anew, with other digits where a double does not hold them.
 */
class HttpServerSide extends Handlers implements Side {
  readonly #peer: HttpPeer
  readonly #authorization: () => string | undefined
  #session: string | undefined
  #version: string | undefined
  #initialize: Id | undefined
  #isListening = false

  constructor(url: URL, authorization: () => string | undefined) {
    super()
    this.#peer = new HttpPeer(url)
    this.#authorization = authorization
  }

  async start(): Promise<void> {}

  send(message: Message, raw?: string): void {
    const id = typeof message.method === 'string' ? idOf(message) : undefined
    if (message.method === 'initialize') this.#initialize = id
    this.#post(message, raw ?? JSON.stringify(message), id).catch((cause: unknown) => {
      if (this.#peer.signal.aborted) return
      this.onError(cause instanceof Error ? cause : new Error(String(cause)))
      // Whoever waits for an answer gets one.
      if (id !== undefined) this.onArrival({ message: noAnswer(id, wordsOf(cause)) })
    })
  }

  async close(): Promise<void> {
    if (this.#peer.signal.aborted) return
    if (this.#session !== undefined)
      await this.#peer
        .fetch({ method: 'DELETE', headers: this.#headers(), signal: AbortSignal.timeout(goodbyeMs) })
        .then((response) => response.body?.cancel())
        .catch(() => {})
    this.#peer.close()
  }

  /** `id`: of the request that the message is, if it is one. */
  async #post(message: Message, body: string, id: Id | undefined): Promise<void> {
    const headers = this.#headers('application/json, text/event-stream')
    headers.set('content-type', 'application/json')
    const response = await this.#peer.fetch({ method: 'POST', headers, body })
    this.#session = response.headers.get('mcp-session-id') ?? this.#session
    const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? 'nothing'
    const { ok, status } = response
    if (!ok) {
      const text = await this.#peer.text(response).catch(() => '')
      // A server may give a JSON-RPC error beside the HTTP one.
      if (id === undefined || type !== 'application/json' || !this.#take(text, id, true)) throw refused(status, text)
    } else if (id === undefined || status === 202) {
      await response.body?.cancel()
      if (id !== undefined) throw new Error('the server took the request and gave no answer')
      if (message.method === 'notifications/initialized') void this.#listen()
    } else if (type === 'text/event-stream') await this.#follow(response, id)
    else if (type !== 'application/json') {
      await response.body?.cancel()
      throw new Error(`the server answered with ${type}`)
    } else if (!this.#take(await this.#peer.text(response), id)) throw new Error('the server gave no answer')
  }

  /** Reads the stream of a request until its answer came; takes it up again where the server lets that be. */
  async #follow(first: Response, id: Id): Promise<void> {
    let last: string | undefined
    for (let response = first, tries = 0; ; tries++) {
      let isAnswered = false
      const read = this.#peer.events(response, (data, event) => {
        last = event ?? last
        isAnswered = this.#take(data, id) || isAnswered
      })
      const broke = await read.then(
        () => undefined,
        (cause: unknown) => cause,
      )
      if (isAnswered || this.#peer.signal.aborted) return
      if (last === undefined || tries >= maxResumed)
        throw broke ?? new Error('the stream of the request ended without an answer')
      await pause(retryMs[0], this.#peer.signal)
      response = await this.#get(last)
      if (!response.ok) throw refused(response.status, await this.#peer.text(response).catch(() => ''))
    }
  }

  /** The server’s own stream: what belongs to no request. Not every server has one. */
  async #listen(): Promise<void> {
    if (this.#isListening) return
    this.#isListening = true
    const backoff = new Backoff(retryMs)
    let last: string | undefined
    while (!this.#peer.signal.aborted) {
      const began = performance.now()
      try {
        const response = await this.#get(last)
        if (response.ok)
          await this.#peer.events(response, (data, event) => {
            last = event ?? last
            handOn(data, { began: performance.now() }, this)
          })
        else {
          await response.body?.cancel()
          if (response.status < 500) return
        }
      } catch {
        // Tried again; whoever waits for an answer is told by the request itself.
      }
      if (performance.now() - began > goodMs) backoff.reset()
      await pause(backoff.next(), this.#peer.signal)
    }
  }

  /** Hands on what a text holds; whether the answer to `id` was in it. `onlyAnswer`: anything else is left out. */
  #take(text: string, id: Id, onlyAnswer = false): boolean {
    let isAnswered = false
    const isIt = (other: Id | undefined) => other !== undefined && idKey(other) === idKey(id)
    handOn(
      text,
      { related: id, began: performance.now() },
      {
        onArrival: (arrival) => {
          const { message } = arrival
          const answers = typeof message.method !== 'string' && isIt(idOf(message))
          if (answers) this.#learn(message, id)
          isAnswered ||= answers
          if (answers || !onlyAnswer) this.onArrival(arrival)
        },
        onFault: (fault) => {
          isAnswered ||= (fault.answers || !fault.asks) && isIt(fault.id)
          this.onFault(fault)
        },
        onGarbage: (garbage) => {
          if (!onlyAnswer) this.onGarbage(garbage)
        },
      },
    )
    return isAnswered
  }

  /** The version of the protocol that further requests name. */
  #learn({ result }: Message, id: Id): void {
    if (id === this.#initialize && isObject(result) && typeof result.protocolVersion === 'string')
      this.#version = result.protocolVersion
  }

  #get(last: string | undefined): Promise<Response> {
    const headers = this.#headers('text/event-stream')
    if (last !== undefined) headers.set('last-event-id', last)
    return this.#peer.fetch({ method: 'GET', headers })
  }

  #headers(accept = '*/*'): Headers {
    const headers = new Headers({ accept })
    const authorization = this.#authorization()
    if (authorization !== undefined) headers.set('authorization', authorization)
    if (this.#session !== undefined) headers.set('mcp-session-id', this.#session)
    if (this.#version !== undefined) headers.set('mcp-protocol-version', this.#version)
    return headers
  }
}

const refused = (status: number, text: string): Error =>
  new Error(`the server refused the message with ${status}${text === '' ? '' : `: ${text.slice(0, 300)}`}`)

/** A session at a streamable HTTP server; `authorization` is asked for with every request. */
export function httpUpstream(url: URL, authorization: () => string | undefined): Upstream {
  const side = new HttpServerSide(url, authorization)
  let finish: (code: number) => void = () => {}
  const ended = new Promise<number>((resolve) => {
    finish = resolve
  })
  const limit = new AbortController()
  return {
    side,
    ended,
    parted: async () => ({ why: 'the server is gone', isAsked: limit.signal.aborted }),
    async stop({ now = false, settled = Promise.resolve() } = {}) {
      if (now) limit.abort()
      await Promise.race([settled, pause(lastCallsMs, limit.signal)])
      await side.close()
      finish(0)
    },
  }
}
