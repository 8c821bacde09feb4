import { hash } from 'node:crypto'

/** Two 32-bit words of a secret that nobody outside this machine knows. */
export type Seed = readonly [number, number]

export function seedOf(key: string | Buffer): Seed {
  const bytes = hash('sha256', key, 'buffer')
  return [bytes.readInt32LE(0), bytes.readInt32LE(4)]
}

/** The second half of the last digest: functions of numbers only stay free of allocation. */
let high = 0

/**
 * Keyed digest of a text: HalfSipHash-2-4 with 64 bits of output (Aumasson & Bernstein, SipHash, 2012, §7; the reference
 * code’s halfsiphash.c) over its UTF-16 units, of which 53 bits are kept so that it is a plain number ≥ 0. Whoever does not
 * know the seed cannot look for two texts of the same digest.
 */
export function digestOfWord(text: string, seed: Seed, from = 0, to = text.length): number {
  const low = sip(text, seed, from, to)
  return (high & 0x1fffff) * 0x1_0000_0000 + (low >>> 0)
}

function sip(text: string, [k0, k1]: Seed, from: number, to: number): number {
  let v0 = k0
  let v1 = k1 ^ 0xee
  let v2 = k0 ^ 0x6c796765
  let v3 = k1 ^ 0x74656462
  const units = to - from
  let at = from
  // Two units are one 32-bit word; the last word holds the odd unit and the length in bytes, as the algorithm asks.
  for (let words = (units >> 1) + 1; words > 0; words--) {
    const word =
      words > 1
        ? text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16)
        : ((units * 2) << 24) | (units & 1 ? text.charCodeAt(at) : 0)
    at += 2
    v3 ^= word
    for (let round = 0; round < 2; round++) {
      v0 = (v0 + v1) | 0
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0
      v0 = (v0 << 16) | (v0 >>> 16)
      v2 = (v2 + v3) | 0
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2
      v0 = (v0 + v3) | 0
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0
      v2 = (v2 + v1) | 0
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2
      v2 = (v2 << 16) | (v2 >>> 16)
    }
    v0 ^= word
  }
  v2 ^= 0xee
  let low = 0
  for (let round = 0; round < 8; round++) {
    if (round === 4) {
      low = v1 ^ v3
      v1 ^= 0xdd
    }
    v0 = (v0 + v1) | 0
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0
    v0 = (v0 << 16) | (v0 >>> 16)
    v2 = (v2 + v3) | 0
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2
    v0 = (v0 + v3) | 0
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0
    v2 = (v2 + v1) | 0
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2
    v2 = (v2 << 16) | (v2 >>> 16)
  }
  high = v1 ^ v3
  return low
}
