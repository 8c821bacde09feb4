import { expect, test } from 'vitest'
import { chosen, toBoard } from '../../tools/dashboards/dashboard.ts'
import { agoMs, expanded, variablesOf } from '../../tools/dashboards/expand.ts'

const view = {
  from: 1_700_000_000_500,
  to: 1_700_003_600_000,
  intervalMs: 12_500,
  values: new Map([['agent', `o'b\\' (x)*`]]),
}

test('macros become what the plugin makes of them', () => {
  expect(expanded('SELECT $__timeInterval(minute) WHERE $__timeFilter(minute)', view)).toBe(
    'SELECT toStartOfInterval(toDateTime(minute), INTERVAL 12 second) WHERE minute >= toDateTime(1700000000) AND minute <= toDateTime(1700003600)',
  )
  expect(expanded('$__fromTime_ms $__toTime $__interval_s', view)).toBe(
    'fromUnixTimestamp64Milli(1700000000500) toDateTime(1700003600) 12',
  )
})

test('a name is percent-encoded: no quote and no backslash is left of it', () => {
  expect(expanded(chosen('agent'), view)).toBe(
    `(decodeURLComponent('o%27b%5C%27%20%28x%29%2A') = '*' OR agent = decodeURLComponent('o%27b%5C%27%20%28x%29%2A'))`,
  )
})

test.each([
  ['$__conditionalAll(x, $agent)', 'the macro'],
  ['$__timeFilter()', 'wrong arguments'],
  ['$__fromTime(time)', 'wrong arguments'],
  [`\${task:percentencode}`, 'the variable task is not defined'],
  [`\${agent:singlequote}`, 'must be percent-encoded'],
  [`\${agent:sqlstring}`, 'must be percent-encoded'],
  [`\${agent}`, 'must be percent-encoded'],
  ["'$agent'", '$agent stays'],
])('%s is a fault', (sql, why) => {
  expect(() => expanded(sql, view)).toThrow(why)
})

test('ranges and variables of a text', () => {
  expect(agoMs('now-6h')).toBe(6 * 3_600_000)
  expect(() => agoMs('yesterday')).toThrow('yesterday')
  expect(variablesOf(toBoard('x', ['tenant'], [`var-agent=\${__data.fields.agent:percentencode}`]))).toEqual(['tenant'])
})
