import { type Id, idKey, type Message, metaOf, paramsOf } from './json-rpc.ts'

const maxTokens = 1000

/** Progress tokens and the requests that gave them. Bounded; the oldest go first. */
export class Progress {
  readonly #requests = new Map<string, Id>()

  /** A request of the client’s. */
  track(message: Message, id: Id): void {
    const { progressToken } = metaOf(message)
    if (!isToken(progressToken)) return
    if (this.#requests.size >= maxTokens)
      for (const oldest of this.#requests.keys()) {
        this.#requests.delete(oldest)
        break
      }
    this.#requests.set(idKey(progressToken), id)
  }

  /** The request that a message of the server’s belongs to, as far as it says so. */
  relatedTo(message: Message): Id | undefined {
    if (message.method !== 'notifications/progress') return undefined
    const { progressToken } = paramsOf(message)
    return isToken(progressToken) ? this.#requests.get(idKey(progressToken)) : undefined
  }
}

const isToken = (token: unknown): token is Id => typeof token === 'string' || typeof token === 'number'
