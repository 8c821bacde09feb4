import { mkdirSync, rmSync } from 'node:fs'
import { type Database, open } from 'lmdb'
import { latestKey, partitionKey } from './keys.ts'

/** What a lane asks of it (ColdStore of src/flow/entity.ts), and what its owner does. */
export interface OpenedColdStore {
  put(key: string, partition: number, state: string): void
  /** The state, which is removed. */
  take(key: string, partition: number): string | undefined
  forget(partition: number): void
  /** Keys on disk. */
  readonly keys: number
  close(): Promise<void>
}

/**
 * Keys that memory has no room for, on the local disk. Emptied at the start: the changelog holds the truth, and what is
 * here would be that of another time. Nothing is synced to disk for the same reason.
 */
export function openColdStore(directory: string): OpenedColdStore {
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const store: Database<string, Buffer> = open({
    path: directory,
    encoding: 'string',
    keyEncoding: 'binary',
    compression: true,
    noSync: true,
    noMetaSync: true,
  })
  // The library writes later and reads only what is written: what is on its way is answered from here, null when removed.
  const onItsWay = new Map<string, { value: string | null }>()
  let keys = 0
  const write = (row: Buffer, value: string | null) => {
    const name = row.toString('latin1')
    const mine = { value }
    onItsWay.set(name, mine)
    const written = value === null ? store.remove(row) : store.put(row, value)
    void written.then(() => {
      // Reads of this turn may still be of before.
      store.resetReadTxn()
      if (onItsWay.get(name) === mine) onItsWay.delete(name)
    })
  }
  return {
    put(key, partition, state) {
      write(latestKey(partition, key), state)
      keys++
    },
    take(key, partition) {
      const row = latestKey(partition, key)
      const waiting = onItsWay.get(row.toString('latin1'))
      const state = waiting === undefined ? store.get(row) : waiting.value
      if (state === undefined || state === null) return undefined
      write(row, null)
      keys--
      return state
    },
    forget(partition) {
      const from = partitionKey(partition)
      const to = partitionKey(partition + 1)
      const rows = new Map<string, Buffer>()
      for (const found of store.getKeys({ start: from, end: to })) {
        const row = Buffer.from(found)
        rows.set(row.toString('latin1'), row)
      }
      for (const name of onItsWay.keys()) {
        const row = Buffer.from(name, 'latin1')
        if (row.compare(from) >= 0 && row.compare(to) < 0) rows.set(name, row)
      }
      for (const [name, row] of rows) {
        if (onItsWay.get(name)?.value === null) continue
        write(row, null)
        keys--
      }
    },
    get keys() {
      return keys
    },
    close: () => store.close(),
  }
}
