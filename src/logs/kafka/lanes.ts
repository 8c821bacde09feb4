import { setTimeout as pause } from 'node:timers/promises'
import kafkajs, { type CompressionTypes, type Kafka, type Message, type Producer } from 'kafkajs'
import { RescindError, wordsOf } from '../../errors.ts'
import { producerRetry } from './connection.ts'

/** A send holds at most this much, unless a single piece of work is larger. */
const bytesPerSend = 1024 * 1024
/** Connections that produce side by side: each has one send in flight per broker. */
const producers = 4
/**
 * A send costs as much as many records. So where more lanes than these are at work, each waits between its sends, the longer
 * the more there are: what comes meanwhile goes together. Where few are, a record goes at once.
 */
const unhurriedLanes = 6
const pacePerLaneMs = 4
const longestPaceMs = 50
const firstWaitMs = 100
const longestWaitMs = 2000

interface Work {
  messages: Message[]
  bytes: number
  resolve(offset: number): void
  reject(error: unknown): void
}

interface Lane {
  topic: string
  partition: number
  slot: number
  queue: Work[]
  busy: boolean
  /** When it last began to send, by the process’s clock, ms. */
  sentAt: number
  /** Since when the send in flight is not answered, by the process’s clock, ms. */
  waitsSince: number | undefined
}

export interface LanesOptions {
  kafka: Kafka
  compression: CompressionTypes
  /** Work waiting beyond this is refused with LOG_WRITE_FAILED, retry later. */
  maxPendingBytes: number
  onRetry(topic: string, why: string): void
}

/**
 * Producing in lanes: one partition per send, one send in flight per partition, idempotent. Any other way this client lost
 * acknowledged messages when a broker died (tulios/kafkajs#1303). What one call hands in for one partition is one record
 * batch, which a broker takes whole or not at all. While no broker answers, lanes try again for as long as it takes.
 */
export class Lanes {
  readonly #o: LanesOptions
  readonly #lanes = new Map<string, Lane>()
  readonly #slots: Promise<Producer>[] = []
  #pendingBytes = 0
  #running = new Set<Promise<void>>()
  #closing = false

  constructor(options: LanesOptions) {
    this.#o = options
  }

