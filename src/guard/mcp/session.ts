import { randomUUID } from 'node:crypto'
import type { AgentEvent } from '../../model/event.ts'
import type { Guard } from '../core/guard.ts'
import type { Decision, GuardCall } from '../core/types.ts'
import { Asks } from './asks.ts'
import { resultOf } from './content.ts'
import { ambiguity, type Id, idKey, idOf, invalidRequest, type Message, metaOf, paramsOf, textOf } from './json-rpc.ts'
import { type Judged, judgedCall, judgedRequest } from './judged.ts'
import { ToolPins } from './pins/index.ts'
import { Progress } from './progress.ts'
import { readingsOf } from './readings.ts'
import { refusal, refusedRequest } from './refusal.ts'
import { credentialOf, nameOf, saidOf, withArguments } from './said.ts'
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
  /** What the server’s tools were when they were first seen. Absent: they are pinned for this session. */
  pins?: ToolPins
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
  | { kind: 'call'; method: string; decision: Decision; time: CallTime }
  | { kind: 'other'; method: string; task: string | undefined }

/** Most requests remembered; a server that never answers must not fill the memory. */
const maxWaiting = 10_000
/** One connection: passes everything, holds tool calls until the guard has decided, and reads what comes back. */
export class Session {
  readonly id = randomUUID()
  readonly #p: SessionParts
  readonly #waiting = new Map<string, Waiting>()
  readonly #progress = new Progress()
  /** Tasks that this connection works on, with the last intent it gave for each. */
  readonly #tasks = new Map<string, string | undefined>()
  readonly #asks: Asks
  readonly #pins: ToolPins
  #serverName: string | undefined
  #credential: AgentEvent['credential']

  constructor(parts: SessionParts) {
    this.#p = parts
    const { client, server, guard, onTrouble } = parts
    this.#pins = parts.pins ?? new ToolPins()
    this.#asks = new Asks({
      restricts: (act) => guard.restricts(this.#ownCall(act)),
      before: (act) => guard.before(this.#ownCall(act)),
      after: (decision) => guard.after(decision),
      onTrouble,
    })
    client.onArrival = (arrival) => this.#fromClient(arrival)
    server.onArrival = (arrival) => this.#fromServer(arrival)
    // What is no JSON is no call: a server’s stray print reaches the client as it would without us.
    client.onGarbage = () => client.send(invalidRequest(null, 'rescind guard: not a JSON-RPC message'))
    server.onGarbage = (raw) => client.sendGarbage(raw)
  }

  end(): void {
    for (const task of this.#tasks.keys()) this.#p.guard.endTask(task)
    this.#tasks.clear()
  }

  #fromClient({ message, raw, headers, began = performance.now() }: Arrival): void {
    const { client, server } = this.#p
    const id = idOf(message)
    const unclear = ambiguity(message, raw ?? '')
    if (unclear !== undefined) {
      this.#p.onTrouble(`a message was refused: ${unclear}`)
      if (id !== undefined) client.send(invalidRequest(id, `rescind guard: ${unclear}`))
      return
    }
    if (headers !== undefined) this.#credential = credentialOf(headers) ?? this.#credential
    const { method } = message
    if (typeof method !== 'string') {
      const answer = id === undefined ? { message, same: true } : this.#asks.answered(message, id)
      if (answer !== undefined) server.send(answer.message, answer.same ? raw : undefined)
      return
    }
    if (id !== undefined) this.#progress.track(message, id)
    if (method === 'tools/call') {
      this.#holdCall(message, raw, id, began)
      return
    }
    if (method === 'initialize') this.#asks.declared(paramsOf(message).capabilities)
    const judged = judgedRequest(message)
    if (
      judged !== undefined &&
      (!judged.isQuiet || this.#p.guard.restricts(this.#callOf(message, judged, this.#named(message))))
    ) {
      this.#hold(message, raw, id, began, judged)
      return
    }
    if (method === 'notifications/cancelled') this.#cancelled(message)
    if (id !== undefined)
      this.#wait(id, { kind: 'other', method, task: method.startsWith('tasks/') ? this.#taskOf(message) : undefined })
    server.send(message, raw)
  }

  #fromServer({ message, raw, began = performance.now() }: Arrival): void {
    const id = idOf(message)
    if (typeof message.method === 'string') {
      this.#fromServerItself(message, message.method, raw, id)
      return
    }
    const ms = performance.now() - began
    this.#p.client.send(message, raw)
    if (id === undefined) return
    const key = idKey(id)
    // An answer that nobody waits for any more may still be read.
    const waiting = this.#waiting.get(key) ?? { kind: 'other', method: '', task: undefined }
    this.#waiting.delete(key)
    try {
      this.#read(waiting, message, raw)
    } catch (error) {
      this.#p.onTrouble('an answer could not be read', error)
      this.#p.guard.readByAll(this.id, waiting.method, [{ place: 'text', cut: true }])
    }
    if (waiting.kind !== 'call') return
    const { time } = waiting
    this.#p.onTime?.({ ms: time.ms + ms, busyMs: time.busyMs + performance.now() - began })
  }

