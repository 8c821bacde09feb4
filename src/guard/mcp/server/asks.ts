import type { Check } from '../../core/types.ts'
import { type Id, idKey, isObject, type Message } from '../../doors/json-rpc/message.ts'
import { answerAct, capabilityFor, type MessageAct } from '../client/message-act.ts'

/** Most requests of the server’s that wait for the client. */
const maxOpen = 1000

export interface AsksParts {
  /** Whether a standing restriction catches the act. */
  restricts(act: MessageAct): boolean
  before(act: MessageAct): Check
  after(check: Check): void
  onTrouble(message: string): void
}

/**
 * What the server asks of the client: its model (sampling), its person (elicitation), its roots. A question that the client has not
 * said it takes, or that a restriction stands against, does not reach it; an answer is an act towards the server and is
 * judged before it goes.
 */
export class Asks {
  readonly #p: AsksParts
  readonly #open = new Map<string, string>()
  /** Undefined: the client never began with initialize, and has promised nothing. */
  #capabilities: Record<string, unknown> | undefined

  constructor(parts: AsksParts) {
    this.#p = parts
  }

  /** What the client’s initialize says it can. */
  declared(capabilities: unknown): void {
    this.#capabilities = isObject(capabilities) ? capabilities : {}
  }

  /** A request of the server’s: undefined when the client may have it, else the answer to the server. */
  asked(method: string, id: Id): Message | undefined {
    if (this.#open.size >= maxOpen) return refusedAsk(id, 'too many requests wait for the client')
    const capability = capabilityFor(method)
    if (capability !== undefined && this.#capabilities !== undefined && !(capability in this.#capabilities))
      return this.#refuse(method, id, `the client has not declared ${capability}`)
    const act = answerAct(method, undefined)
    if (act !== undefined && this.#p.restricts(act)) {
      const check = this.#p.before(act)
      if (isHeld(check)) return this.#refuse(method, id, check.because)
    }
    this.#open.set(idKey(id), method)
    return undefined
  }

  /** The server no longer wants an answer. */
  withdrawn(id: unknown): void {
    if (typeof id === 'string' || typeof id === 'number') this.#open.delete(idKey(id))
  }

  /** The client’s answer: what to send to the server; undefined: nothing, for nobody asked. `same`: as it came. */
  answered(message: Message, id: Id): { message: Message; same: boolean } | undefined {
    const key = idKey(id)
    const method = this.#open.get(key)
    if (method === undefined) {
      this.#p.onTrouble('an answer was dropped that the server never asked for')
      return undefined
    }
    this.#open.delete(key)
    const { result } = message
    const act = result === undefined ? undefined : answerAct(method, result)
    if (act === undefined) return { message, same: true }
    const check = this.#p.before(act)
    if (isHeld(check)) return { message: this.#refuse(method, id, check.because), same: false }
    this.#p.after(check)
    if (check.outcome !== 'sanitise') return { message, same: true }
    return { message: { ...message, result: check.arguments }, same: false }
  }

  #refuse(method: string, id: Id, because: string): Message {
    this.#p.onTrouble(`${method} was refused: ${because}`)
    return refusedAsk(id, because)
  }
}

const isHeld = ({ outcome }: Check): boolean => outcome === 'deny' || outcome === 'step-up'

const refusedAsk = (id: Id, because: string): Message => ({
  jsonrpc: '2.0',
  id,
  error: { code: -32601, message: `rescind guard: ${because.slice(0, 600)}` },
})
