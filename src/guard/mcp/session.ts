import { randomUUID } from 'node:crypto'
import type { Guard } from '../core/guard.ts'
import {
  ambiguity,
  hasTwins,
  type Id,
  idOf,
  invalidRequest,
  type Message,
  noAnswer,
  paramsOf,
} from '../doors/json-rpc/message.ts'
import { type Open, OpenRequests } from '../doors/json-rpc/open-requests.ts'
import { type Fault, faultOf } from '../doors/json-rpc/read-text.ts'
import type { Arrival, Side } from '../doors/side.ts'
import { ClientActs } from './client/acts.ts'
import { requestAct } from './client/message-act.ts'
import { ClientRoots } from './client/roots.ts'
import { SessionTasks } from './client/tasks.ts'
import { type Approvals, Held } from './person/held.ts'
import { ToolPins } from './pins/index.ts'
import type { WayBack } from './refusal.ts'
import { Answers } from './server/answers.ts'
import { Asks } from './server/asks.ts'
import { cleaned } from './server/clean-answer.ts'
import { ProgressTokens } from './server/progress.ts'
import { readingsOf } from './server/readings.ts'
import type { Tools } from './tools/tools.ts'
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
  readonly #answers: Answers
  readonly #acts: ClientActs

  constructor(parts: SessionParts) {
    this.#p = parts
    const { client, server, guard, approvals, askMs, onTrouble } = parts
    const pins = parts.pins ?? new ToolPins()
    this.#tasks = new SessionTasks({ guard, session: this.id, intent: parts.intent, task: parts.task })
    this.#held = new Held({ guard, client, approvals, askMs })
    this.#answers = new Answers({
      guard,
      client,
      tools: parts.tools,
      pins,
      held: this.#held,
      session: this.id,
      onTrouble,
      onTime: parts.onTime,
    })
    this.#acts = new ClientActs({
      ...{ guard, client, server, tools: parts.tools, session: this.id, wayBack: parts.wayBack },
      ...{ pins, tasks: this.#tasks, held: this.#held, answers: this.#answers, onTrouble },
      wait: (id, waiting) => this.#wait(id, waiting),
    })
    this.#asks = new Asks({
      restricts: (act) => guard.restricts(this.#acts.ownCall(act)),
      before: (act) => guard.before(this.#acts.ownCall(act)),
      after: (check) => guard.after(check),
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
    if (headers !== undefined) this.#acts.came(headers)
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
      this.#acts.hold(arrival, id, began)
      return
    }
    if (method === 'initialize') {
      this.#asks.declared(paramsOf(message).capabilities)
      this.#held.begin(message)
    }
    const act = requestAct(message)
    if (
      act !== undefined &&
      (!act.isQuiet || guard.restricts(this.#acts.callOf(message, act, this.#tasks.named(message))))
    ) {
      this.#acts.guarded(id, () => this.#acts.judge(arrival, this.#acts.callOf(message, act), id, began))
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
    if (what.kind === 'call') guard.after(what.check, { failed: true })
  }

  #cancelled(message: Message): void {
    const { requestId } = paramsOf(message)
    if (typeof requestId !== 'string' && typeof requestId !== 'number') return
    this.#held.cancelled(requestId)
    const waiting = this.#open.peek(requestId)
    // What a person approved has run: its answer is kept for whoever asks again.
    if (waiting?.kind === 'call' && waiting.check.held !== undefined) return
    this.#open.take(requestId)
    if (waiting?.kind === 'call') this.#p.guard.after(waiting.check, { failed: true })
  }

  #wait(id: Id, waiting: Waiting): boolean {
    if (this.#open.add(id, waiting)) return true
    this.#p.client.send(noAnswer(id, 'too many requests wait for their answers'))
    return false
  }
}
