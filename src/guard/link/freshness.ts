/** The clocks of the two sides may run apart by this much: more than any that is kept (500 ppm), ms per ms. */
const drift = 0.001

/**
 * Whether what the monitor signed is new, and how late it comes. Only a time that advances is a sign of life: the last
 * beat played again is silence. And who holds all messages back and lets them through one by one is late more and more, by
 * our own clock: that silence counts too. What was late from the first message on cannot be told from a clock that is wrong.
 */
export class Freshness {
  #newest: number
  /** Our clock less the monitor’s, where a message came quickest. */
  #offset = Number.POSITIVE_INFINITY
  #local = 0

  constructor(newest = Number.NEGATIVE_INFINITY) {
    this.#newest = newest
  }

  /**
   * How late a message is that was signed `at` (the monitor’s clock, ms) and came at `local` (a clock of ours that nobody
   * sets, ms); undefined when it is none newer than what came before.
   */
  take(at: number, local: number): number | undefined {
    if (at <= this.#newest) return undefined
    this.#newest = at
    this.#offset += (local - this.#local) * drift
    this.#local = local
    this.#offset = Math.min(this.#offset, local - at)
    return local - at - this.#offset
  }
}
