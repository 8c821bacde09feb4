import { randomUUID } from 'node:crypto'
import type { EachBatchPayload, Kafka, Consumer as KafkaJsConsumer } from 'kafkajs'
import { causesOf, RescindError } from '../../../errors.ts'
import type { LogRecord } from '../../../ports/log.ts'
import { type ConnectionOptions, consumerDefaults } from '../client/connection.ts'
import { recordOf } from '../client/records.ts'
import { wordsOfRefusal } from '../client/refusals.ts'

interface Reading {
  /** The cluster’s name. */
  topic: string
  /** Ours. */
  name: string
  partition: number
  next: number
  to: number
  page: LogRecord[]
  /** Resolves when its page is here; undefined while it does not wait for one. */
  waits: Promise<void> | undefined
  /** The page was taken; the next may come. */
  taken: () => void
  /** Something happened: a page, the end, or a failure. */
  wake: () => void
  failure: unknown
  /** When a page last came, by the process’s clock, ms. */
  at: number
}

/** Longest wait for a page. The record before the end is always there: compaction leaves the last segment alone. */
const patienceMs = 60_000
/** How long a cluster may have no broker that is ready for groups. */
const groupsPatienceMs = 10_000

/**
 * Reads stretches of partitions for whoever asks. One consumer in a group of its own that has all partitions and fetches
 * only from those that are being read: to join a group for each reading would cost its rebalance delay each time.
 */
export class Reader {
  readonly #to: ConnectionOptions
  readonly #kafka: Kafka
  readonly #prefix: string
  /** Partition counts of the topics that may be read, by the cluster’s names. */
  readonly #topics: () => ReadonlyMap<string, number>
  /** Whose pages come, by partition: the client has one position for each. */
  readonly #readings = new Map<string, Reading>()
  #subscribed = new Set<string>()
  #client: KafkaJsConsumer | undefined
  #starting: Promise<void> | undefined
  #closed = false

  constructor(to: ConnectionOptions, kafka: Kafka, prefix: string, topics: () => ReadonlyMap<string, number>) {
    this.#to = to
    this.#kafka = kafka
    this.#prefix = prefix
    this.#topics = topics
  }

  /** From offset `from` up to, not including, offset `to`. */
  async *read(name: string, topic: string, partition: number, from: number, to: number): AsyncGenerator<LogRecord> {
    if (from >= to) return
    await this.#ready(topic)
    const nothing = () => {}
    const reading: Reading = {
      ...{ topic, name, partition, next: from, to, page: [], taken: nothing, wake: nothing },
      ...{ waits: undefined, failure: undefined, at: performance.now() },
    }
    const place = `${topic}/${partition}`
    const quiet = setInterval(() => reading.wake(), 1000)
    try {
      while (reading.next < to) {
        if (reading.page.length === 0) {
          if (reading.failure !== undefined) throw reading.failure
          if (this.#closed) throw new RescindError('LOG_CLOSED', 'The log was closed while it was read.')
          await this.#take(place, reading)
          if (performance.now() - reading.at > patienceMs)
            throw new RescindError(
              'LOG_READ_FAILED',
              `${topic}/${partition} gives nothing from offset ${reading.next} on.`,
              {
                retry: 'later',
              },
            )
          reading.waits = new Promise<void>((resolve) => {
            reading.wake = resolve
          })
          await reading.waits
          reading.waits = undefined
          continue
        }
        const page = reading.page
        reading.page = []
        for (const record of page) {
          if (record.offset >= to) return
          yield record
        }
        reading.next = (page.at(-1)?.offset ?? to) + 1
        reading.at = performance.now()
        reading.taken()
      }
    } finally {
      clearInterval(quiet)
      reading.taken()
      if (this.#readings.get(place) === reading) {
        this.#readings.delete(place)
        if (!this.#closed) this.#client?.pause([{ topic, partitions: [partition] }])
      }
    }
  }

  /** Makes the partition’s pages come to this reading. One that waits for a page gets it first; one that does not, later. */
  async #take(place: string, reading: Reading): Promise<void> {
    for (;;) {
      const holder = this.#readings.get(place)
      if (holder === reading) return
      if (holder?.waits === undefined) {
        this.#readings.set(place, reading)
        reading.at = performance.now()
        this.#begin(reading)
        holder?.taken()
        return
      }
      await holder.waits
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const reading of this.#readings.values()) {
      reading.taken()
      reading.wake()
    }
    await this.#starting?.catch(() => {})
    await this.#client?.disconnect().catch(() => {})
  }

  /** The client runs and knows the topic. */
  async #ready(topic: string): Promise<void> {
    while (this.#starting !== undefined) await this.#starting
    if (this.#subscribed.has(topic)) return
    this.#starting = this.#start()
    try {
      await this.#starting
    } finally {
      this.#starting = undefined
    }
  }

  /** While no broker is ready for groups, as after one died, it is asked again. */
  async #start(): Promise<void> {
    const late = performance.now() + groupsPatienceMs
    for (;;)
      try {
        return await this.#join()
      } catch (error) {
        const passes = [...causesOf(error)].some(({ name }) => name === 'KafkaJSGroupCoordinatorNotFound')
        if (passes && performance.now() < late && !this.#closed) continue
        const failure = this.#failed(error)
        this.#failAll(failure)
        throw failure
      }
  }

  async #join(): Promise<void> {
    const before = this.#client
    this.#client = undefined
    this.#subscribed = new Set()
    await before?.disconnect().catch(() => {})
    const topics = [...this.#topics().keys()]
    const client = this.#kafka.consumer({
      ...consumerDefaults,
      groupId: `${this.#prefix}reader-${randomUUID()}`,
      sessionTimeout: 30_000,
      maxBytesPerPartition: 4 * 1024 * 1024,
      maxBytes: 16 * 1024 * 1024,
    })
    try {
      await client.connect()
      await client.subscribe({ topics, fromBeginning: true })
      await this.#run(client)
    } catch (error) {
      await client.disconnect().catch(() => {})
      throw error
    }
    this.#client = client
    this.#subscribed = new Set(topics)
  }

