import { setTimeout as pause } from 'node:timers/promises'
import { RescindError } from '../errors.ts'
import type { ColdStore } from '../flow/entity.ts'
import { Lane, type Output } from '../flow/lane.ts'
import type { StreamSpec, Topology } from '../flow/topology.ts'
import type { Clock } from '../ports/clock.ts'
import type { Append, Batch, Commit, Consumer, Log, OnPlaced, Position } from '../ports/log.ts'
import type { Foreign } from './foreign.ts'
import { causeHeader, Inbox, tickStream } from './inbox.ts'
import { changelogOf, restorePartition } from './state.ts'
import { type TopicPlan, topicsOf } from './topics.ts'

export interface LiveOptions<Streams> {
  topology: Topology<Streams>
  log: Log
  clock: Clock
  plan: TopicPlan
  /** Consumer group of all instances; default `rescind`. */
  group?: string
  /** Where other instances find this one: an URL. */
  address?: string
  /** Reads records that others wrote into the events inbox. */
  foreign?: Foreign
  /** Where keys go that memory has no room for, by lane. */
  cold?(lane: string): ColdStore | undefined
  /** Quiet time is written to the log this often, ms. */
  tickMs?: number
  /** Over a log that is not atomic, a partition’s changed keys go to its changelog this often, ms; default 2,000. */
  flushMs?: number
  onFailed(error: unknown): void
}

/** Where a batch is one commit: large enough to share a disk write. */
const maxRecords = 2000
/** Where it is not: small enough to keep everything else waiting little. */
const maxRecordsUncommitted = 250
/** Writes that may be ahead of the log. */
const maxOnTheirWay = 16
/** Changed keys of one partition that are written without waiting for their turn: bounds the write, and what is redone. */
const maxChanged = 4000
/** Where more than that changed and an earlier write is still under way, the next batch waits for it this long. */
const holdBackMs = 5000
/** Before state that the log had no room for is written again. */
const persistAgainMs = 200
/** Partitions whose state is read at the same time. */
const restoresAtOnce = 16

/** What the state came back from, for those who wait for it. */
export interface Restoring {
  partitions: number
  partitionsDone: number
  keys: number
}

/**
 * The topology over a log. Outputs go out with each batch; changed state and offsets with it where the log is atomic, else
 * every `flushMs`, one partition at a time. So a crash at any moment leaves a batch done or given again, and what is done
 * again gives the same records: by their cause other lanes know them (Inbox), by their id everybody else.
 */
export class Live<Streams> {
  readonly lanes: ReadonlyMap<string, Lane<Streams>>
  readonly inboxes: ReadonlyMap<string, Inbox<Streams>>
  readonly restoring: Restoring = { partitions: 0, partitionsDone: 0, keys: 0 }
  readonly #o: LiveOptions<Streams>
  readonly #group: string
  readonly #flushMs: number
  readonly #waiting = new Map<string, number>()
  readonly #flushed = new Map<string, number>()
  #consumer: Consumer | undefined
  #stops: (() => void)[] = []
  /** Writes that the log has not answered yet. */
  readonly #onTheirWay = new Set<Promise<void>>()
  /** State that is taken and not written yet, by partition. */
  readonly #flushing = new Map<string, Promise<void>>()
  #assigned = false
  #failed = false
  #closing = false
  #ticking = false

  constructor(options: LiveOptions<Streams>) {
    this.#o = options
    this.#group = options.group ?? 'rescind'
    this.#flushMs = options.flushMs ?? 2000
    const { topology, cold, foreign } = options
    this.lanes = new Map(topology.lanes.map((spec) => [spec.name, new Lane(topology, spec, true, cold?.(spec.name))]))
    this.inboxes = new Map(
      [...this.lanes.values()].map((lane) => [
        lane.spec.inbox,
        new Inbox(lane, lane.spec.inbox === 'events' ? foreign : undefined),
      ]),
    )
  }

