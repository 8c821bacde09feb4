import { randomUUID } from 'node:crypto'
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import kafkajs, { type ConsumerGroupJoinEvent, type EachBatchPayload, type Consumer as KafkaJsConsumer } from 'kafkajs'
import { RescindError } from '../../../errors.ts'
import type { ConsumeOptions, Consumer, Position } from '../../../ports/log.ts'
import { type Partitions, stickyAssigner } from './assigner.ts'
import { consumerDefaults } from './connection.ts'
import type { ConsumerParts } from './consumer-parts.ts'
import { Coordinator } from './coordinator.ts'
import { recordOf } from './records.ts'

interface Owned {
  topic: string
  partition: number
  /** The next offset to give. */
  next: number
}

/** Who may wait is woken for this much. */
const patientBytes = 256 * 1024
/** Work goes on for this long before everything else of the process has its turn. */
const longestTurnMs = 8
/** More than for others: what the client gets stuck at, a coordinator that died, is seen to here. */
const patientRetries = 12
/** How long a close waits for a join that is under way. */
const longestJoinMs = 15_000
/** Before the client is run again. */
const againMs = 200
/** No fetch for this long while partitions are assigned: the client stands still and is started anew. */
const stallMs = 20_000

/**
 * One member of a group (or of a group of its own). Where it stands is kept here and not in the committed offsets: what
 * the owner restored says where to begin, and a partition that stays through a rebalance goes on where it was.
 */
export class KafkaConsumer implements Consumer {
  readonly #o: ConsumeOptions
  readonly #parts: ConsumerParts
  readonly #owned = new Map<string, Owned>()
  readonly #client: KafkaJsConsumer
  readonly #groupId: string
  #hasJoined = false
  /** Revoking and restoring, one after the other; no batch is given while it goes on. */
  #assignment: Promise<void> = Promise.resolve()
  #inHand: Promise<void> = Promise.resolve()
  #joining: Promise<void> = Promise.resolve()
  #restarting: Promise<void> | undefined
  /** It is to be run again. */
  #isDue = false
  /** The client ended by something that passes. */
  #mayRestart = false
  #closing: Promise<void> | undefined
  #failed = false
  #watch: NodeJS.Timeout | undefined
  #beat: NodeJS.Timeout | undefined
  /** While a batch is worked on: tells the coordinator that we live. */
  #heartbeat: (() => Promise<void>) | undefined
  #beating: Promise<void> = Promise.resolve()
  /** Ends a wait with nothing in hand: the group does not know us any more, or begins anew. */
  #expelled: ((error: unknown) => void) | undefined
  readonly #coordinator: Coordinator
  /** When others of this process last had their turn. */
  #turnedAt = 0
  #fetchedAt = performance.now()
  /** When the coordinator last knew us, by the process’s clock, ms. */
  #knownAt = performance.now()
  /** Those who wait for the group to know us again. */
  #unknown: (() => void)[] = []
  /** We were away for so long that what is held here may be another’s by now. */
  #isFenced = false

  constructor(options: ConsumeOptions, parts: ConsumerParts) {
    this.#o = options
    this.#parts = parts
    this.#groupId = options.group === undefined ? `${parts.full('reader')}-${randomUUID()}` : parts.full(options.group)
    this.#coordinator = new Coordinator(
      () => parts.askCoordinator(this.#groupId),
      () => this.#closing !== undefined,
    )
    this.#client = parts.kafka.consumer({
      ...consumerDefaults,
      ...(options.patienceMs === undefined ? {} : { maxWaitTimeInMs: options.patienceMs, minBytes: patientBytes }),
      groupId: this.#groupId,
      sessionTimeout: parts.sessionMs,
      rebalanceTimeout: Math.max(10_000, parts.sessionMs),
      partitionAssigners: [stickyAssigner(() => this.#names(), options.address)],
      retry: {
        ...consumerDefaults.retry,
        retries: patientRetries,
        // Asked where it could go on; going on is our part.
        restartOnFailure: async () => {
          this.#mayRestart = true
          return false
        },
      },
    })
  }

