import { randomUUID } from 'node:crypto'
import type { AgentEvent } from '../../model/event.ts'
import type { Guard } from '../core/guard.ts'
import type { GuardCall } from '../core/types.ts'
import { Answers } from './answers.ts'
import { Asks } from './asks.ts'
import { cleaned } from './clean-answer.ts'
import { ClientRoots } from './client-roots.ts'
import { type Approvals, Held } from './held.ts'
import { ambiguity, hasTwins, type Id, idOf, invalidRequest, type Message, noAnswer, paramsOf } from './json-rpc.ts'
import { type Judged, judgedCall, judgedRequest } from './judged.ts'
import { type Open, OpenRequests } from './open-requests.ts'
import { ToolPins } from './pins/index.ts'
import { ProgressTokens } from './progress.ts'
import { type Fault, faultOf } from './reading.ts'
import { readingsOf } from './readings.ts'
import { refusal, refusedRequest, type WayBack, wayBackOf } from './refusal.ts'
import { credentialOf, saidOf } from './said.ts'
import { SessionTasks } from './session-tasks.ts'
import type { Arrival, Side } from './side.ts'
import type { Tools } from './tools.ts'
import { type CallTime, taskOf, type Waiting } from './waiting.ts'

export interface SessionParts {
  guard: Guard
  tools: Tools
  client: Side
  server: Side
  /** What the agent was asked, when the client does not say. */
  intent?: string
  /** The task of a client that names none; absent: the connection is the task. */
  task?: () => string
  /** Stand-alone: what a person let go by hand. */
  approvals?: Approvals
  /** How a person lets go what was held, for the one who is refused. */
  wayBack?: WayBack
  /** Nobody gave the folders that the agent works in: the client is asked. */
  askRoots?: true
  /** How long a call waits for the answer of a person whom the client can ask, ms; 0: nobody is asked. Default 50 s. */
  askMs?: number
  /** What the server’s tools were when they were first seen. Absent: they are pinned for this session. */
  pins?: ToolPins
  onTrouble(message: string, cause?: unknown): void
  onTime?: (time: CallTime) => void
}

/** One connection: passes everything, holds acts until the guard has decided, and reads what comes back. */
export class Session {
  readonly id = randomUUID()
  readonly #p: SessionParts
  readonly #open = new OpenRequests<Waiting>()
  readonly #progress = new ProgressTokens()
  readonly #tasks: SessionTasks
  readonly #held: Held
  readonly #asks: Asks
  readonly #roots: ClientRoots | undefined
  readonly #pins: ToolPins
  readonly #answers: Answers
  #credential: AgentEvent['credential']

