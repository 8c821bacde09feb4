import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RowBinary } from '../../../src/edges/clickhouse/row-binary.ts'
import { columnsOf, headOf, rowOf } from '../../../src/edges/clickhouse/rows.ts'
import { tables } from '../../../src/ports/history.ts'
import { event } from '../../contract/history.ts'
import { cellsOf, reading } from './reading.ts'

describe('values in RowBinary', () => {
  const wellFormed = fc.string({ unit: 'binary', maxLength: 30_000 })
  const values = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('text' as const), value: wellFormed }),
      fc.record({ kind: fc.constant('texts' as const), value: fc.array(wellFormed, { maxLength: 300 }) }),
      fc.record({ kind: fc.constant('uint64' as const), value: fc.maxSafeNat() }),
      fc.record({ kind: fc.constant('uint32' as const), value: fc.nat(2 ** 32 - 1) }),
      fc.record({ kind: fc.constant('float64' as const), value: fc.double({ noNaN: true }) }),
      fc.record({ kind: fc.constant('bool' as const), value: fc.boolean() }),
    ),
    { size: 'large' },
  )

  test('are read as they were written, over the ends of slabs too', () => {
    const out = new RowBinary()
    fc.assert(
      fc.property(values, (given) => {
        for (const { kind, value } of given) (out[kind] as (value: unknown) => void)(value)
        const read = reading(out.take())
        expect(given.map(({ kind }) => read[kind]())).toEqual(given.map(({ value }) => value))
        expect(read.isOver()).toBe(true)
      }),
    )
  })

  test('text of any length has the right one before it, in characters of one to four bytes', () => {
    const out = new RowBinary()
    for (const unit of ['a', 'é', '€', '🙂'])
      for (const length of [0, 1, 39, 40, 41, 42, 63, 64, 127, 128, 5461, 5462, 16_383, 16_384, 100_000]) {
        out.text(unit.repeat(length))
        expect(reading(out.take()).text()).toBe(unit.repeat(length))
      }
  })
})

describe('rows', () => {
  test.each(tables)('a row of %s has a cell for each column, whatever the record holds', (table) => {
    for (const value of ['{}', JSON.stringify(event('t', 1)), '{"agent":3,"tool":[],"issue":null,"destinations":{}}'])
      expect(Object.keys(cellsOf(table, rowOf(table, value, 1)))).toEqual(Object.keys(columnsOf(table)))
  })

  test.each(tables)('before the rows of %s stand the columns’ names and types', (table) => {
    const read = reading(headOf(table))
    const names = read.texts()
    expect(Object.fromEntries(names.map((name) => [name, read.text()]))).toEqual(columnsOf(table))
    expect(read.isOver()).toBe(true)
  })

  test('the body is the record as it came, and half a surrogate pair no trouble', () => {
    const value = '{"id": "a",\n\n "principal":"\\ud800\\n\\n; drop table x"}'
    expect(cellsOf('events', rowOf('events', value, 5))).toMatchObject({
      principal: '\ufffd\n\n; drop table x',
      recorded: 5,
      body: value,
    })
    expect(cellsOf('events', rowOf('events', '{"principal":"\ud800"}', 5)).body).toBe('{"principal":"\ufffd"}')
  })

  test('an event’s columns', () => {
    expect(cellsOf('events', rowOf('events', JSON.stringify(event('t', 1)), 5))).toMatchObject({
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
