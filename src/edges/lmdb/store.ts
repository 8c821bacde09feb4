import { closeSync, fsyncSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, open, type RootDatabase } from 'lmdb'
import { Value } from 'typebox/value'
import { RescindError } from '../../errors.ts'
import { groupKey, latestKey, offsetOf, partitionKey, recordKey } from './keys.ts'
import { type Extent, TopicRow } from './topics.ts'

const format = 1
const roomRow = groupKey('readiness', 'room', 0)

/** One transaction: what to write and remove. Complete before it starts, because a started one cannot be taken back. */
export interface Changes {
  records: { partition: number; offset: number; bytes: Uint8Array }[]
  dropped: { partition: number; offset: number }[]
  /** Where the last record of a key is; null: the key is forgotten. */
  latest: Map<string, { row: Buffer; at: Latest | null }>
  /** Tombstones to be swept later (true) or gone (false). */
  tombstones: { partition: number; offset: number; kept: boolean }[]
  extents: Map<number, Readonly<Extent>>
  offsets: { row: Buffer; offset: number }[]
  topics: readonly TopicRow[]
  room?: number
}

export interface Latest {
  offset: number
  tombstone: boolean
}

interface Row {
  offset: number
  bytes: Buffer
}

/**
 * The database. Two settings carry the promise of `append`:
 *  - `overlappingSync: false`: a commit resolves after fdatasync and a synchronous write of the meta page. With the
 *    default, a commit resolves when it is visible, and a failed sync never settles `flushed` (lmdb 3.5.6, write.js).
 *  - `eventTurnBatching: false`: with it, lmdb keeps a promise of its own that nobody can catch when a commit fails.
 * No synchronous transaction may run after opening: it would commit the first half of an asynchronous one.
 */
export class Store {
  readonly #root: RootDatabase
  readonly #owner: Database<number, string>
  readonly #topics: Database<unknown, string>
  readonly #extents: Database<Buffer, Buffer>
  readonly #records: Database<Uint8Array, Uint8Array>
  readonly #latest: Database<Buffer, Buffer>
  readonly #tombstones: Database<Buffer, Buffer>
  readonly #offsets: Database<Buffer, Buffer>
  readonly #epoch: number

  constructor(directory: string) {
    const root = open({ path: join(directory, 'log'), overlappingSync: false, eventTurnBatching: false })
    this.#root = root
    this.#owner = root.openDB('owner', { useVersions: true })
    const known = this.#owner.get('format')
    if (known !== undefined && known !== format) {
      void root.close()
      throw new RescindError('CONFIG_INVALID', `The log in ${directory} has format ${known}, not ${format}.`)
    }
    const binary = { encoding: 'binary', keyEncoding: 'binary' } as const
    this.#topics = root.openDB('topics', { encoding: 'json' })
    this.#extents = root.openDB('extents', binary)
    this.#records = root.openDB('records', binary)
    this.#latest = root.openDB('latest', binary)
    this.#tombstones = root.openDB('tombstones', binary)
    this.#offsets = root.openDB('offsets', binary)
    this.#epoch = root.transactionSync(() => {
      const epoch = (this.#owner.getEntry('epoch')?.version ?? 0) + 1
      this.#owner.putSync('format', format, 1)
      this.#owner.putSync('epoch', process.pid, epoch)
      return epoch
    })
    syncDirectories(directory)
  }

  /**
   * Resolves when on disk. False: another process opened the directory after this one, nothing was written; the
   * condition is checked inside the transaction, under LMDB's writer lock, so two can never mix their offsets.
   */
  apply(changes: Changes): Promise<boolean> {
    return this.#owner.ifVersion('epoch', this.#epoch, () => {
      // The key is copied by `put`, so one buffer serves all. Removals go last: a record may be superseded by a later
      // one of the same transaction.
      const key = recordKey(0, 0)
      for (const { partition, offset, bytes } of changes.records)
        this.#records.put(recordKey(partition, offset, key), bytes)
      for (const { partition, offset } of changes.dropped) this.#records.remove(recordKey(partition, offset, key))
      for (const { row, at } of changes.latest.values()) {
        if (at === null) this.#latest.remove(row)
        else this.#latest.put(row, doubles(at.offset, at.tombstone ? 1 : 0))
      }
      for (const { partition, offset, kept } of changes.tombstones) {
        if (kept) this.#tombstones.put(recordKey(partition, offset, key), Buffer.of(1))
        else this.#tombstones.remove(recordKey(partition, offset, key))
      }
      for (const [partition, { start, end, bytes }] of changes.extents)
        this.#extents.put(partitionKey(partition), doubles(start, end, bytes))
      for (const { row, offset } of changes.offsets) this.#offsets.put(row, doubles(offset))
      for (const row of changes.topics) this.#topics.put(row.name, row)
      if (changes.room === 0) this.#offsets.remove(roomRow)
      else if (changes.room !== undefined) this.#offsets.put(roomRow, Buffer.alloc(changes.room))
    })
  }

  /** Lazily, in order; to be walked without awaiting in between. */
  *records(partition: number, from: number, to: number): Generator<Row> {
    const range = { start: recordKey(partition, from), end: recordKey(partition, to) }
    for (const { key, value } of this.#records.getRange(range)) yield { offset: offsetOf(key), bytes: asBuffer(value) }
  }

  record(partition: number, offset: number): Buffer | undefined {
    const value = this.#records.get(recordKey(partition, offset))
    return value === undefined ? undefined : asBuffer(value)
  }

  *tombstones(partition: number, to: number): Generator<number> {
    const range = { start: recordKey(partition, 0), end: recordKey(partition, to) }
    for (const key of this.#tombstones.getKeys(range)) yield offsetOf(key)
  }

  latest(partition: number, key: string): Latest | undefined {
    const value = this.#latest.get(latestKey(partition, key))
    return value === undefined ? undefined : { offset: value.readDoubleLE(0), tombstone: value.readDoubleLE(8) === 1 }
  }

  extent(partition: number): Extent {
    const value = this.#extents.get(partitionKey(partition))
    if (value === undefined) return { start: 0, end: 0, bytes: 0 }
    return { start: value.readDoubleLE(0), end: value.readDoubleLE(8), bytes: value.readDoubleLE(16) }
  }

  committed(group: string, topic: string, partition: number): number | undefined {
    return this.#offsets.get(groupKey(group, topic, partition))?.readDoubleLE(0)
  }

  topics(): TopicRow[] {
    const rows: TopicRow[] = []
    for (const { key, value } of this.#topics.getRange()) {
      if (!Value.Check(TopicRow, value)) throw new RescindError('BUG_STATE', `The stored topic ${key} cannot be read.`)
      rows.push(value)
    }
    return rows
  }

  close(): Promise<void> {
    return this.#root.close()
  }
}

function doubles(...values: number[]): Buffer {
  const bytes = Buffer.allocUnsafe(8 * values.length)
  for (const [index, value] of values.entries()) bytes.writeDoubleLE(value, 8 * index)
  return bytes
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The names of new files are on disk only when their directories are. Windows cannot open a directory. */
function syncDirectories(directory: string): void {
  if (process.platform === 'win32') return
  for (const path of [join(directory, 'log'), directory]) {
    const descriptor = openSync(path, 'r')
    try {
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  }
}
