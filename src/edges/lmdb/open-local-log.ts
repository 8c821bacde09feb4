import { RescindError } from '../../errors.ts'
import type { Clock } from '../../ports/clock.ts'
import type {
  Append,
  Commit,
  ConsumeOptions,
  Consumer,
  Log,
  LogRecord,
  OnPlaced,
  Position,
  TopicSpec,
} from '../../ports/log.ts'
import { partitionOfKey } from '../../ports/partition-of.ts'
import type { Pending, Work } from './draft.ts'
import { groupKey } from './keys.ts'
import { LocalConsumer } from './local-consumer.ts'
import { lockDirectory } from './lock.ts'
import { decodeRecord, RecordEncoder } from './record-codec.ts'
import { Store } from './store.ts'
import { type Partition, type Topic, Topics } from './topics.ts'
import { type Dropped, Upkeep } from './upkeep.ts'
import { type OnOffsets, Writer } from './writer.ts'

const recordsPerPage = 500
const bytesPerPage = 8 * 1024 * 1024
const longestGroup = 255
const probeRow = groupKey('readiness', 'probe', 0)

export interface LocalLogOptions {
  /** Created when missing. One process at a time. */
  directory: string
  /** Stamps `appended`, and drives retention. */
  clock: Clock
  /** How long a tombstone stays readable, so that consumers that are behind learn of the deletion. A day, as in Kafka. */
  tombstoneMs?: number
  /** How often old records are looked for when nothing is appended. */
  sweepMs?: number
  /** Appends beyond this many bytes waiting for the disk fail with LOG_WRITE_FAILED, retry later. */
  maxPendingBytes?: number
  /** Records were dropped by retention, read or unread. */
  onRetention?(dropped: Dropped): void
}

/** The log without a server: one LMDB database in a directory, each acknowledgement after an fsync that many share. */
export async function openLocalLog(options: LocalLogOptions): Promise<Log> {
  const unlock = lockDirectory(options.directory)
  try {
    return new LocalLog(options, new Store(options.directory), unlock)
  } catch (error) {
    unlock()
    throw error
  }
}

class LocalLog implements Log {
  readonly atomic = true
  readonly writable = true
  readonly #options: LocalLogOptions
  readonly #store: Store
  readonly #unlock: () => void
  readonly #topics = new Topics()
  readonly #encoder = new RecordEncoder()
  readonly #consumers = new Map<string, LocalConsumer>()
  /** Consumers without a group, counted to tell them apart. */
  #alone = 0
  readonly #writer: Writer
  readonly #stopSweeping: () => void
  /** Topics are created one call after the other, so that two calls never give the same partition ids. */
  #creating: Promise<unknown> = Promise.resolve()
  #state: 'open' | 'closing' | 'closed' = 'open'
  #closed: Promise<void> | undefined

