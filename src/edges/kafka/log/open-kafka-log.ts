import type { Admin, Kafka } from 'kafkajs'
import kafkajs from 'kafkajs'
import { RescindError, wordsOf } from '../../../errors.ts'
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
import { memberOf } from '../client/assigner.ts'
import { type ConnectionOptions, connect } from '../client/connection.ts'
import { Idempotent } from '../client/idempotent.ts'
import { KafkaConsumer } from '../client/kafka-consumer.ts'
import { messageOf } from '../client/records.ts'
import { wordsOfRefusal } from '../client/refusals.ts'
import { byPartition } from './by-partition.ts'
import { Offsets } from './offsets.ts'
import { patiently } from './patience.ts'
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
  readonly #offsets: Offsets
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
    this.#offsets = new Offsets({
      ...{ kafka, admin },
      full: (name) => this.#full(name),
      patiently: (ask) => this.#patiently(ask),
    })
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
      byPartition(records, ({ topic, key }) => this.partitionOf(topic, key)).map(
        async ({ topic, partition, at, bytes }) => {
          const messages = at.map((i) => messageOf(records[i] as Append, partition))
          const first = await sender.send(this.#full(topic), partition, messages, bytes, onPlaced !== undefined)
          for (const [n, i] of at.entries()) positions[i] = { topic, partition, offset: first + n }
          onPlaced?.(
            at.map((i) => records[i] as Append),
            { topic, partition, offset: first },
          )
        },
      ),
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
    if (consumer === undefined) await this.#offsets.set(group, offsets)
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
      positions: (group, topics, from) => this.#offsets.positions(group, topics, from),
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

  async *read(topic: string, partition: number, from = 0, to = Number.POSITIVE_INFINITY): AsyncGenerator<LogRecord> {
    this.#mustBe('open', 'closing')
    const { start, end } = await this.range(topic, partition)
    yield* this.#reader.read(topic, this.#full(topic), partition, Math.max(from, start), Math.min(to, end))
  }

  async range(topic: string, partition: number): Promise<{ start: number; end: number }> {
    this.#mustBe('open', 'closing')
    this.partitions(topic)
    return this.#offsets.range(topic, partition)
  }

  async committed(group: string, topic: string, partition: number): Promise<number | undefined> {
    this.#mustBe('open', 'closing')
    this.partitions(topic)
    return this.#offsets.committed(group, topic, partition)
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

  #patiently<T>(ask: () => Promise<T>, right = `Read on topics and groups ${this.#prefix}*`): Promise<T> {
    return patiently(ask, right, {
      isOver: () => this.#state === 'closed',
      wordsOf: (error, needed) => wordsOfRefusal(error, this.#o, needed),
    })
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
