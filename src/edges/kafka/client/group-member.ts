import { setTimeout as pause } from 'node:timers/promises'
import type { EachBatchPayload, Consumer as KafkaJsConsumer } from 'kafkajs'
import { RescindError } from '../../../errors.ts'
import type { ConsumeOptions } from '../../../ports/log.ts'
import { type Partitions, stickyAssigner } from './assigner.ts'
import { consumerDefaults } from './connection.ts'
import type { ConsumerParts } from './consumer-parts.ts'
import { Coordinator } from './coordinator.ts'
import { Heartbeats } from './heartbeats.ts'
import { isAway, isOver, joining, type Membership, type MembershipEvent, mayWrite, transition } from './membership.ts'

/** Who may wait is woken for this much. */
const patientBytes = 256 * 1024
/** More than for others: what the client gets stuck at, a coordinator that died, is seen to here. */
const patientRetries = 12
/** How long a close waits for a join that is under way. */
const longestJoinMs = 15_000
/** Before the client is run again. */
const againMs = 200
/** No fetch for this long while partitions are assigned: the client stands still and is started anew. */
const stallMs = 20_000

export interface GroupMemberOptions extends Pick<ConsumeOptions, 'topics' | 'from' | 'patienceMs' | 'address'> {
  groupId: string
  /** What is held, by the cluster’s names: the group leaves it with us where it can. */
  held(): Partitions
  /** By the cluster’s names. `isFirst`: nothing was assigned before. */
  onAssigned(assignment: Partitions, isFirst: boolean): void
  onBatch(payload: EachBatchPayload): Promise<void>
  onFailed(error: unknown): void
}

/** One member of a group: runs the client, runs it again when it breaks or stands still, and knows what the group knows. */
export class GroupMember {
  readonly client: KafkaJsConsumer
  readonly coordinator: Coordinator
  readonly heartbeats: Heartbeats
  readonly #o: GroupMemberOptions
  readonly #parts: ConsumerParts
  #membership: Membership = joining(performance.now())
  /** What ended the client passes: it says so just before it says that it ended. */
  #passes = false
  #running: Promise<void> = Promise.resolve()
  #restarting: Promise<void> | undefined
  #ending: Promise<void> = Promise.resolve()
  #watch: NodeJS.Timeout | undefined
  #fetchedAt = performance.now()
  /** Those who wait for the group to know us again. */
  #waiting: (() => void)[] = []

  constructor(options: GroupMemberOptions, parts: ConsumerParts) {
    this.#o = options
    this.#parts = parts
    const { groupId, patienceMs, address } = options
    this.coordinator = new Coordinator(
      () => parts.askCoordinator(groupId),
      () => this.isOver,
    )
    this.heartbeats = new Heartbeats(this.coordinator)
    this.client = parts.kafka.consumer({
      ...consumerDefaults,
      ...(patienceMs === undefined ? {} : { maxWaitTimeInMs: patienceMs, minBytes: patientBytes }),
      groupId,
      sessionTimeout: parts.sessionMs,
      rebalanceTimeout: Math.max(10_000, parts.sessionMs),
      partitionAssigners: [stickyAssigner(() => options.held(), address)],
      retry: {
        ...consumerDefaults.retry,
        retries: patientRetries,
        // Asked where it could go on; going on is our part.
        restartOnFailure: async () => {
          this.#passes = true
          return false
        },
      },
    })
  }

