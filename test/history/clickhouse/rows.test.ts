import { describe, expect, test } from 'vitest'
import { columnsOf, rowOf } from '../../../src/history/clickhouse/rows.ts'
import { tables } from '../../../src/ports/history.ts'
import { event } from '../../contract/history.ts'

const cellsOf = (row: string): unknown[] => {
  const cells: unknown = JSON.parse(row)
  if (!Array.isArray(cells)) throw new Error('a row is an array')
  return cells
}

describe('rows', () => {
  test.each(tables)('a row of %s has a cell for each column, whatever the record holds', (table) => {
    for (const value of ['{}', JSON.stringify(event('t', 1)), '{"agent":3,"tool":[],"issue":null,"destinations":{}}'])
      expect(cellsOf(rowOf(table, value, 1)).length).toBe(columnsOf(table).length)
  })

  test('a record on one line is its body as it stands, one on several lines is quoted', () => {
    expect(rowOf('dead_letters', '{"id" : "\\ud800"}', 5)).toMatch(/,5,\{"id" : "\\ud800"\}\]$/)
    expect(rowOf('dead_letters', ' {"id":1}', 5)).toMatch(/,5," \{\\"id\\":1\}"\]$/)
    expect(rowOf('dead_letters', '{"id":\r1}', 5)).toMatch(/,5,"\{\\"id\\":\\r1\}"\]$/)
  })

  test('a row is one line, and the body is the record as it came', () => {
    const value = '{"id": "a",\n\n "principal":"\\ud800\\n\\n; drop table x"}'
    const row = rowOf('events', value, 5)
    expect(row).not.toContain('\n')
    expect(cellsOf(row).slice(-2)).toEqual([5, value])
    expect(cellsOf(row)[columnsOf('events').indexOf('principal')]).toBe('\ufffd\n\n; drop table x')
  })

  test('an event’s columns', () => {
    const cells = cellsOf(rowOf('events', JSON.stringify(event('t', 1)), 5))
    const named = Object.fromEntries(columnsOf('events').map((name, n) => [name, cells[n]]))
    expect(named).toMatchObject({
      tenant: 't',
      time: 1_700_000_001_000,
      agent: 'agent-a',
      cohort: 'billing',
      server: 'crm',
      tool: 'export',
      dataset: 'customers',
      destinations: ['h1'],
      external: true,
      result_bytes: 512,
      result_records: 7,
      argument_bytes: 0,
      recorded: 5,
    })
  })
})
