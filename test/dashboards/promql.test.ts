import { expect, test } from 'vitest'
import { metricHelp } from '../../src/telemetry.ts'
import { emittedMetrics } from '../../tools/dashboards/emitted.ts'
import { namedIn, unknownIn } from '../../tools/dashboards/promql.ts'

const emitted = emittedMetrics()

test('the metrics of a process are known with their labels', () => {
  for (const name of Object.keys(metricHelp)) expect(emitted.has(name), name).toBe(true)
  expect([...(emitted.get('rescind_findings_total')?.labels ?? [])]).toEqual(['detector', 'mode'])
  expect(emitted.has('rescind_event_to_command_seconds_bucket')).toBe(true)
  expect(emitted.has('rescind_process_resident_memory_bytes')).toBe(true)
})

test('metrics, selectors and groups of an expression', () => {
  const { metrics, grouped } = namedIn(
    'sum by (le, inbox) (rate(a_bucket{inbox=~"x{y}", job!="b"}[$__rate_interval])) / ignoring (code) group_left () b offset 5m and c > bool 1e3 or max without (d) (up)',
  )
  expect(new Map([...metrics].map(([name, labels]) => [name, [...labels]]))).toEqual(
    new Map([
      ['a_bucket', ['inbox', 'job']],
      ['b', []],
      ['c', []],
      ['up', []],
    ]),
  )
  expect([...grouped]).toEqual(['le', 'inbox', 'code', 'd'])
})

test.each([
  ['rescind_findings_tota', 'no metric rescind_findings_tota'],
  ['rescind_findings_total{rung="revoke"}', 'rescind_findings_total has no label rung'],
  ['sum by (tenant) (rescind_findings_total)', 'no metric here has a label tenant'],
  ['1 + 1', 'it names no metric'],
])('%s names what is not there', (expr, why) => {
  expect(unknownIn(expr, emitted)).toEqual([why])
})
