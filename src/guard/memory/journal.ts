import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Most bytes of all journals of one task: what comes after is not kept, and the task is marked as cut. */
const maxBytes = 64 * 2 ** 20
/** How long one guard waits for what another one has just been answered, ms. */
const patience = { ms: 250, step: 2 } as const
/** A folder’s time says no more than that nothing has come since shortly before it was listed, ms. */
const settles = 1000

/** How a value is written; what is decoded may be a view of the bytes. */
export interface Codec<T> {
  encode(value: T): Uint8Array
  /** Throws on what is none. `bytes` begins at a multiple of eight in its buffer. */
  decode(bytes: Uint8Array): T
}

/** A value that stands in a file, and where it ends there. */
export interface Entry<T> {
  value: T
  file: string
  end: number
}

/** An answer is on its way to the client, and what it holds will be here; it is; a value. */
const kinds = { pending: 1, settled: 2, value: 3 } as const
type Kind = (typeof kinds)[keyof typeof kinds]

/** A record: four bytes of length, one of its kind, three of nothing; the value; nothing up to a multiple of eight. */
const headBytes = 8
const aligned = (size: number): number => (size + 7) & ~7

interface OtherFile {
  handle: number
  /** Bytes read so far. */
  at: number
  /** Answers announced whose content has not come yet. */
  open: number
}

/**
 * What the guards of one agent remember of one task, each in a file of its own that only it appends to. They read each other’s
 * before an act. Synchronous: a decision must not wait for the event loop, and a record is there before the client has its
 * answer. The file is made with the first answer, not with the first call, which would wait for the disk. A half-written record
 * is not there yet.
 */
export class Journal<T> {
  /** Something was not kept. */
  isCut = false
  readonly #directory: string
  readonly #name: string
  readonly #codec: Codec<T>
  readonly #now: () => number
  readonly #others = new Map<string, OtherFile>()
  /** The folder’s time when it was listed last, and whether that was long enough before. */
  #listed = -1
  #own: number | undefined
  #putOff: Uint8Array[] = []
  /** Where the next record begins in the file. */
  #end = 0
  /** Of all that was written and read. */
  #bytes = 0

  /** @param name Of this process’s file; unique. */
  constructor(directory: string, name: string, codec: Codec<T>, now: () => number = Date.now) {
    this.#directory = directory
    this.#codec = codec
    this.#now = now
    this.#name = `${name}.log`
  }

  /** What comes is announced: others wait for it. */
  announce(): void {
    this.#add(kinds.pending)
    this.flush()
  }

  /** What was announced is here. */
  settle(): void {
    this.#add(kinds.settled)
    this.flush()
  }

