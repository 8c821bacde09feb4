import { setTimeout as pause } from 'node:timers/promises'
import kafkajs, { type Message } from 'kafkajs'
import { causesOf, RescindError } from '../../../errors.ts'
import type { Idempotent, Identity } from '../client/idempotent.ts'
import { emptyQueue, type PartitionQueue, takeBatch, together, type Work } from './partition-queue.ts'

/** Short beside the seconds that a cluster takes to fence a broker: what waits longer adds its wait to them. */
const firstWaitMs = 100
const longestWaitMs = 400

/** What is ready for one broker, in the order in which it became so. */
interface Broker {
  ready: Set<PartitionQueue>
  isBusy: boolean
}

export interface SenderOptions {
  producer: Pick<Idempotent, 'identity' | 'leader' | 'produce' | 'refresh' | 'close'>
  /** Work waiting beyond this is refused with LOG_WRITE_FAILED, retry later. */
  maxPendingBytes: number
  onRetry(topic: string, why: string): void
  /** What is said of a failure of a topic. */
  wordsOf(error: unknown, topic: string): string
}

/**
 * Produces, with a queue for each partition: one batch of it is in flight, numbered, and sent again under the same number
 * until the broker has it. Queues of a broker share its requests, of which one is under way: the longer it takes, the more
 * travels in the next. What one call hands in for one partition is in one record batch, which a broker takes whole or not
 * at all. While no broker answers, queues try again for as long as it takes.
 */
export class Sender {
  readonly #o: SenderOptions
  readonly #producer: SenderOptions['producer']
  readonly #queues = new Map<string, PartitionQueue>()
  readonly #brokers = new Map<number, Broker>()
  #pendingBytes = 0
  #closing = false
  /** Told when nothing waits any more. */
  #idle: (() => void)[] = []

  constructor(options: SenderOptions) {
    this.#o = options
    this.#producer = options.producer
  }

  /** Durable when resolved: the offset of the first message. What is patient (the flow’s own, which asks where it is placed) is never refused for want of room. */
  send(topic: string, partition: number, messages: Message[], bytes: number, isPatient = false): Promise<number> {
    if (!isPatient && this.#pendingBytes > 0 && this.#pendingBytes + bytes > this.#o.maxPendingBytes)
      return Promise.reject(
        new RescindError('LOG_WRITE_FAILED', `${this.#pendingBytes} bytes wait for the broker already.`, {
          retry: 'later',
        }),
      )
    const name = `${topic}/${partition}`
    let queue = this.#queues.get(name)
    if (queue === undefined) {
      queue = emptyQueue(topic, partition)
      this.#queues.set(name, queue)
    }
    this.#pendingBytes += bytes
    const to = queue
    return new Promise((resolve, reject) => {
      to.waiting.push({ messages, bytes, resolve, reject })
      if (to.batch.length === 0 && to.waiting.length === 1) void this.#dispatch(to)
    })
  }

  /** Sends what waits, for `graceMs` at most; what no broker took by then is rejected. */
  async close(graceMs: number): Promise<void> {
    const late = setTimeout(() => {
      this.#closing = true
    }, graceMs)
    while (this.#pendingBytes > 0) await new Promise<void>((resolve) => this.#idle.push(resolve))
    clearTimeout(late)
    this.#closing = true
    await this.#producer.close()
  }

  /** How long the oldest batch is not answered, ms. */
  get oldestMs(): number {
    const now = performance.now()
    let oldest = now
    for (const { waitsSince } of this.#queues.values())
      if (waitsSince !== undefined && waitsSince < oldest) oldest = waitsSince
    return now - oldest
  }

  /** Makes a queue with work ready at the broker that leads its partition. */
  async #dispatch(queue: PartitionQueue): Promise<void> {
    if (queue.batch.length === 0) await Promise.resolve()
    try {
      queue.waitsSince ??= performance.now()
      queue.leader ??= await this.#producer.leader(queue.topic, queue.partition)
      queue.identity ??= await this.#producer.identity()
    } catch (error) {
      return this.#failed([queue], error)
    }
    this.#ready(queue, queue.leader)
  }

  #ready(queue: PartitionQueue, leader: number): void {
    let broker = this.#brokers.get(leader)
    if (broker === undefined) {
      broker = { ready: new Set(), isBusy: false }
      this.#brokers.set(leader, broker)
    }
    broker.ready.add(queue)
    if (!broker.isBusy) void this.#drain(leader, broker)
  }

  async #drain(leader: number, broker: Broker): Promise<void> {
    broker.isBusy = true
    // What is handed in within this turn goes together.
    await Promise.resolve()
    for (let queues = together(broker.ready); queues.length > 0; queues = together(broker.ready))
      await this.#request(leader, queues)
    broker.isBusy = false
  }

