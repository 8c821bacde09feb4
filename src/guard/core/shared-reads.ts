import { createHash } from 'node:crypto'
import type { TaskMemory } from '../provenance/index.ts'
import type { Reading } from '../provenance/reading/reading.ts'
import { bytesOf, type Read } from '../provenance/remembered.ts'

/** Bounds of what is kept of one session, and of how many sessions. */
export const sharedLimits = { sessions: 256, reads: 128, bytes: 2 ** 20 } as const

interface Shared {
  read: Read
  bytes: number
  /** A log or progress: there may be any number of them. */
  isLog: boolean
}

interface Session {
  reads: Map<string, Shared>
  bytes: number
  /** Something went: a task that joins now is told that it does not have all. */
  isCut: boolean
}

/**
 * What an agent got to read outside of any task: tool lists, instructions, logs. It belongs to every task of its session, also to
 * those that begin later, so it is kept, as the digests that each of them is given. The oldest goes first, logs before the rest: a
 * flood of them must not wash out what a tool list said.
 */
export class SharedReads {
  evictions = 0
  readonly #sessions = new Map<string, Session>()

  /** Keeps what `memory` makes of it; undefined when this very text from this source is there already. */
  add(
    agent: string,
    session: string,
    source: string,
    readings: readonly Reading[],
    memory: TaskMemory,
  ): Read | undefined {
    const kept = this.#of(`${agent}\u0000${session}`)
    const key = digestOf(source, readings)
    if (kept.reads.has(key)) return undefined
    const { read } = memory.read(source, readings)
    const bytes = read.readings.reduce((sum, reading) => sum + bytesOf(reading), 0)
    const isLog = readings[0]?.kind === 'log' || readings[0]?.kind === 'progress'
    kept.reads.set(key, { read, bytes, isLog })
    kept.bytes += bytes
    while (kept.reads.size > sharedLimits.reads || kept.bytes > sharedLimits.bytes) {
      const oldest = firstToGo(kept.reads)
      // The newest stays, however large it is: its memory cuts it.
      if (oldest === undefined || oldest === key) break
      kept.bytes -= kept.reads.get(oldest)?.bytes ?? 0
      kept.reads.delete(oldest)
      kept.isCut = true
      this.evictions++
    }
    return read
  }

  /** Tells a task that joins a session what all of it have read. */
  tell(agent: string, session: string, memory: TaskMemory): void {
    const kept = this.#sessions.get(`${agent}\u0000${session}`)
    if (kept === undefined) return
    for (const { read } of kept.reads.values()) memory.addRead(read)
    if (kept.isCut) memory.addReadings('session', [{ kind: 'log', cut: true }])
  }

  #of(key: string): Session {
    let session = this.#sessions.get(key)
    if (session === undefined) session = { reads: new Map(), bytes: 0, isCut: false }
    else this.#sessions.delete(key)
    this.#sessions.set(key, session)
    if (this.#sessions.size > sharedLimits.sessions)
      for (const oldest of this.#sessions.keys()) {
        this.#sessions.delete(oldest)
        this.evictions++
        break
      }
    return session
  }
}

function firstToGo(reads: ReadonlyMap<string, Shared>): string | undefined {
  for (const [key, { isLog }] of reads) if (isLog) return key
  for (const key of reads.keys()) return key
  return undefined
}

const digestOf = (source: string, readings: readonly Reading[]): string =>
  createHash('sha256')
    .update(JSON.stringify([source, readings]))
    .digest('base64')