  async start(): Promise<void> {
    const { client } = this
    client.on(client.events.GROUP_JOIN, ({ payload }) => {
      const isFirst = this.#membership.held === 'nothing'
      this.#change({ type: 'joined', at: performance.now() })
      this.#o.onAssigned(payload.memberAssignment as Partitions, isFirst)
    })
    client.on(client.events.HEARTBEAT, () => this.#change({ type: 'heard', at: performance.now() }))
    client.on(client.events.FETCH, () => {
      this.#fetchedAt = performance.now()
    })
    client.on(client.events.CRASH, ({ payload }) => {
      const passes = this.#passes
      this.#passes = false
      this.#parts.onEvent('crash', { why: payload.error.message, restart: passes })
      if (passes) this.#change({ type: 'broke' })
      else this.fail(payload.error)
    })
    await client.connect()
    await client.subscribe({ topics: this.#o.topics.map(this.#parts.full), fromBeginning: this.#o.from === 'earliest' })
    this.#watch = setInterval(() => this.#checkStall(), 5000).unref()
    this.heartbeats.start()
    void this.#run()
  }

  get isOver(): boolean {
    return isOver(this.#membership)
  }

  /** What is held may be another’s; nothing of it is written until it was given up: `released`. */
  get isFenced(): boolean {
    return this.#membership.held === 'fenced'
  }

  released(): void {
    this.#change({ type: 'released' })
  }

  /** Since the last fetch, ms. */
  get fetchAgeMs(): number {
    return performance.now() - this.#fetchedAt
  }

  /** Waits until the group knows us; then answers whether what was held before may still be written. */
  async mayWrite(): Promise<boolean> {
    const { longestUnknownMs } = this.#parts
    while (isAway(this.#membership, performance.now(), longestUnknownMs) && !this.isOver)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    return mayWrite(this.#membership, performance.now(), longestUnknownMs)
  }

  /** `finish`: what is to be done while we are still a member. */
  close(finish: () => Promise<void>): Promise<void> {
    if (!this.isOver) {
      this.#change({ type: 'closed' })
      this.#ending = this.#stop(finish)
    }
    return this.#ending
  }

  fail(error: unknown): void {
    if (this.isOver) return
    this.#change({ type: 'failed' })
    clearInterval(this.#watch)
    this.heartbeats.stop()
    // Not awaited here: the client waits for the very batch that failed.
    this.#ending = this.client
      .disconnect()
      .catch(() => {})
      .then(() => {
        this.#parts.onStopped()
        this.#o.onFailed(
          error instanceof RescindError || !isOfClient(error)
            ? error
            : new RescindError(
                'LOG_READ_FAILED',
                `The consumer ended: ${this.#parts.wordsOf(error, `Read on group ${this.#o.groupId} and on its topics`)}`,
                { retry: 'later', cause: error },
              ),
        )
      })
  }

  #change(event: MembershipEvent): void {
    this.#membership = transition(this.#membership, event, this.#parts.longestUnknownMs)
    if (event.type === 'joined' || event.type === 'heard' || this.isOver)
      for (const wake of this.#waiting.splice(0)) wake()
    if (this.#is('stopping')) this.#restart()
  }

  #is(phase: Membership['phase']): boolean {
    return this.#membership.phase === phase
  }

  async #stop(finish: () => Promise<void>): Promise<void> {
    clearInterval(this.#watch)
    // The client does not stop what is still joining: it would stay in the group, and its partitions with nobody.
    await Promise.race([this.#running, pause(longestJoinMs, undefined, { ref: false })])
    await finish()
    this.heartbeats.stop()
    await this.client.disconnect().catch(() => {})
    this.#parts.onStopped()
  }

  /**
   * One at a time, whoever asks for it: of two runs of the client each would be a member of the group, and both would
   * give their batches here.
   */
  #restart(): void {
    this.#restarting ??= this.#runAgain()
      .catch((error: unknown) => this.fail(error))
      .finally(() => {
        this.#restarting = undefined
        if (this.#is('stopping')) this.#restart()
      })
  }

  async #runAgain(): Promise<void> {
    while (this.#is('stopping')) {
      await pause(againMs)
      // Leaves the group, where it is still in it.
      await this.client.stop()
      this.#change({ type: 'stopped' })
      if (!this.isOver) await this.#run()
    }
  }

  #run(): Promise<void> {
    this.#running = this.client
      .run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: (payload) => this.#o.onBatch(payload) })
      .catch((error: unknown) => this.fail(error))
    return this.#running
  }

  #checkStall(): void {
    if (this.fetchAgeMs < stallMs || !this.#is('joined')) return
    const partitions = Object.values(this.#o.held()).flat().length
    if (partitions === 0) return
    this.#fetchedAt = performance.now()
    // Work in hand waits for the log, or for its own restoring; the next fetch comes after it.
    if (this.heartbeats.isWorking) return
    this.#parts.onEvent('stall', { partitions })
    this.#change({ type: 'stalled' })
  }
}

const isOfClient = (error: unknown): error is Error => error instanceof Error && error.name.startsWith('KafkaJS')
