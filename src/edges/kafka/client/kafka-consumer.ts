import { randomUUID } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import kafkajs, { type EachBatchPayload } from 'kafkajs'
import type { ConsumeOptions, Consumer, LogRecord, Position } from '../../../ports/log.ts'
import type { Partitions } from './assigner.ts'
import type { ConsumerParts } from './consumer-parts.ts'
import { GroupMember } from './group-member.ts'
import { foreignRecordOf, recordOf } from './records.ts'

interface Owned {
  topic: string
  partition: number
  /** The next offset to give. */
  next: number
}

export interface KafkaConsumeOptions extends ConsumeOptions {
  /**
   * The topics are others’: a record that cannot be read is given as damaged, where in our own log it ends the consumer. Told how
   * far a partition is passed, also over what is no record: the marks of transactions, what was aborted.
   */
  foreign?: { onPassed(to: Position): void }
}

/** Of what the client tells of a fetch. */
interface Fetched {
  topic: string
  partition: number
  firstOffset: string | null
  lastOffset: string
}

/** Work goes on for this long before everything else of the process has its turn. */
const longestTurnMs = 8

/**
 * What a member of a group (or of a group of its own) is given, handed on. Where it stands is kept here and not in the
 * committed offsets: what the owner restored says where to begin, and a partition that stays through a rebalance goes on
 * where it was.
 */
export class KafkaConsumer implements Consumer {
  readonly #o: KafkaConsumeOptions
  readonly #parts: ConsumerParts
  readonly #member: GroupMember
  readonly #owned = new Map<string, Owned>()
  /** Revoking and restoring, one after the other; no batch is given while it goes on. */
  #assignment: Promise<void> = Promise.resolve()
  #inHand: Promise<void> = Promise.resolve()
  /** The partition whose fetch is being given, and was not given whole. */
  #cut: string | undefined
  /** When others of this process last had their turn. */
  #turnedAt = 0

  constructor(options: KafkaConsumeOptions, parts: ConsumerParts) {
    this.#o = options
    this.#parts = parts
    const groupId = options.group === undefined ? `${parts.full('reader')}-${randomUUID()}` : parts.full(options.group)
    this.#member = new GroupMember(
      {
        ...options,
        groupId,
        held: () => this.#held(),
        onAssigned: (assignment, isFirst) => {
          this.#assignment = this.#assignment
            .then(() => this.#assign(assignment, isFirst))
            .catch((error: unknown) => this.#member.fail(error))
        },
        onBatch: (payload) => this.#deliver(payload),
      },
      parts,
    )
    const { client } = this.#member
    if (options.foreign !== undefined)
      client.on(client.events.END_BATCH_PROCESS, ({ payload }) => this.#passed(payload))
  }

  start(): Promise<void> {
    return this.#member.start()
  }

  /** Whether the partition is ours as far as we know. */
  owns(topic: string, partition: number): boolean {
    return this.#owned.has(nameOf(topic, partition))
  }

  /**
   * Waits until the group knows us, where it has not for so long that another may have taken over; then answers whether
   * what was held before is still ours to write.
   */
  async holds(topic: string, partition: number): Promise<boolean> {
    return (await this.#member.mayWrite()) && this.owns(topic, partition)
  }

  get assigned(): number {
    return this.#owned.size
  }

  /** Since the last fetch, ms. */
  get fetchAgeMs(): number {
    return this.#member.fetchAgeMs
  }

  async commit(offsets: readonly (Position & { metadata?: string })[]): Promise<void> {
    await this.#member.client.commitOffsets(
      offsets.map(({ topic, partition, offset, metadata }) => ({
        topic: this.#parts.full(topic),
        partition,
        offset: String(offset),
        ...(metadata === undefined ? {} : { metadata }),
      })),
    )
  }

  close(): Promise<void> {
    return this.#member.close(async () => {
      await this.#inHand
      await this.#assignment
      // While we are still a member, so that what is flushed now can be committed.
      await this.#release([...this.#owned.values()])
    })
  }