  /** It is written with the next answer, or sooner. Undefined: it is not kept. */
  append(value: T): Omit<Entry<T>, 'value'> | undefined {
    if (!this.#add(kinds.value, this.#codec.encode(value))) return undefined
    if (this.#own !== undefined) this.flush()
    return { file: this.#name, end: this.#end }
  }

  /** Writes down what was put off. */
  flush(): void {
    if (this.#putOff.length === 0) return
    const records = Buffer.concat(this.#putOff)
    this.#putOff = []
    try {
      if (this.#own === undefined) {
        mkdirSync(this.#directory, { recursive: true, mode: 0o700 })
        this.#own = openSync(join(this.#directory, this.#name), 'a+', 0o600)
      }
      if (writeSync(this.#own, records) === records.length) return
    } catch {
      // A disk that is full must not end the guard.
    }
    // What is not kept marks the task. After half a record nothing more can be read.
    this.isCut = true
    this.#bytes = Number.POSITIVE_INFINITY
  }

  /** What others wrote since the last time; waits a moment for what was announced. */
  pull(): Entry<T>[] {
    const entries = this.#pullOnce()
    const until = this.#now() + patience.ms
    while ([...this.#others.values()].some((s) => s.open > 0) && this.#now() < until) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, patience.step)
      entries.push(...this.#pullOnce())
    }
    // Whoever announced it and did not come with it is gone: it may have held anything.
    for (const source of this.#others.values())
      if (source.open > 0) {
        source.open = 0
        this.isCut = true
      }
    return entries
  }

  /** Reads again all values that stand in a file up to there. */
  upTo({ file, end }: Omit<Entry<T>, 'value'>): T[] {
    const values: T[] = []
    this.flush()
    try {
      const handle = openSync(join(this.#directory, file), 'r')
      try {
        const bytes = Buffer.alloc(end)
        const got = readSync(handle, bytes, 0, end, 0)
        const read = recordsIn(bytes.subarray(0, got), (kind, body) => {
          if (kind === kinds.value) values.push(this.#codec.decode(body))
        })
        if (read < end) this.isCut = true
      } finally {
        closeSync(handle)
      }
    } catch {
      this.isCut = true
    }
    return values
  }

  close(): void {
    this.flush()
    for (const { handle } of this.#others.values()) closeSync(handle)
    this.#others.clear()
    if (this.#own !== undefined) closeSync(this.#own)
    this.#own = undefined
  }

  /** Answers whether there is room for it. */
  #add(kind: Kind, body: Uint8Array = new Uint8Array(0)): boolean {
    if (this.#bytes > maxBytes) {
      this.isCut = true
      return false
    }
    const record = Buffer.alloc(headBytes + aligned(body.length))
    record.writeUInt32LE(body.length)
    record[4] = kind
    record.set(body, headBytes)
    this.#putOff.push(record)
    this.#end += record.length
    this.#bytes += record.length
    return true
  }

  #pullOnce(): Entry<T>[] {
    const entries: Entry<T>[] = []
    this.#list()
    for (const [name, source] of this.#others)
      try {
        this.#pullFrom(name, source, entries)
      } catch {
        // Nothing after this can be read.
        source.at = Number.POSITIVE_INFINITY
        source.open = 0
        this.isCut = true
      }
    return entries
  }

  /** Finds files that are new in the folder; its time says whether there may be any. */
  #list(): void {
    try {
      const { mtimeMs } = statSync(this.#directory)
      if (mtimeMs === this.#listed) return
      const now = this.#now()
      for (const name of readdirSync(this.#directory)) {
        if (name === this.#name || !name.endsWith('.log') || this.#others.has(name)) continue
        this.#others.set(name, { handle: openSync(join(this.#directory, name), 'r'), at: 0, open: 0 })
      }
      this.#listed = now - mtimeMs > settles ? mtimeMs : -1
    } catch {
      // Nobody has written anything yet.
    }
  }

  #pullFrom(file: string, source: OtherFile, entries: Entry<T>[]): void {
    const { size } = fstatSync(source.handle)
    if (size <= source.at) return
    if (this.#bytes > maxBytes) {
      source.at = size
      this.isCut = true
      return
    }
    const from = source.at
    const bytes = Buffer.alloc(size - from)
    const got = readSync(source.handle, bytes, 0, bytes.length, from)
    source.at += recordsIn(bytes.subarray(0, got), (kind, body, end) => {
      if (kind === kinds.pending) source.open++
      else if (kind === kinds.settled) source.open = Math.max(0, source.open - 1)
      // A copy: what stays in memory must not keep the rest there.
      else entries.push({ value: this.#codec.decode(Uint8Array.from(body)), file, end: from + end })
    })
    this.#bytes += source.at - from
  }
}

/** Hands on the whole records of `bytes`, each with where it ends; answers where the last one does. Throws on what is none. */
function recordsIn(bytes: Buffer, each: (kind: number, body: Uint8Array, end: number) => void): number {
  let at = 0
  while (at + headBytes <= bytes.length) {
    const length = bytes.readUInt32LE(at)
    const kind = bytes[at + 4] ?? 0
    if (kind < kinds.pending || kind > kinds.value) throw new Error('no record of a journal')
    const end = at + headBytes + aligned(length)
    if (end > bytes.length) break
    each(kind, bytes.subarray(at + headBytes, at + headBytes + length), end)
    at = end
  }
  return at
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
