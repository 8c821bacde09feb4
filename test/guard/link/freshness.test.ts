import { expect, test } from 'vitest'
import { Freshness } from '../../../src/guard/link/freshness.ts'

const minute = 60_000
/** Our clock and the monitor’s need not agree. */
const theirs = (local: number) => local + 1_800_000_000_000

test('a time that does not advance is no sign of life', () => {
  const fresh = new Freshness()
  expect(fresh.take(theirs(0), 0)).toBe(0)
  expect(fresh.take(theirs(0), 1000)).toBeUndefined()
  expect(fresh.take(theirs(-5), 1000)).toBeUndefined()
  expect(fresh.take(theirs(1000), 1100)).toBeCloseTo(100, -1)
  expect(new Freshness(theirs(0)).take(theirs(0), 0)).toBeUndefined()
})

test('messages held back and let through one by one come later and later', () => {
  const fresh = new Freshness()
  fresh.take(theirs(0), 0)
  let late = 0
  // A beat of every quarter minute, one let through each five minutes.
  for (let n = 1; n <= 12; n++) late = fresh.take(theirs(n * 15_000), n * 5 * minute) ?? 0
  expect(late).toBeGreaterThan(55 * minute)
})

test('a clock that runs a little fast or slow, or a machine that slept, is not late', () => {
  for (const rate of [1 - 5e-4, 1 + 5e-4]) {
    const fresh = new Freshness()
    for (let local = 0; local < 7 * 24 * 60 * minute; local += minute)
      expect(fresh.take(theirs(local * rate), local)).toBeLessThan(100)
  }
  const slept = new Freshness()
  slept.take(theirs(0), 0)
  expect(slept.take(theirs(8 * 60 * minute), minute)).toBe(0)
  expect(slept.take(theirs(8 * 60 * minute + 1000), minute + 1000)).toBeLessThan(10)
})
