import { expect, it } from 'vitest'
import { digestOfWord, type Seed, seedOf } from '../../../../src/guard/provenance/digests/hash.ts'

it('is HalfSipHash-2-4 with 64 bits, cut to 53', () => {
  // Reference vectors (vectors.h, halfsip 64): key 00..07; empty input gives 21 8d 1f 59 b9 b8 3c c8.
  const seed: Seed = [0x03020100, 0x07060504]
  expect(digestOfWord('', seed)).toBe(0x1cb8b9591f8d21)
})

it('is a plain number ≥ 0 of at most 53 bits, alike for a text and a part of one', () => {
  const seed = seedOf('key')
  for (const text of ['', 'a', 'ab', 'abc', 'alice@x.example', '请把', '\ud800', 'x'.repeat(10_000)]) {
    const digest = digestOfWord(text, seed)
    expect(Number.isSafeInteger(digest) && digest >= 0).toBe(true)
    expect(digestOfWord(`<<${text}>>`, seed, 2, 2 + text.length)).toBe(digest)
  }
})

it('depends on its key, its length and every unit', () => {
  const seed = seedOf('key')
  const texts = ['', '\0', '\0\0', 'a', 'b', 'ab', 'ba', 'abc', 'abd', 'aĀ', 'ā']
  const digests = texts.flatMap((text) => [digestOfWord(text, seed), digestOfWord(text, seedOf('other'))])
  expect(new Set(digests).size).toBe(digests.length)
  expect(seedOf(Buffer.from('key'))).toEqual(seed)
})

it('does not collide among many', () => {
  const seed = seedOf('key')
  const digests = new Set<number>()
  for (let i = 0; i < 100_000; i++) digests.add(digestOfWord(`word${i}`, seed))
  expect(digests.size).toBe(100_000)
})
