/** What is known of a line that was too long to keep. */
export interface Overlong {
  head: string
  /** Absent while the line still goes on. */
  tail?: string
}

/** As much of an overlong line’s ends as is kept: enough for an id. */
const kept = 512

/** Cuts bytes at LF. A line past the limit is told at once, then passed over to its end; memory stays at the limit. */
export class LineSplitter {
  readonly #max: number
  readonly #onLine: (line: Buffer) => void
  readonly #onOverlong: (line: Overlong) => void
  #rest: Buffer[] = []
  #size = 0
  /** Set while an overlong line is passed over. */
  #passed: { head: string; tail: Buffer } | undefined

  constructor(max: number, onLine: (line: Buffer) => void, onOverlong: (line: Overlong) => void) {
    this.#max = max
    this.#onLine = onLine
    this.#onOverlong = onOverlong
  }

  push(chunk: Buffer): void {
    let from = 0
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      this.#piece(chunk.subarray(from, at))
      from = at + 1
      this.#end()
    }
    if (from < chunk.length) this.#piece(chunk.subarray(from))
  }

  #piece(piece: Buffer): void {
    if (this.#passed !== undefined) {
      this.#passed.tail = lastOf([this.#passed.tail, piece])
      return
    }
    this.#rest.push(piece)
    this.#size += piece.length
    if (this.#size <= this.#max) return
    const head = firstOf(this.#rest)
    this.#passed = { head, tail: lastOf(this.#rest) }
    this.#clear()
    this.#onOverlong({ head })
  }

  #end(): void {
    if (this.#passed !== undefined) {
      const { head, tail } = this.#passed
      this.#passed = undefined
      this.#onOverlong({ head, tail: tail.toString('latin1') })
      return
    }
    const line = this.#rest.length === 1 ? this.#rest[0] : Buffer.concat(this.#rest)
    this.#clear()
    if (line !== undefined) this.#onLine(line)
  }

  #clear(): void {
    this.#rest = []
    this.#size = 0
  }
}

function firstOf(pieces: readonly Buffer[]): string {
  let head = ''
  for (const piece of pieces) {
    head += piece.toString('latin1', 0, kept - head.length)
    if (head.length >= kept) break
  }
  return head
}

/** A copy, so that it does not hold on to what it was cut from. */
function lastOf(pieces: readonly Buffer[]): Buffer {
  const parts: Buffer[] = []
  let size = 0
  for (let i = pieces.length - 1; i >= 0 && size < kept; i--) {
    const part = pieces[i]?.subarray(-(kept - size))
    if (part === undefined) continue
    parts.unshift(part)
    size += part.length
  }
  return Buffer.concat(parts)
}
