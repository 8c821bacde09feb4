import { setTimeout as pause } from 'node:timers/promises'
import kafkajs, { type Message } from 'kafkajs'
import { causesOf, RescindError } from '../../../errors.ts'
import type { Idempotent, Identity } from '../client/idempotent.ts'

/** A batch of one partition holds at most this much, unless a single piece of work is larger. */
const bytesPerBatch = 1024 * 1024
/** A request holds at most this much, unless a single batch is larger. */
const bytesPerRequest = 4 * 1024 * 1024
/** Short beside the seconds that a cluster takes to fence a broker: what waits longer adds its wait to them. */
const firstWaitMs = 100
const longestWaitMs = 400

interface Work {
  messages: Message[]
  bytes: number
  resolve(offset: number): void
  reject(error: unknown): void
}

/** Of one partition: what waits, and what is in flight. */
interface Lane {
  topic: string
  partition: number
  queue: Work[]
  /** Work that goes as one record batch, until it is in the log. */
  batch: Work[]
  batchBytes: number
  /** Since when the batch waits for its answer, by the process’s clock, ms. */
  waitsSince: number | undefined
  /** Who the broker counts this partition’s records for, and how many there were. */
  identity: Identity | undefined
  sequence: number
  leader: number | undefined
  /** Failures of this batch so far; from the first on it travels alone, so that its answer is its own. */
  failures: number
}

/** What is ready for one broker, in the order in which it became so. */
interface Node {
  ready: Set<Lane>
  isBusy: boolean
}

export interface LanesOptions {
  producer: Pick<Idempotent, 'identity' | 'leader' | 'produce' | 'refresh' | 'close'>
  /** Work waiting beyond this is refused with LOG_WRITE_FAILED, retry later. */
  maxPendingBytes: number
  onRetry(topic: string, why: string): void
  /** What is said of a failure of a topic. */
  wordsOf(error: unknown, topic: string): string
}

/**
 * Producing in lanes: for each partition one batch in flight, numbered, sent again under the same number until the broker
 * has it. Lanes of a broker share its requests, of which one is under way: the longer it takes, the more travels in the next.
 * What one call hands in for one partition is in one record batch, which a broker takes whole or not at all. While no
 * broker answers, lanes try again for as long as it takes.
 */
export class Lanes {
  readonly #o: LanesOptions
  readonly #producer: LanesOptions['producer']
  readonly #lanes = new Map<string, Lane>()
  readonly #nodes = new Map<number, Node>()
  #pendingBytes = 0
  #closing = false
  /** Told when nothing waits any more. */
  #idle: (() => void)[] = []

