/**
 * Values in ClickHouse's RowBinary: numbers little-endian, text as UTF-8 after its length in LEB128, one after the other with
 * nothing between them. Half a surrogate pair becomes U+FFFD, as the encoder of UTF-8 has it.
 */
export class RowBinary {
  #slab = Buffer.allocUnsafeSlow(slabBytes)
  #from = 0
  #at = 0

  /** What was written since the last time. Not copied: it is a piece of a larger whole. */
  take(): Buffer {
    const taken = this.#slab.subarray(this.#from, this.#at)
    this.#from = this.#at
    return taken
  }

  /** Forgets what was written since the last `take`. */
  drop(): void {
    this.#at = this.#from
  }

  bool(value: boolean): void {
    this.#room(1)
    this.#slab[this.#at++] = value ? 1 : 0
  }

  /** From 0 to 2^53. */
  uint64(value: number): void {
    const high = Math.floor(value / 2 ** 32)
    this.uint32(value - high * 2 ** 32)
    this.uint32(high)
  }

  uint32(value: number): void {
    this.#room(4)
    const slab = this.#slab
    slab[this.#at++] = value
    slab[this.#at++] = value >>> 8
    slab[this.#at++] = value >>> 16
    slab[this.#at++] = value >>> 24
  }

  float64(value: number): void {
    this.#room(8)
    this.#at = this.#slab.writeDoubleLE(value, this.#at)
  }

  text(value: string): void {
    const { length } = value
    // Three bytes for each unit is the most; where that is much, what it really takes.
    this.#room((length > longText ? Buffer.byteLength(value) : length * 3) + longestLength)
    if (length <= shortText && this.#ascii(value)) return
    // As long as it says, unless it is more than ASCII: then it moves up where its length takes more room.
    const head = sizeOfLength(length)
    const size = this.#slab.write(value, this.#at + head)
    const room = sizeOfLength(size)
    if (room !== head) this.#slab.copyWithin(this.#at + room, this.#at + head, this.#at + head + size)
    this.#length(size)
    this.#at += size
  }

  texts(values: readonly string[]): void {
    this.#room(longestLength)
    this.#length(values.length)
    for (const value of values) this.text(value)
  }

  /** Most cells hold a word: calling out of JavaScript for each costs more than the word. */
  #ascii(value: string): boolean {
    const slab = this.#slab
    let at = this.#at
    slab[at++] = value.length
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i)
      if (unit > 127) return false
      slab[at++] = unit
    }
    this.#at = at
    return true
  }

  #length(size: number): void {
    let rest = size
    for (; rest >= 128; rest >>>= 7) this.#slab[this.#at++] = (rest & 127) | 128
    this.#slab[this.#at++] = rest
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#slab.length) return
    const begun = this.#slab.subarray(this.#from, this.#at)
    this.#slab = Buffer.allocUnsafeSlow(Math.max(slabBytes, begun.length + bytes))
    this.#at = begun.copy(this.#slab)
    this.#from = 0
  }
}

/** Holds the rows of many records; one of its own for each would cost more than the row. */
const slabBytes = 256 * 1024
const longText = 4096
/** In one byte of length, and short enough for a loop. */
const shortText = 40
/** Of a length: seven bits to a byte. */
const longestLength = 5

function sizeOfLength(size: number): number {
  let bytes = 1
  for (let rest = size; rest >= 128; rest >>>= 7) bytes++
  return bytes
}