  async start(): Promise<void> {
    const client = this.#client
    client.on(client.events.GROUP_JOIN, (event) => this.#joined(event))
    client.on(client.events.HEARTBEAT, () => this.#known())
    client.on(client.events.FETCH, () => {
      this.#fetchedAt = performance.now()
    })
    client.on(client.events.CRASH, ({ payload }) => {
      const restart = this.#mayRestart
      this.#mayRestart = false
      this.#parts.onEvent('crash', { why: payload.error.message, restart })
      if (restart) this.#restart()
      else this.#fail(payload.error)
    })
    await client.connect()
    await client.subscribe({
      topics: this.#o.topics.map(this.#parts.full),
      fromBeginning: this.#o.from === 'earliest',
    })
    this.#watch = setInterval(() => this.#checkStall(), 5000).unref()
    this.#beat = setInterval(() => {
      if (this.#heartbeat !== undefined) this.#beating = this.#pulse(this.#heartbeat).catch((e) => this.#expelled?.(e))
    }, consumerDefaults.heartbeatInterval).unref()
    void this.#run()
  }

  /** Whether the partition is ours as far as we know. */
  owns(topic: string, partition: number): boolean {
    return this.#owned.has(`${topic}/${partition}`)
  }

  /**
   * Waits until the group knows us, where it has not for so long that another may have taken over; then answers whether
   * what was held before is still ours to write.
   */
  async holds(topic: string, partition: number): Promise<boolean> {
    while (this.#unknownMs > this.#parts.longestUnknownMs && this.#closing === undefined)
      await new Promise<void>((resolve) => this.#unknown.push(resolve))
    return !this.#isFenced && this.#unknownMs <= this.#parts.longestUnknownMs && this.owns(topic, partition)
  }

  get #unknownMs(): number {
    return performance.now() - this.#knownAt
  }

  #known(): void {
    this.#knownAt = performance.now()
    this.#wake()
  }

  #wake(): void {
    for (const wake of this.#unknown.splice(0)) wake()
  }

  get assigned(): number {
    return this.#owned.size
  }

  /** Since the last fetch, ms. */
  get fetchAgeMs(): number {
    return performance.now() - this.#fetchedAt
  }

  async commit(offsets: readonly (Position & { metadata?: string })[]): Promise<void> {
    await this.#client.commitOffsets(
      offsets.map(({ topic, partition, offset, metadata }) => ({
        topic: this.#parts.full(topic),
        partition,
        offset: String(offset),
        ...(metadata === undefined ? {} : { metadata }),
      })),
    )
  }

  close(): Promise<void> {
    this.#closing ??= this.#stop()
    this.#wake()
    return this.#closing
  }

