import { setTimeout as pause } from 'node:timers/promises'
import { RescindError } from '../../errors.ts'
import type { Position } from '../../ports/log.ts'
import { Draft, type Work } from './draft.ts'
import type { Store } from './store.ts'
import type { Partition, Topics } from './topics.ts'
import type { Dropped, Upkeep } from './upkeep.ts'
import { writeFailure } from './write-failure.ts'

/** Past this a transaction is closed and the rest waits for the next: bounds the work of one event turn. */
const recordsPerTransaction = 20_000
/** Between tries while the disk is full. */
const firstWaitMs = 100
const longestWaitMs = 2000

/** What is looked for, at least and at most, where a write found no room: bytes. */
const leastRoom = 512 * 1024
const mostRoom = 4 * 1024 * 1024

/** Told when a piece of work has its offsets: what is handed in meanwhile goes into the same transaction, or a later one. */
export type OnOffsets = (work: Work, offsets: readonly number[]) => void

interface Entry {
  work: Work
  bytes: number
  onOffsets: OnOffsets | undefined
  resolve(positions: readonly Position[]): void
  reject(error: unknown): void
}

interface WriterOptions {
  directory: string
  store: Store
  topics: Topics
  upkeep: Upkeep
  /** Work waiting beyond this is refused. */
  maxPendingBytes: number
  /** After each transaction that appended, with the partitions that grew. */
  onAppended(partitions: Iterable<Partition>): void
  onDropped(dropped: Dropped): void
}

/**
 * The only writer. One transaction is on its way at a time; what arrives meanwhile goes together into the next (group
 * commit). Offsets are given when a transaction is built and become known when it is on disk, so a failed one leaves no
 * trace and no gap.
 */
export class Writer {
  readonly #options: WriterOptions
  #queue: Entry[] = []
  #pendingBytes = 0
  #running: Promise<void> | undefined
  #lost: RescindError | undefined
  /** What the last records that were refused would have needed, bytes; 0: none were since records were written. */
  #refused = 0
  /** Why nothing can be written at the moment; what waits is tried again. */
  #full: RescindError | undefined
  #closing = false

  constructor(options: WriterOptions) {
    this.#options = options
  }

