const seed = 0x9747b28c
const mix = 0x5bd1e995

/** MurmurHash2 with Kafka's seed, as org.apache.kafka.common.utils.Utils.murmur2; a signed 32 bit number. */
export function murmur2(bytes: Uint8Array): number {
  const length = bytes.length
  const view = new DataView(bytes.buffer, bytes.byteOffset, length)
  let hash = seed ^ length
  let at = 0
  for (; at + 4 <= length; at += 4) {
    let word = Math.imul(view.getInt32(at, true), mix)
    word ^= word >>> 24
    hash = Math.imul(hash, mix) ^ Math.imul(word, mix)
  }
  const rest = length - at
  if (rest === 3) hash ^= view.getUint8(at + 2) << 16
  if (rest >= 2) hash ^= view.getUint8(at + 1) << 8
  if (rest >= 1) hash = Math.imul(hash ^ view.getUint8(at), mix)
  hash ^= hash >>> 13
  hash = Math.imul(hash, mix)
  return hash ^ (hash >>> 15)
}

/** Where Kafka's default partitioner puts the key, so that a key has the same partition in both logs. */
export function partitionOfKey(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions
}
