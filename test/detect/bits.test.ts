import { expect, test } from 'vitest'
import { calibrated, eValue, maxBits, surprise } from '../../src/detect/bits.ts'

test('the bits of an outright bet are -log2 p, at most the cap', () => {
  expect([1, 0.5, 1 / 1024].map(surprise).map(Math.abs)).toEqual([0, 1, 10])
  expect(surprise(0)).toBe(maxBits)
})

test('the calibrator integrates to one and falls with p', () => {
  // Midpoints in p = u^(1/k) make the integrand smooth: ∫ k·p^(k-1) dp = ∫ du.
  for (const k of [0.2, 0.5, 0.8]) {
    let sum = 0
    const n = 100_000
    for (let i = 0; i < n; i++) sum += eValue(calibrated((i + 0.5) / n, k)) / n
    expect(sum).toBeLessThanOrEqual(1)
    expect(sum).toBeGreaterThan(k < 0.5 ? 0.85 : 0.99)
  }
  expect(calibrated(1e-9)).toBeGreaterThan(calibrated(1e-6))
  expect(calibrated(1)).toBeLessThan(0)
  expect(calibrated(0)).toBe(maxBits)
})
