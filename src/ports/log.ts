/**
 * The durable log: topics, keys, partitions, offsets, consumer groups and compaction, with the semantics of Apache
 * Kafka's. Offsets, keys and acknowledgement are the design and are not hidden.
 *
 * Obligations of every implementation (test/contract/log.ts holds them):
 *  - `append` resolves only when the records are on disk; a record acknowledged is never lost by a crash.
 *  - Records of one partition are read in the order of their offsets; offsets grow by one per record.
 *  - A record without a partition goes to `partitionOf(key)`, the same for every producer of the topic.
 *  - `commit` makes outputs durable no later than the changelog, and both no later than the offsets: after a crash the
 *    batch is either done or given again, never half skipped. A log that does all three at once says so by `atomic`.
 *  - What one commit writes to one partition of the changelog is there whole or not at all.
 *  - While there is no room (a full queue, a full disk) what others append is refused, with retry `later`. Commits, and appends
 *    that ask where they are placed, are the flow’s, which bounds by itself what is on its way: they wait.
 *  - A compacted topic keeps at least the last value of each key; a `null` value deletes the key.
 *  - A consumer sees records appended after it has caught up without polling by its owner.
 */
export interface TopicSpec {
  name: string
  partitions: number
  /** Keep the last value per key instead of a time span. */
  compacted?: boolean
  /** Records older than this may be dropped, ms. Absent: kept. */
  retentionMs?: number
  /** The oldest records may be dropped above this size, bytes per partition. */
  retentionBytes?: number
}

export interface Append {
  topic: string
  key: string
  /** UTF-8 text; `null` is a tombstone. */
  value: string | null
  headers?: Readonly<Record<string, string>>
  partition?: number
}

export interface LogRecord {
  topic: string
  partition: number
  offset: number
  key: string
  value: string | null
  headers: Readonly<Record<string, string>>
  /** When it was appended, ms since the epoch. Data for people, never read by the core. */
  appended: number
  /** Of a topic of others: what stands here could not be read, this record or several that end with it. */
  damage?: Damage
}

export interface Damage {
  why: string
  records: number
}

export interface Position {
  topic: string
  partition: number
  /** The next offset to read. */
  offset: number
}

export interface Batch {
  topic: string
  partition: number
  records: readonly LogRecord[]
  /** Offset after the last record of the partition, as known now: lag = end - last record's offset - 1. */
  end: number
}

export interface Commit {
  /** Findings, commands, re-keyed records. */
  outputs: readonly Append[]
  /** Changed state, to compacted topics. */
  changelog: readonly Append[]
  offsets: readonly Position[]
}

/**
 * Told of the records of each partition, in their order, once it is certain which offsets they have; `from` is where the
 * first of them is. What is handed in from then on becomes durable no earlier than they do.
 */
export type OnPlaced = (records: readonly Append[], from: Position) => void

export interface Consumer {
  /** Stops after the batch in hand; resolves when it is done. */
  close(): Promise<void>
}

export interface ConsumeOptions {
  /** Shares the partitions with the group’s other consumers. Absent: this consumer has them all, and commits nothing. */
  group?: string
  topics: readonly string[]
  /** Where the others of the group find this one: an URL. */
  address?: string
  /** Where a group without an offset starts. */
  from: 'earliest' | 'latest'
  /** At most this many records in one batch. */
  maxRecords: number
  /** Records may wait this long for others, ms, where that is cheaper; default: as short as can be. */
  patienceMs?: number
  /**
   * Called before the first batch of newly owned partitions, and awaited: restore state here. May answer where to begin
   * instead, for those partitions whose state is elsewhere than the committed offset. Also called with none at the first
   * assignment that gives none.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: most have nothing to answer
  onAssigned?(positions: readonly Position[]): Promise<readonly Position[] | void>
  /** Called when partitions are lost: forget their state. */
  onRevoked?(partitions: readonly { topic: string; partition: number }[]): Promise<void>
  /**
   * One batch of one partition, in order. The next batch of any partition of this consumer waits for the promise. The
   * handler commits by `Log.commit`; a rejection stops the consumer and reaches `onFailed`. It must not wait for a commit
   * with a changelog where the log is not atomic: that one may wait for the group.
   */
  onBatch(batch: Batch): Promise<void>
  onFailed(error: unknown): void
}

/** One of those that share a group, as the group knows it. */
export interface Member {
  /** Where it said it answers. */
  address: string | undefined
  /** What it works on, by topic. */
  partitions: Readonly<Record<string, readonly number[]>>
}

export interface Log {
  /** `commit` takes effect whole or not at all, and is cheap enough for every batch. */
  readonly atomic: boolean
  /** Creates what is missing; fails with LOG_TOPIC_MISMATCH when a topic exists with fewer partitions. */
  createTopics(specs: readonly TopicSpec[]): Promise<void>
  partitions(topic: string): number
  partitionOf(topic: string, key: string): number
  /** Durable when resolved; answers the positions of the records, in the order given. */
  append(records: readonly Append[], onPlaced?: OnPlaced): Promise<readonly Position[]>
  consume(options: ConsumeOptions): Promise<Consumer>
  /**
   * Commits of one caller take effect in the order of the calls, whether or not it waits between them. `onPlaced` is told of
   * the outputs.
   */
  commit(group: string, commit: Commit, onPlaced?: OnPlaced): Promise<void>
  /** From `from` (or the oldest kept) up to the end as known at the call, or to before `to`. */
  read(topic: string, partition: number, from?: number, to?: number): AsyncIterable<LogRecord>
  /** First kept offset and the offset after the last record. */
  range(topic: string, partition: number): Promise<{ start: number; end: number }>
  /** The next offset of the group, undefined when it never committed. */
  committed(group: string, topic: string, partition: number): Promise<number | undefined>
  /** False while records are not taken, and those who can wait elsewhere should. */
  readonly writable: boolean
  /** Of a log that is shared: partitions that are worked on here, and since when none was fetched from, ms. */
  readonly membership?: { assigned: number; fetchAgeMs: number }
  /** Of a log that is shared: who works on what in a group. */
  members?(group: string): Promise<readonly Member[]>
  /** Rejects when a record could not be made durable now. */
  probe(): Promise<void>
  close(): Promise<void>
}
