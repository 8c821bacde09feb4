import { maxOpen } from '../limits.ts'
import { type Id, idKey } from './message.ts'

/** A request that waits for its answer. */
export interface Open<T> {
  id: Id
  what: T
}

/** The requests of one side that wait for an answer, found by ids as the SDKs compare them. */
export class OpenRequests<T> {
  readonly #open = new Map<string, Open<T>[]>()
  #size = 0
  #empty: (() => void)[] = []

  get size(): number {
    return this.#size
  }

  /** Whether there was room for it. */
  add(id: Id, what: T): boolean {
    if (this.#size >= maxOpen) return false
    const key = idKey(id)
    const same = this.#open.get(key)
    if (same === undefined) this.#open.set(key, [{ id, what }])
    else same.push({ id, what })
    this.#size++
    return true
  }

  /** The request that an answer with this id answers: the same id, else the oldest that a reader could take it for. */
  take(id: Id): Open<T> | undefined {
    const key = idKey(id)
    const same = this.#open.get(key)
    if (same === undefined) return undefined
    const exact = same.findIndex((open) => open.id === id)
    const [open] = same.splice(Math.max(exact, 0), 1)
    if (same.length === 0) this.#open.delete(key)
    this.#size--
    if (this.#size === 0) for (const tell of this.#empty.splice(0)) tell()
    return open
  }

  /** What is known of a request that waits. */
  peek(id: Id): T | undefined {
    return this.#open.get(idKey(id))?.find((open) => open.id === id)?.what
  }

  /** All of them; none is left. */
  drain(): Open<T>[] {
    const all = [...this.#open.values()].flat()
    for (const { id } of all) this.take(id)
    return all
  }

  /** Resolves when nothing waits. */
  async settled(): Promise<void> {
    if (this.#size > 0) await new Promise<void>((resolve) => this.#empty.push(resolve))
  }
}
