import type { Lane, Output } from '../flow/lane.ts'
import type { Timed } from '../flow/topology.ts'
import type { LogRecord } from '../ports/log.ts'
import type { Foreign } from './foreign.ts'
import { deadLetters } from './topics.ts'

/** How far one partition of an inbox has been worked through. Kept in the changelog beside the keys. */
export interface Progress {
  /** Offset of the next record: what is below it is in the state. */
  next: number
  /** The partition’s time, ms. */
  time: number
  /** Counts how often the inbox was made anew, so that its offsets name records. */
  epoch: number
  /** For each sending partition, the last of its records that arrived: offset, and which of that record’s outputs. */
  sources: Record<string, readonly [offset: number, index: number]>
}

/** The header that names a record’s cause: `lane/partition#epoch@offset.index`. */
export const causeHeader = 'from'
/** The header that says how late it was at the sending lane, ms. */
export const atHeader = 'at'
export const tickStream = 'tick'

/**
 * An inbox and its lane. A record that a crash made another lane send twice is known by its cause and taken once: the
 * same record sent again has the same cause, and those of one sender arrive in the order of their causes. So delivery
 * that is “at least once” in the log is “exactly once” in the state.
 */
export class Inbox<Streams> {
  readonly lane: Lane<Streams>
  readonly #foreign: Foreign | undefined
  readonly #progress = new Map<number, Progress>()
  /** Where each partition was when its changes were last taken. */
  readonly #flushed = new Map<number, number>()
  /** Records that had come before. */
  repeated = 0

  constructor(lane: Lane<Streams>, foreign?: Foreign) {
    this.lane = lane
    this.#foreign = foreign
  }

  progress(partition: number): Progress {
    const progress = this.#of(partition)
    progress.time = this.lane.now(partition)
    return progress
  }

  #of(partition: number): Progress {
    let progress = this.#progress.get(partition)
    if (progress === undefined) {
      progress = { next: 0, time: 0, epoch: 0, sources: {} }
      this.#progress.set(partition, progress)
    }
    return progress
  }

  /** Offset of the next record; undefined: the partition is not worked on here. */
  next(partition: number): number | undefined {
    return this.#progress.get(partition)?.next
  }

  restore(partition: number, progress: Progress): void {
    this.#progress.set(partition, progress)
    this.#flushed.set(partition, progress.next)
    this.lane.endRestore(partition, progress.time)
  }

  /** Whether there is something that the changelog does not know. */
  moved(partition: number): boolean {
    return this.#progress.get(partition)?.next !== this.#flushed.get(partition)
  }

  noteFlushed(partition: number): void {
    this.#flushed.set(partition, this.#progress.get(partition)?.next ?? 0)
  }

  forget(partition: number): void {
    this.#progress.delete(partition)
    this.#flushed.delete(partition)
    this.lane.forget(partition)
  }

  /** Partitions that are worked on here. */
  partitions(): IterableIterator<number> {
    return this.#progress.keys()
  }

  /** Works through one record. `emit` gets what came of it, with the cause that names it. */
  take(record: LogRecord, emit: (output: Output, cause: string) => void): void {
    const { partition, offset } = record
    const progress = this.#of(partition)
    if (offset < progress.next) return
    progress.next = offset + 1
    if (record.value === null || this.#isRepeated(record, progress)) return
    let index = 0
    const sender = `${this.lane.spec.name}/${partition}#${progress.epoch}@${offset}.`
    const send = (output: Output) => emit(output, `${sender}${index++}`)
    const { stream } = record.headers
    if (stream === undefined && this.#foreign !== undefined) this.#takeForeign(record, this.#foreign, send)
    else {
      const value = JSON.parse(record.value) as Timed
      if (stream === tickStream) this.lane.tick(value.time, partition)
      else this.lane.accept(stream ?? '', record.key, value, partition, atOf(record))
    }
    if (this.lane.quiet) return
    for (const output of this.lane.takeOutputs()) send(output)
  }

  /** Somebody else wrote here: events of keys that live in this partition are taken, the others sent where they live. */
  #takeForeign(record: LogRecord, foreign: Foreign, send: (output: Output) => void): void {
    const { events, elsewhere, rejects } = foreign(record)
    for (const { key, event } of events) this.lane.accept('events', key, event, record.partition)
    for (const { key, event } of elsewhere) send({ topic: '', stream: 'events', key, value: event })
    for (const reject of rejects) send({ topic: deadLetters, stream: '', key: reject.id, value: reject })
  }

  #isRepeated(record: LogRecord, progress: Progress): boolean {
    const cause = record.headers[causeHeader]
    if (cause === undefined) return false
    const at = cause.lastIndexOf('@')
    const dot = cause.lastIndexOf('.')
    const sender = cause.slice(0, at)
    const offset = Number(cause.slice(at + 1, dot))
    const index = Number(cause.slice(dot + 1))
    if (at < 0 || !Number.isSafeInteger(offset) || !Number.isSafeInteger(index)) return false
    const last = progress.sources[sender]
    if (last !== undefined && (offset < last[0] || (offset === last[0] && index <= last[1]))) {
      this.repeated++
      return true
    }
    progress.sources[sender] = [offset, index]
    return false
  }
}

function atOf({ headers }: LogRecord): number | undefined {
  const at = Number(headers[atHeader])
  return Number.isSafeInteger(at) ? at : undefined
}
