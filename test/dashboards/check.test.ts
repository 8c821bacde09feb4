import { beforeAll, expect, test } from 'vitest'
import { missing } from '../../tools/dashboards/boards/shared.ts'
import { checkDashboards } from '../../tools/dashboards/check.ts'
import { records } from '../../tools/dashboards/seed.ts'
import { root } from '../repo/files.ts'
import { built } from '../support/build.ts'

beforeAll(built)

test('every query of every dashboard and alert runs as the reader and brings rows', { timeout: 240_000 }, async () => {
  const made = records()
  const { report, faults, notes } = await checkDashboards(root, async ({ ask }) => {
    const rowsOf = async (sql: string) => (await ask(sql)).rows
    // The story’s lost stretch of audit is found, and nothing else.
    const gaps = `SELECT tenant, point, ${missing('v')} AS gap FROM v_points AS v GROUP BY tenant, point HAVING gap > 0`
    expect(await rowsOf(gaps)).toEqual([['default', 'mcp-proxy-3', 4]])
    // A part of it was stored twice, as a redelivery would; the answers count it once.
    for (const [view, all] of [
      ['v_events', made.events],
      ['v_findings', made.findings],
      ['v_command_updates', made.commands],
    ] as const)
      expect(await rowsOf(`SELECT count() FROM ${view}`), view).toEqual([[all.length]])
  })
  for (const note of notes) process.stderr.write(`${note}\n`)
  expect(faults).toEqual([])
  expect(report.failed).toBe(0)
  expect(report.dashboards).toBe(7)
  expect(report.panels).toBeGreaterThan(100)
  expect(report.queries).toBeGreaterThan(250)
  expect(report.alerts).toBeGreaterThan(10)
})
