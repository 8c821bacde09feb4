import type { Row, Table } from '../../ports/history.ts'
import type { Position } from '../../ports/log.ts'

/** The rows of one partition that wait, and the records they come from, skipped ones included. */
interface Part {
  rows: Row[]
  first: number
  /** Offset after the last record. */
  next: number
  /** When the log took the first record: tells two logs with the same offsets apart. */
  recorded: number
}

/** What is to be written to one table: rows of one topic, by partition. */
export interface Pending {
  readonly topic: string
  readonly table: Table
  readonly parts: Map<number, Part>
  rows: number
  bytes: number
}

export const pending = (topic: string, table: Table): Pending => ({
  topic,
  table,
  parts: new Map(),
  rows: 0,
  bytes: 0,
})

/** Notes a record and its rows; one that is not for history has none. */
export function add(to: Pending, partition: number, offset: number, recorded: number, rows: readonly Row[]): void {
  let part = to.parts.get(partition)
  if (part === undefined) {
    part = { rows: [], first: offset, next: offset, recorded }
    to.parts.set(partition, part)
  }
  part.next = offset + 1
  for (const row of rows) {
    part.rows.push(row)
    to.rows++
    to.bytes += row.length
  }
}

export function forget(from: Pending, partition: number): void {
  const part = from.parts.get(partition)
  if (part === undefined) return
  from.parts.delete(partition)
  from.rows -= part.rows.length
  for (const row of part.rows) from.bytes -= row.length
}

export const rowsOf = (of: Pending): Row[] => [...of.parts.values()].flatMap((part) => part.rows)

/** The same records in the same cut have the same token. */
export function tokenOf(of: Pending, group: string): string {
  const parts = [...of.parts].sort(([a], [b]) => a - b)
  return [
    group,
    of.topic,
    ...parts.map(([partition, { first, next, recorded }]) => `${partition}:${first}-${next - 1}@${recorded}`),
  ].join('/')
}

export const positionsOf = (of: Pending): Position[] =>
  [...of.parts].map(([partition, { next }]) => ({ topic: of.topic, partition, offset: next }))
