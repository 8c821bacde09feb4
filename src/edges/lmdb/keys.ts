import { createHash } from 'node:crypto'

/** Record rows sort by partition id (u32), then offset (u48), big endian. */
const recordKeyBytes = 10

export function recordKey(
  partition: number,
  offset: number,
  target: Buffer = Buffer.allocUnsafe(recordKeyBytes),
): Buffer {
  target.writeUInt32BE(partition, 0)
  target.writeUIntBE(offset, 4, 6)
  return target
}

export function offsetOf(key: Uint8Array): number {
  // Two numbers instead of six bytes: 48 bits do not fit into the bit operators.
  const high = ((key[4] ?? 0) << 8) | (key[5] ?? 0)
  const low = (((key[6] ?? 0) << 24) | ((key[7] ?? 0) << 16) | ((key[8] ?? 0) << 8) | (key[9] ?? 0)) >>> 0
  return high * 0x1_0000_0000 + low
}

export function partitionKey(partition: number): Buffer {
  const key = Buffer.allocUnsafe(4)
  key.writeUInt32BE(partition, 0)
  return key
}

/** LMDB keys end at 1978 bytes; longer record keys are named by their digest. */
const longestPlain = 1024

/** The row that remembers where the last record of a key is. */
export function latestKey(partition: number, key: string): Buffer {
  const plain = Buffer.byteLength(key) <= longestPlain
  const name = plain ? Buffer.from(key) : createHash('sha256').update(key).digest()
  const row = Buffer.allocUnsafe(5 + name.length)
  row.writeUInt32BE(partition, 0)
  row[4] = plain ? 0 : 1
  name.copy(row, 5)
  return row
}

export function groupKey(group: string, topic: string, partition: number): Buffer {
  return Buffer.from(JSON.stringify([group, topic, partition]))
}
