/** Who told it how often, and the last one. */
interface Teller {
  last: string
  times: Map<string, number>
}

/**
 * Several guards of an agent are told the same requests, one after the other, each perhaps later than the rest. What one of them is
 * told again, after something else, is a new request; what another one has been told as often already is an echo.
 */
export class RequestRepeats {
  readonly #most: number
  readonly #tellers = new Map<string, Teller>()
  /** How often each one was new. */
  readonly #taken = new Map<string, number>()

  /** @param most Requests that are told apart, per teller. */
  constructor(most: number) {
    this.#most = most
  }

  /** Whether it is a new request, as digest of its words. */
  isNew(digest: string, teller: string): boolean {
    const of = this.#tellers.get(teller) ?? { last: '', times: new Map<string, number>() }
    this.#tellers.set(teller, of)
    if (of.last === digest) return false
    of.last = digest
    const times = (of.times.get(digest) ?? 0) + 1
    set(of.times, digest, times, this.#most)
    if (times <= (this.#taken.get(digest) ?? 0)) return false
    set(this.#taken, digest, times, this.#most)
    return true
  }
}

/** The oldest goes where there are too many. */
function set(map: Map<string, number>, key: string, value: number, most: number): void {
  map.delete(key)
  map.set(key, value)
  const [oldest = key] = map.keys()
  if (map.size > most) map.delete(oldest)
}
