import { RescindError } from '../errors.ts'
import { Lane, type Output } from '../flow/lane.ts'
import type { StreamSpec, Timed, Topology } from '../flow/topology.ts'
import type { Clock } from '../ports/clock.ts'
import type { Append, Batch, Commit, Consumer, Log, Position } from '../ports/log.ts'
import { stateTopic, type TopicPlan, topicsOf } from './topics.ts'

export interface LiveOptions<Streams> {
  topology: Topology<Streams>
  log: Log
  clock: Clock
  plan: TopicPlan
  /** Quiet time is written to the log this often, ms. */
  tickMs?: number
  onFailed(error: unknown): void
}

const group = 'rescind'
/** A batch is one commit: large enough to share a disk write, small enough to keep others waiting little. */
const maxRecords = 2000
/** Batches that may be handled ahead of the disk. */
const maxOnTheirWay = 16
const tickStream = 'tick'
const clockKey = '\u0000clock'

/**
 * The topology over a log. Each batch of an inbox becomes one commit: outputs, then changed state, then the offset. So a
 * crash at any moment leaves a batch done or given again, and ids that are digests of their causes make “again” harmless.
 */
export class Live<Streams> {
  readonly lanes: ReadonlyMap<string, Lane<Streams>>
  /** Records handled since the start, by lane. */
  readonly lag = new Map<string, number>()
  readonly #o: LiveOptions<Streams>
  readonly #byInbox: ReadonlyMap<string, Lane<Streams>>
  #consumer: Consumer | undefined
  #stopTicks: () => void = () => {}
  #restored = 0
  /** Commits that the log has not answered yet. */
  readonly #onTheirWay = new Set<Promise<void>>()
  #failed = false

  constructor(options: LiveOptions<Streams>) {
    this.#o = options
    this.lanes = new Map(options.topology.lanes.map((spec) => [spec.name, new Lane(options.topology, spec)]))
    this.#byInbox = new Map([...this.lanes.values()].map((lane) => [lane.spec.inbox, lane]))
  }

