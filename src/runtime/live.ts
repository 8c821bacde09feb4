import { setTimeout as pause } from 'node:timers/promises'
import { RescindError } from '../errors.ts'
import type { ColdStore } from '../flow/entity.ts'
import { Lane, type Output } from '../flow/lane.ts'
import type { Topology } from '../flow/topology.ts'
import type { Clock } from '../ports/clock.ts'
import type { Append, Batch, Consumer, Log, OnPlaced, Position } from '../ports/log.ts'
import type { Foreign } from './foreign.ts'
import { Inbox, tickStream } from './inbox.ts'
import { type At, maxChangedSize, Persist, placeOf } from './persist.ts'
import { headersOf, Router } from './router.ts'
import { restorePartition } from './state.ts'
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
/** Partitions whose state is read at the same time. */
const restoresAtOnce = 16

/** How long a close waits for what is on its way. */
const closeGraceMs = 10_000

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
  readonly #router: Router<Streams>
  readonly #persist: Persist<Streams>
  /** Records that wait in each partition, as known at its last batch. */
  readonly #waiting = new Map<string, number>()
  #consumer: Consumer | undefined
  #stops: (() => void)[] = []
  #assigned = false
  #ticking = false

  constructor(options: LiveOptions<Streams>) {
    this.#o = options
    this.#group = options.group ?? 'rescind'
    const { topology, log, clock, cold, foreign, onFailed } = options
    this.lanes = new Map(topology.lanes.map((spec) => [spec.name, new Lane(topology, spec, true, cold?.(spec.name))]))
    this.inboxes = new Map(
      [...this.lanes.values()].map((lane) => [
        lane.spec.inbox,
        new Inbox(lane, lane.spec.inbox === 'events' ? foreign : undefined),
      ]),
    )
    this.#router = new Router(topology, log)
    const { flushMs = 2000 } = options
    this.#persist = new Persist({ log, clock, group: this.#group, flushMs, inboxes: this.inboxes, onFailed })
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
    if (!log.atomic) this.#stops.push(clock.every(50, () => this.#persist.flushDue()))
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
    this.#router.put(stream, value, into, cause)
  }

  async close(): Promise<void> {
    this.#persist.lastTry()
    for (const stop of this.#stops) stop()
    const done = this.#consumer?.close().then(() => this.#persist.settled())
    // What finds no room while the log is open is refused when it closes.
    await Promise.race([done, pause(closeGraceMs, undefined, { ref: false })])
  }

  async #restore(positions: readonly Position[]): Promise<Position[]> {
    const { log, clock } = this.#o
    this.restoring.partitions += positions.length
    const begin: Position[] = []
    const left = [...positions]
    const now = clock.now()
    const one = async () => {
      for (let position = left.shift(); position !== undefined; position = left.shift()) {
        this.#persist.begin(position, left.length, now)
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
    await this.#persist.release(partitions)
    for (const at of partitions) {
      this.inboxes.get(at.topic)?.forget(at.partition)
      this.#waiting.delete(placeOf(at))
    }
  }

  async #handle(batch: Batch): Promise<void> {
    const last = batch.records.at(-1)
    if (last === undefined) return
    this.#waiting.set(placeOf(batch), Math.max(0, batch.end - last.offset - 1))
    await this.#work(batch)
    await this.#persist.holdBack(batch)
  }

  async #work({ topic, partition, records }: Pick<Batch, 'topic' | 'partition' | 'records'>): Promise<void> {
    const inbox = this.inboxes.get(topic)
    if (inbox === undefined) return
    const at = { topic, partition }
    const outputs: Append[] = []
    const emit = (output: Output, cause: string) => this.#router.route(output, outputs, cause)
    let most = maxChangedSize
    for (const record of records) {
      inbox.take(record, emit)
      if (inbox.lane.changedSize(partition) < most) continue
      // Large states of many keys are more than one write: it takes what there is.
      await this.#write(inbox, at, outputs.splice(0))
      await this.#persist.holdBack(at)
      most = inbox.lane.changedSize(partition) + maxChangedSize
    }
    await this.#write(inbox, at, outputs)
  }

  async #write(inbox: Inbox<Streams>, { topic, partition }: At, outputs: Append[]): Promise<void> {
    const handOver: OnPlaced = (placed, from) => this.#handOver(placed, from)
    if (this.#o.log.atomic) {
      if (!inbox.moved(partition)) return
      const commit = { outputs, ...this.#persist.changesOf(inbox, { topic, partition }) }
      await this.#persist.send(() => this.#o.log.commit(this.#group, commit, handOver))
      return
    }
    if (outputs.length > 0) await this.#persist.send(() => this.#o.log.append(outputs, handOver))
    this.#persist.flushLarge(inbox, { topic, partition })
  }

  /**
   * What has its place in a partition that is worked on here, and is the very next there, is taken at once: a chain of lanes
   * waits for no reading, and over a log that is atomic it is one commit. What is read nevertheless the inbox knows by its
   * offset.
   */
  #handOver(placed: readonly Append[], { topic, partition, offset }: Position): void {
    if (this.inboxes.get(topic)?.next(partition) !== offset || this.#persist.isFull) return
    const appended = this.#o.clock.now()
    const records = placed.map(({ key, value, headers = {} }, i) => ({
      ...{ topic, partition, offset: offset + i, appended },
      ...{ key, value, headers },
    }))
    this.#work({ topic, partition, records }).catch((error: unknown) => this.#persist.fail(error))
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
