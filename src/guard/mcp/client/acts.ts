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
import { callAct, type MessageAct } from './message-act.ts'
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
      const act = callAct(name, paramsOf(message).arguments ?? {}, tools, this.#p.pins)
      const call = this.#p.held.quoted(this.callOf(message, act), message)
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
    const check = this.#p.held.check(call)
    const { outcome, because, held } = check
    if (check.wouldBe !== undefined) onTrouble(`would have been ${check.wouldBe}: ${call.tool}: ${because}`)
    if (outcome === 'deny' || outcome === 'step-up') {
      const { wayBack = wayBackOf(guard) } = this.#p
      const way = check.command === undefined ? undefined : wayBack(check.command, held)
      const how =
        held?.state === 'refused'
          ? ' (a person said no)'
          : way === undefined
            ? ''
            : ` (${held === undefined ? '' : `${held.handle}: `}${way})`
      const { shown } = check.event.arguments ?? {}
      onTrouble(
        `${outcome}: ${held?.tool ?? call.tool}: ${because}${how}${shown === undefined ? '' : `; the call: ${shown}`}`,
      )
      this.#p.held.keep(arrival, check)
      if (id !== undefined) this.#refuse(arrival, call, id, check)
      return
    }
    // Whoever lets the call go has seen what it says of the tool.
    if (call.drift?.holds === true && check.event.approval !== undefined) this.#p.pins.accept(call.tool)
    const { message, raw } = this.#p.held.toRun(arrival, check, id)
    const time = { ms: performance.now() - began, busyMs: 0 }
    // Before it goes: an answer may be here before the sending returns.
    const waiting: Waiting = { kind: 'call', method: String(arrival.message.method), check, time }
    if (id !== undefined && !this.#p.wait(id, waiting)) {
      guard.after(check, { failed: true })
      return
    }
    server.send(message, raw)
    guard.catchUp(check.event.task?.id ?? check.event.session)
    time.busyMs = performance.now() - began
  }

  /** Tells the agent, after the person behind the client was asked where that can be. */
  #refuse(arrival: Arrival, call: GuardCall, id: Id, check: ReturnType<Held['check']>): void {
    const { client, guard, wayBack = wayBackOf(guard) } = this.#p
    const isCall = arrival.message.method === 'tools/call'
    const name = check.held?.tool ?? call.tool
    const tell = () => client.send((isCall ? refusal : refusedRequest)(id, name, check, wayBack))
    if (!this.#p.held.asks(check)) {
      tell()
      return
    }
    void this.#p.held.ask(check, id).then((isApproved) => {
      const handle = check.held?.handle
      if (isApproved && handle !== undefined)
        this.guarded(id, () => this.judge(arrival, { ...call, handle }, id, performance.now()))
      else tell()
    })
  }

  /** A message as a call of its task. */
  callOf(message: Message, act: MessageAct, task: string = this.#p.tasks.of(message)): GuardCall {
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
  ownCall(act: MessageAct): GuardCall {
    return this.callOf({}, act, this.#p.tasks.only ?? this.#p.session)
  }
}
