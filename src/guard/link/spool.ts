import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { type FileHandle, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'

export interface SpoolOptions {
  directory: string
  /** Most bytes on disk; the oldest segment goes first and its lines are counted. Default 256 MB. */
  capBytes?: number
  segmentBytes?: number
}

interface Segment {
  path: string
  number: number
  bytes: number
  lines: number
}

/**
 * Lines that wait on disk, oldest first: append-only segment files, each batch made durable before it counts. A segment
 * is removed when all of it was sent, so that after a crash some lines go out twice; their ids say so.
 */
export class Spool {
  /** Lines lost to the cap. */
  dropped = 0
  readonly #directory: string
  readonly #cap: number
  readonly #segmentBytes: number
  readonly #segments: Segment[] = []
  #file: FileHandle | undefined
  #turn: Promise<unknown> = Promise.resolve()

  constructor({ directory, capBytes = 256e6, segmentBytes = 2 ** 20 }: SpoolOptions) {
    this.#directory = directory
    this.#cap = capBytes
    this.#segmentBytes = Math.min(segmentBytes, Math.max(1, Math.floor(capBytes / 4)))
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(directory).sort()) {
      const number = /^(\d{10})\.ndjson$/.exec(name)?.[1]
      if (number === undefined) continue
      const path = join(directory, name)
      this.#segments.push({ path, number: Number(number), bytes: statSync(path).size, lines: -1 })
    }
  }

  get isEmpty(): boolean {
    return this.#segments.length === 0
  }

  /** Resolves when the lines are on disk. */
  append(lines: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      if (lines.length === 0) return
      let segment = this.#segments.at(-1)
      if (this.#file === undefined || segment === undefined || segment.bytes >= this.#segmentBytes)
        segment = await this.#roll()
      const text = `${lines.join('\n')}\n`
      try {
        await this.#file?.appendFile(text)
        await this.#file?.datasync()
      } catch (error) {
        // A line may be torn: the next ones go to another segment.
        await this.#shut()
        throw error
      }
      segment.bytes += Buffer.byteLength(text)
      segment.lines += lines.length
      while (this.#segments.length > 1 && this.#segments.reduce((n, s) => n + s.bytes, 0) > this.#cap)
        await this.#dropOldest()
    })
  }

  /** The lines of the oldest segment; it takes no more. */
  oldest(): Promise<{ lines: string[]; number: number } | undefined> {
    return this.#inTurn(async () => {
      const segment = this.#segments[0]
      if (segment === undefined) return undefined
      if (this.#segments.length === 1) await this.#shut()
      return { lines: wholeLines(await readFile(segment.path, 'utf8')), number: segment.number }
    })
  }

  /** All of a segment was sent. */
  done(number: number): Promise<void> {
    return this.#inTurn(async () => {
      const at = this.#segments.findIndex((s) => s.number === number)
      const [segment] = at < 0 ? [] : this.#segments.splice(at, 1)
      if (segment !== undefined) await unlink(segment.path)
    })
  }

  close(): Promise<void> {
    return this.#inTurn(() => this.#shut())
  }

  async #dropOldest(): Promise<void> {
    const gone = this.#segments.shift()
    if (gone === undefined) return
    this.dropped += gone.lines >= 0 ? gone.lines : wholeLines(await readFile(gone.path, 'utf8')).length
    await unlink(gone.path)
  }

  async #roll(): Promise<Segment> {
    await this.#shut()
    const number = (this.#segments.at(-1)?.number ?? 0) + 1
    const path = join(this.#directory, `${String(number).padStart(10, '0')}.ndjson`)
    this.#file = await open(path, 'a', 0o600)
    const segment = { path, number, bytes: 0, lines: 0 }
    this.#segments.push(segment)
    return segment
  }

  async #shut(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await file?.close()
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#turn.then(work, work)
    this.#turn = next.catch(() => {})
    return next
  }
}

/** A torn last line was never promised to anyone. */
function wholeLines(text: string): string[] {
  const lines = text.split('\n')
  lines.pop()
  return lines.filter((line) => line !== '')
}
