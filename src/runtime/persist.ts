import { setTimeout as pause } from 'node:timers/promises'
import { RescindError } from '../errors.ts'
import type { Clock } from '../ports/clock.ts'
import type { Commit, Log, Position } from '../ports/log.ts'
import type { Inbox } from './inbox.ts'
import { changelogOf } from './state.ts'

/** Writes that may be ahead of the log. */
const maxOnTheirWay = 16
/** Changed keys of one partition that are written without waiting for their turn: bounds the write, and what is redone. */
const maxChanged = 4000
/** Or this much of what changed, characters of their state as last written: one write takes what a broker takes. */
export const maxChangedSize = 16 * 1024 * 1024
/** Where more than that changed and an earlier write is still under way, the next batch waits for it this long. */
const holdBackMs = 5000
/** Before state that the log had no room for is written again. */
const persistAgainMs = 200

export interface PersistOptions<Streams> {
  log: Log
  clock: Clock
  group: string
  /** Over a log that is not atomic, a partition’s changed keys go to its changelog this often, ms. */
  flushMs: number
  inboxes: ReadonlyMap<string, Inbox<Streams>>
  onFailed(error: unknown): void
}

export type At = Pick<Position, 'topic' | 'partition'>

/**
 * What is on its way into the log: outputs as they come, and the changed state of partitions, each at its turn. State is
 * written when everything that was sent on the way to it is durable.
 */
export class Persist<Streams> {
  readonly #o: PersistOptions<Streams>
  /** Writes that the log has not answered yet. */
  readonly #onTheirWay = new Set<Promise<void>>()
  /** State that is taken and not written yet, by partition. */
  readonly #flushing = new Map<string, Promise<void>>()
  /** When each partition last had its turn, ms. */
  readonly #flushed = new Map<string, number>()
  #failed = false
  #closing = false

  constructor(options: PersistOptions<Streams>) {
    this.#o = options
  }

  /** Turns spread evenly over the span, those of one topic too: `turn` times the golden ratio. */
  begin(at: At, turn: number, now: number): void {
    this.#flushed.set(placeOf(at), now - Math.round(((turn * 0.618034) % 1) * this.#o.flushMs))
  }

  /** Whether so much is on its way that nothing is handed over besides. */
  get isFull(): boolean {
    return this.#onTheirWay.size >= maxOnTheirWay
  }

  /**
   * Writes go to the log in order, and it groups them: the next batch need not wait for the disk, or every hop would cost
   * one disk write per partition. Waits only when too many are on their way.
   */
  async send(write: () => Promise<unknown>): Promise<void> {
    if (this.#failed)
      throw new RescindError('LOG_WRITE_FAILED', 'An earlier batch could not be made durable.', { retry: 'later' })
    const written: Promise<void> = write()
      .then(() => {})
      .catch((error: unknown) => this.fail(error))
      .finally(() => this.#onTheirWay.delete(written))
    this.#onTheirWay.add(written)
    if (this.isFull) await Promise.race(this.#onTheirWay)
  }

  /** What changed in a partition since this was last asked, and how far it is. */
  changesOf(inbox: Inbox<Streams>, { topic, partition }: At): Omit<Commit, 'outputs'> {
    return {
      changelog: changelogOf(inbox, partition),
      offsets: [{ topic, partition, offset: inbox.progress(partition).next }],
    }
  }

  /** Writes the state of those partitions whose turn it is. */
  flushDue(): void {
    const due = this.#o.clock.now() - this.#o.flushMs
    for (const [topic, inbox] of this.#o.inboxes)
      for (const partition of inbox.partitions())
        if ((this.#flushed.get(placeOf({ topic, partition })) ?? 0) <= due) this.#flush({ topic, partition })
  }

  /** Writes the state of a partition out of its turn where much has changed. */
  flushLarge(inbox: Inbox<Streams>, at: At): void {
    if (this.isLarge(inbox, at)) this.#flush(at)
  }

  /** Whether so much changed in a partition that it is written before more does. */
  isLarge({ lane }: Inbox<Streams>, { partition }: At): boolean {
    return lane.changed(partition) >= maxChanged || lane.changedSize(partition) >= maxChangedSize
  }

  /**
   * State that cannot be written must not grow beyond what one write can hold. Not for as long as it takes: the write may
   * itself wait for the group, and the group for this batch.
   */
  async holdBack(at: At): Promise<void> {
    const flushing = this.#flushing.get(placeOf(at))
    const inbox = this.#o.inboxes.get(at.topic)
    if (flushing !== undefined && inbox !== undefined && this.isLarge(inbox, at))
      await Promise.race([flushing, pause(holdBackMs, undefined, { ref: false })])
  }

  /** Writes what is known of partitions that go to another instance. */
  async release(partitions: readonly At[]): Promise<void> {
    // Once more for those whose earlier state was still on its way.
    for (let round = 0; round < 2; round++) {
      for (const at of partitions) this.#flush(at)
      await Promise.all(this.#flushing.values())
    }
    for (const at of partitions) this.#flushed.delete(placeOf(at))
  }

  /** From here on what the log does not take is not tried again. */
  lastTry(): void {
    this.#closing = true
  }

  /** Waits until nothing is on its way; what arrives may be handed on, and so send more. */
  async settled(): Promise<void> {
    await Promise.all(this.#flushing.values())
    while (this.#onTheirWay.size > 0) await Promise.all(this.#onTheirWay)
  }

  fail(error: unknown): void {
    if (!this.#failed) this.#o.onFailed(error)
    this.#failed = true
  }

  #flush(at: At): void {
    const inbox = this.#o.inboxes.get(at.topic)
    const place = placeOf(at)
    // While a log is slow, what changes meanwhile waits as state and not as one write after the other.
    if (this.#flushing.has(place)) return
    // Keeps its turn, however late it comes: partitions that once came together would do so for ever.
    const now = this.#o.clock.now()
    const flushed = this.#flushed.get(place) ?? now
    this.#flushed.set(place, now - ((now - flushed) % this.#o.flushMs))
    if (inbox === undefined || this.#failed || !inbox.moved(at.partition)) return
    const commit: Commit = { outputs: [], ...this.changesOf(inbox, at) }
    const flushing = Promise.all(this.#onTheirWay)
      .then(() => this.#write(commit))
      .catch((error: unknown) => this.fail(error))
      .finally(() => this.#flushing.delete(place))
    this.#flushing.set(place, flushing)
  }

  /** The log may have too much to do after an outage; the same state can be written later. */
  async #write(commit: Commit): Promise<void> {
    const isOver = () => this.#closing || this.#failed
    await patiently(() => this.#o.log.commit(this.#o.group, commit), isOver)
  }
}

/** Does it again while the log has no room for it. */
export async function patiently(write: () => Promise<unknown>, isOver = () => false): Promise<void> {
  for (;;)
    try {
      await write()
      return
    } catch (error) {
      if (!(error instanceof RescindError && error.retry === 'later') || isOver()) throw error
      await pause(persistAgainMs)
    }
}

export const placeOf = ({ topic, partition }: At): string => `${topic}/${partition}`