  /** Durable when resolved: the offset of the first message. */
  send(topic: string, partition: number, messages: Message[], bytes: number): Promise<number> {
    if (this.#pendingBytes > 0 && this.#pendingBytes + bytes > this.#o.maxPendingBytes)
      return Promise.reject(
        new RescindError('LOG_WRITE_FAILED', `${this.#pendingBytes} bytes wait for the broker already.`, {
          retry: 'later',
        }),
      )
    const name = `${topic}/${partition}`
    let lane = this.#lanes.get(name)
    if (lane === undefined) {
      lane = {
        topic,
        partition,
        slot: this.#lanes.size % producers,
        queue: [],
        busy: false,
        sentAt: 0,
        waitsSince: undefined,
      }
      this.#lanes.set(name, lane)
    }
    this.#pendingBytes += bytes
    const to = lane
    return new Promise((resolve, reject) => {
      to.queue.push({ messages, bytes, resolve, reject })
      if (to.busy) return
      const running = this.#run(to).finally(() => this.#running.delete(running))
      this.#running.add(running)
    })
  }

  /** Sends what waits, for `graceMs` at most; what no broker took by then is rejected. */
  async close(graceMs: number): Promise<void> {
    const late = setTimeout(() => {
      this.#closing = true
    }, graceMs)
    await Promise.all(this.#running)
    clearTimeout(late)
    this.#closing = true
    await Promise.all(this.#slots.map(async (slot) => (await slot.catch(() => undefined))?.disconnect()))
  }

  get #paceMs(): number {
    const busy = this.#running.size
    return busy <= unhurriedLanes ? 0 : Math.min(longestPaceMs, busy * pacePerLaneMs)
  }

  async #run(lane: Lane): Promise<void> {
    lane.busy = true
    // What is handed in within this turn goes together.
    await Promise.resolve()
    while (lane.queue.length > 0) {
      const early = lane.sentAt + this.#paceMs - performance.now()
      if (early > 0 && !this.#closing) await pause(early)
      lane.sentAt = performance.now()
      const works = take(lane.queue)
      try {
        let offset = await this.#deliver(lane, Together.withAll(works, lane.partition))
        for (const work of works) {
          work.resolve(offset)
          offset += work.messages.length
        }
      } catch (error) {
        for (const work of works) work.reject(error)
      }
      for (const work of works) this.#pendingBytes -= work.bytes
    }
    lane.busy = false
  }

  /** How long the oldest send in flight is not answered, ms. */
  get oldestMs(): number {
    const now = performance.now()
    let oldest = now
    for (const { waitsSince } of this.#lanes.values())
      if (waitsSince !== undefined && waitsSince < oldest) oldest = waitsSince
    return now - oldest
  }

  async #deliver(lane: Lane, messages: Together): Promise<number> {
    lane.waitsSince = performance.now()
    try {
      return await this.#insist(lane, messages)
    } finally {
      lane.waitsSince = undefined
    }
  }

  async #insist(lane: Lane, messages: Together): Promise<number> {
    for (let wait = firstWaitMs; ; wait = Math.min(wait * 2, longestWaitMs)) {
      const slot = this.#producer(lane.slot)
      try {
        const producer = await slot.catch((error: unknown) => {
          this.#discard(lane.slot, slot)
          throw error
        })
        const [answer] = await producer.send({
          topic: lane.topic,
          acks: -1,
          compression: this.#o.compression,
          messages,
        })
        return Number(answer?.baseOffset ?? 0)
      } catch (error) {
        const why = wordsOf(error)
        const type = typeOf(error)
        if (this.#closing || final.has(type))
          throw new RescindError('LOG_WRITE_FAILED', `The broker did not take a record for ${lane.topic}: ${why}`, {
            retry: final.has(type) ? 'never' : 'later',
            cause: error,
          })
        this.#o.onRetry(lane.topic, why)
        // Otherwise the same producer sends the same batch under the same number, and the broker knows it again.
        if (lostCount.has(type)) this.#discard(lane.slot, slot)
        await pause(wait)
      }
    }
  }

  #producer(slot: number): Promise<Producer> {
    this.#slots[slot] ??= this.#open()
    return this.#slots[slot]
  }

  async #open(): Promise<Producer> {
    const producer = this.#o.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      metadataMaxAge: 5000,
      retry: producerRetry,
    })
    await producer.connect()
    return producer
  }

  #discard(slot: number, failed: Promise<Producer>): void {
    if (this.#slots[slot] !== failed) return
    delete this.#slots[slot]
    failed.then((producer) => producer.disconnect()).catch(() => {})
  }
}

/**
 * Messages of one partition. The client groups what it sends by partition with `reduce`, copying the group for each message:
 * a second for ten thousand of them. These are grouped already.
 */
class Together extends Array<Message> {
  #partition = 0

  static override get [Symbol.species](): ArrayConstructor {
    return Array
  }

  static withAll(works: readonly Work[], partition: number): Together {
    const together = new Together()
    for (const { messages } of works) for (const message of messages) together.push(message)
    together.#partition = partition
    return together
  }

  override reduce(): never {
    return { [this.#partition]: this } as never
  }
}

/** As many pieces of work as fit one send; each stays whole. */
function take(queue: Work[]): Work[] {
  let bytes = 0
  let count = 0
  for (const work of queue) {
    if (count > 0 && bytes + work.bytes > bytesPerSend) break
    bytes += work.bytes
    count++
  }
  return queue.splice(0, count)
}

/** The broker’s name for what went wrong, wherever the client wrapped it. */
function typeOf(error: unknown): string {
  for (let e = error; e instanceof Error; e = e.cause) if (e instanceof kafkajs.KafkaJSProtocolError) return e.type
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
])
