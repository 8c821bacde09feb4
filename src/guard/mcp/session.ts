import { createHash, randomUUID } from 'node:crypto'
import type { AgentEvent } from '../../model/event.ts'
import type { Guard } from '../core/guard.ts'
import type { Decision, GuardCall } from '../core/types.ts'
import { resultOf } from './content.ts'
import {
  ambiguity,
  hasTwins,
  type Id,
  idOf,
  invalidRequest,
  type Message,
  metaOf,
  noAnswer,
  paramsOf,
  textOf,
} from './json-rpc.ts'
import { type Open, OpenRequests } from './open-requests.ts'
import { ProgressTokens } from './progress.ts'
import { type Fault, faultOf } from './reading.ts'
import { refusal } from './refusal.ts'
import type { Arrival, Side } from './side.ts'
import type { Tools } from './tools.ts'

export interface SessionParts {
  guard: Guard
  tools: Tools
  client: Side
  server: Side
  /** What the agent was asked, when the client does not say. */
  intent?: string
  /** Asked before each refusal: whether a person has let the command go meanwhile. */
  approved?: (command: string) => boolean
  onTrouble(message: string, cause?: unknown): void
  onTime?: (time: CallTime) => void
}

/** The guard’s own time for a call, ms. */
export interface CallTime {
  /** What the call waits in the guard: from request and answer to their forwarding. */
  ms: number
  /**
   * That with both writes, and with what is read and learned from the answer after it has gone. On a machine that is short
   * of processors the kernel runs the reader that a write wakes in the writer’s place: then it holds the others’ time too.
   */
  busyMs: number
}

/** A request under way, and what the guard does with its answer. */
type Waiting =
  | { kind: 'call'; decision: Decision; time: CallTime }
  | { kind: 'list' }
  | { kind: 'read'; task: string; source: string }
  | { kind: 'other' }

/** Their answers are text that the agent gets to read, as the outputs of tools are. */
const reading: ReadonlySet<string> = new Set(['resources/read', 'prompts/get', 'tasks/result'])

/** One connection: passes everything, holds tool calls until the guard has decided, and reads what comes back. */
export class Session {
  readonly id = randomUUID()
  readonly #p: SessionParts
  readonly #open = new OpenRequests<Waiting>()
  readonly #progress = new ProgressTokens()
  /** Tasks that this connection works on, with the last intent it gave for each. */
  readonly #tasks = new Map<string, string | undefined>()
  #serverName: string | undefined
  #initialize: Id | undefined
  #credential: AgentEvent['credential']

  constructor(parts: SessionParts) {
    this.#p = parts
    const { client, server } = parts
    client.onArrival = (arrival) => this.#fromClient(arrival)
    server.onArrival = (arrival) => this.#fromServer(arrival)
    client.onGarbage = () => client.send(invalidRequest(null, 'rescind guard: not a JSON-RPC message'))
    server.onGarbage = (text) => parts.onTrouble(`the server wrote what is no message: ${text.slice(0, 200)}`)
    client.onFault = (fault) => this.#faultOfClient(fault)
    server.onFault = (fault) => this.#faultOfServer(fault)
  }

  /** Resolves when no request of the client’s waits for its answer. */
  settled(): Promise<void> {
    return this.#open.settled()
  }

