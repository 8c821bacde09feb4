import { mean, sampleVariance } from 'simple-statistics'
import { describe, expect, test } from 'vitest'
import { calibrated, eValue } from '../../src/detect/bits.ts'
import { countTail, learnSize, meanOf, mergeSpread, studentTail, tailOf } from '../../src/detect/rates.ts'
import { emptySpread, type Spread } from '../../src/model/profile.ts'
import { normal, poisson, seeded } from '../support/random.ts'

const spreadOf = (values: readonly number[]): Spread => {
  const spread = emptySpread()
  for (const value of values) learnSize(spread, value)
  return spread
}
const draw = (n: number, one: () => number): number[] => Array.from({ length: n }, one)

test('learned one by one, mean and spread are those of the whole', () => {
  const random = seeded(1)
  const values = draw(200, () => 1e6 + normal(random))
  const spread = spreadOf(values)
  expect(meanOf(spread)).toBeCloseTo(mean(values), 6)
  expect((spread[2] ?? 0) / ((spread[0] ?? 0) - 1)).toBeCloseTo(sampleVariance(values), 6)
})

test('joined spreads are the spread of all', () => {
  const random = seeded(2)
  const values = draw(90, () => normal(random))
  const joined = spreadOf(values.slice(0, 20))
  mergeSpread(joined, spreadOf(values.slice(20)))
  const whole = spreadOf(values)
  expect(joined[0]).toBe(90)
  expect(joined[1]).toBeCloseTo(meanOf(whole), 10)
  expect(joined[2]).toBeCloseTo(whole[2] as number, 8)
  mergeSpread(joined, [0, 7, 7])
  expect(joined[0]).toBe(90)
})

test('a spread that lies behind others is learned, joined and asked as one alone, and the others stay', () => {
  const random = seeded(3)
  const [first, second] = [draw(20, () => normal(random)), draw(20, () => 3 + normal(random))]
  const alone = spreadOf(first)
  const behind = [1, 2, 3, ...emptySpread(), 4, 5, 6]
  for (const value of first) learnSize(behind, value, 3)
  expect(behind).toEqual([1, 2, 3, ...alone, 4, 5, 6])
  expect([tailOf(behind, 2, 3), countTail(behind, 9, 3)]).toEqual([tailOf(alone, 2), countTail(alone, 9)])
  mergeSpread(alone, spreadOf(second))
  mergeSpread(behind, spreadOf(second), 3)
  expect(behind).toEqual([1, 2, 3, ...alone, 4, 5, 6])
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
    expect(countTail([100, 10, 80 * 99], count)).toBeCloseTo(summed(count, 10, 100 / (variance - 10)), 9)
  })

  test('no history is trusted to be steadier than a rate that varies by half', () => {
    expect(countTail([10_000, 10, 0], 25)).toBeCloseTo(summed(25, 10, 4), 9)
  })

  test('of nothing at least, all; of few counts, nothing is known', () => {
    expect(countTail([20, 3, 60], 0)).toBe(1)
    expect(countTail([7, 3, 20], 9)).toBeUndefined()
  })

  test('more is rarer, down to nothing', () => {
    const spread = [50, 6, 400]
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