  submit(work: Work, onOffsets?: OnOffsets): Promise<readonly Position[]> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost)
    let bytes = 0
    for (const record of work.records) bytes += record.bytes.length
    if (work.patient === undefined) {
      if (this.#full !== undefined) return Promise.reject(this.#full)
      // A single piece of work of any size passes, or it could never be written.
      if (this.#queue.length > 0 && this.#pendingBytes + bytes > this.#options.maxPendingBytes)
        return Promise.reject(this.#overloaded())
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ work, bytes, onOffsets, resolve, reject })
      this.#pendingBytes += bytes
      this.wake()
    })
  }

  /**
   * Rejects when nothing could be written now. On a full disk a small write still fits into pages that are free: once records were
   * refused, room for as much is looked for.
   */
  async probe(row: Buffer): Promise<void> {
    const room = this.#refused
    if (room === 0) await this.submit({ records: [], offsets: [{ row, offset: 0 }], topics: [] })
    else {
      await this.submit({ records: [], offsets: [], topics: [], room })
      await this.submit({ records: [], offsets: [], topics: [], room: 0 })
      this.#refused = 0
    }
  }

  /** Starts writing what is queued or due, at the end of this event turn. */
  wake(): void {
    this.#running ??= this.#run()
  }

  /** From here on what has no room is not tried again. */
  lastTry(): void {
    this.#closing = true
  }

  async close(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  async #run(): Promise<void> {
    try {
      await endOfTurn()
      while (this.#queue.length > 0 || (this.#options.upkeep.isDue && this.#lost === undefined)) await this.#writeNext()
    } finally {
      this.#running = undefined
    }
  }

  async #writeNext(): Promise<void> {
    const { store, topics, upkeep, onDropped, onAppended, directory } = this.#options
    const entries: Entry[] = []
    const draft = new Draft(store)
    const offsets: number[][] = []
    let dropped: Dropped[]
    try {
      for (let entry = this.#take(draft); entry !== undefined; entry = this.#take(draft)) {
        entries.push(entry)
        const given = draft.add(entry.work)
        offsets.push(given)
        entry.onOffsets?.(entry.work, given)
      }
      dropped = upkeep.plan(draft)
      if (entries.length === 0 && dropped.length === 0 && draft.changes.tombstones.length === 0) return
      await this.#apply(draft, entries)
    } catch (error) {
      const failure = await writeFailure(error, directory)
      const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0)
      if (bytes > 0) this.#refused = Math.min(mostRoom, Math.max(leastRoom, this.#refused, 2 * bytes))
      // What consumers made of records that are not there now falls with them; what others hand in may be tried.
      for (const { reject } of [...entries, ...this.#withdrawCommits()]) reject(failure)
      // Upkeep alone has no caller to tell; it is tried again at the next sweep or append.
      if (entries.length === 0) upkeep.pause()
      return
    }
    for (const [partition, extent] of draft.touched) partition.extent = extent
    for (const row of draft.changes.topics) topics.put(row, (id) => store.extent(id))
    for (const [index, { work, resolve }] of entries.entries()) resolve(positions(work, offsets[index] ?? []))
    if (draft.appended.size > 0) this.#refused = 0
    if (draft.appended.size > 0) onAppended(draft.appended.keys())
    for (const [partition, appended] of draft.appended) upkeep.noticed(partition, appended)
    for (const each of dropped) onDropped(each)
  }

  /**
   * A disk that is full may have room in a moment, and what the flow made stands in its memory already: the same transaction is
   * tried again for as long as it takes. Who else handed something in is told at once; it may be written nevertheless.
   */
  async #apply(draft: Draft, entries: readonly Entry[]): Promise<void> {
    const { store, directory } = this.#options
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(2 * waitMs, longestWaitMs))
      try {
        if (!(await store.apply(draft.changes))) throw this.#lose()
        this.#full = undefined
        return
      } catch (error) {
        const failure = await writeFailure(error, directory)
        const isPatient = entries.some(({ work }) => work.patient === true)
        if (failure.retry !== 'later' || !isPatient || this.#closing) throw failure
        this.#full = failure
        for (const { work, reject } of entries) if (work.patient === undefined) reject(failure)
        await pause(waitMs)
      }
  }

  #withdrawCommits(): Entry[] {
    const withdrawn = this.#queue.filter(({ work }) => work.offsets.length > 0)
    this.#queue = this.#queue.filter(({ work }) => work.offsets.length === 0)
    for (const { bytes } of withdrawn) this.#pendingBytes -= bytes
    return withdrawn
  }

  /** The next piece of work that fits into the transaction; one of any size fits an empty one. */
  #take(draft: Draft): Entry | undefined {
    const next = this.#queue[0]
    const { length } = draft.changes.records
    if (next === undefined || (length > 0 && length + next.work.records.length > recordsPerTransaction))
      return undefined
    this.#queue.shift()
    this.#pendingBytes -= next.bytes
    return next
  }

  #lose(): RescindError {
    const { directory } = this.#options
    this.#lost = new RescindError('LOG_LOCKED', `Another process has taken over the log directory ${directory}.`, {
      data: { directory },
    })
    return this.#lost
  }

  #overloaded(): RescindError {
    const { directory, maxPendingBytes } = this.#options
    return new RescindError(
      'LOG_WRITE_FAILED',
      `More than ${maxPendingBytes} bytes wait to be written to ${directory}; the disk does not keep up.`,
      { retry: 'later', data: { directory, maxPendingBytes } },
    )
  }
}

function positions({ records }: Work, offsets: readonly number[]): Position[] {
  return records.map(({ partition }, index) => ({
    topic: partition.topic.row.name,
    partition: partition.index,
    offset: offsets[index] ?? 0,
  }))
}

function endOfTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
