import type { AgentEvent } from '../../../model/event.ts'
import type { Guard } from '../../core/guard.ts'
import type { Message } from '../../doors/json-rpc/message.ts'
import type { Side } from '../../doors/side.ts'
import { nameOf } from '../client/said.ts'
import type { Held } from '../person/held.ts'
import type { ToolPins } from '../pins/index.ts'
import type { Tools } from '../tools/tools.ts'
import { type CallTime, taskOf, type Waiting } from '../waiting.ts'
import { type CleanAnswer, cleaned, sanitisedOf } from './clean-answer.ts'
import { resultOf } from './content.ts'
import { readingsOf } from './readings.ts'

export interface AnswersParts {
  guard: Guard
  tools: Tools
  pins: ToolPins
  held: Held
  client: Side
  session: string
  onTrouble(message: string, cause?: unknown): void
  onTime: ((time: CallTime) => void) | undefined
}

/** Characters of an answer that is read before the client can have it whole. */
const atOnce = 32_768

/** What a server answers: passed on to the client, and read. */
export class Answers {
  /** As the server calls itself. */
  serverName: string | undefined
  readonly #p: AnswersParts
  /** Answers that are on their way to the client and have not been read here. */
  readonly #unread = new Set<() => void>()

  constructor(parts: AnswersParts) {
    this.#p = parts
  }

  /** The tool of this server by a name, or the method that stands for one. */
  tool(name: string): NonNullable<AgentEvent['tool']> {
    return this.serverName === undefined ? { name } : { server: this.serverName, name }
  }

  /** `began`: when its text was whole. */
  pass(waiting: Waiting, message: Message, raw: string | undefined, began: number): void {
    const { guard, client, session, onTrouble, onTime } = this.#p
    const clean = cleaned(guard, message, waiting.kind === 'call' ? waiting.check : this.tool(waiting.method))
    const task = taskOf(waiting)
    guard.expects(task)
    const ms = performance.now() - began
    const read = () => {
      try {
        this.#read(waiting, clean?.message ?? message, raw, clean)
      } catch (error) {
        onTrouble('an answer could not be read', error)
        guard.readByAll(session, waiting.method, [{ kind: 'text', cut: true }])
      } finally {
        guard.settles(task)
      }
      if (waiting.kind !== 'call') return
      const { time } = waiting
      onTime?.({ ms: time.ms + ms, busyMs: time.busyMs + performance.now() - began })
    }
    const send = (gone?: () => void) =>
      client.send(clean?.message ?? message, clean === undefined ? raw : undefined, undefined, gone)
    if ((raw?.length ?? 0) <= atOnce) {
      send()
      read()
      return
    }
    // Reading takes longer than sending: the client has it first. What it says next waits until it has been read.
    const later = () => {
      if (this.#unread.delete(later)) read()
    }
    this.#unread.add(later)
    send(later)
  }

  /** Reads what has not been read: before anything else is judged. */
  readAll(): void {
    for (const read of this.#unread) read()
  }

  #read(waiting: Waiting, message: Message, raw: string | undefined, clean: CleanAnswer | undefined): void {
    const { guard, tools, pins, held, session, onTrouble } = this.#p
    const { method } = waiting
    if (waiting.kind === 'call') {
      guard.after(waiting.check, { ...resultOf(message, raw, method), ...sanitisedOf(clean) })
      held.answered(waiting.check, message, raw)
      return
    }
    if (method === 'initialize') this.serverName = nameOf(message)
    else if (method === 'tools/list') {
      for (const unmet of tools.learn(message.result)) onTrouble(unmet)
      for (const { because } of pins.learn(message.result, this.serverName)) onTrouble(because)
    }
    const readings = readingsOf(message, method, this.serverName)
    if (waiting.task !== undefined) guard.read(waiting.task, method, readings)
    else guard.readByAll(session, method, readings)
  }
}
