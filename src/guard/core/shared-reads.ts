import { createHash } from 'node:crypto'
import type { Carried } from '../provenance/index.ts'
import { type Reading, textsOf } from '../provenance/reading.ts'
import type { OpenTask } from './tasks.ts'

/** Bounds of what is kept of one session, and of how many sessions. */
export const sharedLimits = { sessions: 256, reads: 128, characters: 2 * 2 ** 20 } as const

interface Shared {
  source: string
  readings: readonly Reading[]
  characters: number
}

interface Session {
  reads: Map<string, Shared>
  characters: number
  /** Something went: a task that joins now is told that it does not have all. */
  isCut: boolean
}

/**
 * What an agent got to read outside of any task: tool lists, instructions, logs. It belongs to every task of its session, also to
 * those that begin later, so it is kept. The oldest goes first, logs before the rest: a flood of them must not wash out what a
 * tool list said.
 */
export class SharedReads {
  evictions = 0
  readonly #sessions = new Map<string, Session>()

  /** Keeps it; false when this very text from this source is there already. */
  add(agent: string, session: string, source: string, readings: readonly Reading[]): boolean {
    const kept = this.#of(`${agent}\u0000${session}`)
    const texts = textsOf(readings)
    const key = digestOf(source, texts)
    if (kept.reads.has(key)) return false
    const characters = texts.reduce((n, t) => n + t.length, 0)
    kept.reads.set(key, { source, readings, characters })
    kept.characters += characters
    while (kept.reads.size > sharedLimits.reads || kept.characters > sharedLimits.characters) {
      const oldest = firstToGo(kept.reads)
      // The newest stays, however large it is: its memory cuts it.
      if (oldest === undefined || oldest === key) break
      kept.characters -= kept.reads.get(oldest)?.characters ?? 0
      kept.reads.delete(oldest)
      kept.isCut = true
      this.evictions++
    }
    return true
  }

  /** Tells a task that joins a session what all of it have read. */
  tell(agent: string, session: string, task: OpenTask): void {
    const kept = this.#sessions.get(`${agent}\u0000${session}`)
    if (kept === undefined) return
    for (const { source, readings } of kept.reads.values()) remember(task, source, readings)
    if (kept.isCut) remember(task, 'session', [{ place: 'log', cut: true }])
  }

  #of(key: string): Session {
    let session = this.#sessions.get(key)
    if (session === undefined) session = { reads: new Map(), characters: 0, isCut: false }
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

/** The one place where readings enter a task’s memory. */
export function remember(task: OpenTask, source: string, readings: readonly Reading[], carried?: Carried): void {
  task.memory.addReadings(source, readings, carried)
}

function firstToGo(reads: ReadonlyMap<string, Shared>): string | undefined {
  for (const [key, { readings }] of reads)
    if (readings[0]?.place === 'log' || readings[0]?.place === 'progress') return key
  for (const key of reads.keys()) return key
  return undefined
}

function digestOf(source: string, texts: readonly string[]): string {
  const hash = createHash('sha256').update(source)
  for (const text of texts) hash.update(`\u0000${text}`)
  return hash.digest('base64')
}
