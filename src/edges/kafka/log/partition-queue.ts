import type { Message } from 'kafkajs'
import type { Identity } from '../client/idempotent.ts'

/** A batch of one partition holds at most this much, unless a single piece of work is larger. */
const bytesPerBatch = 1024 * 1024
/** A request holds at most this much, unless a single batch is larger. */
const bytesPerRequest = 4 * 1024 * 1024

export interface Work {
  messages: Message[]
  bytes: number
  resolve(offset: number): void
  reject(error: unknown): void
}

/** Of one partition: what waits, and what is in flight. */
export interface PartitionQueue {
  topic: string
  partition: number
  waiting: Work[]
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

export const emptyQueue = (topic: string, partition: number): PartitionQueue => ({
  ...{ topic, partition, waiting: [], batch: [], batchBytes: 0, waitsSince: undefined },
  ...{ identity: undefined, sequence: 0, leader: undefined, failures: 0 },
})

/** Queues whose batches make the next request. All are of one identity; what failed before goes alone. */
export function together(ready: Set<PartitionQueue>): PartitionQueue[] {
  const queues: PartitionQueue[] = []
  let bytes = 0
  for (const queue of ready) {
    if (queue.batch.length === 0) takeBatch(queue)
    const [first] = queues
    if (first !== undefined) {
      if (first.failures > 0 || bytes + queue.batchBytes > bytesPerRequest) break
      if (queue.failures > 0 || queue.identity !== first.identity) continue
    }
    ready.delete(queue)
    queues.push(queue)
    bytes += queue.batchBytes
  }
  return queues
}

/** As many pieces of work as fit one batch; each stays whole. */
export function takeBatch(queue: PartitionQueue): void {
  const { waiting } = queue
  let bytes = 0
  let count = 0
  for (const work of waiting) {
    if (count > 0 && bytes + work.bytes > bytesPerBatch) break
    bytes += work.bytes
    count++
  }
  queue.batch = waiting.splice(0, count)
  queue.batchBytes = bytes
}
