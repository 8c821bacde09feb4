import type { Remembered } from './remembered.ts'

/** Where one thing that is remembered stands in the journal: it ends there. */
export interface JournalPosition {
  file: string
  end: number
}

/** A task’s shared memory: written by each guard of the agent, read by all. */
export interface MemoryJournal {
  readonly isCut: boolean
  announce(): void
  settle(): void
  /** Undefined: it could not be kept. */
  append(value: Remembered): JournalPosition | undefined
  /** Writes down what it has put off. */
  flush(): void
  /** What other guards have appended since the last time. */
  pull(): readonly (JournalPosition & { value: Remembered })[]
  /** All that stands in a file up to there. */
  upTo(position: JournalPosition): Remembered[]
  close(): void
}
