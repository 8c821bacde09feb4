import type { AgentEvent } from '../../../model/event.ts'
import type { Guard } from '../../core/guard.ts'
import type { GuardCall } from '../../core/types.ts'
import { type Id, invalidRequest, type Message, paramsOf } from '../../doors/json-rpc/message.ts'
import type { Arrival, Side } from '../../doors/side.ts'
import type { Held } from '../person/held.ts'
import type { ToolPins } from '../pins/index.ts'
import { refusal, refusedRequest, type WayBack, wayBackOf } from '../refusal.ts'
import type { Answers } from '../server/answers.ts'
import type { Tools } from '../tools/tools.ts'
import type { Waiting } from '../waiting.ts'
import { type Judged, judgedCall } from './judged.ts'
import { credentialOf, saidOf } from './said.ts'
import type { SessionTasks } from './tasks.ts'

export interface ClientActsParts {
  guard: Guard
  tools: Tools
  client: Side
  server: Side
  session: string
  pins: ToolPins
  tasks: SessionTasks
  held: Held
  answers: Answers
  wayBack?: WayBack | undefined
  /** Remembers a request until its answer is there; false, and the client is told, where too many wait. */
  wait(id: Id, waiting: Waiting): boolean
  onTrouble(message: string, cause?: unknown): void
}

/** What one client does: judged before it runs, then sent to the server, kept for a person, or refused. */
export class ClientActs {
  readonly #p: ClientActsParts
  #credential: AgentEvent['credential']

  constructor(parts: ClientActsParts) {
    this.#p = parts
  }

  /** Over HTTP a request says with what credential it came; the last one counts until another comes. */
  came(headers: NonNullable<Arrival['headers']>): void {
    this.#credential = credentialOf(headers) ?? this.#credential
  }

  /** A tool call: it runs when the guard has let it. */
  hold(arrival: Arrival, id: Id | undefined, began: number): void {
    const { client, tools } = this.#p
    const { message } = arrival
    const { name } = paramsOf(message)
    // Not a call that a server could run; let it say so itself.
    if (typeof name !== 'string') {
      if (id !== undefined) client.send(invalidRequest(id, 'rescind guard: params.name is not a string'))
      return
    }
    this.guarded(id, () => {
      const judged = judgedCall(name, paramsOf(message).arguments ?? {}, tools, this.#p.pins)
      const call = this.#p.held.quoted(this.callOf(message, judged), message)
      const again = this.#p.held.answerTo(call, id)
      if (again !== undefined) client.send(again)
      else this.judge(arrival, call, id, began)
    })
  }

  /** A guard that fails does not stand aside. */
  guarded(id: Id | undefined, act: () => void): void {
    try {
      act()
    } catch (error) {
      this.#p.onTrouble('a call was refused because the guard failed', error)
      if (id !== undefined)
        this.#p.client.send(invalidRequest(id, 'rescind guard: the guard failed; the call did not run'))
    }
  }

  /** An act of the client’s, as the guard sees it: sent on or refused. */
  judge(arrival: Arrival, call: GuardCall, id: Id | undefined, began: number): void {
    const { server, guard, onTrouble } = this.#p
    const decision = this.#p.held.decide(call)
    const { outcome, because, held } = decision
    if (decision.wouldBe !== undefined) onTrouble(`would have been ${decision.wouldBe}: ${call.tool}: ${because}`)
    if (outcome === 'deny' || outcome === 'step-up') {
      const { wayBack = wayBackOf(guard) } = this.#p
      const way = decision.command === undefined ? undefined : wayBack(decision.command, held)
      const how =
        held?.state === 'refused'
          ? ' (a person said no)'
          : way === undefined
            ? ''
            : ` (${held === undefined ? '' : `${held.handle}: `}${way})`
      const { shown } = decision.event.arguments ?? {}
      onTrouble(
        `${outcome}: ${held?.tool ?? call.tool}: ${because}${how}${shown === undefined ? '' : `; the call: ${shown}`}`,
      )
      this.#p.held.keep(arrival, decision)
      if (id !== undefined) this.#refuse(arrival, call, id, decision)
      return
    }
    // Whoever lets the call go has seen what it says of the tool.
    if (call.drift?.holds === true && decision.event.approval !== undefined) this.#p.pins.accept(call.tool)
    const { message, raw } = this.#p.held.toRun(arrival, decision, id)
    const time = { ms: performance.now() - began, busyMs: 0 }
    // Before it goes: an answer may be here before the sending returns.
    const waiting: Waiting = { kind: 'call', method: String(arrival.message.method), decision, time }
    if (id !== undefined && !this.#p.wait(id, waiting)) {
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
    if (!this.#p.held.asks(decision)) {
      tell()
      return
    }
    void this.#p.held.ask(decision, id).then((isApproved) => {
      const handle = decision.held?.handle
      if (isApproved && handle !== undefined)
        this.guarded(id, () => this.judge(arrival, { ...call, handle }, id, performance.now()))
      else tell()
    })
  }

  /** A message as a call of its task. */
  callOf(message: Message, act: Judged, task: string = this.#p.tasks.of(message)): GuardCall {
    const credential = this.#credential
    const { serverName } = this.#p.answers
    return {
      ...act,
      ...(serverName === undefined ? {} : { server: serverName }),
      session: this.#p.session,
      task,
      ...saidOf(message),
      ...(credential === undefined ? {} : { credential }),
    }
  }

  /** An act that no message of the client’s asked for: in the task in hand, where there is only one. */
  ownCall(act: Judged): GuardCall {
    return this.callOf({}, act, this.#p.tasks.only ?? this.#p.session)
  }
}