  /** Creates topics, restores state, and goes on from the committed offsets. Resolves when it reads. */
  async start(): Promise<void> {
    const { log, topology, plan, clock } = this.#o
    await log.createTopics(topicsOf(topology, plan))
    this.#consumer = await log.consume({
      group,
      topics: [...this.#byInbox.keys()],
      from: 'earliest',
      maxRecords,
      onAssigned: (positions) => this.#restore(positions),
      onRevoked: async (partitions) => {
        for (const { topic, partition } of partitions) this.#byInbox.get(topic)?.forget(partition)
      },
      onBatch: (batch) => this.#handle(batch),
      onFailed: this.#o.onFailed,
    })
    this.#stopTicks = clock.every(this.#o.tickMs ?? 1000, () => {
      this.#tick().catch(this.#o.onFailed)
    })
  }

  /** Keys restored from the changelog at the start. */
  get restored(): number {
    return this.#restored
  }

  /** Appends values of one stream to the inboxes that carry it; durable when resolved. */
  async put<Name extends keyof Streams & string>(stream: Name, values: readonly Streams[Name][]): Promise<void> {
    const appends: Append[] = []
    for (const value of values) this.#route({ topic: '', stream, key: this.#keyOf(stream, value), value }, appends)
    await this.#o.log.append(appends)
  }

  /** The append of one value, for callers that batch across streams. */
  appendsOf<Name extends keyof Streams & string>(stream: Name, value: Streams[Name], into: Append[]): void {
    this.#route({ topic: '', stream, key: this.#keyOf(stream, value), value }, into)
  }

  async close(): Promise<void> {
    this.#stopTicks()
    await this.#consumer?.close()
    await Promise.all(this.#onTheirWay)
  }

  #keyOf<Name extends keyof Streams & string>(stream: Name, value: Streams[Name]): string {
    return this.#o.topology.streams[stream].key?.(value) ?? ''
  }

  async #restore(positions: readonly Position[]): Promise<void> {
    for (const { topic, partition } of positions) {
      const lane = this.#byInbox.get(topic)
      if (lane === undefined) continue
      for await (const record of this.#o.log.read(stateTopic(lane.spec.name), partition)) {
        if (record.value === null) continue
        if (record.key === clockKey) lane.restoreClock(partition, Number(record.value))
        else {
          lane.restore(record.key, partition, JSON.parse(record.value))
          this.#restored++
        }
      }
    }
  }

  async #handle(batch: Batch): Promise<void> {
    const lane = this.#byInbox.get(batch.topic)
    const last = batch.records.at(-1)
    if (lane === undefined || last === undefined) return
    const { partition } = batch
    const before = lane.now(partition)
    for (const record of batch.records) {
      if (record.value === null) continue
      const stream = record.headers.stream ?? ''
      const value = JSON.parse(record.value) as Timed
      if (stream === tickStream) lane.tick(value.time, partition)
      else lane.accept(stream, record.key, value, partition)
    }
    const outputs: Append[] = []
    for (const output of lane.takeOutputs()) this.#route(output, outputs)
    const topic = stateTopic(lane.spec.name)
    const changelog: Append[] = lane.takeChanges().map(({ key, partition: p, state }) => ({
      topic,
      partition: p,
      key,
      value: state === null ? null : JSON.stringify(state),
    }))
    const now = lane.now(partition)
    if (now !== before) changelog.push({ topic, partition, key: clockKey, value: String(now) })
    this.lag.set(batch.topic, Math.max(0, batch.end - last.offset - 1))
    await this.#commit({ outputs, changelog, offsets: [{ topic: batch.topic, partition, offset: last.offset + 1 }] })
  }

  /**
   * Commits go to the log in order, and it groups them: the next batch need not wait for the disk, or every hop would cost
   * one disk write per partition. Waits only when too many are on their way.
   */
  async #commit(commit: Commit): Promise<void> {
    if (this.#failed)
      throw new RescindError('LOG_WRITE_FAILED', 'An earlier batch could not be made durable.', { retry: 'later' })
    const committed = this.#o.log
      .commit(group, commit)
      .catch((error: unknown) => {
        if (!this.#failed) this.#o.onFailed(error)
        this.#failed = true
      })
      .finally(() => this.#onTheirWay.delete(committed))
    this.#onTheirWay.add(committed)
    if (this.#onTheirWay.size >= maxOnTheirWay) await Promise.race(this.#onTheirWay)
  }

  #route(output: Output, into: Append[]): void {
    const value = JSON.stringify(output.value)
    const headers = headersOf(output.stream)
    if (output.topic !== '') {
      into.push({ topic: output.topic, key: output.key, value, headers })
      return
    }
    const spec = this.#o.topology.streams[output.stream as keyof Streams & string] as StreamSpec<unknown>
    for (const lane of this.lanes.values()) {
      if (spec.lane === undefined ? spec.broadcast !== true : spec.lane !== lane.spec.name) continue
      const { inbox } = lane.spec
      if (spec.broadcast === true)
        for (let partition = 0; partition < this.#o.log.partitions(inbox); partition++)
          into.push({ topic: inbox, partition, key: output.key, value, headers })
      else into.push({ topic: inbox, key: output.key, value, headers })
    }
  }

  /** Writes quiet time into the inboxes of lanes whose stages wait for it. */
  async #tick(): Promise<void> {
    const value = JSON.stringify({ time: this.#o.clock.now() })
    const appends: Append[] = []
    for (const lane of this.lanes.values()) {
      if (!lane.waits || lane.stats.keys === 0) continue
      const { inbox } = lane.spec
      for (let partition = 0; partition < this.#o.log.partitions(inbox); partition++)
        appends.push({ topic: inbox, partition, key: '', value, headers: headersOf(tickStream) })
    }
    if (appends.length > 0) await this.#o.log.append(appends)
  }
}

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
