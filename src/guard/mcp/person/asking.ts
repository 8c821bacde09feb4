import { randomUUID } from 'node:crypto'
import { type Id, idOf, isObject, type Message } from '../../doors/json-rpc/message.ts'
import type { Side } from '../../doors/side.ts'

/** `none`: the client shut the question, or nobody answered in time. */
export type PersonSays = 'yes' | 'no' | 'none'

interface Open {
  answer(says: PersonSays): void
  timer: NodeJS.Timeout
}

/** Questions open at a time: a person who gets more of them answers none with care. */
const maxOpen = 4

/**
 * Asks the person behind the client by MCP elicitation, with ids of the guard’s own: the answer never reaches the server, and
 * the agent cannot give it.
 */
export class Asking {
  readonly #client: Side
  readonly #waitMs: number
  readonly #open = new Map<Id, Open>()
  #canAsk = false

  /** `waitMs`: shorter than clients wait for a call, which are a minute by default. */
  constructor(client: Side, waitMs: number) {
    this.#client = client
    this.#waitMs = waitMs
  }

  /** Reads what the client said of itself when it began. */
  meet(params: Readonly<Record<string, unknown>>): void {
    const { capabilities } = params
    const elicitation = isObject(capabilities) ? capabilities.elicitation : undefined
    // An empty object means forms, as before there were other modes.
    this.#canAsk = isObject(elicitation) && (Object.keys(elicitation).length === 0 || isObject(elicitation.form))
  }

  get canAsk(): boolean {
    return this.#canAsk && this.#waitMs > 0 && this.#open.size < maxOpen
  }

  /** Whether this is the answer to a question of ours; then nobody else gets it. */
  takes(message: Message): boolean {
    const id = idOf(message)
    const open = id === undefined || message.method !== undefined ? undefined : this.#open.get(id)
    if (id === undefined || open === undefined) return false
    this.#open.delete(id)
    clearTimeout(open.timer)
    open.answer(saysIn(message))
    return true
  }

  /** `related`: the call that waits for the answer. */
  ask(message: string, related: Id): Promise<PersonSays> {
    const id = `rescind-ask-${randomUUID()}`
    const requestedSchema = {
      type: 'object',
      properties: { approve: { type: 'boolean', title: 'Let this one call run, once' } },
      required: ['approve'],
    }
    return new Promise((answer) => {
      const timer = setTimeout(() => {
        this.#open.delete(id)
        this.#client.send(
          { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id, reason: 'nobody answered' } },
          undefined,
          related,
        )
        answer('none')
      }, this.#waitMs)
      this.#open.set(id, { answer, timer })
      this.#client.send(
        { jsonrpc: '2.0', id, method: 'elicitation/create', params: { message, requestedSchema } },
        undefined,
        related,
      )
    })
  }

  end(): void {
    for (const { answer, timer } of this.#open.values()) {
      clearTimeout(timer)
      answer('none')
    }
    this.#open.clear()
  }
}

function saysIn({ result }: Message): PersonSays {
  if (!isObject(result)) return 'none'
  if (result.action === 'decline') return 'no'
  if (result.action !== 'accept' || !isObject(result.content)) return 'none'
  return result.content.approve === true ? 'yes' : 'no'
}
