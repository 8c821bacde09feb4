import type { Admin, Kafka } from 'kafkajs'
import { RescindError, wordsOf } from '../../../errors.ts'
import type { Batch, Position } from '../../../ports/log.ts'
import type { SourceBatch, SourceCounts } from '../../../ports/source.ts'
import type { Partitions } from '../client/assigner.ts'
import { connect } from '../client/connection.ts'
import { KafkaConsumer } from '../client/kafka-consumer.ts'
import { wordsOfRefusal } from '../client/refusals.ts'
import { committing, Progresses } from './progress.ts'
import type { KafkaSourceOptions } from './source-options.ts'
import { startsOf } from './source-start.ts'

/** Within the limits that brokers come with. */
const sessionMs = 10_000
const maxRecords = 2000
/** Offsets are committed this often, ms: what is read again after a crash. */
const commitMs = 250
const firstWaitMs = 250
const longestWaitMs = 10_000
/** A reader that broke counts as sound again when it has not done so for this long, ms. */
const brokenMs = 15_000
const askMs = 1000
const said = { crash: 'broke and is made again', stall: 'stood still and is made again' } as const

/**
 * Topics of others as a source of events. Any number of instances share a source’s partitions. A record’s offset is
 * committed when what came of it is in our log, so after a crash it is read again, and known by its sender and offset.
 * Nothing that goes wrong here ends the monitor: a cluster that is away is asked again.
 */
export class KafkaSource {
  readonly #o: KafkaSourceOptions
  readonly #kafka: Kafka
  readonly #progress: Progresses
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
  #lost = 0
  #trouble: string | undefined
  /** The consumer broke or stood still, or our log takes nothing; no record was taken since. */
  #broken: { why: string; at: number } | undefined
  /** When we last asked what is kept of a topic, because records were missing, ms. */
  #asked = 0
  #stopped = false
  readonly #sleepers = new Set<() => void>()
  readonly #running: Promise<void>

  constructor(options: KafkaSourceOptions) {
    this.#o = options
    this.#progress = new Progresses({
      remade: (about) => options.onEvent('remade', about),
      lost: (about) => this.#lose(about.records, about),
    })
    this.#kafka = connect(options, { initialRetryTime: 100, maxRetryTime: 500, retries: 3 })
    this.#running = this.#run()
  }

  get counts(): SourceCounts {
    const { lag } = this.#progress
    const taken = { records: this.#records, rejected: this.#rejected, lost: this.#lost }
    return { name: this.#o.name, ...taken, lag, trouble: this.#trouble ?? this.#broken?.why }
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
    const remade = await this.#progress.measure(admin, there)
    if (this.#broken !== undefined && this.#o.clock.now() - this.#broken.at > brokenMs) this.#broken = undefined
    for (const topic of this.#first) if (!there.has(topic) || remade.has(topic)) this.#first.delete(topic)
    if (remade.size > 0 || this.#consumer === undefined || wanted.join() !== this.#topics.join())
      await this.#read(wanted)
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
          for (const each of partitions) this.#progress.delete(each)
        },
        onBatch: (batch) => this.#take(consumer, batch),
        foreign: { onPassed: (to) => void this.#progress.pass(to) },
        onFailed: (error) => {
          if (this.#consumer !== consumer) return
          this.#failure = error
          this.#break(wordsOf(error))
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
        onEvent: (event, about) => {
          if (event !== 'rebalance') this.#break(`Its reader ${said[event]}: ${about.why ?? 'no fetch'}.`)
          onEvent(event, about)
        },
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
    const { group, from, offsets } = this.#o
    const { starts, isFirst } = await startsOf(await this.#connected(), {
      ...{ group, from, topics: this.#topics, now: this.#o.clock.now() },
      ...(offsets === undefined ? {} : { offsets }),
      isLate: (topic) => this.#first?.has(topic) !== true,
    })
    const mine = starts.filter(({ topic, partition }) => gained[topic]?.includes(partition))
    for (const { topic, partition, offset, making, lost, end } of mine) {
      this.#progress.set({ topic, partition, offset, making, lag: end - offset, isAhead: false })
      if (lost > 0) this.#lose(lost, { topic, partition, records: lost })
    }
    // Before the first record is read: an offset that is not committed is lost when we die, and the sender’s name with it. The first
    // member marks those of all, so that who comes next does not take a partition for one that was made later.
    const marks = (isFirst ? starts : mine).filter(({ isNew }) => isNew)
    if (marks.length > 0) await consumer.commit(marks.map(committing))
    return mine.map(({ topic, partition, offset }) => ({ topic, partition, offset }))
  }

  async #take(consumer: KafkaConsumer, { topic, partition, records, end }: Batch): Promise<void> {
    const progress = this.#progress.get({ topic, partition })
    const [first, last] = [records[0], records.at(-1)]
    if (progress === undefined || first === undefined || last === undefined) return
    if (first.offset > progress.offset) await this.#missing(topic)
    const { name } = this.#o
    const sender = `source:${name}/${topic}/${partition}#${progress.making}`
    this.#rejected += await this.#patiently({ source: name, sender, records })
    this.#records += records.length
    for (const { damage, offset } of records)
      if (damage !== undefined) this.#lose(damage.records, { topic, partition, offset, ...damage })
    this.#broken = undefined
    this.#progress.pass({ topic, partition, offset: last.offset + 1 }, end)
    if (this.#o.clock.now() - this.#committed >= commitMs || progress.lag === 0) await this.#commit(consumer)
  }

  /** Records are missing before these: marks of transactions, what compaction took, or what was dropped before we read it. */
  async #missing(topic: string): Promise<void> {
    const now = this.#o.clock.now()
    if (now - this.#asked < askMs) return
    this.#asked = now
    // Else the next refresh tells.
    await this.#connected()
      .then((admin) => this.#progress.look(admin, topic))
      .catch(() => {})
  }

  #break(why: string): void {
    this.#broken = { why, at: this.#o.clock.now() }
  }

  #lose(records: number, about: Record<string, unknown>): void {
    this.#lost += records
    this.#o.onEvent('lost', about)
  }

  /** Refused when a partition went to another member: it reads the same again, and nothing takes effect twice. */
  async #commit(consumer: KafkaConsumer): Promise<void> {
    const ahead = this.#progress.takeAhead()
    if (ahead.length === 0) return
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
        this.#break(error.message)
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
