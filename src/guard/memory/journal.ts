import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'

/** Most bytes of all journals of one task: what comes after is not kept, and the task is marked as cut. */
const maxBytes = 64 * 2 ** 20
/** How long one guard waits for what another one has just been answered, ms. */
const patience = { ms: 250, step: 2 } as const

export interface Entry<T> {
  value: T
  file: string
  at: number
  size: number
}

/** An answer is on its way to the client, and what it holds will be here; and it is. */
const pending = 'pending'
const settled = 'settled'

interface Source {
  handle: number
  /** Bytes read so far. */
  at: number
  /** Answers announced whose content has not come yet. */
  open: number
}

/**
 * What the guards of one agent remember of one task, each in a file of its own that only it appends to. They read each other’s
 * before an act. Synchronous: a decision must not wait for the event loop, and a record is there before the client has its
 * answer. Records are V8’s serialization behind their length; a half-written one is not there yet.
 */
export class Journal<T> {
  /** Something was not kept. */
  isCut = false
  readonly #directory: string
  readonly #name: string
  readonly #now: () => number
  readonly #sources = new Map<string, Source>()
  #own: number | undefined
  #bytes = 0

  /** @param name Of this process’s file; unique. */
  constructor(directory: string, name: string, now: () => number = Date.now) {
    this.#directory = directory
    this.#now = now
    this.#name = `${name}.log`
  }

  /** What comes is announced: others wait for it. */
  announce(): void {
    this.#write(pending)
  }

  /** What was announced is here. */
  settle(): void {
    this.#write(settled)
  }

  append(value: T): Entry<T> | undefined {
    const [at, size] = this.#write({ value }) ?? []
    if (at === undefined || size === undefined) return undefined
    return { value, file: this.#name, at, size }
  }

  /** What others wrote since the last time; waits a moment for what was announced. */
  pull(): Entry<T>[] {
    const entries = this.#pullOnce()
    const until = this.#now() + patience.ms
    while ([...this.#sources.values()].some((s) => s.open > 0) && this.#now() < until) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, patience.step)
      entries.push(...this.#pullOnce())
    }
    // Whoever announced it and did not come with it is gone: it may have held anything.
    for (const source of this.#sources.values())
      if (source.open > 0) {
        source.open = 0
        this.isCut = true
      }
    return entries
  }

  /** Reads an entry again. */
  again({ file, at, size }: Entry<unknown>): T | undefined {
    try {
      const handle = openSync(join(this.#directory, file), 'r')
      try {
        const bytes = Buffer.alloc(size)
        readSync(handle, bytes, 0, size, at)
        return (deserialize(bytes) as { value: T }).value
      } finally {
        closeSync(handle)
      }
    } catch {
      this.isCut = true
      return undefined
    }
  }

  close(): void {
    for (const { handle } of this.#sources.values()) closeSync(handle)
    this.#sources.clear()
    if (this.#own !== undefined) closeSync(this.#own)
    this.#own = undefined
  }

  #write(record: unknown): [at: number, size: number] | undefined {
    if (this.#bytes > maxBytes) {
      this.isCut = true
      return undefined
    }
    try {
      if (this.#own === undefined) {
        mkdirSync(this.#directory, { recursive: true, mode: 0o700 })
        this.#own = openSync(join(this.#directory, this.#name), 'a+', 0o600)
      }
      const body = serialize(record)
      const head = Buffer.alloc(4)
      head.writeUInt32LE(body.length)
      const from = fstatSync(this.#own).size
      writeSync(this.#own, Buffer.concat([head, body]))
      this.#bytes += body.length + 4
      return [from + 4, body.length]
    } catch {
      // A disk that is full must not end the guard: what is not kept marks the task.
      this.isCut = true
      return undefined
    }
  }

  #pullOnce(): Entry<T>[] {
    const entries: Entry<T>[] = []
    let names: string[] = []
    try {
      names = readdirSync(this.#directory)
    } catch {
      return entries
    }
    for (const name of names) {
      if (name === this.#name || !name.endsWith('.log')) continue
      try {
        this.#pullFrom(name, entries)
      } catch {
        this.isCut = true
      }
    }
    return entries
  }

  #pullFrom(file: string, entries: Entry<T>[]): void {
    let source = this.#sources.get(file)
    if (source === undefined) {
      source = { handle: openSync(join(this.#directory, file), 'r'), at: 0, open: 0 }
      this.#sources.set(file, source)
    }
    const { size } = fstatSync(source.handle)
    if (size <= source.at) return
    if (this.#bytes > maxBytes) {
      source.at = size
      this.isCut = true
      return
    }
    const bytes = Buffer.alloc(size - source.at)
    const got = readSync(source.handle, bytes, 0, bytes.length, source.at)
    let at = 0
    while (at + 4 <= got) {
      const length = bytes.readUInt32LE(at)
      if (at + 4 + length > got) break
      const record = deserialize(bytes.subarray(at + 4, at + 4 + length)) as
        | typeof pending
        | typeof settled
        | { value: T }
      if (record === pending) source.open++
      else if (record === settled) source.open = Math.max(0, source.open - 1)
      else entries.push({ value: record.value, file, at: source.at + at + 4, size: length })
      at += 4 + length
    }
    source.at += at
    this.#bytes += at
  }
}

/** Removes journals that nobody has touched for so long, ms. */
export function sweep(root: string, olderThan: number): void {
  try {
    for (const name of readdirSync(root)) {
      const path = join(root, name)
      const { mtimeMs } = statSync(path)
      if (mtimeMs >= olderThan) continue
      // A folder’s time is that of its newest file’s birth: the files say when they were written to.
      const newest = readdirSync(path).map((file) => statSync(join(path, file)).mtimeMs)
      if (newest.every((time) => time < olderThan)) rmSync(path, { recursive: true, force: true })
    }
  } catch {
    // Another guard sweeps too.
  }
}