  /** The server is gone: whoever waits is told. */
  lost(why: string): void {
    for (const open of this.#open.drain()) this.#fail(open, why)
  }

  end(): void {
    for (const task of this.#tasks.keys()) this.#p.guard.endTask(task)
    this.#tasks.clear()
  }

  #fromClient({ message, raw, survey, headers, began = performance.now() }: Arrival): void {
    const { server } = this.#p
    const id = idOf(message)
    const unclear = ambiguity(message, survey)
    if (unclear !== undefined) {
      this.#faultOfClient(faultOf(message, unclear))
      return
    }
    if (headers !== undefined) this.#credential = credentialOf(headers) ?? this.#credential
    const { method } = message
    if (id !== undefined && typeof method === 'string') this.#progress.track(message, id)
    if (method === 'tools/call') {
      this.#hold(message, raw, id, began)
      return
    }
    if (method === 'initialize') this.#initialize = id
    else if (method === 'notifications/cancelled') this.#cancelled(message)
    if (typeof method === 'string' && id !== undefined && !this.#wait(id, this.#waitingFor(method, message))) return
    server.send(message, raw)
  }

  #waitingFor(method: string, message: Message): Waiting {
    if (method === 'tools/list') return { kind: 'list' }
    if (!reading.has(method)) return { kind: 'other' }
    const { uri, name } = paramsOf(message)
    const source = `${method} ${textOf(uri, 400) ?? textOf(name, 400) ?? ''}`
    return { kind: 'read', task: this.#taskOf(message), source }
  }

  #fromServer({ message, raw: text, survey, related, began = performance.now() }: Arrival): void {
    const { client, onTrouble } = this.#p
    const id = idOf(message)
    const { method } = message
    const isMixed = typeof method === 'string' && ('result' in message || 'error' in message)
    const unclear = isMixed ? 'it asks and answers at once' : ambiguity(message, survey)
    if (unclear !== undefined) {
      this.#faultOfServer(faultOf(message, unclear))
      return
    }
    // What was read is what is sent: of a member that is twice, only the one that the guard read.
    const raw = hasTwins(message, survey) ? undefined : text
    if (typeof method === 'string') {
      client.send(message, raw, related ?? this.#progress.requestOf(message))
      return
    }
    const open = id === undefined ? undefined : this.#open.take(id)
    if (open === undefined) {
      // A complaint about nothing in particular may pass; an answer that nobody asked for would be read by nobody here.
      if (id === undefined && 'error' in message) client.send(message, raw)
      else onTrouble('an answer that fits no open request was not passed on')
      return
    }
    const ms = performance.now() - began
    client.send(message, raw)
    if (open.id === this.#initialize) this.#serverName = nameOf(message)
    try {
      this.#read(open.what, message, raw)
    } catch (error) {
      this.#p.onTrouble('an answer could not be read', error)
    }
    if (open.what.kind !== 'call') return
    const { time } = open.what
    this.#p.onTime?.({ ms: time.ms + ms, busyMs: time.busyMs + performance.now() - began })
  }

  #read(waiting: Waiting, message: Message, raw: string | undefined): void {
    const { guard, tools } = this.#p
    if (waiting.kind === 'list') tools.learn(message.result)
    else if (waiting.kind === 'read') guard.read(waiting.task, waiting.source, resultOf(message, raw).text ?? '')
    else if (waiting.kind === 'call') guard.after(waiting.decision, resultOf(message, raw))
  }

  #faultOfClient({ why, id, asks, answers }: Fault): void {
    const { client, server, onTrouble } = this.#p
    onTrouble(`a message of the client’s was refused: ${why}`)
    if (asks || !answers || id === undefined) client.send(invalidRequest(id ?? null, `rescind guard: ${why}`))
    else server.send(noAnswer(id, why))
  }

  #faultOfServer({ why, id, asks, answers }: Fault): void {
    const { server, onTrouble } = this.#p
    onTrouble(`a message of the server’s was refused: ${why}`)
    if (id === undefined) this.lost(`the server sent ${why}; whose answer it was is not known`)
    else if (asks && !answers) server.send(invalidRequest(id, `rescind guard: ${why}`))
    else {
      const open = this.#open.take(id)
      if (open !== undefined) this.#fail(open, `the answer was refused: ${why}`)
    }
  }

