import type { Admin, Kafka } from 'kafkajs'
import kafkajs from 'kafkajs'
import { causesOf, RescindError, wordsOf } from '../../../errors.ts'
import type {
  Append,
  Commit,
  ConsumeOptions,
  Consumer,
  Log,
  LogRecord,
  Member,
  OnPlaced,
  Position,
  TopicSpec,
} from '../../../ports/log.ts'
import { partitionOfKey } from '../../../ports/partition-of.ts'
import { memberOf, type Partitions } from '../client/assigner.ts'
import { type ConnectionOptions, connect, consumerDefaults } from '../client/connection.ts'
import { Idempotent } from '../client/idempotent.ts'
import { KafkaConsumer } from '../client/kafka-consumer.ts'
import { messageOf, sizeOf } from '../client/records.ts'
import { wordsOfRefusal } from '../client/refusals.ts'
import { Reader } from './reader.ts'
import { Sender } from './sender.ts'
import { minCompactionLagMs, missingTopics } from './topics.ts'

const { CompressionTypes } = kafkajs
const compressions = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
}

export interface KafkaLogOptions extends ConnectionOptions {
  /** Before every topic and group of ours on the cluster; default `rescind.`. */
  prefix?: string
  /** Copies of each partition of topics that are made; default: the cluster’s. */
  replication?: number
  /** Of what is produced; default none. */
  compression?: keyof typeof compressions
  /** A member that the group has not heard of for this long has lost its partitions, ms; default 2,000. */
  sessionMs?: number
  /** Away from the group for longer, a member restores what it has, ms; default and most: 60,000. */
  longestUnknownMs?: number
  /** Appends beyond this many bytes waiting for a broker fail with LOG_WRITE_FAILED, retry later; default 256 MiB. */
  maxPendingBytes?: number
  onEvent?(event: LogEvent, about: Record<string, unknown>): void
}

/** What happens to a member of a cluster; for metrics and logs. */
export type LogEvent = 'rebalance' | 'stall' | 'crash' | 'retry' | 'uncommitted'

/** How long a close waits for a broker to take what is on its way. */
const closeGraceMs = 5000
/** Half of what compaction leaves alone. */
const longestUnknownMs = minCompactionLagMs / 2
/** How long a question to the cluster is asked again, ms. */
const patienceMs = 30_000
/** A send that is not answered for this long makes the log unwritable. */
const troubleMs = 3000

/** The log on Apache Kafka. Rejects with LOG_UNREACHABLE when no broker answers. */
export async function openKafkaLog(options: KafkaLogOptions): Promise<KafkaLog> {
  const kafka = connect(options)
  const admin = kafka.admin({ retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 8 } })
  try {
    await admin.connect()
  } catch (error) {
    await admin.disconnect().catch(() => {})
    const why = wordsOfRefusal(error, options)
    throw new RescindError('LOG_UNREACHABLE', `No Kafka broker lets us in at ${options.brokers.join(', ')}: ${why}`, {
      retry: 'later',
      cause: error,
    })
  }
  return new KafkaLog(options, kafka, admin)
}

export class KafkaLog implements Log {
  readonly atomic = false
  readonly #prefix: string
  readonly #o: KafkaLogOptions
  readonly #kafka: Kafka
  readonly #admin: Admin
  readonly #sender: Sender
  /** State is bulky, and nobody waits for it: what others wait for does not wait behind it. */
  readonly #stateSender: Sender
  readonly #reader: Reader
  /** Partition counts by our names. */
  readonly #topics = new Map<string, number>()
  readonly #consumers = new Map<string, KafkaConsumer>()
  #alone = 0
  #state: 'open' | 'closing' | 'closed' = 'open'
  #closed: Promise<void> | undefined

