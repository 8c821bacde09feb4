/** How much of one limit each of those has who share it. Who has more than an even share makes room first. */
export class Shares {
  readonly #held = new Map<string, number>()
  #all = 0

  add(name: string): void {
    this.#held.set(name, (this.#held.get(name) ?? 0) + 1)
    this.#all++
  }

  remove(name: string): void {
    const left = (this.#held.get(name) ?? 0) - 1
    if (left > 0) this.#held.set(name, left)
    else this.#held.delete(name)
    this.#all--
  }

  /** Whether it has at least an even share, which one of them always has. */
  hasEnough(name: string): boolean {
    return (this.#held.get(name) ?? 0) * this.#held.size >= this.#all
  }
}
