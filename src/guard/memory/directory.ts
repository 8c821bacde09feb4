import { createHash, randomBytes, randomUUID } from 'node:crypto'
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { memoryLimits } from '../provenance/limits.ts'
import { type Codec, Journal, sweep } from './journal.ts'

/** Bytes of a digest. */
const width = 8
/** Journals go when nobody has touched them for a day. */
const keptMs = 24 * 3_600_000

/** Digests of things that the agent made, and of values of others’ texts that it handed on. */
export type DigestFile = 'made' | 'relayed'

/**
 * Where the guards of one agent on this machine keep what they remember of its tasks: digests only, keyed with a secret of the
 * directory (HalfSipHash takes 64 bits of it). Whoever has the files and the secret can test whether a word, a field, an address or a
 * part of a secret was read, in which task, in which order words stood and which of them the request named; a dictionary gives
 * him most of the common words back, in order. What he cannot guess he does not get. Without the secret the files say how much
 * was read, when, and how many words a field or request has.
 */
export class MemoryDirectory {
  readonly key: Buffer
  readonly #directory: string
  readonly #process = `${process.pid}-${randomUUID().slice(0, 8)}`
  /** How far of which file each was read. */
  readonly #read = new Map<DigestFile, { inode: number; at: number }>()
  #journals = 0

  private constructor(root: string, agent: string, key: Buffer, now: () => number) {
    this.key = key
    this.#directory = join(root, nameOf(agent))
    mkdirSync(join(this.#directory, 'tasks'), { recursive: true, mode: 0o700 })
    sweep(join(this.#directory, 'tasks'), now() - keptMs)
  }

  /** @param agent Tenant and agent. Throws when the directory cannot be made. */
  static open(root: string, agent: string, now: () => number = Date.now): MemoryDirectory {
    mkdirSync(root, { recursive: true, mode: 0o700 })
    return new MemoryDirectory(root, agent, keyIn(join(root, 'key')), now)
  }

  get path(): string {
    return this.#directory
  }

  /** Each is a file of its own: whoever takes a task up again reads what it wrote before. */
  journal<T>(task: string, codec: Codec<T>): Journal<T> {
    const file = `${this.#process}-${this.#journals++}`
    return new Journal<T>(join(this.#directory, 'tasks', nameOf(task)), file, codec)
  }

  /** What is kept of all tasks of the agent, the last of it. Older ones leave the file when they are as many again. */
  kept(what: DigestFile): Set<number> {
    const kept = new Set<number>()
    const most = memoryLimits[what]
    try {
      const bytes = readFileSync(this.#file(what))
      this.#read.set(what, { inode: statSync(this.#file(what)).ino, at: bytes.length - (bytes.length % width) })
      const count = Math.floor(bytes.length / width)
      const first = Math.max(0, count - most)
      for (let i = first; i < count; i++) kept.add(bytes.readDoubleLE(i * width))
      if (first >= most) this.#keepFrom(what, bytes.subarray(first * width, count * width))
    } catch {
      // There is nothing yet.
    }
    return kept
  }

  /** Adds what other guards of the agent have kept since it was read. */
  renew(what: DigestFile, kept: Set<number>): void {
    try {
      const { size, ino } = statSync(this.#file(what))
      const last = this.#read.get(what)
      const from = last?.inode === ino && last.at <= size ? last.at : 0
      const bytes = Buffer.alloc(size - from - ((size - from) % width))
      if (bytes.length === 0) return
      const file = openSync(this.#file(what), 'r')
      try {
        readSync(file, bytes, 0, bytes.length, from)
      } finally {
        closeSync(file)
      }
      this.#read.set(what, { inode: ino, at: from + bytes.length })
      for (let at = 0; at < bytes.length; at += width) kept.add(bytes.readDoubleLE(at))
      for (const oldest of kept) {
        if (kept.size <= memoryLimits[what]) break
        kept.delete(oldest)
      }
    } catch {
      // There is nothing yet, or it cannot be read: what is not known as its own is asked about.
    }
  }

  keep(what: DigestFile, digests: readonly number[]): void {
    const bytes = Buffer.alloc(digests.length * width)
    for (const [i, digest] of digests.entries()) bytes.writeDoubleLE(digest, i * width)
    try {
      appendFileSync(this.#file(what), bytes, { mode: 0o600 })
    } catch {
      // What is not remembered as its own is asked about; what it handed on is known in this task only.
    }
  }

  #keepFrom(what: DigestFile, bytes: Buffer): void {
    const half = `${this.#file(what)}.${this.#process}`
    writeFileSync(half, bytes, { mode: 0o600 })
    renameSync(half, this.#file(what))
  }

  #file = (what: DigestFile): string => join(this.#directory, what)
}

/** The secret of the directory; made by whoever comes first. */
function keyIn(path: string): Buffer {
  for (let tries = 0; tries < 50; tries++) {
    try {
      const file = openSync(path, 'wx', 0o600)
      writeSync(file, randomBytes(32))
      closeSync(file)
    } catch {}
    const key = readFileSync(path)
    if (key.length === 32) return key
  }
  throw new Error(`${path} holds no key of 32 bytes: remove it, and a new one is made`)
}

const nameOf = (id: string): string => createHash('sha256').update(id).digest('hex').slice(0, 40)