  /** A request or notification of the server’s own. */
  #fromServerItself(message: Message, method: string, raw: string | undefined, id: Id | undefined): void {
    const { client, server, guard } = this.#p
    const refused = id === undefined ? undefined : this.#asks.asked(method, id)
    if (refused !== undefined) {
      server.send(refused)
      return
    }
    if (method === 'notifications/cancelled') this.#asks.withdrawn(paramsOf(message).requestId)
    const related = this.#progress.relatedTo(message)
    client.send(message, raw, related)
    const readings = readingsOf(message)
    if (readings.length === 0) return
    const request = related === undefined ? undefined : this.#waiting.get(idKey(related))
    const task = request?.kind === 'call' ? request.decision.event.task?.id : request?.task
    if (task === undefined) guard.readByAll(this.id, method, readings)
    else guard.read(task, method, readings)
  }

  #read(waiting: Waiting, message: Message, raw: string | undefined): void {
    const { guard, tools } = this.#p
    const { method } = waiting
    if (waiting.kind === 'call') {
      guard.after(waiting.decision, resultOf(message, raw, method))
      return
    }
    if (method === 'initialize') this.#serverName = nameOf(message)
    else if (method === 'tools/list') {
      tools.learn(message.result)
      for (const { because } of this.#pins.learn(message.result, this.#serverName)) this.#p.onTrouble(because)
    }
    const readings = readingsOf(message, method)
    if (waiting.task !== undefined) guard.read(waiting.task, method, readings)
    else guard.readByAll(this.id, method, readings)
  }

  #holdCall(message: Message, raw: string | undefined, id: Id | undefined, began: number): void {
    const { name } = paramsOf(message)
    // Not a call that a server could run; let it say so itself.
    if (typeof name === 'string')
      this.#hold(
        message,
        raw,
        id,
        began,
        judgedCall(name, paramsOf(message).arguments ?? {}, this.#p.tools, this.#pins),
      )
    else if (id !== undefined) this.#p.client.send(invalidRequest(id, 'rescind guard: params.name is not a string'))
  }

  #hold(message: Message, raw: string | undefined, id: Id | undefined, began: number, judged: Judged): void {
    const { guard, client, server, onTrouble, approved } = this.#p
    const { tool: name } = judged
    const method = String(message.method)
    let decision: Decision
    try {
      decision = guard.before(this.#callOf(message, judged))
      if (decision.command !== undefined && decision.outcome !== 'allow' && approved?.(decision.command.id) === true) {
        guard.release(decision.command.id)
        decision = guard.before(this.#callOf(message, judged))
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
      const refuse = method === 'tools/call' ? refusal : refusedRequest
      if (id !== undefined) client.send(refuse(id, name, decision, guard.standAlone))
      return
    }
    // Whoever lets the call go has seen what it says of the tool.
    if (judged.drift?.holds === true && decision.event.approval !== undefined) this.#pins.accept(name)
    const ms = performance.now() - began
    if (decision.outcome !== 'sanitise') server.send(message, raw)
    else server.send(withArguments(message, decision.arguments))
    const time = { ms, busyMs: performance.now() - began }
    if (id !== undefined) this.#wait(id, { kind: 'call', method, decision, time })
  }

  #callOf(message: Message, act: Judged, task: string = this.#taskOf(message)): GuardCall {
    const credential = this.#credential
    return {
      ...act,
      ...(this.#serverName === undefined ? {} : { server: this.#serverName }),
      session: this.id,
      task,
      ...saidOf(message),
      ...(credential === undefined ? {} : { credential }),
    }
  }

  /** An act that no message of the client’s asked for: in the task in hand, where there is only one. */
  #ownCall(act: Judged): GuardCall {
    const [task] = this.#tasks.size === 1 ? this.#tasks.keys() : []
    return this.#callOf({}, act, task ?? this.id)
  }

  #named(message: Message): string {
    return textOf(metaOf(message)['rescind/task'], 512) ?? this.id
  }

  /** The task that the client names, else the session itself. Its first message begins it. */
  #taskOf(message: Message): string {
    const meta = metaOf(message)
    const id = this.#named(message)
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
    const key = idKey(requestId)
    const waiting = this.#waiting.get(key)
    this.#waiting.delete(key)
    if (waiting?.kind === 'call') this.#p.guard.after(waiting.decision, { failed: true })
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
