import { setImmediate as othersTurn } from 'node:timers/promises'

export interface TurnsOptions {
  /** At the same time, of all callers. */
  atOnce: number
  /** At the same time, of one caller. */
  ofOne: number
  /** Of one caller, that wait for their turn. */
  waiting: number
}

interface Waiting {
  caller: string
  begin: () => void
}

/**
 * Whose turn it is, where work is dear: one at a time begins, callers take turns, and what decides comes in between. So one
 * caller with many questions waits for himself, and keeps nobody else.
 */
export class Turns {
  readonly #o: TurnsOptions
  /** In the order in which callers are next. */
  readonly #waiting = new Map<string, Waiting[]>()
  readonly #running = new Map<string, number>()
  #all = 0
  #beginning = false

  constructor(options: TurnsOptions) {
    this.#o = options
  }

  /** Resolves when it is this caller’s turn, with what ends it (once, however often it is called); undefined where too many of his wait. Gone: nobody wants it any more. */
  take(caller: string, gone: AbortSignal): Promise<() => void> | undefined {
    const mine = this.#waiting.get(caller) ?? []
    if (mine.length >= this.#o.waiting) return undefined
    return new Promise((resolve) => {
      let ended = false
      const end = () => {
        if (!ended) this.#end(caller)
        ended = true
      }
      const waiting: Waiting = { caller, begin: () => resolve(end) }
      mine.push(waiting)
      this.#waiting.set(caller, mine)
      gone.addEventListener('abort', () => this.#drop(waiting), { once: true })
      this.#next()
    })
  }

  #drop(waiting: Waiting): void {
    const mine = this.#waiting.get(waiting.caller)
    const at = mine?.indexOf(waiting) ?? -1
    if (mine === undefined || at < 0) return
    mine.splice(at, 1)
    if (mine.length === 0) this.#waiting.delete(waiting.caller)
  }

  #end(caller: string): void {
    const left = (this.#running.get(caller) ?? 1) - 1
    if (left === 0) this.#running.delete(caller)
    else this.#running.set(caller, left)
    this.#all--
    this.#next()
  }

  #next(): void {
    if (this.#beginning) return
    this.#beginning = true
    othersTurn().then(() => {
      this.#beginning = false
      if (this.#beginOne()) this.#next()
    })
  }

  #beginOne(): boolean {
    if (this.#all >= this.#o.atOnce) return false
    for (const [caller, mine] of this.#waiting) {
      const running = this.#running.get(caller) ?? 0
      if (running >= this.#o.ofOne) continue
      const first = mine.shift()
      // To the end: the others come first now.
      this.#waiting.delete(caller)
      if (mine.length > 0) this.#waiting.set(caller, mine)
      this.#running.set(caller, running + 1)
      this.#all++
      first?.begin()
      return true
    }
    return false
  }
}
