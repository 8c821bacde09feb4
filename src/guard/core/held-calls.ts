import { randomBytes } from 'node:crypto'
import type { AgentEvent } from '../../model/event.ts'
import { meaningOf } from './meaning.ts'
import type { GuardCall } from './types.ts'

/** `held`: waits for a person. `approved`: may run, once. `refused`: a person said no. `ran`: it has, or is under way. */
export type HeldState = 'held' | 'approved' | 'refused' | 'ran'

/** One call that was held: what a person approves, and what then runs. */
export interface HeldCall {
  /** By which the one who was refused names it. */
  readonly handle: string
  readonly agent: string
  readonly task: string | undefined
  /** The attempt that was held first. */
  readonly event: string
  readonly tool: string
  readonly server: string | undefined
  readonly meaning: string | undefined
  /** Absent when it is too large to keep: then only the very same arguments run. */
  readonly call: GuardCall | undefined
  readonly bytes: number
  /** Commands that held it: of the guard’s own and the monitor’s. */
  readonly commands: string[]
  until: number
  state: HeldState
  /** What a person let go. */
  by?: string
  /** What it was answered, once it ran. */
  answer?: Answer
  /** How often that answer was given again to one who did not name the handle. */
  replays: number
}

export interface Answer {
  value: unknown
  bytes: number
}

const limits = { calls: 128, bytes: 4 * 2 ** 20, callBytes: 2 ** 20, commands: 4 } as const
const named = /^rescind-hold-[0-9a-f]{16}$/

export const isHandle = (text: string): boolean => named.test(text)

/** The calls that were held of late. Bounded in number and size; the oldest go first. In memory only: no argument leaves it. */
export class HeldCalls {
  readonly #calls = new Map<string, HeldCall>()
  #bytes = 0

  get isEmpty(): boolean {
    return this.#calls.size === 0
  }

  get(handle: string): HeldCall | undefined {
    return this.#calls.get(handle)
  }

  /** Keeps a call that was held; the one that stands for it already, when it is the same again. */
  hold(call: GuardCall, event: AgentEvent, command: string | undefined, until: number, now: number): HeldCall {
    const known = this.#same(call, event.agent.id, now, (c) => c.state === 'held' || c.state === 'refused')
    if (known !== undefined) {
      if (command !== undefined && !known.commands.includes(command) && known.commands.length < limits.commands)
        known.commands.push(command)
      return known
    }
    const bytes = event.arguments?.bytes ?? 0
    const { handle: _, ...kept } = call
    const held: HeldCall = {
      handle: `rescind-hold-${randomBytes(8).toString('hex')}`,
      agent: event.agent.id,
      task: taskOf(call),
      event: event.id,
      tool: call.tool,
      server: call.server,
      meaning: bytes > limits.callBytes ? undefined : meaningOf(call.args),
      call: bytes > limits.callBytes ? undefined : kept,
      bytes: bytes > limits.callBytes ? 0 : bytes,
      commands: command === undefined ? [] : [command],
      until,
      state: 'held',
      replays: 0,
    }
    this.#calls.set(held.handle, held)
    this.#bytes += held.bytes
    this.#tidy(now)
    return held
  }

  /** The held call that this one is: by its handle, else the same in meaning, of the same agent and task. */
  find(call: GuardCall, agent: string, now: number): HeldCall | undefined {
    if (this.#calls.size === 0) return undefined
    const quoted = call.handle === undefined ? undefined : this.#calls.get(call.handle)
    if (quoted !== undefined)
      return quoted.agent === agent && quoted.task === taskOf(call) && quoted.until > now ? quoted : undefined
    return (
      this.#same(call, agent, now, (c) => c.state === 'approved') ??
      this.#same(call, agent, now, (c) => c.state !== 'ran') ??
      this.#same(call, agent, now, (c) => c.state === 'ran')
    )
  }

  /**
   * A person let a command’s act go, or names the held call itself. An approval is for one act: of the calls that a command
   * held it lets go the one that it was about (`events`). Answers what it let go.
   */
  approve(id: string, events: readonly string[], until: number): HeldCall[] {
    const freed: HeldCall[] = []
    for (const call of this.#calls.values()) {
      if (call.state !== 'held' && call.state !== 'refused') continue
      if (call.handle !== id && !events.includes(call.event)) continue
      call.state = 'approved'
      call.by = call.handle === id ? (call.commands[0] ?? id) : id
      call.until = until
      freed.push(call)
    }
    return freed
  }

  refuse(handle: string): void {
    const call = this.#calls.get(handle)
    if (call?.state === 'held') call.state = 'refused'
  }

  /** Keeps what it was answered, for whoever asks again. */
  answered(handle: string, answer: Answer, now: number): void {
    const call = this.#calls.get(handle)
    if (call === undefined || answer.bytes > limits.callBytes) return
    this.#bytes += answer.bytes - (call.answer?.bytes ?? 0)
    call.answer = answer
    this.#tidy(now)
  }

  #same(call: GuardCall, agent: string, now: number, fits: (c: HeldCall) => boolean): HeldCall | undefined {
    const task = taskOf(call)
    let meaning: string | undefined
    for (const held of this.#calls.values()) {
      if (held.agent !== agent || held.task !== task || held.tool !== call.tool || held.server !== call.server) continue
      if (held.until <= now || held.meaning === undefined || !fits(held)) continue
      meaning ??= meaningOf(call.args)
      if (meaning === held.meaning) return held
    }
    return undefined
  }

  #tidy(now: number): void {
    for (const [handle, call] of this.#calls) {
      const isOver = call.until <= now
      if (!isOver && this.#calls.size <= limits.calls && this.#bytes <= limits.bytes) continue
      this.#calls.delete(handle)
      this.#bytes -= call.bytes + (call.answer?.bytes ?? 0)
    }
  }
}

const taskOf = ({ task, session }: GuardCall): string | undefined => task ?? session
