import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
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

/** One point’s directory: its spool, its sequence, its last table. Held by one process at a time. */
export class Place {
  readonly directory: string
  /** The point’s name here; a second process of the same point is `point-2`. */
  readonly point: string
  #next: number
  #reserved: number
  #keptAt = 0
  #closed = false

  private constructor(directory: string, point: string) {
    this.directory = directory
    this.point = point
    const { next } = readJson<{ next: number }>(join(directory, 'sequence.json')) ?? { next: 0 }
    this.#next = Number.isSafeInteger(next) ? next : 0
    this.#reserved = this.#next
    this.#reserve()
  }

  static open(root: string, point: string): Place {
    for (let i = 1; i <= maxPlaces; i++) {
      const name = i === 1 ? point : `${point}-${i}`
      const directory = join(root, encodeURIComponent(name).slice(0, 200))
      mkdirSync(directory, { recursive: true, mode: 0o700 })
      if (take(join(directory, 'lock'))) return new Place(directory, name)
    }
    throw new Error(`${maxPlaces} guards of the point ${point} are running here`)
  }

  nextSeq(): number {
    if (this.#next >= this.#reserved) this.#reserve()
    // In good time and beside the calls: no call waits for the disk.
    else if (this.#reserved - this.#next === block / 2) setImmediate(() => this.#reserveAhead())
    return this.#next++
  }

  table(): KeptTable | undefined {
    return readJson<KeptTable>(join(this.directory, 'table.json'))
  }

  /** Keeps the table when it changed, else the time it was heard, now and then. */
  keep(make: () => KeptTable, changed: boolean, now: number): void {
    if (!changed && now - this.#keptAt < 15_000) return
    this.#keptAt = now
    this.#write('table.json', make())
  }

  /** What a guard without a monitor has learned, unchecked; undefined when it has not. */
  learned(): unknown {
    return readJson<unknown>(join(this.directory, 'learned.json'))
  }

  learn(known: unknown): void {
    this.#write('learned.json', known)
  }

  close(): void {
    this.#closed = true
    this.#write('sequence.json', { next: this.#next })
    rmSync(join(this.directory, 'lock'), { force: true })
  }

  #reserve(): void {
    if (this.#closed || this.#reserved - this.#next > block / 2) return
    this.#reserved = this.#next + block
    this.#write('sequence.json', { next: this.#reserved })
  }

  #reserveAhead(): void {
    try {
      this.#reserve()
    } catch {
      // Tried again when the block is used up; whoever asks for a number then is told.
    }
  }

  #write(name: string, value: unknown): void {
    const path = join(this.directory, name)
    writeFileSync(`${path}.half`, JSON.stringify(value), { mode: 0o600 })
    renameSync(`${path}.half`, path)
  }
}

/** Takes a lock file, also one whose holder is gone. */
function take(path: string): boolean {
  for (let tries = 0; tries < 2; tries++) {
    try {
      const file = openSync(path, 'wx', 0o600)
      writeSync(file, String(process.pid))
      closeSync(file)
      return true
    } catch {
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