  constructor(parts: SessionParts) {
    this.#p = parts
    const { client, server, guard, approvals, askMs, onTrouble } = parts
    this.#pins = parts.pins ?? new ToolPins()
    this.#tasks = new SessionTasks({ guard, session: this.id, intent: parts.intent, task: parts.task })
    this.#held = new Held({ guard, client, approvals, askMs })
    this.#answers = new Answers({
      guard,
      client,
      tools: parts.tools,
      pins: this.#pins,
      held: this.#held,
      session: this.id,
      onTrouble,
      onTime: parts.onTime,
    })
    this.#asks = new Asks({
      restricts: (act) => guard.restricts(this.#ownCall(act)),
      before: (act) => guard.before(this.#ownCall(act)),
      after: (decision) => guard.after(decision),
      onTrouble,
    })
    this.#roots = parts.askRoots === true ? new ClientRoots(client, (roots) => guard.work(roots)) : undefined
    client.onArrival = (arrival) => this.#fromClient(arrival)
    server.onArrival = (arrival) => this.#fromServer(arrival)
    client.onGarbage = () => client.send(invalidRequest(null, 'rescind guard: not a JSON-RPC message'))
    server.onGarbage = (text) => onTrouble(`the server wrote what is no message: ${text.slice(0, 200)}`)
    client.onFault = (fault) => this.#faultOfClient(fault)
    server.onFault = (fault) => this.#faultOfServer(fault)
  }

  /** Resolves when no request of the client’s waits for its answer. */
  settled(): Promise<void> {
    return this.#open.settled()
  }

  /** The server is gone: whoever waits is told. `said`: its last words, which the agent reads now. */
  lost(why: string, said?: string): void {
    const waiting = this.#open.drain()
    if (waiting.length > 0 && said !== undefined) this.#p.guard.readByAll(this.id, 'standard error', said)
    for (const open of waiting) this.#fail(open, said === undefined ? why : `${why}; it said last: ${said}`)
  }

  end(): void {
    this.#answers.readAll()
    this.#held.end()
    this.#tasks.end()
  }

  #fromClient(arrival: Arrival): void {
    const { message, raw, survey, headers, began = performance.now() } = arrival
    const { server, guard } = this.#p
    this.#answers.readAll()
    const id = idOf(message)
    const unclear = ambiguity(message, survey)
    if (unclear !== undefined) {
      this.#faultOfClient(faultOf(message, unclear))
      return
    }
    if (this.#held.takes(message) || this.#roots?.takes(message) === true) return
    if (headers !== undefined) this.#credential = credentialOf(headers) ?? this.#credential
    const { method } = message
    if (typeof method !== 'string') {
      const answer = id === undefined ? { message, same: true } : this.#asks.answered(message, id)
      if (answer !== undefined) server.send(answer.message, answer.same ? raw : undefined)
      return
    }
    if (id !== undefined) this.#progress.track(message, id)
    if (method === 'tools/call') {
      // In one line to us and in two to who takes CR for the end of one; MCP forbids it, and only HTTP has bodies of several lines.
      if (survey?.breaks === true && headers === undefined) {
        this.#faultOfClient(faultOf(message, 'a line break within a call'))
        return
      }
      this.#holdCall(arrival, id, began)
      return
    }
    if (method === 'initialize') {
      this.#asks.declared(paramsOf(message).capabilities)
      this.#held.begin(message)
    }
    const judged = judgedRequest(message)
    if (
      judged !== undefined &&
      (!judged.isQuiet || guard.restricts(this.#callOf(message, judged, this.#tasks.named(message))))
    ) {
      this.#guarded(id, () => this.#judge(arrival, this.#callOf(message, judged), id, began))
      return
    }
    if (method === 'notifications/cancelled') this.#cancelled(message)
    const task = method.startsWith('tasks/') ? this.#tasks.of(message) : undefined
    if (id !== undefined && !this.#wait(id, { kind: 'other', method, task })) return
    server.send(message, raw)
    this.#roots?.sees(message)
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
      this.#fromServerItself(message, method, raw, id, related)
      return
    }
    const open = id === undefined ? undefined : this.#open.take(id)
    if (open === undefined) {
      // A complaint about nothing in particular may pass; an answer that nobody asked for would be read by nobody here.
      if (id === undefined && 'error' in message) client.send(message, raw)
      else onTrouble('an answer that fits no open request was not passed on')
      return
    }
    this.#answers.pass(open.what, message, raw, began)
  }

  /** A request or notification of the server’s own. */
  #fromServerItself(message: Message, method: string, raw: string | undefined, id: Id | undefined, of?: Id): void {
    const { client, server, guard } = this.#p
    const refused = id === undefined ? undefined : this.#asks.asked(method, id)
    if (refused !== undefined) {
      server.send(refused)
      return
    }
    if (method === 'notifications/cancelled') this.#asks.withdrawn(paramsOf(message).requestId)
    const related = of ?? this.#progress.requestOf(message)
    const clean = cleaned(guard, message, this.#answers.tool(method))
    if (clean?.withheld !== undefined) {
      if (id === undefined) return
      this.#asks.withdrawn(id)
      server.send(invalidRequest(id, `rescind guard: ${clean.withheld}`))
      return
    }
    client.send(clean?.message ?? message, clean === undefined ? raw : undefined, related)
    const readings = readingsOf(clean?.message ?? message)
    if (readings.length === 0) return
    const request = related === undefined ? undefined : this.#open.peek(related)
    const task = request === undefined ? undefined : taskOf(request)
    if (task === undefined) guard.readByAll(this.id, method, readings)
    else guard.read(task, method, readings)
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
    const { client, guard } = this.#p
    const answer = noAnswer(id, why)
    client.send(cleaned(guard, answer, this.#answers.tool(what.method))?.message ?? answer)
    if (what.kind === 'call') guard.after(what.decision, { failed: true })
  }

  #holdCall(arrival: Arrival, id: Id | undefined, began: number): void {
    const { client, tools } = this.#p
    const { message } = arrival
    const { name } = paramsOf(message)
    // Not a call that a server could run; let it say so itself.
    if (typeof name !== 'string') {
      if (id !== undefined) client.send(invalidRequest(id, 'rescind guard: params.name is not a string'))
      return
    }
    this.#guarded(id, () => {
      const judged = judgedCall(name, paramsOf(message).arguments ?? {}, tools, this.#pins)
      const call = this.#held.quoted(this.#callOf(message, judged), message)
      const again = this.#held.answerTo(call, id)
      if (again !== undefined) client.send(again)
      else this.#judge(arrival, call, id, began)
    })
  }

  /** A guard that fails does not stand aside. */
  #guarded(id: Id | undefined, act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#p.onTrouble('a call was refused because the guard failed', error)
      if (id !== undefined)
        this.#p.client.send(invalidRequest(id, 'rescind guard: the guard failed; the call did not run'))
    }
  }

  #judge(arrival: Arrival, call: GuardCall, id: Id | undefined, began: number): void {
    const { server, guard, onTrouble } = this.#p
    const decision = this.#held.decide(call)
    const { outcome, because, held } = decision
    if (decision.wouldBe !== undefined) onTrouble(`would have been ${decision.wouldBe}: ${call.tool}: ${because}`)
    if (outcome === 'deny' || outcome === 'step-up') {
      const { wayBack = wayBackOf(guard) } = this.#p
      const way = decision.command === undefined ? undefined : wayBack(decision.command, held)
      onTrouble(
        `${outcome}: ${held?.tool ?? call.tool}: ${because}${way === undefined ? '' : ` (${held === undefined ? '' : `${held.handle}: `}${way})`}`,
      )
      this.#held.keep(arrival, decision)
      if (id !== undefined) this.#refuse(arrival, call, id, decision)
      return
    }
    // Whoever lets the call go has seen what it says of the tool.
    if (call.drift?.holds === true && decision.event.approval !== undefined) this.#pins.accept(call.tool)
    const { message, raw } = this.#held.toRun(arrival, decision, id)
    const time = { ms: performance.now() - began, busyMs: 0 }
    // Before it goes: an answer may be here before the sending returns.
    const waiting: Waiting = { kind: 'call', method: String(arrival.message.method), decision, time }
    if (id !== undefined && !this.#wait(id, waiting)) {
      guard.after(decision, { failed: true })
      return
    }
    server.send(message, raw)
    guard.catchUp(decision.event.task?.id ?? decision.event.session)
    time.busyMs = performance.now() - began
  }

  /** Tells the agent, after the person behind the client was asked where that can be. */
  #refuse(arrival: Arrival, call: GuardCall, id: Id, decision: ReturnType<Held['decide']>): void {
    const { client, guard, wayBack = wayBackOf(guard) } = this.#p
    const isCall = arrival.message.method === 'tools/call'
    const name = decision.held?.tool ?? call.tool
    const tell = () => client.send((isCall ? refusal : refusedRequest)(id, name, decision, wayBack))
    if (!this.#held.asks(decision)) {
      tell()
      return
    }
    void this.#held.ask(decision, id).then((isApproved) => {
      const handle = decision.held?.handle
      if (isApproved && handle !== undefined)
        this.#guarded(id, () => this.#judge(arrival, { ...call, handle }, id, performance.now()))
      else tell()
    })
  }

  #callOf(message: Message, act: Judged, task: string = this.#tasks.of(message)): GuardCall {
    const credential = this.#credential
    const { serverName } = this.#answers
    return {
      ...act,
      ...(serverName === undefined ? {} : { server: serverName }),
      session: this.id,
      task,
      ...saidOf(message),
      ...(credential === undefined ? {} : { credential }),
    }
  }

  /** An act that no message of the client’s asked for: in the task in hand, where there is only one. */
  #ownCall(act: Judged): GuardCall {
    return this.#callOf({}, act, this.#tasks.only ?? this.id)
  }

  #cancelled(message: Message): void {
    const { requestId } = paramsOf(message)
    if (typeof requestId !== 'string' && typeof requestId !== 'number') return
    this.#held.cancelled(requestId)
    const waiting = this.#open.peek(requestId)
    // What a person approved has run: its answer is kept for whoever asks again.
    if (waiting?.kind === 'call' && waiting.decision.held !== undefined) return
    this.#open.take(requestId)
    if (waiting?.kind === 'call') this.#p.guard.after(waiting.decision, { failed: true })
  }

  #wait(id: Id, waiting: Waiting): boolean {
    if (this.#open.add(id, waiting)) return true
    this.#p.client.send(noAnswer(id, 'too many requests wait for their answers'))
    return false
  }
}
