import type { Decision } from '../core/types.ts'
import { type Id, idKey } from './json-rpc.ts'

/** The guard’s own time for a call, ms. */
export interface CallTime {
  /** What the call waits in the guard: from the request to its forwarding, and from the answer to its forwarding. */
  ms: number
  /**
   * That with both writes, and with what is read and learned from the answer after it has gone. On a machine that is short
   * of processors the kernel runs the reader that a write wakes in the writer’s place: then it holds the others’ time too.
   */
  busyMs: number
}

/** A request under way whose answer the guard reads. */
export type Waiting =
  | { kind: 'call'; method: string; decision: Decision; time: CallTime }
  | { kind: 'other'; method: string; task: string | undefined }

/** Most requests remembered; a server that never answers must not fill the memory. */
const maxWaiting = 10_000

/** Requests of the client’s that wait for an answer. The oldest go first. */
export class Pending {
  readonly #waiting = new Map<string, Waiting>()

  put(id: Id, waiting: Waiting): void {
    if (this.#waiting.size >= maxWaiting)
      for (const oldest of this.#waiting.keys()) {
        this.#waiting.delete(oldest)
        break
      }
    this.#waiting.set(idKey(id), waiting)
  }

  get(id: Id): Waiting | undefined {
    return this.#waiting.get(idKey(id))
  }

  take(id: Id): Waiting | undefined {
    const waiting = this.get(id)
    this.#waiting.delete(idKey(id))
    return waiting
  }
}
