import { describe, expect, test } from 'vitest'
import { refusedFunction } from '../../../src/edges/chdb/guard.ts'
import { insertOf } from '../../../src/edges/chdb/insert.ts'
import { emptyBlock, hello } from '../../../src/edges/chdb/native-format.ts'
import { settingsOf } from '../../../src/edges/chdb/settings.ts'

const none = Buffer.alloc(0)

describe('insert data is kept out of statements', () => {
  test('statement and data are told apart', () => {
    const body = Buffer.from('[1]')
    expect(insertOf('INSERT INTO d.t (a, b) FORMAT JSONCompactEachRow', body)).toEqual({
      into: 'd.t (a, b)',
      format: 'JSONCompactEachRow',
      data: body,
    })
    expect(insertOf('/* x */ -- y\n insert into `d`."t" values (1);\n\n drop table t', none)).toEqual({
      into: '`d`."t"',
      format: 'Values',
      data: Buffer.from('(1);\n\n drop table t'),
    })
    expect(insertOf('insert into t select 1', none)).toBeUndefined()
    expect(insertOf('select 1', none)).toBeUndefined()
  })

  test.each([
    ['select 1', 'x'],
    ['insert into t select 1', 'x'],
    ['insert into function file("x") values', '(1)'],
    ['insert into t (a) settings x=1 format CSV', '1'],
    ['insert into t values (1)', '(2)'],
    ['insert into t from infile "x" format CSV', ''],
  ])('%j with the body %j is refused', (sql, data) => {
    expect(() => insertOf(sql, Buffer.from(data))).toThrow(/SYNTAX_ERROR/)
  })
})

describe('what a reader may do', () => {
  test('functions are found wherever they stand in the tree', () => {
    expect(refusedFunction('SelectQuery\n ExpressionList\n  Function count (children 1)\n')).toBeUndefined()
    expect(refusedFunction('TableExpression (children 1)\n Function numbers (alias n) (children 1)')).toBeUndefined()
    expect(refusedFunction('TableExpression (children 1)\n Function somethingNew (children 1)')).toBe('somethingNew')
    expect(refusedFunction('   Function FILE (children 1)')).toBe('FILE')
  })

  test('a reader lowers limits but does not raise them, and sets nothing that matters', () => {
    const limits = { max_execution_time: 30, max_memory_usage: 100 }
    const of = (query: string) =>
      Object.fromEntries(settingsOf(new URL(`http://x/?${query}`), 'reader', 'mark', limits))
    expect(of('max_execution_time=5&max_memory_usage=0&log_comment=mine&readonly=0')).toEqual({
      max_execution_time: '5',
      max_memory_usage: '100',
      log_comment: 'mark',
    })
    expect(of('max_execution_time=-1&max_memory_usage=1e9')).toMatchObject({
      max_execution_time: '30',
      max_memory_usage: '100',
    })
    expect(() => of('allow_ddl=1')).toThrow(/UNKNOWN_SETTING/)
  })
})

describe('bytes of the Native format', () => {
  test('the answer to clickhouse-go’s first query, in its newest layout', () => {
    const bytes = hello('26.7')
    expect(bytes.subarray(0, 10).toString('hex')).toBe('010002ffffffff000401')
    expect(bytes.subarray(10).toString('latin1')).toBe(
      `${'\x0ddisplayName()\x06String\x00\x04chdb'}${'\x09version()\x06String\x00\x0426.7'}${'\x0arevision()\x06UInt32\x00\0\0\0\0'}${'\x0atimezone()\x06String\x00\x03UTC'}`,
    )
  })

  test('a block without rows', () => {
    expect(emptyBlock([{ name: 'a', type: 'UInt8' }]).toString('latin1')).toBe('\x01\x00\x01a\x05UInt8')
  })
})
