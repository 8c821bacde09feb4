import { gammaln } from 'simple-statistics'
import type { Spread } from '../model/profile.ts'

/** Adds one value (Welford 1962). */
export function learnSize(spread: Spread, value: number): void {
  spread.n++
  const before = value - spread.mean
  spread.mean += before / spread.n
  spread.m2 += before * (value - spread.mean)
}

/** Joins two spreads (Chan, Golub, LeVeque 1979). */
export function mergeSpread(into: Spread, from: Spread): void {
  if (from.n === 0) return
  const n = into.n + from.n
  const distance = from.mean - into.mean
  into.m2 += from.m2 + (distance * distance * into.n * from.n) / n
  into.mean += (distance * from.n) / n
  into.n = n
}

/** No baseline is trusted to be steadier than this: half a natural log unit, about ±65 %. */
const floorDeviation = 0.5

/**
 * Upper tail P(X ≥ value) of the predictive distribution of the next value: Student-t with n-1 degrees of freedom,
 * location the mean, scale s·sqrt(1+1/n), with a floor under s (Gelman et al., Bayesian Data Analysis, §3.2). One-sided:
 * being quieter than usual is no evidence. `undefined` with fewer than `least` values: nothing is known.
 */
export function tailOf(spread: Spread, value: number, least = 8): number | undefined {
  if (spread.n < least) return undefined
  const degrees = spread.n - 1
  const scale = Math.max(floorDeviation, Math.sqrt(spread.m2 / degrees)) * Math.sqrt(1 + 1 / spread.n)
  return studentTail((value - spread.mean) / scale, degrees)
}

/**
 * Upper tail P(N ≥ count) of a negative binomial with the mean and variance of the counts so far: the predictive
 * distribution of a Poisson count whose rate varies as a gamma (Gelman et al., §2.6). The variance is never taken for
 * less than that of a rate that varies by half, and is widened while few counts are known.
 */
export function countTail(counts: Spread, count: number, least = 8): number | undefined {
  if (counts.n < least) return undefined
  if (count <= 0) return 1
  const mean = Math.max(counts.mean, 0.5)
  const observed = (counts.m2 / (counts.n - 1)) * (1 + 8 / counts.n)
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
