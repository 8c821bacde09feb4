import { expect, test } from 'vitest'
import { act, text, tool } from '../tools.ts'

const flag = { type: 'boolean' }
const words = 'Changes the entries of a board - can add, rename, or erase entries'
const board = tool('change_board_entries', { board: text, rows: {}, erase_rows: flag }, words)
const sink = (of: typeof board, args: object) => act(of, { board: 'b-7', ...args }).sink

test('a flag decides which of the things it is that a description lists', () => {
  expect(sink(board, { rows: [['a']] })).toBe('shared')
  expect(sink(board, { rows: [['a']], erase_rows: false })).toBe('shared')
  for (const erase_rows of [true, 'true', 1]) expect(sink(board, { erase_rows })).toBe('irreversible')
})

test('no flag, one that says what is not done, and one that is set unasked decide nothing', () => {
  for (const more of [
    {},
    { no_erase: flag },
    { keep_or_erase: text },
    { clear: flag },
    { erase_rows: { type: 'boolean', default: true } },
  ])
    expect(sink(tool('change_board_entries', { board: text, rows: {}, ...more }, words), { rows: [] })).toBe(
      'irreversible',
    )
  const both = tool('change_board_entries', { board: text, erase: flag }, 'Renames entries and erases them')
  expect(sink(both, {})).toBe('irreversible')
  const other = tool('change_board_entries', { board: text, erase: flag }, 'Renames, or erases, and sends entries')
  expect(sink(other, {})).not.toBe('shared')
})

test('a flag never lowers what the name says', () => {
  const named = tool('erase_board_entries', { board: text, erase: flag }, 'Renames, or erases entries')
  expect(sink(named, { erase: false })).toBe('irreversible')
})

test('addresses in the cells that are written go nowhere, what the sheet is shared with does', () => {
  const sheet = tool(
    'change_sheet_cells',
    { sheet_id: text, cells: { type: 'array', items: { type: 'array', items: text } }, notify: text },
    'Fills cells',
  )
  const aims = (args: object) => act(sheet, { sheet_id: 's', ...args }).parts.filter((p) => p.role === 'destination')
  for (const cells of [[['Ann', 'ann@host.example']], '[["Ann","ann@host.example"]]'])
    expect(aims({ cells })).toEqual([])
  expect(aims({ cells: [], notify: 'x@evil.example' })).toHaveLength(1)
})
