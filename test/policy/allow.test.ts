import { expect, test } from 'vitest'
import { allowanceFor } from '../../src/policy/allow.ts'
import { policyOf } from '../support/drive.ts'

const allowed = (rule: object, now = 5, detectors = ['volume']) =>
  allowanceFor(
    policyOf({ allow: [{ because: 'agreed', ...rule }] }).policy,
    'agent-1',
    { tool: 'mail.send', action: 'export', destinations: ['d1', 'd2'] },
    detectors,
    now,
  ) !== undefined

test.each<[string, object, boolean]>([
  ['everything', {}, true],
  ['its agent', { agent: 'agent-1' }, true],
  ['another agent', { agent: 'agent-2' }, false],
  ['its tool', { tool: 'mail.send' }, true],
  ['its action, another tool', { action: 'export', tool: 'x' }, false],
  ['one of its destinations', { destination: 'd2' }, true],
  ['another destination', { destination: 'd3' }, false],
  ['its detector', { detector: 'volume' }, true],
  ['until later', { until: 6 }, true],
  ['until now', { until: 5 }, false],
])('%s', (_, rule, is) => {
  expect(allowed(rule)).toBe(is)
})

test('an allowance for one detector does not forgive what others say too', () => {
  expect(allowed({ detector: 'volume' }, 5, ['volume', 'first-use'])).toBe(false)
  expect(allowed({ detector: 'volume' }, 5, [])).toBe(false)
})