  async #stop(): Promise<void> {
    clearInterval(this.#watch)
    // The client does not stop what is still joining: it would stay in the group, and its partitions with nobody.
    await Promise.race([this.#joining, pause(longestJoinMs, undefined, { ref: false })])
    await this.#inHand
    await this.#assignment
    clearInterval(this.#beat)
    // While we are still a member, so that what is flushed now can be committed.
    if (!this.#failed) await this.#release([...this.#owned.values()])
    await this.#client.disconnect().catch(() => {})
    this.#parts.onStopped()
  }

  /**
   * One at a time, whoever asks for it: of two runs of the client each would be a member of the group, and both would
   * give their batches here.
   */
  #restart(): void {
    this.#isDue = true
    this.#restarting ??= this.#runAgain()
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#restarting = undefined
        if (this.#isDue && this.#closing === undefined) this.#restart()
      })
  }

  async #runAgain(): Promise<void> {
    while (this.#isDue && this.#closing === undefined) {
      this.#isDue = false
      await pause(againMs)
      // Leaves the group, where it is still in it.
      await this.#client.stop()
      if (this.#closing === undefined) await this.#run()
    }
  }

  #run(): Promise<void> {
    this.#joining = this.#client
      .run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: (payload) => this.#eachBatch(payload) })
      .catch((error: unknown) => this.#fail(error))
    return this.#joining
  }

  #names(): Partitions {
    const names: Partitions = {}
    for (const { topic, partition } of this.#owned.values()) {
      const name = this.#parts.full(topic)
      names[name] = [...(names[name] ?? []), partition]
    }
    return names
  }

  #joined({ payload }: ConsumerGroupJoinEvent): void {
    if (this.#hasJoined && this.#unknownMs > this.#parts.longestUnknownMs) this.#isFenced = true
    this.#known()
    const isFirst = !this.#hasJoined
    this.#hasJoined = true
    this.#assignment = this.#assignment
      .then(() => this.#assign(payload.memberAssignment as Partitions, isFirst))
      .catch((error: unknown) => this.#fail(error))
  }

  /**
   * What stays goes on where it was, also when the group went on without us for a while and another had it: what is held
   * here is true up to its offset, and what is done twice is known again by its cause. To restore it would take longer.
   * After too long away nothing of it is written any more, and all of it restored.
   */
  async #assign(assignment: Partitions, isFirst: boolean): Promise<void> {
    const isFenced = this.#isFenced
    const now = new Set<string>()
    const gained: Partitions = {}
    for (const [name, partitions] of Object.entries(assignment))
      for (const partition of partitions) {
        const topic = this.#parts.short(name)
        now.add(`${topic}/${partition}`)
        if (isFenced || !this.#owned.has(`${topic}/${partition}`)) gained[topic] = [...(gained[topic] ?? []), partition]
      }
    const lost = [...this.#owned].filter(([place]) => isFenced || !now.has(place)).map(([, owned]) => owned)
    const gains = Object.values(gained).flat().length
    if (!isFirst && lost.length + gains > 0) this.#parts.onEvent('rebalance', { lost: lost.length, gained: gains })
    await this.#inHand
    await this.#release(lost)
    if (isFenced) this.#isFenced = false
    if (isFirst || gains > 0) {
      const positions = await this.#parts.positions(this.#o.group, gained, this.#o.from)
      const own = ({ topic, partition, offset }: Position) =>
        this.#owned.set(`${topic}/${partition}`, { topic, partition, next: offset })
      // Ours from here on: what is restored first may be written again while others are still restored.
      positions.forEach(own)
      const elsewhere = await this.#o.onAssigned?.(positions)
      elsewhere?.forEach(own)
    }
    this.#seekAll()
  }

  #seekAll(): void {
    try {
      for (const { topic, partition, next } of this.#owned.values())
        this.#client.seek({ topic: this.#parts.full(topic), partition, offset: String(next) })
    } catch (error) {
      // The client ended meanwhile; it is run again, and the join that follows comes by here.
      if (!(error instanceof kafkajs.KafkaJSNonRetriableError)) throw error
    }
  }

  async #release(lost: readonly Owned[]): Promise<void> {
    if (lost.length === 0) return
    await this.#o.onRevoked?.(lost.map(({ topic, partition }) => ({ topic, partition })))
    for (const { topic, partition } of lost) this.#owned.delete(`${topic}/${partition}`)
  }

  async #eachBatch(payload: EachBatchPayload): Promise<void> {
    const { batch, heartbeat, resolveOffset } = payload
    await this.#alive(this.#begun(), heartbeat)
    const topic = this.#parts.short(batch.topic)
    const place = `${topic}/${batch.partition}`
    const owned = this.#owned.get(place)
    if (owned === undefined) return
    const end = Number(batch.highWatermark)
    for (let at = 0; at < batch.messages.length; ) {
      if (this.#closing !== undefined || this.#failed || !payload.isRunning() || payload.isStale()) return
      if (this.#owned.get(place) !== owned) return
      this.#coordinator.moveOver()
      const records = []
      for (; at < batch.messages.length && records.length < this.#o.maxRecords; at++) {
        const message = batch.messages[at]
        if (message !== undefined && Number(message.offset) >= owned.next)
          records.push(recordOf(topic, batch.partition, message))
      }
      const last = records.at(-1)
      if (last === undefined) continue
      // Never rejects: what the owner’s handler throws ends this consumer, not the client’s retries.
      this.#inHand = this.#o
        .onBatch({ topic, partition: batch.partition, records, end })
        .then(() => {
          owned.next = last.offset + 1
          resolveOffset(String(last.offset))
        })
        .catch((error: unknown) => this.#fail(error))
      await this.#alive(this.#inHand, heartbeat)
      // Work that ends at once would go on to the end of the fetch before anything else of this process is done.
      if (performance.now() - this.#turnedAt < longestTurnMs) continue
      await turn()
      this.#turnedAt = performance.now()
    }
    this.#coordinator.moveOver()
    await this.#pulse(heartbeat)
  }

  /**
   * A heartbeat. The client holds on to a coordinator that died until it has failed for long enough, and each failure
   * ends the fetch in hand. Here work goes on meanwhile, and as soon as the group has a coordinator again, it is joined.
   */
  async #pulse(heartbeat: () => Promise<void>): Promise<void> {
    if (this.#expelled !== undefined) this.#coordinator.moveOver()
    try {
      await heartbeat()
    } catch (error) {
      if (error instanceof kafkajs.KafkaJSProtocolError) throw error
      this.#coordinator.seek()
    }
  }

  /** The assignment, which may itself wait for the group: a rebalance ends this wait, for nothing is in hand. */
  #begun(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#expelled = reject
      void this.#assignment.then(resolve)
    })
  }

  /** Waits, and tells the coordinator meanwhile that we live. A rebalance does not cut the work short. */
  async #alive(work: Promise<void>, heartbeat: () => Promise<void>): Promise<void> {
    this.#heartbeat = heartbeat
    try {
      await work
    } finally {
      this.#heartbeat = undefined
      this.#expelled = undefined
      await this.#beating
    }
  }

  #fail(error: unknown): void {
    if (this.#failed || this.#closing !== undefined) return
    this.#failed = true
    clearInterval(this.#watch)
    clearInterval(this.#beat)
    // Not awaited here: the client waits for the very batch that failed.
    this.#closing = this.#client
      .disconnect()
      .catch(() => {})
      .then(() => {
        this.#parts.onStopped()
        this.#o.onFailed(
          error instanceof RescindError || !isOfClient(error)
            ? error
            : new RescindError(
                'LOG_READ_FAILED',
                `The consumer ended: ${this.#parts.wordsOf(error, `Read on group ${this.#groupId} and on its topics`)}`,
                { retry: 'later', cause: error },
              ),
        )
      })
    this.#wake()
  }

  #checkStall(): void {
    if (this.#owned.size === 0 || this.fetchAgeMs < stallMs || this.#closing !== undefined) return
    if (this.#restarting !== undefined) return
    this.#fetchedAt = performance.now()
    // Work in hand waits for the log, or for its own restoring; the next fetch comes after it.
    if (this.#heartbeat !== undefined) return
    this.#parts.onEvent('stall', { partitions: this.#owned.size })
    this.#restart()
  }
}

const isOfClient = (error: unknown): error is Error => error instanceof Error && error.name.startsWith('KafkaJS')