  /** Creates topics, restores state, and goes on from the committed offsets. Resolves when it takes part. */
  async start(): Promise<void> {
    const { log, topology, plan, clock } = this.#o
    await log.createTopics(topicsOf(topology, plan))
    this.#consumer = await log.consume({
      group: this.#group,
      topics: [...this.inboxes.keys()],
      ...(this.#o.address === undefined ? {} : { address: this.#o.address }),
      from: 'earliest',
      maxRecords: log.atomic ? maxRecords : maxRecordsUncommitted,
      onAssigned: (positions) => this.#restore(positions),
      onRevoked: (partitions) => this.#release(partitions),
      onBatch: (batch) => this.#handle(batch),
      onFailed: this.#o.onFailed,
    })
    this.#stops.push(
      clock.every(this.#o.tickMs ?? 1000, () => {
        // A log that is slow has enough to do: the time that passes meanwhile comes with the next tick.
        if (this.#ticking) return
        this.#ticking = true
        this.#tick()
          .catch((error: unknown) => {
            if (!(error instanceof RescindError && error.retry === 'later')) this.#o.onFailed(error)
          })
          .finally(() => {
            this.#ticking = false
          })
      }),
    )
    if (!log.atomic) this.#stops.push(clock.every(50, () => this.#flushDue()))
  }

  /** Partitions are assigned and their state is here. */
  get ready(): boolean {
    return this.#assigned && this.restoring.partitionsDone >= this.restoring.partitions
  }

  /** Whether the partition of an inbox is worked on here, with its state. */
  worksOn(topic: string, partition: number): boolean {
    return this.inboxes.get(topic)?.next(partition) !== undefined
  }

  /** Keys restored from the changelog since the start. */
  get restored(): number {
    return this.restoring.keys
  }

  /** Records that wait in each inbox, as known at the last batch of each partition that is owned. */
  get lag(): ReadonlyMap<string, number> {
    const sums = new Map<string, number>()
    for (const [place, waiting] of this.#waiting) {
      const topic = place.slice(0, place.lastIndexOf('/'))
      sums.set(topic, (sums.get(topic) ?? 0) + waiting)
    }
    return sums
  }

  /** Appends values of one stream to the inboxes that carry it; durable when resolved. */
  async put<Name extends keyof Streams & string>(stream: Name, values: readonly Streams[Name][]): Promise<void> {
    const appends: Append[] = []
    for (const value of values) this.appendsOf(stream, value, appends)
    await this.#o.log.append(appends)
  }

  /** The append of one value, for callers that batch across streams. With a cause it is taken once, however often it comes. */
  appendsOf<Name extends keyof Streams & string>(
    stream: Name,
    value: Streams[Name],
    into: Append[],
    cause?: string,
  ): void {
    const key = this.#o.topology.streams[stream].key?.(value) ?? ''
    this.#route({ topic: '', stream, key, value }, into, cause)
  }

  async close(): Promise<void> {
    this.#closing = true
    for (const stop of this.#stops) stop()
    await this.#consumer?.close()
    await Promise.all(this.#flushing.values())
    // What arrives may be handed on.
    while (this.#onTheirWay.size > 0) await Promise.all(this.#onTheirWay)
  }

  async #restore(positions: readonly Position[]): Promise<Position[]> {
    const { log, clock } = this.#o
    this.restoring.partitions += positions.length
    const begin: Position[] = []
    const left = [...positions]
    const now = clock.now()
    const one = async () => {
      for (let position = left.shift(); position !== undefined; position = left.shift()) {
        // Turns spread evenly over the span, those of one topic too: multiples of the golden ratio.
        this.#flushed.set(placeOf(position), now - Math.round(((left.length * 0.618034) % 1) * this.#flushMs))
        const inbox = this.inboxes.get(position.topic)
        if (inbox !== undefined)
          begin.push(await restorePartition(log, inbox, position, (n) => (this.restoring.keys += n)))
        this.restoring.partitionsDone++
      }
    }
    await Promise.all(Array.from({ length: log.atomic ? 1 : restoresAtOnce }, one))
    this.#assigned = true
    return begin
  }

  /** Partitions go to another instance: what is known of them is written, then forgotten. */
  async #release(partitions: readonly { topic: string; partition: number }[]): Promise<void> {
    // Once more for those whose earlier state was still on its way.
    for (let round = 0; round < 2; round++) {
      for (const { topic, partition } of partitions) this.#flush(topic, partition)
      await Promise.all(this.#flushing.values())
    }
    for (const at of partitions) {
      this.inboxes.get(at.topic)?.forget(at.partition)
      this.#waiting.delete(placeOf(at))
      this.#flushed.delete(placeOf(at))
    }
  }

  async #handle(batch: Batch): Promise<void> {
    const last = batch.records.at(-1)
    if (last === undefined) return
    this.#waiting.set(placeOf(batch), Math.max(0, batch.end - last.offset - 1))
    await this.#work(batch)
    await this.#holdBack(batch)
  }

  /**
   * State that cannot be written must not grow beyond what one write can hold. Not for as long as it takes: the write may
   * itself wait for the group, and the group for this batch.
   */
  async #holdBack(batch: Batch): Promise<void> {
    const flushing = this.#flushing.get(placeOf(batch))
    const changed = this.inboxes.get(batch.topic)?.lane.changed(batch.partition) ?? 0
    if (flushing !== undefined && changed >= maxChanged)
      await Promise.race([flushing, pause(holdBackMs, undefined, { ref: false })])
  }

  async #work({ topic, partition, records }: Pick<Batch, 'topic' | 'partition' | 'records'>): Promise<void> {
    const inbox = this.inboxes.get(topic)
    if (inbox === undefined) return
    const outputs: Append[] = []
    const emit = (output: Output, cause: string) => this.#route(output, outputs, cause)
    for (const record of records) inbox.take(record, emit)
    const handOver: OnPlaced = (placed, from) => this.#handOver(placed, from)
    if (this.#o.log.atomic) {
      if (!inbox.moved(partition)) return
      const commit = { outputs, ...this.#changes(inbox, topic, partition) }
      await this.#send(() => this.#o.log.commit(this.#group, commit, handOver))
      return
    }
    if (outputs.length > 0) await this.#send(() => this.#o.log.append(outputs, handOver))
    if (inbox.lane.changed(partition) >= maxChanged) this.#flush(topic, partition)
  }

  /**
   * What has its place in a partition that is worked on here, and is the very next there, is taken at once: a chain of lanes
   * waits for no reading, and over a log that is atomic it is one commit. What is read nevertheless the inbox knows by its
   * offset.
   */
  #handOver(placed: readonly Append[], { topic, partition, offset }: Position): void {
    if (this.inboxes.get(topic)?.next(partition) !== offset || this.#onTheirWay.size >= maxOnTheirWay) return
    const appended = this.#o.clock.now()
    const records = placed.map(({ key, value, headers = {} }, i) => ({
      ...{ topic, partition, offset: offset + i, appended },
      ...{ key, value, headers },
    }))
    this.#work({ topic, partition, records }).catch((error: unknown) => this.#fail(error))
  }

  #changes(inbox: Inbox<Streams>, topic: string, partition: number): Omit<Commit, 'outputs'> {
    return {
      changelog: changelogOf(inbox, partition),
      offsets: [{ topic, partition, offset: inbox.progress(partition).next }],
    }
  }

  #flushDue(): void {
    const due = this.#o.clock.now() - this.#flushMs
    for (const [topic, inbox] of this.inboxes)
      for (const partition of inbox.partitions())
        if ((this.#flushed.get(placeOf({ topic, partition })) ?? 0) <= due) this.#flush(topic, partition)
  }

  /** State as it is now, written once everything that was sent on the way to it is durable. */
  #flush(topic: string, partition: number): void {
    const inbox = this.inboxes.get(topic)
    const place = placeOf({ topic, partition })
    // While a log is slow, what changes meanwhile waits as state and not as one write after the other.
    if (this.#flushing.has(place)) return
    // Keeps its turn, however late it comes: partitions that once came together would do so for ever.
    const now = this.#o.clock.now()
    const flushed = this.#flushed.get(place) ?? now
    this.#flushed.set(place, now - ((now - flushed) % this.#flushMs))
    if (inbox === undefined || this.#failed || !inbox.moved(partition)) return
    const commit: Commit = { outputs: [], ...this.#changes(inbox, topic, partition) }
    const flushing = Promise.all(this.#onTheirWay)
      .then(() => this.#persist(commit))
      .catch((error: unknown) => this.#fail(error))
      .finally(() => this.#flushing.delete(place))
    this.#flushing.set(place, flushing)
  }

  /** The log may have too much to do after an outage; the same state can be written later. */
  async #persist(commit: Commit): Promise<void> {
    while (!this.#failed)
      try {
        await this.#o.log.commit(this.#group, commit)
        return
      } catch (error) {
        if (!(error instanceof RescindError && error.retry === 'later') || this.#closing) throw error
        await pause(persistAgainMs)
      }
  }

  #fail(error: unknown): void {
    if (!this.#failed) this.#o.onFailed(error)
    this.#failed = true
  }

  /**
   * Writes go to the log in order, and it groups them: the next batch need not wait for the disk, or every hop would cost
   * one disk write per partition. Waits only when too many are on their way.
   */
  async #send(write: () => Promise<unknown>): Promise<void> {
    if (this.#failed)
      throw new RescindError('LOG_WRITE_FAILED', 'An earlier batch could not be made durable.', { retry: 'later' })
    const written: Promise<void> = write()
      .then(() => {})
      .catch((error: unknown) => this.#fail(error))
      .finally(() => this.#onTheirWay.delete(written))
    this.#onTheirWay.add(written)
    if (this.#onTheirWay.size >= maxOnTheirWay) await Promise.race(this.#onTheirWay)
  }

  #route(output: Output, into: Append[], cause?: string): void {
    const value = JSON.stringify(output.value)
    if (output.topic !== '') {
      into.push({ topic: output.topic, key: output.key, value, headers: headersOf(output.stream) })
      return
    }
    const headers = cause === undefined ? headersOf(output.stream) : { stream: output.stream, [causeHeader]: cause }
    const spec = this.#o.topology.streams[output.stream as keyof Streams & string] as StreamSpec<unknown>
    for (const { spec: lane } of this.lanes.values()) {
      if (spec.lane === undefined ? spec.broadcast !== true : spec.lane !== lane.name) continue
      const { inbox } = lane
      if (spec.broadcast === true)
        for (let partition = 0; partition < this.#o.log.partitions(inbox); partition++)
          into.push({ topic: inbox, partition, key: output.key, value, headers })
      else into.push({ topic: inbox, key: output.key, value, headers })
    }
  }

  /** Writes quiet time into the inboxes of lanes whose stages wait for it, where they are worked on here. */
  async #tick(): Promise<void> {
    const value = JSON.stringify({ time: this.#o.clock.now() })
    const appends: Append[] = []
    for (const [topic, inbox] of this.inboxes) {
      if (!inbox.lane.waits || inbox.lane.stats.keys === 0) continue
      for (const partition of inbox.partitions())
        appends.push({ topic, partition, key: '', value, headers: headersOf(tickStream) })
    }
    if (appends.length > 0) await this.#o.log.append(appends)
  }
}

const placeOf = ({ topic, partition }: { topic: string; partition: number }) => `${topic}/${partition}`

const known = new Map<string, Readonly<Record<string, string>>>()

/** One frozen header object per stream: thousands of records share it. */
function headersOf(stream: string): Readonly<Record<string, string>> {
  let headers = known.get(stream)
  if (headers === undefined) {
    headers = Object.freeze({ stream })
    known.set(stream, headers)
  }
  return headers
}