  /** Resolves when it has joined. */
  async #run(client: KafkaJsConsumer): Promise<void> {
    const joined = new Promise<void>((resolve, reject) => {
      client.on(client.events.CRASH, ({ payload: { restart, error } }) => {
        if (restart) return
        reject(error)
        if (client === this.#client) this.#failAll(this.#failed(error))
      })
      client.on(client.events.GROUP_JOIN, ({ payload }) => {
        for (const [name, partitions] of Object.entries(payload.memberAssignment as Record<string, number[]>))
          client.pause([{ topic: name, partitions: [...partitions] }])
        for (const reading of this.#readings.values()) this.#begin(reading, client)
        resolve()
      })
    })
    const running = client.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 8,
      eachBatch: (payload) => this.#eachBatch(payload),
    })
    await Promise.all([running, joined])
  }

  #failAll(failure: RescindError): void {
    for (const reading of this.#readings.values()) {
      reading.failure = failure
      reading.wake()
    }
    this.#subscribed = new Set()
  }

  #failed(error: unknown): RescindError {
    const right = `Read on topics ${this.#prefix}* and on groups ${this.#prefix}reader-*`
    return new RescindError('LOG_READ_FAILED', `Reading ended: ${wordsOfRefusal(error, this.#to, right)}`, {
      retry: 'later',
      cause: error,
    })
  }

  #begin(reading: Reading, client = this.#client): void {
    const { topic, partition, next } = reading
    client?.seek({ topic, partition, offset: String(next) })
    client?.resume([{ topic, partitions: [partition] }])
  }

  async #eachBatch({ batch, resolveOffset, heartbeat, isStale }: EachBatchPayload): Promise<void> {
    const reading = this.#readings.get(`${batch.topic}/${batch.partition}`)
    if (reading === undefined || isStale()) return
    const records: LogRecord[] = []
    for (const message of batch.messages)
      if (Number(message.offset) >= reading.next) records.push(recordOf(reading.name, batch.partition, message))
    if (records.length > 0) {
      const taken = new Promise<void>((resolve) => {
        reading.taken = resolve
      })
      reading.page = records
      reading.wake()
      const timer = setInterval(() => heartbeat().catch(() => {}), consumerDefaults.heartbeatInterval)
      await taken
      clearInterval(timer)
    }
    resolveOffset(batch.lastOffset())
    await heartbeat()
  }
}