  #held(): Partitions {
    const held: Partitions = {}
    for (const { topic, partition } of this.#owned.values()) {
      const name = this.#parts.full(topic)
      held[name] = [...(held[name] ?? []), partition]
    }
    return held
  }

  /**
   * What stays goes on where it was, also when the group went on without us for a while and another had it: what is held
   * here is true up to its offset, and what is done twice is known again by its cause. To restore it would take longer.
   * After too long away nothing of it is written any more, and all of it restored.
   */
  async #assign(assignment: Partitions, isFirst: boolean): Promise<void> {
    const { isFenced } = this.#member
    const now = new Set<string>()
    const gained: Partitions = {}
    for (const [name, partitions] of Object.entries(assignment))
      for (const partition of partitions) {
        const topic = this.#parts.short(name)
        now.add(nameOf(topic, partition))
        if (isFenced || !this.owns(topic, partition)) gained[topic] = [...(gained[topic] ?? []), partition]
      }
    const lost = [...this.#owned].filter(([name]) => isFenced || !now.has(name)).map(([, owned]) => owned)
    const gains = Object.values(gained).flat().length
    if (!isFirst && lost.length + gains > 0) this.#parts.onEvent('rebalance', { lost: lost.length, gained: gains })
    await this.#inHand
    await this.#release(lost)
    if (isFenced) this.#member.released()
    if (isFirst || gains > 0) {
      const positions = await this.#parts.positions(this.#o.group, gained, this.#o.from)
      const own = ({ topic, partition, offset }: Position) =>
        this.#owned.set(nameOf(topic, partition), { topic, partition, next: offset })
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
        this.#member.client.seek({ topic: this.#parts.full(topic), partition, offset: String(next) })
    } catch (error) {
      // The client ended meanwhile; it is run again, and the join that follows comes by here.
      if (!(error instanceof kafkajs.KafkaJSNonRetriableError)) throw error
    }
  }

  /** The client has done with what it fetched, or found no record in it. Not so what was given in part, or is of another place. */
  #passed({ topic: full, partition, firstOffset, lastOffset }: Fetched): void {
    const topic = this.#parts.short(full)
    const name = nameOf(topic, partition)
    const owned = this.#owned.get(name)
    const isCut = this.#cut === name
    this.#cut = undefined
    if (isCut || owned === undefined || this.#member.isOver || firstOffset === null) return
    const offset = Number(lastOffset) + 1
    if (Number(firstOffset) > owned.next || offset <= owned.next) return
    owned.next = offset
    this.#o.foreign?.onPassed({ topic, partition, offset })
  }

  async #release(lost: readonly Owned[]): Promise<void> {
    if (lost.length === 0) return
    await this.#o.onRevoked?.(lost.map(({ topic, partition }) => ({ topic, partition })))
    for (const { topic, partition } of lost) this.#owned.delete(nameOf(topic, partition))
  }

  async #deliver(payload: EachBatchPayload): Promise<void> {
    const { batch, heartbeat, resolveOffset } = payload
    const { heartbeats, coordinator } = this.#member
    await heartbeats.until(this.#assignment, heartbeat)
    const topic = this.#parts.short(batch.topic)
    const name = nameOf(topic, batch.partition)
    const owned = this.#owned.get(name)
    this.#cut = name
    if (owned === undefined) return
    const end = Number(batch.highWatermark)
    for (let at = 0; at < batch.messages.length; ) {
      if (this.#member.isOver || !payload.isRunning() || payload.isStale()) return
      if (this.#owned.get(name) !== owned) return
      coordinator.moveOver()
      const records: LogRecord[] = []
      for (; at < batch.messages.length && records.length < this.#o.maxRecords; at++) {
        const message = batch.messages[at]
        if (message === undefined || Number(message.offset) < owned.next) continue
        if (this.#o.foreign !== undefined) records.push(foreignRecordOf(topic, batch.partition, message))
        else
          try {
            records.push(recordOf(topic, batch.partition, message))
          } catch (error) {
            this.#member.fail(error)
            return
          }
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
        .catch((error: unknown) => this.#member.fail(error))
      await heartbeats.during(this.#inHand, heartbeat)
      // Work that ends at once would go on to the end of the fetch before anything else of this process is done.
      if (performance.now() - this.#turnedAt < longestTurnMs) continue
      await turn()
      this.#turnedAt = performance.now()
    }
    this.#cut = undefined
    coordinator.moveOver()
    await heartbeats.beat(heartbeat)
  }
}

const nameOf = (topic: string, partition: number): string => `${topic}/${partition}`
