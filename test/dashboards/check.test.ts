import { beforeAll, expect, test } from 'vitest'
import { checkDashboards } from '../../tools/dashboards/check.ts'
import { root } from '../repo/files.ts'
import { built } from '../support/build.ts'

beforeAll(built)

test('every query of every dashboard and alert runs as the reader and brings rows', { timeout: 240_000 }, async () => {
  const { report, faults, notes } = await checkDashboards(root)
  for (const note of notes) process.stderr.write(`${note}\n`)
  expect(faults).toEqual([])
  expect(report.failed).toBe(0)
  expect(report.dashboards).toBe(7)
  expect(report.panels).toBeGreaterThan(100)
  expect(report.queries).toBeGreaterThan(250)
  expect(report.alerts).toBeGreaterThan(10)
})
