import type { Clock } from '../../ports/clock.ts'
import type { Draft } from './draft.ts'
import { appendedOf, decodeRecord } from './record-codec.ts'
import type { Store } from './store.ts'
import type { Partition, Topics } from './topics.ts'

/** At least this many records go per partition and transaction; more when more came in, so that upkeep keeps up. */
const leastStep = 1000
/** Age is looked at again after this many records, besides the regular sweep. */
const appendsPerAgeCheck = 1000

export interface Dropped {
  topic: string
  partition: number
  /** Records dropped by retention. */
  records: number
  /** First kept offset now. */
  start: number
}

/**
 * Retention and the sweep of old tombstones, in bounded steps that ride on the transactions of others, or on their own
 * when the log is idle. As in Kafka, retention does not ask whether a group has read the records; a group that is behind
 * goes on at the first kept offset. The newest record of a partition always stays.
 */
export class Upkeep {
  readonly #store: Store
  readonly #clock: Clock
  readonly #tombstoneMs: number
  readonly #due = new Set<Partition>()
  readonly #sinceAgeCheck = new Map<Partition, number>()

  constructor(store: Store, clock: Clock, tombstoneMs: number) {
    this.#store = store
    this.#clock = clock
    this.#tombstoneMs = tombstoneMs
  }

  get isDue(): boolean {
    return this.#due.size > 0
  }

  /** Everything that can have grown old is looked at. */
  sweep(topics: Topics): void {
    for (const { row, partitions } of topics.all())
      if (row.compacted || row.retentionMs !== undefined || row.retentionBytes !== undefined)
        for (const partition of partitions) this.#due.add(partition)
  }

  /** Leaves everything until the next sweep or append: after a failed transaction. */
  pause(): void {
    this.#due.clear()
  }

  noticed(partition: Partition, appended: number): void {
    const { row } = partition.topic
    if (row.compacted) return
    if (row.retentionBytes !== undefined && partition.extent.bytes > row.retentionBytes) this.#due.add(partition)
    if (row.retentionMs === undefined) return
    const since = (this.#sinceAgeCheck.get(partition) ?? 0) + appended
    this.#sinceAgeCheck.set(partition, since)
    if (since >= appendsPerAgeCheck) this.#due.add(partition)
  }

  /** Adds one step for each partition that is due; what is not finished stays due. Answers what retention drops. */
  plan(draft: Draft): Dropped[] {
    const dropped: Dropped[] = []
    for (const partition of [...this.#due]) {
      const most = Math.max(leastStep, 2 * (draft.appended.get(partition) ?? 0))
      const gone = partition.topic.row.compacted
        ? this.#sweepTombstones(draft, partition, most)
        : this.#retain(draft, partition, most, dropped)
      this.#sinceAgeCheck.delete(partition)
      if (gone < most) this.#due.delete(partition)
    }
    return dropped
  }

  #retain(draft: Draft, partition: Partition, most: number, dropped: Dropped[]): number {
    const { name, retentionMs, retentionBytes = Number.POSITIVE_INFINITY } = partition.topic.row
    const { start, end, bytes } = draft.touched.get(partition) ?? partition.extent
    // Nothing, or the newest record alone: there is nothing to take.
    if (end - start < 2) return 0
    const oldest = retentionMs === undefined ? Number.NEGATIVE_INFINITY : this.#clock.now() - retentionMs
    let kept = bytes
    let gone = 0
    // Only what is on disk already, and never the newest record.
    for (const record of this.#store.records(partition.id, start, Math.min(partition.extent.end, end - 1))) {
      if (gone >= most || (kept <= retentionBytes && appendedOf(record.bytes) >= oldest)) break
      draft.drop(partition, record.offset)
      kept -= record.bytes.length
      gone++
    }
    if (gone === 0) return 0
    const extent = draft.extent(partition)
    extent.start = start + gone
    extent.bytes = kept
    dropped.push({ topic: name, partition: partition.index, records: gone, start: extent.start })
    return gone
  }

  #sweepTombstones(draft: Draft, partition: Partition, most: number): number {
    const oldest = this.#clock.now() - this.#tombstoneMs
    let gone = 0
    for (const offset of this.#store.tombstones(partition.id, partition.extent.end)) {
      const bytes = this.#store.record(partition.id, offset)
      if (gone >= most || (bytes !== undefined && appendedOf(bytes) >= oldest)) break
      gone++
      draft.changes.tombstones.push({ partition: partition.id, offset, kept: false })
      if (bytes === undefined) continue
      const { key } = decodeRecord(partition.topic.row.name, partition.index, offset, bytes)
      // The key may have been written again in this very transaction; then its row is not ours to take.
      if (draft.latest(partition, key)?.offset !== offset) continue
      draft.drop(partition, offset)
      draft.setLatest(partition, key, null)
    }
    return gone
  }
}