  #fail({ id, what }: Open<Waiting>, why: string): void {
    this.#p.client.send(noAnswer(id, why))
    if (what.kind === 'call') this.#p.guard.after(what.decision, { failed: true })
  }

  #hold(message: Message, raw: string | undefined, id: Id | undefined, began: number): void {
    const { guard, client, server, onTrouble, approved } = this.#p
    const name = paramsOf(message).name
    // Not a call that a server could run; let it say so itself.
    if (typeof name !== 'string') {
      if (id !== undefined) client.send(invalidRequest(id, 'rescind guard: params.name is not a string'))
      return
    }
    let decision: Decision
    try {
      decision = guard.before(this.#callOf(message, name))
      if (decision.command !== undefined && decision.outcome !== 'allow' && approved?.(decision.command.id) === true) {
        guard.release(decision.command.id)
        decision = guard.before(this.#callOf(message, name))
      }
    } catch (error) {
      // A guard that fails does not stand aside.
      onTrouble('a call was refused because the guard failed', error)
      if (id !== undefined) client.send(invalidRequest(id, 'rescind guard: the guard failed; the call did not run'))
      return
    }
    if (decision.wouldBe !== undefined) onTrouble(`would have been ${decision.wouldBe}: ${name}: ${decision.because}`)
    if (decision.outcome === 'deny' || decision.outcome === 'step-up') {
      onTrouble(`${decision.outcome}: ${name}: ${decision.because}`)
      if (id !== undefined) client.send(refusal(id, name, decision, guard.standAlone))
      return
    }
    const time = { ms: performance.now() - began, busyMs: 0 }
    if (id !== undefined && !this.#wait(id, { kind: 'call', decision, time })) {
      guard.after(decision, { failed: true })
      return
    }
    if (decision.outcome === 'sanitise')
      server.send({ ...message, params: { ...paramsOf(message), arguments: decision.arguments } })
    else server.send(message, raw)
    time.busyMs = performance.now() - began
  }

  #callOf(message: Message, tool: string): GuardCall {
    const { action, dataset, sensitivity } = this.#p.tools.of(tool)
    const meta = metaOf(message)
    const trace = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}$/.exec(String(meta.traceparent ?? ''))
    const principal = textOf(meta['rescind/principal'], 512)
    const credential = this.#credential
    return {
      tool,
      ...(this.#serverName === undefined ? {} : { server: this.#serverName }),
      args: paramsOf(message).arguments ?? {},
      action,
      ...(dataset === undefined && sensitivity === undefined
        ? {}
        : { resource: { ...(dataset && { dataset }), ...(sensitivity && { sensitivity }) } }),
      session: this.id,
      task: this.#taskOf(message),
      ...(principal === undefined ? {} : { principal }),
      ...(trace === null ? {} : { trace: { id: trace[1] ?? '', span: trace[2] ?? '' } }),
      ...(credential === undefined ? {} : { credential }),
    }
  }

  /** The task that the client names, else the session itself. Its first message begins it. */
  #taskOf(message: Message): string {
    const meta = metaOf(message)
    const id = textOf(meta['rescind/task'], 512) ?? this.id
    const intent = textOf(meta['rescind/intent'], 16_384)
    if (!this.#tasks.has(id)) {
      this.#tasks.set(id, intent)
      const principal = textOf(meta['rescind/principal'], 512)
      const asked = intent ?? this.#p.intent
      this.#p.guard.startTask({
        id,
        session: this.id,
        // A client may go on with a task of an earlier connection: only our own session is sure to begin here.
        resumed: id !== this.id,
        ...(asked === undefined ? {} : { intent: asked }),
        ...(principal === undefined ? {} : { principal }),
      })
    } else if (intent !== undefined && intent !== this.#tasks.get(id)) {
      this.#tasks.set(id, intent)
      this.#p.guard.request(id, intent)
    }
    return id
  }

  #cancelled(message: Message): void {
    const { requestId } = paramsOf(message)
    if (typeof requestId !== 'string' && typeof requestId !== 'number') return
    const waiting = this.#open.take(requestId)?.what
    if (waiting?.kind === 'call') this.#p.guard.after(waiting.decision, { failed: true })
  }

  #wait(id: Id, waiting: Waiting): boolean {
    if (this.#open.add(id, waiting)) return true
    this.#p.client.send(noAnswer(id, 'too many requests wait for their answers'))
    return false
  }
}

function nameOf({ result }: Message): string | undefined {
  const info = (result as { serverInfo?: { name?: unknown } } | undefined)?.serverInfo
  return textOf(info?.name, 512)
}

/** The bearer token that the client sends upstream, by its hash. */
function credentialOf(headers: Readonly<Record<string, unknown>>): AgentEvent['credential'] {
  const { authorization } = headers
  if (typeof authorization !== 'string') return undefined
  return { id: `sha256:${createHash('sha256').update(authorization).digest('hex').slice(0, 32)}` }
}
