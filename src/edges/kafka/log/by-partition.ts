import type { Append } from '../../../ports/log.ts'
import { sizeOf } from '../client/records.ts'

/** What goes to one partition of what was handed in: which of the records, and their bytes. */
interface Part {
  topic: string
  partition: number
  at: number[]
  bytes: number
}

/** Records by where they go, each partition’s in their order. `partitionOf`: where a record goes that does not say. */
export function byPartition(records: readonly Append[], partitionOf: (record: Append) => number): Part[] {
  const parts = new Map<string, Part>()
  for (const [i, record] of records.entries()) {
    const { topic } = record
    const partition = record.partition ?? partitionOf(record)
    const name = `${topic}/${partition}`
    let part = parts.get(name)
    if (part === undefined) {
      part = { topic, partition, at: [], bytes: 0 }
      parts.set(name, part)
    }
    part.at.push(i)
    part.bytes += sizeOf(record)
  }
  return [...parts.values()]
}
