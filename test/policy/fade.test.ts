import { expect, test } from 'vitest'
import { noRisk } from '../../src/model/agent-state.ts'
import { accumulate, fade } from '../../src/policy/fade.ts'

test('standing evidence halves with each half-life; the same time twice changes nothing', () => {
  const risk = { bits: 8, rules: 12, shadow: 16, shadowRules: 20, at: 1000 }
  fade(risk, 1500, 500)
  fade(risk, 1500, 500)
  expect(risk).toEqual({ bits: 4, rules: 6, shadow: 8, shadowRules: 10, at: 1500 })
  fade(risk, 900, 500)
  expect(risk.at).toBe(1500)
})

test('in two steps as in one', () => {
  const one = { ...noRisk(0), bits: 10 }
  const two = { ...noRisk(0), bits: 10 }
  fade(one, 700, 300)
  fade(two, 200, 300)
  fade(two, 700, 300)
  expect(two.bits).toBeCloseTo(one.bits, 12)
})

test('a half-life of none means never', () => {
  const risk = { ...noRisk(0), bits: 10 }
  fade(risk, 1e12, 0)
  expect(risk).toMatchObject({ bits: 10, at: 1e12 })
})

test('accumulated evidence never saves up quiet: it starts again from nothing', () => {
  const risk = noRisk(0)
  for (let i = 0; i < 100; i++) accumulate(risk, -1, -1)
  expect(risk).toMatchObject({ bits: -1, shadow: -1 })
  accumulate(risk, 5, 6)
  expect(risk).toMatchObject({ bits: 5, shadow: 6 })
})
