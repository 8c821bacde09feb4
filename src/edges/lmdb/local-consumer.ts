import type { Batch, ConsumeOptions, Consumer, LogRecord } from '../../ports/log.ts'
import type { Partition, Topic } from './topics.ts'

/** A batch ends early when it holds this much, so that large records do not fill the memory. */
const bytesPerBatch = 8 * 1024 * 1024

interface ConsumerParts {
  topics: readonly Topic[]
  committed(partition: Partition): number | undefined
  read(partition: Partition, from: number, to: number, maxRecords: number, maxBytes: number): LogRecord[]
  /** Called once, when the consumer has stopped for whatever reason. */
  onStopped(): void
}

interface Cursor {
  partition: Partition
  next: number
}

/**
 * One group in this process: it owns all partitions of its topics and takes them in turn, a batch each. It sleeps on a
 * promise that `wake` resolves, never on a timer.
 */
export class LocalConsumer implements Consumer {
  readonly #options: ConsumeOptions
  readonly #parts: ConsumerParts
  readonly #cursors: Cursor[]
  #turn = 0
  #closing = false
  #awake: () => void = () => {}
  readonly #done: Promise<void>

  constructor(options: ConsumeOptions, parts: ConsumerParts) {
    this.#options = options
    this.#parts = parts
    this.#cursors = parts.topics
      .flatMap(({ partitions }) => partitions)
      .map((partition) => ({ partition, next: startOf(partition, parts, options.from) }))
    this.#done = this.#run()
  }

  reads(topics: ReadonlySet<Topic>): boolean {
    return this.#parts.topics.some((topic) => topics.has(topic))
  }

  wake(): void {
    this.#awake()
  }

  /** Not to be awaited inside `onBatch`: it waits for that very batch. */
  close(): Promise<void> {
    this.#closing = true
    this.wake()
    return this.#done
  }

  async #run(): Promise<void> {
    let failure: { error: unknown } | undefined
    try {
      await this.#work()
    } catch (error) {
      failure = { error }
    }
    // First, so that `onFailed` may start the group again.
    this.#parts.onStopped()
    if (failure !== undefined) this.#options.onFailed(failure.error)
  }

  async #work(): Promise<void> {
    // The caller gets the consumer before its first callback.
    await endOfTurn()
    const elsewhere = await this.#options.onAssigned?.(this.#cursors.map(positionOf))
    for (const { topic, partition, offset } of elsewhere ?? []) {
      const cursor = this.#cursors.find((c) => c.partition.topic.row.name === topic && c.partition.index === partition)
      if (cursor !== undefined) cursor.next = offset
    }
    while (!this.#closing) {
      const batch = this.#next()
      if (batch === undefined) await this.#sleep()
      else {
        await this.#options.onBatch(batch)
        // Handlers that answer at once must not keep timers and sockets waiting.
        await endOfTurn()
      }
    }
    await this.#options.onRevoked?.(
      this.#cursors.map(({ partition }) => ({ topic: partition.topic.row.name, partition: partition.index })),
    )
  }

  /** The next batch in turn; undefined when all partitions are read to their end. */
  #next(): Batch | undefined {
    for (let tried = 0; tried < this.#cursors.length; tried++) {
      const cursor = this.#cursors[this.#turn % this.#cursors.length]
      this.#turn++
      if (cursor === undefined) continue
      const { partition } = cursor
      const { end } = partition.extent
      if (cursor.next >= end) continue
      const records = this.#parts.read(partition, cursor.next, end, this.#options.maxRecords, bytesPerBatch)
      const last = records.at(-1)
      // Nothing is left of this stretch when compaction took all of it.
      cursor.next = last === undefined ? end : last.offset + 1
      if (last !== undefined) return { topic: partition.topic.row.name, partition: partition.index, records, end }
    }
    return undefined
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => {
      this.#awake = resolve
    })
  }
}

/** Positions before the first kept record move there; those past the end (a restored directory) to the end. */
function startOf(partition: Partition, parts: ConsumerParts, from: 'earliest' | 'latest'): number {
  const { start, end } = partition.extent
  const committed = parts.committed(partition)
  if (committed === undefined) return from === 'earliest' ? start : end
  return Math.min(Math.max(committed, start), end)
}

function positionOf({ partition, next }: Cursor): { topic: string; partition: number; offset: number } {
  return { topic: partition.topic.row.name, partition: partition.index, offset: next }
}

function endOfTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