  constructor(options: KafkaLogOptions, kafka: Kafka, admin: Admin) {
    this.#o = options
    this.#prefix = options.prefix ?? 'rescind.'
    this.#kafka = kafka
    this.#admin = admin
    const sender = () =>
      new Sender({
        producer: new Idempotent(kafka, compressions[options.compression ?? 'none']),
        maxPendingBytes: options.maxPendingBytes ?? 256 * 1024 ** 2,
        onRetry: (topic, why) => options.onEvent?.('retry', { topic, why }),
        wordsOf: (error, topic) => wordsOfRefusal(error, options, `Write on topic ${topic}`),
      })
    this.#sender = sender()
    this.#stateSender = sender()
    this.#reader = new Reader(options, kafka, this.#prefix, () => this.#fullTopics())
  }

  async createTopics(specs: readonly TopicSpec[]): Promise<void> {
    this.#mustBe('open')
    const { replication } = this.#o
    const counts = await this.#patiently(
      () => missingTopics(this.#admin, this.#prefix, specs, replication),
      `Create on topics ${this.#prefix}*, or another user who runs \`rescind topics create\``,
    )
    for (const [name, count] of counts) this.#topics.set(name, count)
  }

  partitions(topic: string): number {
    const count = this.#topics.get(topic)
    if (count === undefined)
      throw new RescindError('LOG_TOPIC_UNKNOWN', `There is no topic "${topic}".`, { data: { topic } })
    return count
  }

  partitionOf(topic: string, key: string): number {
    return partitionOfKey(key, this.partitions(topic))
  }

  append(records: readonly Append[], onPlaced?: OnPlaced): Promise<readonly Position[]> {
    return this.#write(this.#sender, records, onPlaced)
  }

