import { randomUUID } from 'node:crypto'
import type { AgentEvent } from '../../model/event.ts'
import type { Guard } from '../core/guard.ts'
import type { Decision, GuardCall } from '../core/types.ts'
import { Asks } from './asks.ts'
import { type CleanAnswer, cleaned, sanitisedOf } from './clean-answer.ts'
import { resultOf } from './content.ts'
import { ambiguity, type Id, idOf, invalidRequest, type Message, metaOf, paramsOf, textOf } from './json-rpc.ts'
import { type Judged, judgedCall, judgedRequest } from './judged.ts'
import { type CallTime, Pending, type Waiting } from './pending.ts'
import { ToolPins } from './pins/index.ts'
import { Progress } from './progress.ts'
import { readingsOf } from './readings.ts'
import { refusal, refusedRequest } from './refusal.ts'
import { credentialOf, nameOf, saidOf, withArguments } from './said.ts'
import type { Arrival, Side } from './side.ts'
import type { Tools } from './tools.ts'

export type { CallTime } from './pending.ts'

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

const unasked: Waiting = { kind: 'other', method: '', task: undefined }

/** One connection: passes everything, holds tool calls until the guard has decided, and reads what comes back. */
export class Session {
  readonly id = randomUUID()
  readonly #p: SessionParts
  readonly #pending = new Pending()
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
      this.#pending.put(id, {
        kind: 'other',
        method,
        task: method.startsWith('tasks/') ? this.#taskOf(message) : undefined,
      })
    server.send(message, raw)
  }

  #fromServer({ message, raw, began = performance.now() }: Arrival): void {
    const id = idOf(message)
    if (typeof message.method === 'string') {
      this.#fromServerItself(message, message.method, raw, id)
      return
    }
    // An answer that nobody waits for any more may still be read.
    const waiting: Waiting = (id === undefined ? undefined : this.#pending.take(id)) ?? unasked
    const clean = cleaned(
      this.#p.guard,
      message,
      waiting.kind === 'call' ? waiting.decision : this.#tool(waiting.method),
    )
    const ms = performance.now() - began
    this.#p.client.send(clean?.message ?? message, clean === undefined ? raw : undefined)
    if (id === undefined) return
    try {
      this.#read(waiting, clean?.message ?? message, raw, clean)
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
    const clean = cleaned(guard, message, this.#tool(method))
    if (clean?.withheld !== undefined) {
      if (id === undefined) return
      this.#asks.withdrawn(id)
      server.send(invalidRequest(id, `rescind guard: ${clean.withheld}`))
      return
    }
    client.send(clean?.message ?? message, clean === undefined ? raw : undefined, related)
    const readings = readingsOf(clean?.message ?? message)
    if (readings.length === 0) return
    const request = related === undefined ? undefined : this.#pending.get(related)
    const task = request?.kind === 'call' ? request.decision.event.task?.id : request?.task
    if (task === undefined) guard.readByAll(this.id, method, readings)
    else guard.read(task, method, readings)
  }

  #read(waiting: Waiting, message: Message, raw: string | undefined, clean: CleanAnswer | undefined): void {
    const { guard, tools } = this.#p
    const { method } = waiting
    if (waiting.kind === 'call') {
      guard.after(waiting.decision, { ...resultOf(message, raw, method), ...sanitisedOf(clean) })
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
    const time = { ms: performance.now() - began, busyMs: 0 }
    // Before it goes: an answer may be here before the sending returns.
    if (id !== undefined) this.#pending.put(id, { kind: 'call', method, decision, time })
    if (decision.outcome !== 'sanitise') server.send(message, raw)
    else server.send(withArguments(message, decision.arguments))
    time.busyMs = performance.now() - began
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

  #tool(name: string): NonNullable<AgentEvent['tool']> {
    return this.#serverName === undefined ? { name } : { server: this.#serverName, name }
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
    const waiting = this.#pending.take(requestId)
    if (waiting?.kind === 'call') this.#p.guard.after(waiting.decision, { failed: true })
  }
}
