import { createHash, randomUUID } from 'node:crypto'
import type { AgentEvent } from '../../model/event.ts'
import type { Guard } from '../core/guard.ts'
import type { Decision, GuardCall } from '../core/types.ts'
import { resultOf } from './content.ts'
import { Held } from './held.ts'
import { ambiguity, type Id, idKey, idOf, invalidRequest, type Message, metaOf, paramsOf, textOf } from './json-rpc.ts'
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
  /** Asked before each refusal: whether a person has let the command or the held call go meanwhile. */
  approved?: (id: string) => boolean
  /** How long a call waits for the answer of a person whom the client can ask, ms; 0: nobody is asked. Default 50 s. */
  askMs?: number
  onTrouble(message: string, cause?: unknown): void
  onTime?: (time: CallTime) => void
}

/** The guard’s own time for a call, ms. */
export interface CallTime {
  /** What the call waits in the guard: from the request to its forwarding, and from the answer to its forwarding. */
  ms: number
  /**
   * That with both writes, and with what is read and learned from the answer after it has gone. On a machine that is short
   * of processors the kernel runs the reader that a write wakes in the writer’s place: then it holds the others’ time too.
   */
  busyMs: number
}

/** A request under way whose answer the guard reads. */
type Waiting =
  | { kind: 'call'; decision: Decision; time: CallTime }
  | { kind: 'list' }
  | { kind: 'read'; task: string; source: string }

/** Most requests remembered; a server that never answers must not fill the memory. */
const maxWaiting = 10_000
const maxProgress = 1000
/** Their answers are text that the agent gets to read, as the outputs of tools are. */
const reading: ReadonlySet<string> = new Set(['resources/read', 'prompts/get', 'tasks/result'])

/** One connection: passes everything, holds tool calls until the guard has decided, and reads what comes back. */
export class Session {
  readonly id = randomUUID()
  readonly #p: SessionParts
  readonly #waiting = new Map<string, Waiting>()
  /** Progress token → the request it belongs to. */
  readonly #progress = new Map<string, Id>()
  /** Tasks that this connection works on, with the last intent it gave for each. */
  readonly #tasks = new Map<string, string | undefined>()
  readonly #held: Held
  #serverName: string | undefined
  #initialize: Id | undefined
  #credential: AgentEvent['credential']

  constructor(parts: SessionParts) {
    this.#p = parts
    const { client, server, guard, approved, askMs } = parts
    this.#held = new Held({ guard, client, approved, askMs })
    client.onArrival = (arrival) => this.#fromClient(arrival)
    server.onArrival = (arrival) => this.#fromServer(arrival)
    // What is no JSON is no call: a server’s stray print reaches the client as it would without us.
    client.onGarbage = () => client.send(invalidRequest(null, 'rescind guard: not a JSON-RPC message'))
    server.onGarbage = (raw) => client.sendGarbage(raw)
  }

  end(): void {
    this.#held.end()
    for (const task of this.#tasks.keys()) this.#p.guard.endTask(task)
    this.#tasks.clear()
  }

  #fromClient(arrival: Arrival): void {
    const { message, raw, headers, began = performance.now() } = arrival
    const { client, server } = this.#p
    const id = idOf(message)
    const unclear = ambiguity(message, raw ?? '')
    if (unclear !== undefined) {
      this.#p.onTrouble(`a message was refused: ${unclear}`)
      if (id !== undefined) client.send(invalidRequest(id, `rescind guard: ${unclear}`))
    }
    if (unclear !== undefined || this.#held.takes(message)) return
    if (headers !== undefined) this.#credential = credentialOf(headers) ?? this.#credential
    const { method } = message
    if (id !== undefined && typeof method === 'string') this.#track(message, id)
    if (method === 'tools/call') {
      this.#hold(arrival, id, began)
      return
    }
    if (method === 'initialize') {
      this.#initialize = id
      this.#held.begin(message)
    } else if (method === 'tools/list' && id !== undefined) this.#wait(id, { kind: 'list' })
    else if (typeof method === 'string' && reading.has(method) && id !== undefined) {
      const { uri, name } = paramsOf(message)
      const source = `${method} ${textOf(uri, 400) ?? textOf(name, 400) ?? ''}`
      this.#wait(id, { kind: 'read', task: this.#taskOf(message), source })
    } else if (method === 'notifications/cancelled') this.#cancelled(message)
    server.send(message, raw)
  }

  #fromServer({ message, raw, began = performance.now() }: Arrival): void {
    const id = idOf(message)
    if (typeof message.method === 'string') {
      this.#p.client.send(message, raw, this.#relatedTo(message))
      return
    }
    const ms = performance.now() - began
    this.#p.client.send(message, raw)
    if (id === undefined) return
    if (id === this.#initialize) this.#serverName = nameOf(message)
    const key = idKey(id)
    const waiting = this.#waiting.get(key)
    if (waiting === undefined) return
    this.#waiting.delete(key)
    try {
      this.#read(waiting, message, raw)
    } catch (error) {
      this.#p.onTrouble('an answer could not be read', error)
    }
    if (waiting.kind !== 'call') return
    const { time } = waiting
    this.#p.onTime?.({ ms: time.ms + ms, busyMs: time.busyMs + performance.now() - began })
  }

  #read(waiting: Waiting, message: Message, raw: string | undefined): void {
    const { guard, tools } = this.#p
    if (waiting.kind === 'list') tools.learn(message.result)
    else if (waiting.kind === 'read') guard.read(waiting.task, waiting.source, resultOf(message, raw).text ?? '')
    else {
      guard.after(waiting.decision, resultOf(message, raw))
      this.#held.answered(waiting.decision, message, raw)
    }
  }