  async #request(leader: number, queues: readonly PartitionQueue[]): Promise<void> {
    const now = performance.now()
    for (const queue of queues) queue.waitsSince ??= now
    try {
      const identity = (queues[0] as PartitionQueue).identity as Identity
      const numbered = queues.map(({ topic, partition, sequence, batch }) => ({
        ...{ topic, partition, firstSequence: sequence },
        messages: batch.length === 1 ? (batch[0] as Work).messages : batch.flatMap(({ messages }) => messages),
      }))
      const offsets = await this.#producer.produce(leader, identity, numbered)
      for (const [i, queue] of queues.entries())
        this.#taken(queue, offsets[i] as number, numbered[i]?.messages.length ?? 0)
    } catch (error) {
      void this.#failed(queues, error)
    }
  }

  #taken(queue: PartitionQueue, first: number, count: number): void {
    queue.sequence = (queue.sequence + count) % sequences
    let offset = first
    for (const work of this.#done(queue)) {
      work.resolve(offset)
      offset += work.messages.length
    }
  }

  /** The batch is over, one way or the other; the next may come. */
  #done(queue: PartitionQueue): Work[] {
    const works = queue.batch
    this.#pendingBytes -= queue.batchBytes
    queue.failures = 0
    queue.batch = []
    queue.batchBytes = 0
    queue.waitsSince = undefined
    if (queue.waiting.length > 0) void this.#dispatch(queue)
    if (this.#pendingBytes === 0) for (const tell of this.#idle.splice(0)) tell()
    return works
  }

  async #failed(queues: readonly PartitionQueue[], error: unknown): Promise<void> {
    const type = typeOf(error)
    const isAlone = queues.length === 1
    for (const queue of queues) {
      if (queue.batch.length === 0) takeBatch(queue)
      queue.failures++
      queue.leader = undefined
    }
    if (isAlone && final.has(type)) {
      const [queue] = queues as [PartitionQueue]
      // An earlier try may be in the log after all. Whatever came next under its number would be taken for it.
      if (queue.failures > 1) await this.#renumber(queue)
      return this.#refuse(queues, error, 'never')
    }
    const { topic } = queues[0] as PartitionQueue
    this.#o.onRetry(topic, this.#o.wordsOf(error, topic))
    const failures = Math.min(...queues.map((queue) => queue.failures))
    if (!this.#closing) await pause(Math.min(firstWaitMs * 2 ** (failures - 1), longestWaitMs))
    if (this.#closing) return this.#refuse(queues, error, 'later')
    await this.#producer.refresh(error).catch(() => {})
    for (const queue of queues) {
      if (isAlone && lostCount.has(type)) await this.#renumber(queue)
      void this.#dispatch(queue)
    }
  }

  /** With “later” all that waits is refused: what was tried may be in the log, and nothing may come under its number. */
  #refuse(queues: readonly PartitionQueue[], cause: unknown, retry: 'later' | 'never'): void {
    for (const queue of queues) {
      const why = this.#o.wordsOf(cause, queue.topic)
      const rest = retry === 'later' ? queue.waiting.splice(0) : []
      for (const { bytes } of rest) this.#pendingBytes -= bytes
      for (const work of [...this.#done(queue), ...rest])
        work.reject(
          new RescindError('LOG_WRITE_FAILED', `The broker did not take a record for ${queue.topic}: ${why}`, {
            retry,
            cause,
          }),
        )
    }
  }

  /** A partition whose count is lost never finds it again: it is counted anew, for somebody new. */
  async #renumber(queue: PartitionQueue): Promise<void> {
    queue.identity = await this.#producer.identity(queue.identity).catch(() => undefined)
    queue.sequence = 0
  }
}

/** A partition’s records are numbered with 31 bits. */
const sequences = 2 ** 31

/** The broker’s name for what went wrong, wherever the client wrapped it. */
function typeOf(error: unknown): string {
  for (const each of causesOf(error)) if (each instanceof kafkajs.KafkaJSProtocolError) return each.type
  return ''
}

/** The record is at fault, or we are not allowed to write it. */
const final = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'TOPIC_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'INVALID_TOPIC_EXCEPTION',
])

/** A producer that lost count of its sequence never finds it again. */
const lostCount = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
  'INVALID_PRODUCER_ID_MAPPING',
  'PRODUCER_FENCED',
  'DUPLICATE_SEQUENCE_NUMBER',
])
