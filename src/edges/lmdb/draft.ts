import { latestKey } from './keys.ts'
import type { Changes, Latest, Store } from './store.ts'
import type { Extent, Partition, TopicRow } from './topics.ts'

/** A record encoded and placed, without its offset. */
export interface Pending {
  partition: Partition
  key: string
  tombstone: boolean
  bytes: Uint8Array
}

/** What one caller wants done, in one transaction. */
export interface Work {
  /** Of the flow, which bounds by itself what it hands in: it waits while there is no room, and is never refused for it. */
  patient?: true
  records: readonly Pending[]
  offsets: readonly { row: Buffer; offset: number }[]
  topics: readonly TopicRow[]
  /** Whether there is room for so many bytes; 0: what was written to see it is removed. */
  room?: number
}

/** One transaction in the making: what was asked, with offsets given and superseded records of compacted topics gone. */
export class Draft {
  readonly changes: Changes = {
    records: [],
    dropped: [],
    latest: new Map(),
    tombstones: [],
    extents: new Map(),
    offsets: [],
    topics: [],
  }
  readonly touched = new Map<Partition, Extent>()
  /** Records appended per partition. */
  readonly appended = new Map<Partition, number>()
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  /** Answers the offsets of the records, in their order. */
  add(work: Work): number[] {
    this.changes.offsets.push(...work.offsets)
    if (work.room !== undefined) this.changes.room = work.room
    if (work.topics.length > 0) this.changes.topics = [...this.changes.topics, ...work.topics]
    return work.records.map((record) => this.#append(record))
  }

  /** The extent to change. */
  extent(partition: Partition): Extent {
    const known = this.touched.get(partition)
    if (known !== undefined) return known
    const extent = { ...partition.extent }
    this.touched.set(partition, extent)
    this.changes.extents.set(partition.id, extent)
    return extent
  }

  drop(partition: Partition, offset: number): void {
    this.changes.dropped.push({ partition: partition.id, offset })
  }

  /** Where the last record of the key is, with this transaction done. */
  latest(partition: Partition, key: string): Latest | undefined {
    const changed = this.changes.latest.get(nameOf(partition, key))
    if (changed !== undefined) return changed.at ?? undefined
    return this.#store.latest(partition.id, key)
  }

  setLatest(partition: Partition, key: string, at: Latest | null): void {
    this.changes.latest.set(nameOf(partition, key), { row: latestKey(partition.id, key), at })
  }

  #append({ partition, key, tombstone, bytes }: Pending): number {
    const extent = this.extent(partition)
    const offset = extent.end
    extent.end++
    this.changes.records.push({ partition: partition.id, offset, bytes })
    this.appended.set(partition, (this.appended.get(partition) ?? 0) + 1)
    if (partition.topic.row.compacted) this.#supersede(partition, key, { offset, tombstone })
    else extent.bytes += bytes.length
    return offset
  }

  #supersede(partition: Partition, key: string, at: Latest): void {
    const before = this.latest(partition, key)
    if (before !== undefined) {
      this.drop(partition, before.offset)
      if (before.tombstone)
        this.changes.tombstones.push({ partition: partition.id, offset: before.offset, kept: false })
    }
    if (at.tombstone) this.changes.tombstones.push({ partition: partition.id, offset: at.offset, kept: true })
    this.setLatest(partition, key, at)
  }
}

function nameOf(partition: Partition, key: string): string {
  return `${partition.id}:${key}`
}
