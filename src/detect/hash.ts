/**
 * 28 bits of 32-bit FNV-1a over UTF-16 units with a final avalanche (murmur3 fmix32), as a small integer ≥ 0. For bounded sets in
 * memory, never for identity that must resist an adversary.
 */
export function hash32(text: string): number {
  let h = 0x811c9dc5
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  h ^= h >>> 16
  h = Math.imul(h, 0x85ebca6b)
  h ^= h >>> 13
  // 28 bits, so that a trait’s index fits beside it in a number that V8 keeps unboxed.
  return (h ^ (h >>> 16)) & 0x0fffffff
}