  constructor(options: LanesOptions) {
    this.#o = options
    this.#producer = options.producer
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
        ...{ topic, partition, queue: [], batch: [], batchBytes: 0, waitsSince: undefined },
        ...{ identity: undefined, sequence: 0, leader: undefined, failures: 0 },
      }
      this.#lanes.set(name, lane)
    }
    this.#pendingBytes += bytes
    const to = lane
    return new Promise((resolve, reject) => {
      to.queue.push({ messages, bytes, resolve, reject })
      if (to.batch.length === 0 && to.queue.length === 1) void this.#place(to)
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
    for (const { waitsSince } of this.#lanes.values())
      if (waitsSince !== undefined && waitsSince < oldest) oldest = waitsSince
    return now - oldest
  }

  /** Makes a lane with work ready at the broker that leads its partition. */
  async #place(lane: Lane): Promise<void> {
    if (lane.batch.length === 0) await Promise.resolve()
    try {
      lane.waitsSince ??= performance.now()
      lane.leader ??= await this.#producer.leader(lane.topic, lane.partition)
      lane.identity ??= await this.#producer.identity()
    } catch (error) {
      return this.#failed([lane], error)
    }
    this.#ready(lane, lane.leader)
  }

  #ready(lane: Lane, leader: number): void {
    let node = this.#nodes.get(leader)
    if (node === undefined) {
      node = { ready: new Set(), isBusy: false }
      this.#nodes.set(leader, node)
    }
    node.ready.add(lane)
    if (!node.isBusy) void this.#drain(leader, node)
  }

  async #drain(leader: number, node: Node): Promise<void> {
    node.isBusy = true
    // What is handed in within this turn goes together.
    await Promise.resolve()
    for (let lanes = together(node.ready); lanes.length > 0; lanes = together(node.ready))
      await this.#request(leader, lanes)
    node.isBusy = false
  }

  async #request(leader: number, lanes: readonly Lane[]): Promise<void> {
    const now = performance.now()
    for (const lane of lanes) lane.waitsSince ??= now
    try {
      const identity = (lanes[0] as Lane).identity as Identity
      const numbered = lanes.map(({ topic, partition, sequence, batch }) => ({
        ...{ topic, partition, firstSequence: sequence },
        messages: batch.length === 1 ? (batch[0] as Work).messages : batch.flatMap(({ messages }) => messages),
      }))
      const offsets = await this.#producer.produce(leader, identity, numbered)
      for (const [i, lane] of lanes.entries())
        this.#taken(lane, offsets[i] as number, numbered[i]?.messages.length ?? 0)
    } catch (error) {
      void this.#failed(lanes, error)
    }
  }

  #taken(lane: Lane, first: number, count: number): void {
    lane.sequence = (lane.sequence + count) % sequences
    let offset = first
    for (const work of this.#done(lane)) {
      work.resolve(offset)
      offset += work.messages.length
    }
  }

  /** The batch is over, one way or the other; the next may come. */
  #done(lane: Lane): Work[] {
    const works = lane.batch
    this.#pendingBytes -= lane.batchBytes
    lane.failures = 0
    lane.batch = []
    lane.batchBytes = 0
    lane.waitsSince = undefined
    if (lane.queue.length > 0) void this.#place(lane)
    if (this.#pendingBytes === 0) for (const tell of this.#idle.splice(0)) tell()
    return works
  }

  async #failed(lanes: readonly Lane[], error: unknown): Promise<void> {
    const type = typeOf(error)
    const isAlone = lanes.length === 1
    for (const lane of lanes) {
      if (lane.batch.length === 0) take(lane)
      lane.failures++
      lane.leader = undefined
    }
    if (isAlone && final.has(type)) {
      const [lane] = lanes as [Lane]
      // An earlier try may be in the log after all. Whatever came next under its number would be taken for it.
      if (lane.failures > 1) await this.#renumber(lane)
      return this.#refuse(lanes, error, 'never')
    }
    const { topic } = lanes[0] as Lane
    this.#o.onRetry(topic, this.#o.wordsOf(error, topic))
    const failures = Math.min(...lanes.map((lane) => lane.failures))
    if (!this.#closing) await pause(Math.min(firstWaitMs * 2 ** (failures - 1), longestWaitMs))
    if (this.#closing) return this.#refuse(lanes, error, 'later')
    await this.#producer.refresh(error).catch(() => {})
    for (const lane of lanes) {
      if (isAlone && lostCount.has(type)) await this.#renumber(lane)
      void this.#place(lane)
    }
  }

  /** With “later” all that waits is refused: what was tried may be in the log, and nothing may come under its number. */
  #refuse(lanes: readonly Lane[], cause: unknown, retry: 'later' | 'never'): void {
    for (const lane of lanes) {
      const why = this.#o.wordsOf(cause, lane.topic)
      const rest = retry === 'later' ? lane.queue.splice(0) : []
      for (const { bytes } of rest) this.#pendingBytes -= bytes
      for (const work of [...this.#done(lane), ...rest])
        work.reject(
          new RescindError('LOG_WRITE_FAILED', `The broker did not take a record for ${lane.topic}: ${why}`, {
            retry,
            cause,
          }),
        )
    }
  }

  /** A partition whose count is lost never finds it again: it is counted anew, for somebody new. */
  async #renumber(lane: Lane): Promise<void> {
    lane.identity = await this.#producer.identity(lane.identity).catch(() => undefined)
    lane.sequence = 0
  }
}

/** A partition’s records are numbered with 31 bits. */
const sequences = 2 ** 31

/** Lanes whose batches make the next request. All are of one identity; what failed before goes alone. */
function together(ready: Set<Lane>): Lane[] {
  const lanes: Lane[] = []
  let bytes = 0
  for (const lane of ready) {
    if (lane.batch.length === 0) take(lane)
    const [first] = lanes
    if (first !== undefined) {
      if (first.failures > 0 || bytes + lane.batchBytes > bytesPerRequest) break
      if (lane.failures > 0 || lane.identity !== first.identity) continue
    }
    ready.delete(lane)
    lanes.push(lane)
    bytes += lane.batchBytes
  }
  return lanes
}

/** As many pieces of work as fit one batch; each stays whole. */
function take(lane: Lane): void {
  const { queue } = lane
  let bytes = 0
  let count = 0
  for (const work of queue) {
    if (count > 0 && bytes + work.bytes > bytesPerBatch) break
    bytes += work.bytes
    count++
  }
  lane.batch = queue.splice(0, count)
  lane.batchBytes = bytes
}

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
