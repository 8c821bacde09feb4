import type { Guard } from '../../core/guard.ts'
import { isHandle } from '../../core/held-calls.ts'
import type { Check, GuardCall, HeldNow } from '../../core/types.ts'
import { type Id, idKey, isObject, type Message, metaOf, paramsOf } from '../../doors/json-rpc/message.ts'
import { underId } from '../../doors/json-rpc/raw.ts'
import type { Arrival, Side } from '../../doors/side.ts'
import { withArguments } from '../client/said.ts'
import { answerAgain, question, stillRuns } from '../refusal.ts'
import { Asking } from './asking.ts'

const limits = { texts: 64, bytes: 4 * 2 ** 20, leaves: 256, depth: 16 } as const
const askMs = 50_000

/** What a person said by hand. */
export interface Approvals {
  /** What was said last of a command or a held call. */
  lastWordOn(id: string): 'approve' | 'deny' | undefined
  /** Looks what else may go, before a call is judged. */
  look(): void
  /** An act waits, or is refused until a person says otherwise. */
  waits(check: Check): void
}

export interface HeldParts {
  guard: Guard
  client: Side
  /** Stand-alone: what a person let go meanwhile. */
  approvals?: Approvals | undefined
  askMs?: number | undefined
}

/** Calls of one connection that were held: as they came, who is asked about them, and how they run. */
export class Held {
  readonly #p: HeldParts
  readonly #asking: Asking
  /** By handle, as they came: what runs is what was held, to the letter. */
  readonly #texts = new Map<string, Arrival>()
  #bytes = 0
  /** Calls whose client waits for a person. */
  readonly #asked = new Set<string>()

  constructor(parts: HeldParts) {
    this.#p = parts
    this.#asking = new Asking(parts.client, parts.askMs ?? askMs)
  }

  begin(initialize: Message): void {
    this.#asking.meet(paramsOf(initialize))
  }

  end(): void {
    this.#asking.end()
  }

  /** Whether a message of the client’s was for the guard itself. */
  takes(message: Message): boolean {
    return this.#asking.takes(message)
  }

  /** The call with the handle that it quotes: in `_meta`, or as the whole of a text among its arguments. */
  quoted(call: GuardCall, message: Message): GuardCall {
    if (this.#texts.size === 0) return call
    const handle = handleIn(metaOf(message)['rescind/approval'], 0) ?? handleIn(call.args, 0)
    return handle === undefined ? call : { ...call, handle }
  }

  /** The answer to a call that ran by approval already. */
  answerTo(call: GuardCall, id: Id | undefined): Message | undefined {
    if (this.#texts.size === 0) return undefined
    const again = this.#p.guard.answerTo(call)
    if (again === undefined) return undefined
    return isObject(again.value)
      ? answerAgain(id ?? null, again.value, again.handle)
      : stillRuns(id ?? null, again.handle)
  }

  /** Decides, and looks whether a person has let it go since it was held. */
  check(call: GuardCall): Check {
    const { guard, approvals } = this.#p
    approvals?.look()
    const check = guard.before(call)
    const { command, held, outcome } = check
    if (approvals === undefined || outcome === 'allow' || outcome === 'sanitise') return check
    // The handle lets this call go, whatever held it; a command only the act that it was about.
    for (const id of [held?.handle, command?.id]) {
      const says = id === undefined ? undefined : approvals.lastWordOn(id)
      if (id === undefined || says === undefined) continue
      if (says === 'approve') {
        const verb = held === undefined ? 'released' : 'approved'
        if (guard.release(id, undefined, verb)) return guard.before(call)
      } else if (held !== undefined) this.#refuse(held)
      break
    }
    approvals.waits(check)
    return check
  }

  /** What goes to the server for a call that may run. */
  toRun({ message, raw }: Arrival, check: Check, id: Id | undefined): { message: Message; raw?: string } {
    const { held, outcome } = check
    if (held !== undefined) {
      const text = this.#texts.get(held.handle)
      if (text !== undefined && id !== undefined && outcome === 'allow') return underId(text.message, text.raw, id)
      const params = { ...paramsOf(message), name: held.tool, arguments: check.arguments ?? held.args }
      return { message: { ...message, params } }
    }
    if (outcome === 'sanitise') return { message: withArguments(message, check.arguments) }
    return raw === undefined ? { message } : { message, raw }
  }

  /** Keeps the text of a call that was held. */
  keep({ message, raw }: Arrival, { held }: Check): void {
    if (held === undefined || this.#texts.has(held.handle)) return
    const size = raw?.length ?? 1024
    if (size > limits.bytes / 4) return
    this.#texts.set(held.handle, raw === undefined ? { message } : { message, raw })
    this.#bytes += size
    for (const [handle, text] of this.#texts) {
      if (this.#texts.size <= limits.texts && this.#bytes <= limits.bytes) return
      this.#texts.delete(handle)
      this.#bytes -= text.raw?.length ?? 1024
    }
  }

  /** Asks the person behind the client, where that can be; `true`: the call may be made again now. */
  async ask(check: Check, id: Id): Promise<boolean> {
    const { held } = check
    if (held === undefined) return false
    this.#asked.add(idKey(id))
    const says = await this.#asking.ask(question(check), id)
    const waits = this.#asked.delete(idKey(id))
    if (says === 'yes') this.#p.guard.answer(held.handle, true)
    if (says === 'no') this.#refuse(held)
    return says === 'yes' && waits
  }

  /** A person said no: the agent is told so from now on. */
  #refuse(held: HeldNow): void {
    this.#p.guard.answer(held.handle, false)
    held.state = 'refused'
  }

  /** The client waits no longer: what a person still says holds for the next time. */
  cancelled(id: Id): void {
    this.#asked.delete(idKey(id))
  }

  /** A person can be asked, and has not said no to it. */
  asks({ outcome, held }: Check): boolean {
    return outcome === 'step-up' && held?.state === 'held' && this.#asking.canAsk
  }

  /** Keeps the answer of a call that ran by approval. */
  answered({ held }: Check, message: Message, raw: string | undefined): void {
    if (held === undefined) return
    const { id: _, ...value } = message
    this.#p.guard.keepAnswer(held.handle, value, raw?.length ?? JSON.stringify(value).length)
  }
}

function handleIn(value: unknown, depth: number): string | undefined {
  if (typeof value === 'string') {
    const text = value.trim()
    return isHandle(text) ? text : undefined
  }
  if (typeof value !== 'object' || value === null || depth >= limits.depth) return undefined
  for (const each of Object.values(value).slice(0, limits.leaves)) {
    const found = handleIn(each, depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}
