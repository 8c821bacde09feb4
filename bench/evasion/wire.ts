import { Readable, Writable } from 'node:stream'
import { Lines } from '../../src/guard/doors/stdio/lines.ts'
import { Session, type SessionParts } from '../../src/guard/mcp/session.ts'
import type { ServerScript, Step, Task } from './script.ts'
import { root } from './values.ts'

export type Message = Record<string, unknown>

/** What came of one request. */
export interface Exchange {
  /** What the server got; undefined: it never heard of it. */
  got?: Message
  /** What the client got. */
  answer: Message
  /** The guard asked the person. */
  asked: boolean
}

const answerMs = 10_000
const say = (lines: Lines, message: Message) =>
  lines.take(Buffer.from(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`))
export const isObject = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A scripted client and a scripted server with a guard’s session between them: what passes are the bytes of the real wire. */
export class Connection {
  readonly #session: Session
  readonly #client: Lines
  readonly #server: Lines
  readonly #toClient: Message[] = []
  readonly #toServer: Message[] = []
  #wake: () => void = () => {}
  #ids = 0

  constructor(parts: Omit<SessionParts, 'client' | 'server' | 'onTrouble'>) {
    this.#client = new Lines(nothing(), this.#sink(this.#toClient))
    this.#server = new Lines(nothing(), this.#sink(this.#toServer))
    this.#session = new Session({ ...parts, client: this.#client, server: this.#server, onTrouble: () => {} })
  }

  /** The first messages of a connection, as SDKs send them. */
  async begin(server: ServerScript, task: Task): Promise<void> {
    const [first, ...others] = beginning(server, task)
    if (first !== undefined) await this.request(first)
    say(this.#client, { method: 'notifications/initialized' })
    say(this.#server, { id: 'roots', method: 'roots/list' })
    this.#answerAsked(['roots'])
    for (const step of others) await this.request(step)
  }

  async request(step: Step, meta: Message = {}): Promise<Exchange> {
    const id = ++this.#ids
    const params =
      Object.keys(meta).length === 0 ? step.params : { ...step.params, _meta: { ...meta, ...metaOf(step) } }
    let asked = false
    say(this.#client, { id, method: step.method, params })
    const answered = () => this.#toClient.find((m) => m.id === id && m.method === undefined)
    const arrived = () => this.#toServer.find((m) => m.id === id && m.method === step.method)
    await this.#until(() => {
      if (this.#answerAsked([]) === 'declined') asked = true
      return answered() !== undefined || arrived() !== undefined
    })
    const got = arrived()
    if (got !== undefined && answered() === undefined) {
      for (const message of step.meanwhile ?? []) say(this.#server, message)
      this.#answerAsked(['asks'])
      say(this.#server, { id, ...step.reply })
      await this.#until(() => answered() !== undefined)
    }
    const answer = answered() ?? {}
    this.#toClient.length = 0
    this.#toServer.length = 0
    return { answer, asked, ...(got === undefined ? {} : { got }) }
  }

  end(): void {
    this.#session.end()
  }

  /** Answers what the server asks the client; what else is asked comes from the guard, and the person is away. */
  #answerAsked(scripted: readonly string[]): 'nothing' | 'answered' | 'declined' {
    let done: 'nothing' | 'answered' | 'declined' = 'nothing'
    for (const { id, method } of this.#toClient.splice(
      0,
      this.#toClient.length,
      ...this.#toClient.filter((m) => m.id === undefined || m.method === undefined),
    )) {
      if (id === undefined || typeof method !== 'string') continue
      const isOurs = typeof id === 'string' && scripted.includes(id)
      done = isOurs ? 'answered' : 'declined'
      say(this.#client, { id, result: resultFor(method) })
    }
    return done
  }

  async #until(isSo: () => boolean): Promise<void> {
    const ends = performance.now() + answerMs
    while (!isSo()) {
      if (performance.now() > ends) throw new Error('no answer on the wire')
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100)
        this.#wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  #sink(into: Message[]): Writable {
    let rest = ''
    return new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        const lines = (rest + chunk.toString('utf8')).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) {
          const message: unknown = JSON.parse(line)
          if (isObject(message)) into.push(message)
        }
        this.#wake()
        done()
      },
    })
  }
}

/** What every client asks first, with what this task’s client can do. */
export function beginning({ name, title, instructions, tools }: ServerScript, { steps }: Task): Step[] {
  const asks = (method: string) =>
    steps.some((step) => step !== 'restart' && step.meanwhile?.some((message) => message.method === method))
  const params = {
    protocolVersion: '2025-06-18',
    capabilities: {
      roots: { listChanged: true },
      ...(asks('elicitation/create') ? { elicitation: {} } : {}),
      ...(asks('sampling/createMessage') ? { sampling: {} } : {}),
    },
    clientInfo: { name: 'scripted', version: '1' },
  }
  const result = {
    protocolVersion: '2025-06-18',
    capabilities: { tools: { listChanged: true }, resources: {}, prompts: {}, logging: {}, completions: {} },
    serverInfo: { name, version: '1.0.0', ...(title === undefined ? {} : { title }) },
    ...(instructions === undefined ? {} : { instructions }),
  }
  return [
    { server: 0, method: 'initialize', params, reply: { result } },
    { server: 0, method: 'tools/list', params: {}, reply: { result: { tools: [...tools] } } },
  ]
}

/** What the client answers: its root is the project; the person is away. */
export function resultFor(method: string): Message {
  if (method === 'roots/list') return { roots: [{ uri: `file://${root}`, name: 'atlas' }] }
  if (method === 'sampling/createMessage')
    return { role: 'assistant', model: 'scripted', content: { type: 'text', text: 'I would rather not.' } }
  return { action: 'decline' }
}

const metaOf = ({ params }: Step): Message => (isObject(params._meta) ? params._meta : {})
const nothing = () => new Readable({ read() {} })
