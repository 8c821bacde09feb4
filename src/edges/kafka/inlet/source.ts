import type { Admin, Kafka } from 'kafkajs'
import { RescindError, wordsOf } from '../../../errors.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Batch, Position } from '../../../ports/log.ts'
import type { SourceBatch, SourceCounts } from '../../../ports/source.ts'
import type { Partitions } from '../client/assigner.ts'
import { type ConnectionOptions, connect } from '../client/connection.ts'
import { KafkaConsumer } from '../client/kafka-consumer.ts'
import { wordsOfRefusal } from '../client/refusals.ts'
import { committing, measure, nameOf, type Progress } from './progress.ts'
import { type Beginning, startsOf } from './source-start.ts'

export interface KafkaSourceOptions extends ConnectionOptions, Pick<Beginning, 'group' | 'from' | 'offsets'> {
  name: string
  /** By name, or those that match. */
  topics: readonly string[] | RegExp
  /** Topics that we write: a pattern never reads them, or what we say would come back as what agents did. */
  own: ReadonlySet<string>
  clock: Clock
  /** How often new topics and lag are looked for, ms; default 10,000. */
  refreshMs?: number
  /**
   * Makes the records durable in our log; the source goes on when it resolves. Called again after it rejected with an
   * error that says “later”. Answers how many dead letters came of them.
   */
  take(batch: SourceBatch): Promise<number>
  onEvent(event: SourceEvent, about: Record<string, unknown>): void
}

/** What happens to a source; for logs. */
export type SourceEvent =
  | 'topics'
  | 'away'
  | 'waiting'
  | 'lost'
  | 'remade'
  | 'uncommitted'
  | 'rebalance'
  | 'stall'
  | 'crash'

/** Within the limits that brokers come with. */
const sessionMs = 10_000
const maxRecords = 2000
/** Offsets are committed this often, ms: what is read again after a crash. */
const commitMs = 250
const firstWaitMs = 250
const longestWaitMs = 10_000

/**
 * Topics of others as a source of events. Any number of instances share a source’s partitions. A record’s offset is
 * committed when what came of it is in our log, so after a crash it is read again, and known by its sender and offset.
 * Nothing that goes wrong here ends the monitor: a cluster that is away is asked again.
 */
export class KafkaSource {
  readonly #o: KafkaSourceOptions
  readonly #kafka: Kafka
  readonly #progress = new Map<string, Progress>()
  #admin: Admin | undefined
  #consumer: KafkaConsumer | undefined
  #topics: readonly string[] = []
  /** The topics that were there at the first look. */
  #first: Set<string> | undefined
  #failure: unknown
  /** When, ms since the epoch. */
  #committed = 0
  #records = 0
  #rejected = 0
  #trouble: string | undefined
  #stopped = false
  readonly #sleepers = new Set<() => void>()
  readonly #running: Promise<void>

  constructor(options: KafkaSourceOptions) {
    this.#o = options
    this.#kafka = connect(options, { initialRetryTime: 100, maxRetryTime: 500, retries: 3 })
    this.#running = this.#run()
  }

