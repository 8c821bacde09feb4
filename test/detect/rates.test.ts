import { mean, sampleVariance } from 'simple-statistics'
import { describe, expect, test } from 'vitest'
import { calibrated, eValue } from '../../src/detect/bits.ts'
import { countTail, learnSize, mergeSpread, studentTail, tailOf } from '../../src/detect/rates.ts'
import type { Spread } from '../../src/model/profile.ts'
import { normal, poisson, seeded } from '../support/random.ts'

const spreadOf = (values: readonly number[]): Spread => {
  const spread = { n: 0, mean: 0, m2: 0 }
  for (const value of values) learnSize(spread, value)
  return spread
}
const draw = (n: number, one: () => number): number[] => Array.from({ length: n }, one)

test('learned one by one, mean and spread are those of the whole', () => {
  const random = seeded(1)
  const values = draw(200, () => 1e6 + normal(random))
  const spread = spreadOf(values)
  expect(spread.mean).toBeCloseTo(mean(values), 6)
  expect(spread.m2 / (spread.n - 1)).toBeCloseTo(sampleVariance(values), 6)
})

test('joined spreads are the spread of all', () => {
  const random = seeded(2)
  const values = draw(90, () => normal(random))
  const joined = spreadOf(values.slice(0, 20))
  mergeSpread(joined, spreadOf(values.slice(20)))
  const whole = spreadOf(values)
  expect(joined.n).toBe(90)
  expect(joined.mean).toBeCloseTo(whole.mean, 10)
  expect(joined.m2).toBeCloseTo(whole.m2, 8)
  mergeSpread(joined, { n: 0, mean: 7, m2: 7 })
  expect(joined.n).toBe(90)
})

describe('studentTail', () => {
  // Upper tails of the printed t table (Abramowitz & Stegun 26.10).
  test.each([
    [0, 5, 0.5],
    [3.078, 1, 0.1],
    [31.821, 1, 0.01],
    [1.812, 10, 0.05],
    [2.228, 10, 0.025],
    [4.144, 10, 0.001],
    [1.671, 60, 0.05],
    [-2.228, 10, 0.975],
  ])('t = %f with %i degrees: %f', (t, degrees, p) => {
    expect(studentTail(t, degrees)).toBeCloseTo(p, 3.5)
  })
})

describe('countTail', () => {
  /** P(N ≥ count) by summing the mass, P(n+1) = P(n)·(n+shape)/(n+1)·q. */
  const summed = (count: number, mu: number, shape: number): number => {
    const q = mu / (mu + shape)
    let mass = (1 - q) ** shape
    let below = 0
    for (let n = 0; n < count; n++) {
      below += mass
      mass *= ((n + shape) / (n + 1)) * q
    }
    return 1 - below
  }

  test.each([1, 5, 12, 30, 60])('agrees with the sum of the mass at %i', (count) => {
    // Variance 80·(1 + 8/100): more than the floor of 10 + 100/4.
    const variance = 80 * 1.08
    expect(countTail({ n: 100, mean: 10, m2: 80 * 99 }, count)).toBeCloseTo(summed(count, 10, 100 / (variance - 10)), 9)
  })

  test('no history is trusted to be steadier than a rate that varies by half', () => {
    expect(countTail({ n: 10_000, mean: 10, m2: 0 }, 25)).toBeCloseTo(summed(25, 10, 4), 9)
  })

  test('of nothing at least, all; of few counts, nothing is known', () => {
    expect(countTail({ n: 20, mean: 3, m2: 60 }, 0)).toBe(1)
    expect(countTail({ n: 7, mean: 3, m2: 20 }, 9)).toBeUndefined()
  })

  test('more is rarer, down to nothing', () => {
    const spread = { n: 50, mean: 6, m2: 400 }
    const tails = [1, 2, 4, 8, 16, 32, 64, 512, 4096].map((c) => countTail(spread, c) ?? Number.NaN)
    for (let i = 1; i < tails.length; i++) expect(tails[i]).toBeLessThanOrEqual(tails[i - 1] as number)
    expect(tails.at(-1)).toBeGreaterThanOrEqual(0)
    expect(tails.at(-1)).toBeLessThan(1e-9)
  })
})

test('tailOf is one-sided, knows nothing of few values, and has a floor under the spread', () => {
  const steady = spreadOf(draw(20, () => 5))
  expect(tailOf(spreadOf([1, 2, 3]), 2)).toBeUndefined()
  expect(tailOf(steady, 5)).toBeCloseTo(0.5, 9)
  expect(tailOf(steady, 1)).toBeGreaterThan(0.99)
  // One more natural log unit is two floors away and no certainty.
  expect(tailOf(steady, 6)).toBeGreaterThan(0.02)
})

/**
 * Means of e-values over independent null histories. The seed is fixed: these are constants, not chances. The promise is
 * the model’s: counts whose rate varies like a gamma. Rare bursts that a short history has not seen are outside it.
 */
describe('bets on nothing do not pay', () => {
  const rounds = 20_000

  test('sizes: log-normal, history of 8 to 60', () => {
    const random = seeded(3)
    let sum = 0
    for (let i = 0; i < rounds; i++) {
      const n = 8 + Math.floor(random() * 52)
      const history = spreadOf(draw(n, () => normal(random)))
      sum += eValue(calibrated(tailOf(history, normal(random)) as number))
    }
    expect(sum / rounds).toBeLessThanOrEqual(1)
    expect(sum / rounds).toBeGreaterThan(0.5)
  })

  test.each([
    ['Poisson counts', 4, (random: () => number) => poisson(6, random)],
    ['rates that vary', 5, (random: () => number) => poisson(6 * (0.4 + 1.2 * random()), random)],
    ['few', 6, (random: () => number) => poisson(0.4, random)],
  ])('%s', (_, seed, one) => {
    const random = seeded(seed)
    let sum = 0
    for (let i = 0; i < rounds; i++) {
      const n = 8 + Math.floor(random() * 52)
      const history = spreadOf(draw(n, () => one(random)))
      sum += eValue(calibrated(countTail(history, one(random)) as number))
    }
    expect(sum / rounds).toBeLessThanOrEqual(1)
  })
})