  #hold(arrival: Arrival, id: Id | undefined, began: number): void {
    const { client, onTrouble } = this.#p
    const { message } = arrival
    const name = paramsOf(message).name
    // Not a call that a server could run; let it say so itself.
    if (typeof name !== 'string') {
      if (id !== undefined) client.send(invalidRequest(id, 'rescind guard: params.name is not a string'))
      return
    }
    try {
      const call = this.#held.quoted(this.#callOf(message, name), message)
      const again = this.#held.answerTo(call, id)
      if (again !== undefined) client.send(again)
      else this.#judge(arrival, call, id, began)
    } catch (error) {
      // A guard that fails does not stand aside.
      onTrouble('a call was refused because the guard failed', error)
      if (id !== undefined) client.send(invalidRequest(id, 'rescind guard: the guard failed; the call did not run'))
    }
  }

  #judge(arrival: Arrival, call: GuardCall, id: Id | undefined, began: number): void {
    const { server, onTrouble } = this.#p
    const decision = this.#held.decide(call)
    const { outcome, because, held } = decision
    if (decision.wouldBe !== undefined) onTrouble(`would have been ${decision.wouldBe}: ${call.tool}: ${because}`)
    if (outcome === 'deny' || outcome === 'step-up') {
      onTrouble(`${outcome}: ${held?.tool ?? call.tool}: ${because}${held === undefined ? '' : ` (${held.handle})`}`)
      this.#held.keep(arrival, decision)
      if (id !== undefined) this.#refuse(arrival, call, id, decision)
      return
    }
    const { message, raw } = this.#held.toRun(arrival, decision, id)
    const ms = performance.now() - began
    server.send(message, raw)
    if (id !== undefined) this.#wait(id, { kind: 'call', decision, time: { ms, busyMs: performance.now() - began } })
  }

  /** Tells the agent, after the person behind the client was asked where that can be. */
  #refuse(arrival: Arrival, call: GuardCall, id: Id, decision: Decision): void {
    const { client, guard, onTrouble } = this.#p
    const tell = () => client.send(refusal(id, decision.held?.tool ?? call.tool, decision, guard.standAlone))
    if (!this.#held.asks(decision)) {
      tell()
      return
    }
    this.#held
      .ask(decision, id)
      .then((isApproved) => {
        const handle = decision.held?.handle
        if (isApproved && handle !== undefined) this.#judge(arrival, { ...call, handle }, id, performance.now())
        else tell()
      })
      .catch((error: unknown) => {
        onTrouble('a call was refused because the guard failed', error)
        client.send(invalidRequest(id, 'rescind guard: the guard failed; the call did not run'))
      })
  }

  #callOf(message: Message, tool: string): GuardCall {
    const { dataset, sensitivity } = this.#p.tools.of(tool)
    const meta = metaOf(message)
    const trace = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}$/.exec(String(meta.traceparent ?? ''))
    const principal = textOf(meta['rescind/principal'], 512)
    const credential = this.#credential
    return {
      tool,
      ...(this.#serverName === undefined ? {} : { server: this.#serverName }),
      args: paramsOf(message).arguments ?? {},
      model: this.#p.tools.model(tool),
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
    this.#held.cancelled(requestId)
    const key = idKey(requestId)
    const waiting = this.#waiting.get(key)
    // What a person approved has run: its answer is kept for whoever asks again.
    if (waiting?.kind === 'call' && waiting.decision.held !== undefined) return
    this.#waiting.delete(key)
    if (waiting?.kind === 'call') this.#p.guard.after(waiting.decision, { failed: true })
  }

  #track(message: Message, id: Id): void {
    const { progressToken } = metaOf(message)
    if (typeof progressToken !== 'string' && typeof progressToken !== 'number') return
    if (this.#progress.size >= maxProgress)
      for (const oldest of this.#progress.keys()) {
        this.#progress.delete(oldest)
        break
      }
    this.#progress.set(idKey(progressToken), id)
  }

  /** The request that a message of the server’s belongs to, as far as it says so. */
  #relatedTo(message: Message): Id | undefined {
    if (message.method !== 'notifications/progress') return undefined
    const { progressToken } = paramsOf(message)
    const isToken = typeof progressToken === 'string' || typeof progressToken === 'number'
    return isToken ? this.#progress.get(idKey(progressToken)) : undefined
  }

  #wait(id: Id, waiting: Waiting): void {
    if (this.#waiting.size >= maxWaiting)
      for (const oldest of this.#waiting.keys()) {
        this.#waiting.delete(oldest)
        break
      }
    this.#waiting.set(idKey(id), waiting)
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
