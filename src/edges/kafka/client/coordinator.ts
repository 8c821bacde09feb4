import { setTimeout as pause } from 'node:timers/promises'
import kafkajs from 'kafkajs'

/** Between questions for a coordinator that does not answer. */
const seekMs = 200

/**
 * Watches for a group’s coordinator when it does not answer: for its return, or for the one that takes its place. The client
 * itself holds on to one that died until its retries have run out.
 */
export class Coordinator {
  readonly #ask: () => Promise<unknown>
  readonly #isOver: () => boolean
  #seeking: Promise<void> | undefined
  #isFound = false

  /** `ask` rejects while the group has no coordinator that answers. */
  constructor(ask: () => Promise<unknown>, isOver: () => boolean) {
    this.#ask = ask
    this.#isOver = isOver
  }

  /** Asks until there is one. */
  seek(): void {
    this.#seeking ??= this.#seek().finally(() => {
      this.#seeking = undefined
    })
  }

  async #seek(): Promise<void> {
    while (!this.#isOver() && !this.#isFound) {
      const answers = await this.#ask().then(
        () => true,
        () => false,
      )
      if (answers) this.#isFound = true
      else await pause(seekMs)
    }
  }

  /**
   * Once one was found: makes the client join again, as the same member, by the error with which a coordinator says that it
   * is none.
   */
  moveOver(): void {
    if (!this.#isFound) return
    this.#isFound = false
    const moved = { type: 'NOT_COORDINATOR_FOR_GROUP', code: 16, retriable: true }
    throw new kafkajs.KafkaJSProtocolError(Object.assign(new Error('The coordinator has moved'), moved))
  }
}