  async #write(sender: Sender, records: readonly Append[], onPlaced?: OnPlaced): Promise<readonly Position[]> {
    this.#mustBe('open', 'closing')
    const positions: Position[] = new Array(records.length)
    await Promise.all(
      this.#byPartition(records).map(async ({ topic, partition, at, bytes }) => {
        const messages = at.map((i) => messageOf(records[i] as Append, partition))
        const first = await sender.send(this.#full(topic), partition, messages, bytes)
        for (const [n, i] of at.entries()) positions[i] = { topic, partition, offset: first + n }
        onPlaced?.(
          at.map((i) => records[i] as Append),
          { topic, partition, offset: first },
        )
      }),
    )
    return positions
  }

  /** Offsets are only where the next owner begins to look: state says itself how far it is. */
  async commit(group: string, { outputs, changelog, offsets }: Commit, onPlaced?: OnPlaced): Promise<void> {
    this.#mustBe('open', 'closing')
    const consumer = this.#consumers.get(group)
    await this.append(outputs, onPlaced)
    // The partition was given up: its successor has its own changelog. A write that comes late could be compacted together
    // with those of the successor (topics.ts); late offsets the broker refuses.
    if (consumer !== undefined)
      for (const { topic, partition } of offsets) {
        const isOurs = changelog.length > 0 ? consumer.holds(topic, partition) : consumer.owns(topic, partition)
        if (!(await isOurs)) return
      }
    await this.#write(this.#stateSender, changelog)
    if (offsets.length === 0) return
    if (consumer === undefined) await this.#setOffsets(group, offsets)
    else
      await consumer.commit(offsets).catch((error: unknown) => {
        this.#o.onEvent?.('uncommitted', { group, why: wordsOf(error) })
      })
  }

  async consume(options: ConsumeOptions): Promise<Consumer> {
    this.#mustBe('open')
    const name = options.group ?? `\u0000${++this.#alone}`
    if (this.#consumers.has(name))
      throw new RescindError(
        'BUG_STATE',
        `Group "${options.group}" has a consumer in this log already; close it first.`,
      )
    for (const topic of options.topics) this.partitions(topic)
    const consumer = new KafkaConsumer(options, {
      kafka: this.#kafka,
      full: (topic) => this.#full(topic),
      short: (topic) => topic.slice(this.#prefix.length),
      sessionMs: this.#o.sessionMs ?? 2000,
      longestUnknownMs: this.#o.longestUnknownMs ?? longestUnknownMs,
      wordsOf: (error, right) => wordsOfRefusal(error, this.#o, right),
      positions: (group, topics, from) => this.#positions(group, topics, from),
      askCoordinator: (groupId) => this.#admin.describeGroups([groupId]),
      onStopped: () => this.#consumers.delete(name),
      onEvent: (event, about) => this.#o.onEvent?.(event, { group: options.group ?? 'reader', ...about }),
    })
    this.#consumers.set(name, consumer)
    try {
      await consumer.start()
    } catch (error) {
      this.#consumers.delete(name)
      throw error
    }
    return consumer
  }

  async *read(topic: string, partition: number, from = 0): AsyncGenerator<LogRecord> {
    this.#mustBe('open', 'closing')
    const { start, end } = await this.range(topic, partition)
    yield* this.#reader.read(topic, this.#full(topic), partition, Math.max(from, start), end)
  }

  async range(topic: string, partition: number): Promise<{ start: number; end: number }> {
    this.#mustBe('open', 'closing')
    this.partitions(topic)
    const offsets = await this.#patiently(() => this.#admin.fetchTopicOffsets(this.#full(topic)))
    const found = offsets.find((each) => each.partition === partition)
    return { start: Number(found?.low ?? 0), end: Number(found?.high ?? 0) }
  }

  async committed(group: string, topic: string, partition: number): Promise<number | undefined> {
    this.#mustBe('open', 'closing')
    this.partitions(topic)
    const name = this.#full(topic)
    const groupId = this.#full(group)
    const [found] = await this.#patiently(() => this.#admin.fetchOffsets({ groupId, topics: [name] }))
    const offset = Number(found?.partitions.find((each) => each.partition === partition)?.offset ?? -1)
    return offset < 0 ? undefined : offset
  }

  get writable(): boolean {
    return Math.max(this.#sender.oldestMs, this.#stateSender.oldestMs) < troubleMs
  }

  async probe(): Promise<void> {
    this.#mustBe('open')
    if (!this.writable)
      throw new RescindError('LOG_WRITE_FAILED', 'No broker has taken a record for some time.', { retry: 'later' })
    await this.#admin.describeCluster()
  }

  async members(group: string): Promise<Member[]> {
    this.#mustBe('open')
    const [described] = (await this.#admin.describeGroups([this.#full(group)])).groups
    return (described?.members ?? []).map(({ memberMetadata, memberAssignment }) => {
      const { address, partitions } = memberOf(memberMetadata, memberAssignment)
      const ours = Object.entries(partitions).map(([name, each]) => [name.slice(this.#prefix.length), each] as const)
      return { address, partitions: Object.fromEntries(ours) }
    })
  }

  /** For metrics: partitions that are ours, and how long ago a consumer of a group last fetched, ms. */
  get membership(): { assigned: number; fetchAgeMs: number } {
    let assigned = 0
    let fetchAgeMs = 0
    for (const consumer of this.#consumers.values()) {
      assigned += consumer.assigned
      fetchAgeMs = Math.max(fetchAgeMs, consumer.fetchAgeMs)
    }
    return { assigned, fetchAgeMs }
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    this.#state = 'closing'
    await Promise.all([...this.#consumers.values()].map((consumer) => consumer.close()))
    await Promise.all([this.#sender.close(closeGraceMs), this.#stateSender.close(closeGraceMs)])
    this.#state = 'closed'
    await this.#reader.close()
    await this.#admin.disconnect().catch(() => {})
  }

  #byPartition(records: readonly Append[]) {
    const parts = new Map<string, { topic: string; partition: number; at: number[]; bytes: number }>()
    for (const [i, record] of records.entries()) {
      const { topic } = record
      const partition = record.partition ?? this.partitionOf(topic, record.key)
      const place = `${topic}/${partition}`
      let part = parts.get(place)
      if (part === undefined) {
        part = { topic, partition, at: [], bytes: 0 }
        parts.set(place, part)
      }
      part.at.push(i)
      part.bytes += sizeOf(record)
    }
    return [...parts.values()]
  }

  async #positions(group: string | undefined, topics: Partitions, from: 'earliest' | 'latest'): Promise<Position[]> {
    const names = Object.keys(topics)
    if (names.length === 0) return []
    const committed = new Map<string, number>()
    if (group !== undefined) {
      const full = names.map((name) => this.#full(name))
      const groupId = this.#full(group)
      for (const { topic, partitions } of await this.#patiently(() =>
        this.#admin.fetchOffsets({ groupId, topics: full }),
      ))
        for (const { partition, offset } of partitions)
          if (Number(offset) >= 0) committed.set(`${topic}/${partition}`, Number(offset))
    }
    const positions = names.map(async (topic) => {
      const ranges = await this.#patiently(() => this.#admin.fetchTopicOffsets(this.#full(topic)))
      return (topics[topic] ?? []).map((partition) => {
        const range = ranges.find((each) => each.partition === partition)
        const start = Number(range?.low ?? 0)
        const end = Number(range?.high ?? 0)
        const at = committed.get(`${this.#full(topic)}/${partition}`) ?? (from === 'earliest' ? start : end)
        return { topic, partition, offset: Math.min(Math.max(at, start), end) }
      })
    })
    return (await Promise.all(positions)).flat()
  }

  /** For a group that has no member: those who only keep a place. The admin’s own way waits five seconds for a fetch. */
  async #setOffsets(group: string, offsets: readonly Position[]): Promise<void> {
    const member = this.#kafka.consumer({ ...consumerDefaults, groupId: this.#full(group), sessionTimeout: 10_000 })
    try {
      await member.connect()
      const topics = [...new Set(offsets.map((each) => this.#full(each.topic)))]
      await member.subscribe({ topics })
      await member.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => {} })
      // A fetch from a place that is past the end would move it.
      member.pause(topics.map((topic) => ({ topic })))
      await member.commitOffsets(
        offsets.map(({ topic, partition, offset }) => ({
          topic: this.#full(topic),
          partition,
          offset: String(offset),
        })),
      )
    } finally {
      await member.disconnect()
    }
  }

  /** The admin client gives up at once while a partition has no leader, or a broker does not know it yet. */
  async #patiently<T>(ask: () => Promise<T>, right = `Read on topics and groups ${this.#prefix}*`): Promise<T> {
    const until = performance.now() + patienceMs
    for (;;)
      try {
        return await ask()
      } catch (error) {
        if (error instanceof RescindError) throw error
        if (!isPassing(error) || performance.now() > until || this.#state === 'closed')
          throw new RescindError(
            'LOG_UNREACHABLE',
            `The cluster does not answer: ${wordsOfRefusal(error, this.#o, right)}`,
            { retry: 'later', cause: error },
          )
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
  }

  #full(name: string): string {
    return `${this.#prefix}${name}`
  }

  #fullTopics(): Map<string, number> {
    return new Map([...this.#topics].map(([name, count]) => [this.#full(name), count]))
  }

  #mustBe(...states: readonly string[]): void {
    if (states.includes(this.#state)) return
    throw new RescindError('LOG_CLOSED', 'The log is closed.')
  }
}

/** Whether the same question may be answered in a moment: the client says it of its own errors, not always of their causes. */
function isPassing(error: unknown): boolean {
  for (const e of causesOf(error)) {
    if ('retriable' in e && e.retriable === true) return true
    // While a new topic is not known to every broker, the client trips over the answers that are missing.
    if (e instanceof TypeError) return true
    if (/^KafkaJS(NumberOfRetries|Connection|Broker|Metadata|TopicMetadata|LockTimeout|RequestTimeout)/.test(e.name))
      return true
  }
  return false
}
