/** What is asked of a set of digests. */
export interface Digests {
  readonly size: number
  has(digest: number): boolean
}

/** A set of keyed digests (numbers ≥ 0, as likely one as another) in 16 to 32 bytes each: a third of what `Set` takes. */
export class DigestSet implements Digests {
  size = 0
  /** Open addressing, a power of two in length, at most half full; -1 is free. */
  #slots = new Float64Array(8).fill(-1)

  constructor(digests: Iterable<number> = []) {
    for (const digest of digests) this.add(digest)
  }

  has(digest: number): boolean {
    return this.#slots[this.#slotOf(digest)] === digest
  }

  add(digest: number): void {
    const slot = this.#slotOf(digest)
    if (this.#slots[slot] === digest) return
    this.#slots[slot] = digest
    if (++this.size * 2 <= this.#slots.length) return
    const old = this.#slots
    this.#slots = new Float64Array(old.length * 2).fill(-1)
    for (const each of old) if (each >= 0) this.#slots[this.#slotOf(each)] = each
  }

  *[Symbol.iterator](): Generator<number> {
    for (const each of this.#slots) if (each >= 0) yield each
  }

  /** Where it stands, or would. */
  #slotOf(digest: number): number {
    const mask = this.#slots.length - 1
    let slot = digest & mask
    while (this.#slots[slot] !== -1 && this.#slots[slot] !== digest) slot = (slot + 1) & mask
    return slot
  }
}
