import { gammaln } from 'simple-statistics'
import type { Spread } from '../model/profile.ts'

export const sizesOf = (spread: Spread, at = 0): number => spread[at] as number
export const meanOf = (spread: Spread, at = 0): number => spread[at + 1] as number
const squaresOf = (spread: Spread, at: number): number => spread[at + 2] as number

/** Adds one value (Welford 1962) to the spread that begins at `at`. */
export function learnSize(spread: Spread, value: number, at = 0): void {
  const n = sizesOf(spread, at) + 1
  const before = value - meanOf(spread, at)
  const mean = meanOf(spread, at) + before / n
  spread[at] = n
  spread[at + 1] = mean
  spread[at + 2] = squaresOf(spread, at) + before * (value - mean)
}

/** Joins two spreads (Chan, Golub, LeVeque 1979); `from` begins at 0. */
export function mergeSpread(into: Spread, from: Spread, at = 0): void {
  const more = sizesOf(from)
  if (more === 0) return
  const before = sizesOf(into, at)
  const n = before + more
  const distance = meanOf(from) - meanOf(into, at)
  into[at + 2] = squaresOf(into, at) + (squaresOf(from, 0) + (distance * distance * before * more) / n)
  into[at + 1] = meanOf(into, at) + (distance * more) / n
  into[at] = n
}

/** No baseline is trusted to be steadier than this: half a natural log unit, about ±65 %. */
const floorDeviation = 0.5

/**
 * Upper tail P(X ≥ value) of the predictive distribution of the next value: Student-t with n-1 degrees of freedom,
 * location the mean, scale s·sqrt(1+1/n), with a floor under s (Gelman et al., Bayesian Data Analysis, §3.2). One-sided:
 * being quieter than usual is no evidence. `undefined` with fewer than `least` values: nothing is known.
 */
export function tailOf(spread: Spread, value: number, at = 0, least = 8): number | undefined {
  const n = sizesOf(spread, at)
  if (n < least) return undefined
  const degrees = n - 1
  const scale = Math.max(floorDeviation, Math.sqrt(squaresOf(spread, at) / degrees)) * Math.sqrt(1 + 1 / n)
  return studentTail((value - meanOf(spread, at)) / scale, degrees)
}

/**
 * Upper tail P(N ≥ count) of a negative binomial with the mean and variance of the counts so far: the predictive
 * distribution of a Poisson count whose rate varies as a gamma (Gelman et al., §2.6). The variance is never taken for
 * less than that of a rate that varies by half, and is widened while few counts are known.
 */
export function countTail(counts: Spread, count: number, at = 0, least = 8): number | undefined {
  const n = sizesOf(counts, at)
  if (n < least) return undefined
  if (count <= 0) return 1
  const mean = Math.max(meanOf(counts, at), 0.5)
  const observed = (squaresOf(counts, at) / (n - 1)) * (1 + 8 / n)
  const variance = Math.max(observed, mean + (mean * mean) / 4)
  const shape = (mean * mean) / (variance - mean)
  return incompleteBeta(mean / (mean + shape), count, shape)
}

/** P(T ≥ t) for Student's t, by the regularised incomplete beta function (Abramowitz & Stegun 26.7.1). */
export function studentTail(t: number, degrees: number): number {
  const x = degrees / (degrees + t * t)
  const half = 0.5 * incompleteBeta(x, degrees / 2, 0.5)
  return t >= 0 ? half : 1 - half
}

/** Regularised incomplete beta I_x(a,b) by Lentz's continued fraction (Numerical Recipes §6.4). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front = Math.exp(gammaln(a + b) - gammaln(a) - gammaln(b) + a * Math.log(x) + b * Math.log(1 - x)) / a
  const tiny = 1e-300
  let c = 1
  let d = 1 - ((a + b) * x) / (a + 1)
  d = 1 / (Math.abs(d) < tiny ? tiny : d)
  let f = d
  for (let m = 1; m <= 200; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 + even * d
    d = 1 / (Math.abs(d) < tiny ? tiny : d)
    c = 1 + even / c
    f *= c * d
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 + odd * d
    d = 1 / (Math.abs(d) < tiny ? tiny : d)
    c = 1 + odd / c
    const step = c * d
    f *= step
    if (Math.abs(step - 1) < 1e-12) break
  }
  return front * f
}