  constructor(options: LocalLogOptions, store: Store, unlock: () => void) {
    const {
      directory,
      clock,
      tombstoneMs = 24 * 3600_000,
      sweepMs = 30_000,
      maxPendingBytes = 256 * 1024 ** 2,
    } = options
    this.#options = options
    this.#store = store
    this.#unlock = unlock
    for (const row of store.topics()) this.#topics.put(row, (id) => store.extent(id))
    const upkeep = new Upkeep(store, clock, tombstoneMs)
    this.#writer = new Writer({
      directory,
      store,
      topics: this.#topics,
      upkeep,
      maxPendingBytes,
      onAppended: (partitions) => this.#wakeConsumers(partitions),
      onDropped: (dropped) => options.onRetention?.(dropped),
    })
    this.#stopSweeping = clock.every(sweepMs, () => {
      upkeep.sweep(this.#topics)
      this.#writer.wake()
    })
  }

  createTopics(specs: readonly TopicSpec[]): Promise<void> {
    const created = this.#creating.then(async () => {
      this.#mustBe('open')
      const topics = this.#topics.missing(specs)
      if (topics.length > 0) await this.#writer.submit({ records: [], offsets: [], topics })
    })
    this.#creating = created.catch(() => {})
    return created
  }

  partitions(topic: string): number {
    return this.#topics.topic(topic).partitions.length
  }

  partitionOf(topic: string, key: string): number {
    return partitionOfKey(key, this.#topics.topic(topic).partitions.length)
  }

  async append(records: readonly Append[], onPlaced?: OnPlaced): Promise<readonly Position[]> {
    this.#mustBe('open', 'closing')
    const work: Work = { records: this.#encode(records), offsets: [], topics: [] }
    return this.#writer.submit(work, placed(records, onPlaced))
  }

  async commit(group: string, { outputs, changelog, offsets }: Commit, onPlaced?: OnPlaced): Promise<void> {
    this.#mustBe('open', 'closing')
    checkGroup(group)
    const work: Work = {
      records: [...this.#encode(outputs), ...this.#encode(changelog)],
      offsets: offsets.map(({ topic, partition, offset }) => {
        this.#topics.partition(topic, partition)
        return { row: groupKey(group, topic, partition), offset }
      }),
      topics: [],
      patient: true,
    }
    await this.#writer.submit(work, placed(outputs, onPlaced))
  }

  async consume(options: ConsumeOptions): Promise<Consumer> {
    this.#mustBe('open')
    const { group } = options
    if (group !== undefined) checkGroup(group)
    const name = group ?? `\u0000${++this.#alone}`
    if (this.#consumers.has(name))
      throw new RescindError('BUG_STATE', `Group "${group}" has a consumer in this log already; close it first.`, {
        data: { group },
      })
    const consumer = new LocalConsumer(options, {
      topics: [...new Set(options.topics)].map((name) => this.#topics.topic(name)),
      committed: ({ topic, index }) =>
        group === undefined ? undefined : this.#store.committed(group, topic.row.name, index),
      read: (partition, from, to, maxRecords, maxBytes) => this.#read(partition, from, to, maxRecords, maxBytes),
      onStopped: () => this.#consumers.delete(name),
    })
    this.#consumers.set(name, consumer)
    return consumer
  }

  read(topic: string, partition: number, from = 0, to = Number.POSITIVE_INFINITY): AsyncIterable<LogRecord> {
    this.#mustBe('open', 'closing')
    const found = this.#topics.partition(topic, partition)
    return this.#pages(found, from, Math.min(to, found.extent.end))
  }

  async range(topic: string, partition: number): Promise<{ start: number; end: number }> {
    this.#mustBe('open', 'closing')
    const { start, end } = this.#topics.partition(topic, partition).extent
    return { start, end }
  }

  async committed(group: string, topic: string, partition: number): Promise<number | undefined> {
    this.#mustBe('open', 'closing')
    this.#topics.partition(topic, partition)
    return this.#store.committed(group, topic, partition)
  }

  async probe(): Promise<void> {
    this.#mustBe('open')
    await this.#writer.probe(probeRow)
  }

  /** Consumers finish the batch in hand and may still commit it; what is queued is written. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    this.#state = 'closing'
    this.#writer.lastTry()
    this.#stopSweeping()
    await Promise.all([...this.#consumers.values()].map((consumer) => consumer.close()))
    this.#state = 'closed'
    try {
      await this.#creating
      await this.#writer.close()
      await this.#store.close()
    } finally {
      this.#unlock()
    }
  }

  #encode(records: readonly Append[]): Pending[] {
    const appended = this.#options.clock.now()
    return records.map(({ topic, key, value, headers, partition }) => ({
      partition: this.#topics.partition(topic, partition ?? this.partitionOf(topic, key)),
      key,
      tombstone: value === null,
      bytes: this.#encoder.encode(key, value, headers, appended),
    }))
  }

  async *#pages(partition: Partition, from: number, to: number): AsyncGenerator<LogRecord> {
    let next = from
    while (next < to) {
      this.#mustBe('open', 'closing')
      const page = this.#read(partition, next, to, recordsPerPage, bytesPerPage)
      yield* page
      const last = page.at(-1)
      next = last === undefined ? to : last.offset + 1
    }
  }

  #read(partition: Partition, from: number, to: number, maxRecords: number, maxBytes: number): LogRecord[] {
    const records: LogRecord[] = []
    let size = 0
    for (const { offset, bytes } of this.#store.records(partition.id, from, to)) {
      records.push(decodeRecord(partition.topic.row.name, partition.index, offset, bytes))
      size += bytes.length
      if (records.length >= maxRecords || size >= maxBytes) break
    }
    return records
  }

  #wakeConsumers(partitions: Iterable<Partition>): void {
    const topics = new Set<Topic>()
    for (const { topic } of partitions) topics.add(topic)
    for (const consumer of this.#consumers.values()) if (consumer.reads(topics)) consumer.wake()
  }

  #mustBe(...states: readonly string[]): void {
    if (states.includes(this.#state)) return
    throw new RescindError('LOG_CLOSED', `The log in ${this.#options.directory} is closed.`)
  }
}

/** Tells of the first records of a piece of work, partition by partition. */
function placed(records: readonly Append[], onPlaced: OnPlaced | undefined): OnOffsets | undefined {
  if (onPlaced === undefined || records.length === 0) return undefined
  return (work, offsets) => {
    const parts = new Map<Partition, { records: Append[]; offset: number }>()
    for (const [i, record] of records.entries()) {
      const { partition } = work.records[i] as Pending
      const part = parts.get(partition)
      if (part === undefined) parts.set(partition, { records: [record], offset: offsets[i] as number })
      else part.records.push(record)
    }
    for (const [{ topic, index }, part] of parts)
      onPlaced(part.records, { topic: topic.row.name, partition: index, offset: part.offset })
  }
}

function checkGroup(group: string): void {
  if (group !== '' && group.length <= longestGroup) return
  throw new RescindError(
    'CONFIG_INVALID',
    `A consumer group is named by 1 to ${longestGroup} characters, not "${group}".`,
  )
}
