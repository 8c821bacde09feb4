import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { defaultPolicy, parsePolicy, policyVersion } from '../../src/policy/policy.ts'

const faults = (given: unknown): string[] => {
  const parsed = parsePolicy(given)
  return 'faults' in parsed ? parsed.faults.map((f) => `${f.path}: ${f.message}`) : []
}

test('no file is needed: nothing, null and an empty policy are the defaults', () => {
  for (const given of [undefined, {}]) expect(parsePolicy(given)).toEqual({ policy: defaultPolicy() })
  expect(parsePolicy(null)).toHaveProperty('faults')
  expect(defaultPolicy()).toMatchObject({ mode: 'enforce', budget: 0.0001, brake: { perTenant: 50 } })
})

test('what is given stands beside the defaults', () => {
  const parsed = parsePolicy({ costs: { action: { read: 7 } } })
  expect(parsed).toMatchObject({ policy: { costs: { action: { read: 7, write: 10 }, external: 2 } } })
})

test('a rule that takes something out stands for everything where it names no path', () => {
  const parsed = parsePolicy({ sanitise: [{ of: 'answer', kind: 'secret', because: 'x' }] })
  expect(parsed).toMatchObject({ policy: { sanitise: [{ path: '$' }] } })
  expect(defaultPolicy().sanitise).toEqual([])
})

describe('what is wrong is named by its path', () => {
  test.each<[unknown, string]>([
    [{ budget: 0.9 }, 'budget: '],
    [{ mode: 'lern' }, 'mode: must be one of "learn", "shadow", "enforce"; found "lern"'],
    [{ costs: { action: { read: -1 } } }, 'costs.action.read: '],
    [{ costs: { action: { teleport: 1 } } }, 'costs.action.teleport: is not known. '],
    [{ allow: [{ agent: 'a' }] }, 'allow.0.because: is missing. '],
    [{ detectors: { volume: { mode: 'maybe' } } }, 'detectors.volume.mode: '],
    [{ sanitise: [{ of: 'answer' }] }, 'sanitise.0.because: is missing. '],
    [{ fields: [{ server: 'crm', path: '$.a..b', trust: true, because: 'x' }] }, 'fields.0.path: '],
    [{ fields: [{ server: 'crm', path: '$.a', trust: 'yes', because: 'x' }] }, 'fields.0.trust: '],
    [{ fields: [{ path: '$.a', trust: true, because: 'x' }] }, 'fields.0.server: is missing. '],
    [{ fields: [{ server: '', path: 'a', trust: true, because: 'x' }] }, 'fields.0.server: '],
    [{ sanitise: [{ of: 'both', because: 'x' }] }, 'sanitise.0.of: '],
    [{ sanitise: [{ of: 'answer', because: 'x', kind: 'joke' }] }, 'sanitise.0.kind: must be "secret"; found "joke"'],
    [{ sanitise: [{ of: 'answer', path: '$.x[', because: 'x' }] }, 'sanitise.0.path: must match pattern'],
    [{ sanitise: [{ of: 'answer', path: '', because: 'x' }] }, 'sanitise.0.path: '],
    [{ bugdet: 1 }, 'bugdet: is not known. Did you mean budget?'],
    ['enforce', 'policy: '],
    [[], 'policy: '],
  ])('%j', (given, path) => {
    expect(faults(given).some((f) => f.startsWith(path))).toBe(true)
  })

  test('what is no plain data is a fault too', () => {
    const circular: Record<string, unknown> = {}
    circular.self = circular
    for (const given of [circular, 1n, () => 1]) expect(faults(given)[0]).toMatch(/^policy: must be plain data/)
  })

  test('nothing throws, and faults are bounded', () => {
    fc.assert(fc.property(fc.anything(), (given) => faults(given).length <= 20))
  })
})

test('the version is of the content, not of the order it was written in', () => {
  const parsed = (given: unknown) => {
    const p = parsePolicy(given)
    if ('faults' in p) throw new Error('faults')
    return policyVersion(p.policy)
  }
  expect(parsed({ budget: 0.01, mode: 'shadow' })).toBe(parsed({ mode: 'shadow', budget: 0.01 }))
  expect(parsed({ budget: 0.01 })).not.toBe(parsed({ budget: 0.02 }))
  expect(policyVersion(defaultPolicy())).toMatch(/^[0-9a-f]{12}$/)
})
