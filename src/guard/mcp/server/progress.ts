import { type Id, idKey, type Message, metaOf, paramsOf } from '../../doors/json-rpc/message.ts'

const maxTokens = 1000

/** Which request a progress token belongs to. */
export class ProgressTokens {
  readonly #requests = new Map<string, Id>()

  track(message: Message, id: Id): void {
    const { progressToken } = metaOf(message)
    if (typeof progressToken !== 'string' && typeof progressToken !== 'number') return
    if (this.#requests.size >= maxTokens)
      for (const oldest of this.#requests.keys()) {
        this.#requests.delete(oldest)
        break
      }
    this.#requests.set(idKey(progressToken), id)
  }

  /** The request that a message of the server’s belongs to, as far as it says so. */
  requestOf(message: Message): Id | undefined {
    if (message.method !== 'notifications/progress') return undefined
    const { progressToken } = paramsOf(message)
    const isToken = typeof progressToken === 'string' || typeof progressToken === 'number'
    return isToken ? this.#requests.get(idKey(progressToken)) : undefined
  }
}
