import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { RescindError, wordsOf } from '../../errors.ts'
import type { Standing } from '../../policy/command-table.ts'

/** The last table that the monitor and this point agreed on. */
export interface KeptTable {
  tenant: string
  seq: number
  digest: string
  commands: Standing[]
  /** When the monitor was last heard, by the guard’s clock, ms. */
  heard: number
  newest: number
}

/** Numbers are taken in blocks: after a crash some are missing, as some events may be. */
const block = 1000
const maxPlaces = 64
const numbers = 'numbers of events are not kept: after a crash some are given twice'

/** One point’s directory: its spool, its sequence, its last table. Held by one process at a time. */
export class PointDirectory {
  readonly path: string
  /** The point’s name here; a second process of the same point is `point-2`. */
  readonly point: string
  readonly #onTrouble: (message: string, cause: unknown) => void
  readonly #reported = new Set<string>()
  #next: number
  #reserved: number
  #keptAt = 0
  #closed = false

  private constructor(path: string, point: string, onTrouble: (message: string, cause: unknown) => void) {
    this.path = path
    this.point = point
    this.#onTrouble = onTrouble
    const { next } = readJson<{ next: number }>(join(path, 'sequence.json')) ?? { next: 0 }
    this.#next = Number.isSafeInteger(next) ? next : 0
    this.#reserved = this.#next + block
    this.#store('sequence.json', { next: this.#reserved })
  }

  /** Throws CONFIG_*; what cannot be written later goes to `onTrouble`, once for each kind until it can be. */
  static open(
    root: string,
    point: string,
    onTrouble: (message: string, cause: unknown) => void = () => {},
  ): PointDirectory {
    try {
      for (let i = 1; i <= maxPlaces; i++) {
        const name = i === 1 ? point : `${point}-${i}`
        const directory = join(root, encodeURIComponent(name).slice(0, 200))
        mkdirSync(directory, { recursive: true, mode: 0o700 })
        if (take(join(directory, 'lock'))) return new PointDirectory(directory, name, onTrouble)
      }
    } catch (cause) {
      throw new RescindError(
        'CONFIG_FILE_UNREADABLE',
        `spool (--spool): ${root} cannot be written: ${wordsOf(cause)}. Give a directory that this user may write to, on a disk with room.`,
        { cause, data: { directory: root } },
      )
    }
    throw new RescindError(
      'CONFIG_INVALID',
      `point (--point): ${maxPlaces} guards of the point ${point} run in ${root} (--spool). Give this one another point or spool.`,
    )
  }

  /** Never throws: a call waits for it. */
  nextSeq(): number {
    const left = this.#reserved - this.#next
    // Where the disk takes nothing, it is asked again after half a block.
    if (left <= 0 && left % (block / 2) === 0) this.#reserve()
    // In good time and beside the calls: no call waits for the disk.
    else if (left === block / 2) setImmediate(() => this.#reserve())
    return this.#next++
  }

  table(): KeptTable | undefined {
    return readJson<KeptTable>(join(this.path, 'table.json'))
  }

  /** Keeps the table when it changed, else the time it was heard, now and then. */
  keep(make: () => KeptTable, changed: boolean, now: number): void {
    if (!changed && now - this.#keptAt < 15_000) return
    this.#keptAt = now
    this.#write('table.json', make(), 'the table of restrictions is not kept')
  }

  /** What a guard without a monitor has learned, unchecked; undefined when it has not. */
  learned(): unknown {
    return readJson<unknown>(join(this.path, 'learned.json'))
  }

  learn(known: unknown): void {
    this.#write('learned.json', known, 'what was learned is not kept')
  }

  close(): void {
    this.#closed = true
    this.#write('sequence.json', { next: this.#next }, numbers)
    rmSync(join(this.path, 'lock'), { force: true })
  }

  #reserve(): void {
    if (this.#closed || this.#reserved - this.#next > block / 2) return
    const reserved = this.#next + block
    // What is not on disk is not reserved.
    if (this.#write('sequence.json', { next: reserved }, numbers)) this.#reserved = reserved
  }

  #write(name: string, value: unknown, lost: string): boolean {
    try {
      this.#store(name, value)
      this.#reported.delete(lost)
      return true
    } catch (cause) {
      if (!this.#reported.has(lost)) this.#onTrouble(lost, cause)
      this.#reported.add(lost)
      return false
    }
  }

  #store(name: string, value: unknown): void {
    const path = join(this.path, name)
    writeFileSync(`${path}.half`, JSON.stringify(value), { mode: 0o600 })
    renameSync(`${path}.half`, path)
  }
}

/** Takes a lock file, also one whose holder is gone. */
function take(path: string): boolean {
  for (let tries = 0; tries < 2; tries++) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx', mode: 0o600 })
      return true
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      const holder = Number(readText(path))
      if (Number.isInteger(holder) && holder > 0 && lives(holder)) return false
      rmSync(path, { force: true })
    }
  }
  return false
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readText(path)) as T
  } catch {
    return undefined
  }
}