  get counts(): SourceCounts {
    let lag = 0
    for (const progress of this.#progress.values()) lag += progress.lag
    return { name: this.#o.name, records: this.#records, rejected: this.#rejected, lag, trouble: this.#trouble }
  }

  /** Partitions that are read here. */
  get assigned(): number {
    return this.#progress.size
  }

  /** Stops after the batch in hand. */
  async close(): Promise<void> {
    this.#stopped = true
    this.#wake()
    await this.#running
    await this.#consumer?.close()
    await this.#admin?.disconnect().catch(() => {})
  }

  async #run(): Promise<void> {
    let wait = firstWaitMs
    while (!this.#stopped) {
      try {
        await this.#refresh()
        wait = firstWaitMs
        if (this.#failure === undefined) await this.#pause(this.#o.refreshMs ?? 10_000)
      } catch (error) {
        this.#trouble = wordsOfRefusal(error, this.#o, `Read on its topics and on group ${this.#o.group}`)
        this.#o.onEvent('away', { why: this.#trouble })
        await this.#pause(wait)
        wait = Math.min(wait * 2, longestWaitMs)
      }
    }
  }

  /** Reads what is there now, and says how far it is. The client itself never looks for topics that come later. */
  async #refresh(): Promise<void> {
    const failure = this.#failure
    if (failure !== undefined) {
      this.#failure = undefined
      this.#consumer = undefined
      this.#progress.clear()
      throw failure
    }
    const admin = await this.#connected()
    const { topics, own } = this.#o
    const there = new Set(await admin.listTopics())
    const wanted =
      topics instanceof RegExp
        ? [...there].filter((topic) => topics.test(topic) && !topic.startsWith('__') && !own.has(topic))
        : topics.filter((topic) => there.has(topic))
    wanted.sort()
    this.#first ??= new Set(there)
    const remade = await measure(admin, this.#progress, there, (about) => this.#o.onEvent('remade', about))
    for (const topic of this.#first) if (!there.has(topic) || remade.has(topic)) this.#first.delete(topic)
    if (remade.size > 0 || this.#consumer === undefined || wanted.join() !== this.#topics.join())
      await this.#read(wanted)
    // The last of a topic with transactions is a mark and no record: it looks as if one were still to come.
    else await this.#commit(this.#consumer)
    const missing = topics instanceof RegExp ? [] : topics.filter((topic) => !there.has(topic))
    this.#trouble =
      wanted.length === 0
        ? 'No topic of this source is there, or we may not describe any.'
        : missing.length > 0
          ? `Not there, or not for us to describe: ${missing.join(', ')}.`
          : undefined
  }

  async #connected(): Promise<Admin> {
    if (this.#admin !== undefined) return this.#admin
    const admin = this.#kafka.admin({ retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 5 } })
    try {
      await admin.connect()
    } catch (error) {
      await admin.disconnect().catch(() => {})
      throw error
    }
    this.#admin = admin
    return admin
  }

  /** Joins the group for these topics, after leaving it when we read others. */
  async #read(topics: readonly string[]): Promise<void> {
    await this.#consumer?.close()
    this.#consumer = undefined
    this.#progress.clear()
    const { onEvent } = this.#o
    if (this.#topics.join() !== topics.join()) onEvent('topics', { topics: topics.slice(0, 20), count: topics.length })
    this.#topics = topics
    if (topics.length === 0 || this.#stopped) return
    const consumer: KafkaConsumer = new KafkaConsumer(
      {
        group: this.#o.group,
        topics,
        // Where nothing else says where: never past what was not read.
        from: 'earliest',
        maxRecords,
        onRevoked: async (partitions) => {
          await this.#commit(consumer)
          for (const each of partitions) this.#progress.delete(nameOf(each))
        },
        onBatch: (batch) => this.#take(consumer, batch),
        onFailed: (error) => {
          if (this.#consumer !== consumer) return
          this.#failure = error
          this.#wake()
        },
      },
      {
        kafka: this.#kafka,
        full: (name) => name,
        short: (name) => name,
        // What it holds is where it stands, and that is in the group.
        longestUnknownMs: Number.POSITIVE_INFINITY,
        sessionMs,
        positions: (_, gained) => this.#begin(consumer, gained),
        wordsOf: (error, right) => wordsOfRefusal(error, this.#o, right),
        askCoordinator: async (groupId) => (await this.#connected()).describeGroups([groupId]),
        onStopped() {},
        onEvent,
      },
    )
    this.#consumer = consumer
    try {
      await consumer.start()
    } catch (error) {
      this.#consumer = undefined
      await consumer.close()
      throw error
    }
  }

  async #begin(consumer: KafkaConsumer, gained: Partitions): Promise<Position[]> {
    const { group, from, offsets, onEvent } = this.#o
    const { starts, isFirst } = await startsOf(await this.#connected(), {
      ...{ group, from, topics: this.#topics, now: this.#o.clock.now() },
      ...(offsets === undefined ? {} : { offsets }),
      isLate: (topic) => this.#first?.has(topic) !== true,
    })
    const mine = starts.filter(({ topic, partition }) => gained[topic]?.includes(partition))
    for (const { topic, partition, offset, making, lost, end } of mine) {
      this.#progress.set(nameOf({ topic, partition }), {
        topic,
        partition,
        offset,
        making,
        lag: end - offset,
        isAhead: false,
      })
      if (lost > 0) onEvent('lost', { topic, partition, records: lost })
    }
    // Before the first record is read: an offset that is not committed is lost when we die, and the sender’s name with it. The first
    // member marks those of all, so that who comes next does not take a partition for one that was made later.
    const marks = (isFirst ? starts : mine).filter(({ isNew }) => isNew)
    if (marks.length > 0) await consumer.commit(marks.map(committing))
    return mine.map(({ topic, partition, offset }) => ({ topic, partition, offset }))
  }

  async #take(consumer: KafkaConsumer, { topic, partition, records, end }: Batch): Promise<void> {
    const progress = this.#progress.get(nameOf({ topic, partition }))
    const last = records.at(-1)
    if (progress === undefined || last === undefined) return
    const { name } = this.#o
    const sender = `source:${name}/${topic}/${partition}#${progress.making}`
    this.#rejected += await this.#patiently({ source: name, sender, records })
    this.#records += records.length
    progress.offset = last.offset + 1
    progress.lag = Math.max(0, end - progress.offset)
    progress.isAhead = true
    if (this.#o.clock.now() - this.#committed >= commitMs || progress.lag === 0) await this.#commit(consumer)
  }

  /** Refused when a partition went to another member: it reads the same again, and nothing takes effect twice. */
  async #commit(consumer: KafkaConsumer): Promise<void> {
    const ahead = [...this.#progress.values()].filter(({ isAhead }) => isAhead)
    if (ahead.length === 0) return
    for (const progress of ahead) progress.isAhead = false
    this.#committed = this.#o.clock.now()
    await consumer.commit(ahead.map(committing)).catch((error: unknown) => {
      for (const progress of ahead) progress.isAhead = true
      this.#o.onEvent('uncommitted', { why: wordsOf(error) })
    })
  }

  /** While our log takes nothing, the source waits and stays a member. */
  async #patiently(batch: SourceBatch): Promise<number> {
    for (let wait = firstWaitMs; ; wait = Math.min(wait * 2, longestWaitMs))
      try {
        return await this.#o.take(batch)
      } catch (error) {
        if (this.#stopped || !(error instanceof RescindError) || error.retry !== 'later') throw error
        this.#o.onEvent('waiting', { why: error.message })
        await this.#pause(wait)
      }
  }

  #pause(ms: number): Promise<void> {
    if (this.#stopped) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        this.#sleepers.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, ms)
      this.#sleepers.add(wake)
    })
  }

  #wake(): void {
    for (const wake of this.#sleepers) wake()
  }
}
