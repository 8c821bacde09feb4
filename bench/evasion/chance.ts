/** Lists of words by how they are written, taken apart once. */
const lists = new Map<string, readonly string[]>()

/** Seeded chance (mulberry32): the same seed gives the same cases, on every machine. */
export class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** A stream of its own for the nth case: cases do not depend on how many others are made. */
  static of(seed: number, n: number): Chance {
    return new Chance(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(n + 1, 0xc2b2ae35))
  }

  /** A stream of its own: what is drawn from it moves nothing here. */
  fork(): () => Chance {
    const seed = Math.floor(this.next() * 2 ** 32)
    return () => new Chance(seed)
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number, both ends included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1))
  }

  bool(likely = 0.5): boolean {
    return this.next() < likely
  }

  pick<T>(from: readonly T[]): T {
    const chosen = from[Math.floor(this.next() * from.length)]
    if (chosen === undefined) throw new Error('nothing to pick from')
    return chosen
  }

  /** One of the words of a list that is written as one string. */
  word(list: string): string {
    let words = lists.get(list)
    if (words === undefined) {
      words = list.trim().split(/\s+/)
      if (lists.size < 1000) lists.set(list, words)
    }
    return this.pick(words)
  }

  shuffled<T>(list: readonly T[]): T[] {
    return list
      .map((value) => ({ value, at: this.next() }))
      .sort((a, b) => a.at - b.at)
      .map(({ value }) => value)
  }

  /** A made-up word that can be said. */
  name(syllables = this.int(2, 3)): string {
    let name = ''
    for (let i = 0; i < syllables; i++)
      name += this.word('b d f g k l m n p r s t v w z br dr kl st tr ch') + this.word('a e i o u ai ea o a e')
    return this.bool(0.4) ? name + this.word('n r s l x m t') : name
  }

  /** Characters of an alphabet. */
  chars(length: number, alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'): string {
    let text = ''
    for (let i = 0; i < length; i++) text += alphabet[this.int(0, alphabet.length - 1)]
    return text
  }
}

export const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1)
