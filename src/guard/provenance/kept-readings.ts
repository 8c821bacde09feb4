import { memoryLimits } from './limits.ts'
import type { JournalPosition, MemoryJournal } from './memory-journal.ts'
import type { IndexedReading } from './reading/columns.ts'
import { bytesOf } from './remembered.ts'

/** What was read together, as far as it is in memory. */
interface Held {
  readings: readonly IndexedReading[]
  bytes: number
  /** Where it stands in the journal; undefined: nowhere else than here. */
  kept: JournalPosition | undefined
}

/**
 * What one task has read: in memory up to a bound, the rest in its journal. The oldest leaves memory first; what stands in no
 * journal is lost then.
 */
export class KeptReadings {
  /** The oldest first. */
  readonly inMemory: IndexedReading[] = []
  readonly #journal: MemoryJournal | undefined
  readonly #held: Held[] = []
  /** How far each file of the journal holds readings that are in memory no more; a file's readings leave in the order in which they came. */
  readonly #away = new Map<string, { end: number; lately: WeakRef<IndexedReading[]> | undefined }>()
  #bytes = 0

  constructor(journal: MemoryJournal | undefined) {
    this.#journal = journal
  }

  get isMoreAway(): boolean {
    return this.#away.size > 0
  }

  /** Answers how often something was lost for want of room. */
  add(readings: readonly IndexedReading[], kept: JournalPosition | undefined): number {
    const bytes = readings.reduce((sum, reading) => sum + bytesOf(reading), 0)
    this.inMemory.push(...readings)
    this.#held.push({ readings, bytes, kept })
    this.#bytes += bytes
    let lost = 0
    while (this.#bytes > memoryLimits.bytes) {
      const [oldest] = this.#held
      // The only one stays, where it stands nowhere else.
      if (oldest === undefined || (oldest.kept === undefined && this.#held.length === 1)) break
      this.#forget(oldest)
      if (oldest.kept === undefined) lost++
    }
    return lost
  }

  /** With what is in memory no more, read again from the journal. */
  all(): IndexedReading[] {
    const found: IndexedReading[] = []
    for (const [file, away] of this.#away) {
      let readings = away.lately?.deref()
      if (readings === undefined) {
        const all = this.#journal?.upTo({ file, end: away.end }) ?? []
        readings = all.flatMap((value) => ('readings' in value ? value.readings : []))
        // One act comes after another: as long as nobody needs the room they need not be read again.
        away.lately = new WeakRef(readings)
      }
      for (const reading of readings) found.push(reading)
    }
    for (const reading of this.inMemory) found.push(reading)
    return found
  }

  #forget({ readings, bytes, kept }: Held): void {
    this.#held.shift()
    this.#bytes -= bytes
    this.inMemory.splice(0, readings.length)
    if (kept === undefined) return
    const lately = this.#away.get(kept.file)?.lately
    for (const reading of readings) lately?.deref()?.push(reading)
    this.#away.set(kept.file, { end: kept.end, lately })
  }
}
