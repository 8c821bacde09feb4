import { expect, test } from 'vitest'
import { type Brakes, brakeFor, counts, emptyBrake, take } from '../../src/policy/brake.ts'
import { policyOf } from '../support/drive.ts'

const { policy } = policyOf({ brake: { window: 1000, perTenant: 3 } })

test('up to the limit in any window, then a person is asked until one lets go', () => {
  const brake = emptyBrake()
  expect([0, 400, 999, 1000].map((t) => take(brake, t, policy))).toEqual([true, true, true, true])
  expect(take(brake, 1001, policy)).toBe(false)
  // Time alone does not release it.
  expect(take(brake, 1e9, policy)).toBe(false)
  expect(brake).toEqual({ times: [400, 999, 1000], tripped: true })
  expect(take(emptyBrake(), 1e9, policy)).toBe(true)
})

test('each publisher has its own, also one with a strange name; very many share the last', () => {
  const brakes: Brakes = {}
  for (let i = 0; i < 4; i++) take(brakeFor(brakes, 'key:a'), i, policy)
  expect(brakeFor(brakes, 'key:a').tripped).toBe(true)
  for (const name of ['key:b', '__proto__', 'constructor', undefined])
    expect(take(brakeFor(brakes, name), 5, policy)).toBe(true)
  for (let i = 0; i < 1000; i++) brakeFor(brakes, `key:${i}`)
  expect(Object.keys(brakes)).toHaveLength(256)
  expect(JSON.parse(JSON.stringify(brakes))).toEqual(brakes)
})

test('a limit of none lets nothing through', () => {
  expect(take(emptyBrake(), 5, policyOf({ brake: { perTenant: 0 } }).policy)).toBe(false)
})

test('what takes authority away counts; a step-up asks a person anyway', () => {
  expect((['notify', 'step-up', 'tighten', 'revoke', 'quarantine'] as const).filter(counts)).toEqual([
    'tighten',
    'revoke',
    'quarantine',
  ])
})
