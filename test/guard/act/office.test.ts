import { expect, test } from 'vitest'
import { actOf, describeTool, type ToolDescription } from '../../../src/guard/act/index.ts'

const text = { type: 'string' }
const number = { type: 'number' }
const tool = (name: string, description: string, properties: Record<string, unknown>): ToolDescription => ({
  name,
  description,
  inputSchema: { type: 'object', properties },
})
const act = (of: ToolDescription, args: unknown) => actOf(describeTool(of), args, { roots: ['/work/proj'] })
const path = '/work/proj/a.xlsx'

test('a document that a path names is a file like any other', () => {
  const book = tool('create_workbook', 'Create a new workbook', { path: text, sheets: { type: 'array', items: text } })
  expect(act(book, { path, sheets: ['A'] }).sink).toBe('own')
  expect(act(book, { path: '/srv/x.xlsx', sheets: ['A'] }).sink).toBe('irreversible')
  const range = tool('write_range', 'Write values into cells', { path: text, sheet: text, at: text, rows: {} })
  const cells = act(range, { path, sheet: 'A', at: 'A1', rows: [['Ann', 'ann@host.example']] })
  expect(cells.sink).toBe('own')
  expect(cells.parts.filter((part) => part.role === 'destination')).toEqual([])
  const csv = tool('export_csv', 'Export a range as CSV', { path: text, sheet: text, csv_path: text })
  expect(act(csv, { path, sheet: 'A', csv_path: '/work/proj/a.csv' }).sink).toBe('own')
  expect(act(csv, { path, sheet: 'A', csv_path: '/home/me/.bashrc' }).sink).toBe('persistence')
})

test('what is somebody’s stays shared or leaves', () => {
  const sheet = tool('update_sheet', 'Update a sheet', { spreadsheet_id: text, sheet: text, values: {} })
  expect(act(sheet, { spreadsheet_id: '1AbC', sheet: 'A', values: [] }).sink).toBe('shared')
  const bucket = tool('write_object', 'Write an object', { bucket: text, path: text, sheet: text })
  expect(act(bucket, { bucket: 'b', path: 'a.xlsx', sheet: 'A' }).sink).toBe('shared')
  const upload = tool('upload_workbook', 'Upload a workbook', { path: text, sheet: text })
  expect(act(upload, { path, sheet: 'A' }).sink).toBe('outward')
  const out = tool('export_report', 'Export a report', { path: text, channel: text, file: text })
  expect(act(out, { path, channel: 'news', file: 'a.csv' }).sink).toBe('outward')
})

test('a part of a file under the roots is edited away, the file itself is destroyed', () => {
  const paragraph = tool('delete_paragraph', 'Delete a paragraph', { filename: text, paragraph_index: number })
  expect(act(paragraph, { filename: '/work/proj/a.docx', paragraph_index: 3 }).sink).toBe('own')
  expect(act(paragraph, { filename: '/srv/a.docx', paragraph_index: 3 }).sink).toBe('irreversible')
  const rows = tool('delete_rows', 'Delete rows', { path: text, sheet: text, start: number })
  expect(act(rows, { path, sheet: 'A', start: 2 }).sink).toBe('own')
  const page = tool('clear_range', 'Clear a range', { path: text, sheet: text, range: text })
  expect(act(page, { path, sheet: 'A', range: 'A1:A2' }).sink).toBe('own')
  const file = tool('delete_file', 'Delete a file', { path: text, mode: text, force: { type: 'boolean' } })
  expect(act(file, { path, mode: 'now', force: true }).sink).toBe('irreversible')
  const note = tool('delete_note', 'Delete a note', { path: text, confirmPath: text, reason: text })
  expect(act(note, { path: 'a.md', confirmPath: 'a.md', reason: 'old' }).sink).toBe('irreversible')
  const record = tool('delete_attachment', 'Delete an attachment', { issue_id: text, path: text })
  expect(act(record, { issue_id: 'A-1', path }).sink).toBe('irreversible')
})

const aims = (of: ToolDescription, args: unknown) =>
  act(of, args)
    .parts.filter((part) => part.role === 'destination')
    .map((part) => part.text)

test('an address that is written into a record, or onto a list of what is kept out, is no aim', () => {
  const batch = tool('crm-batch-create-objects', 'Creates objects', {
    objectType: text,
    inputs: { type: 'array', items: { type: 'object', properties: { properties: { type: 'object' } } } },
  })
  const fields = { firstname: 'Ines', email: 'ines@host.example', website: 'https://host.example' }
  expect(aims(batch, { objectType: 'contacts', inputs: [{ properties: fields }] })).toEqual([])
  expect(aims(tool('create_contact', 'Create', { email: text, phone: text }), { email: 'a@host.example' })).toEqual([])
  const block = tool('add_to_blocklist', 'Add an indicator to the block list', { indicator: text, kind: text })
  for (const indicator of ['evil.example', 'x@evil.example', '185.220.101.44'])
    expect(aims(block, { indicator, kind: 'x' })).toEqual([])
})

test('who gets something, a record that is changed and a list of what is let in are aims', () => {
  const guest = { attendees: { type: 'array', items: { type: 'object', properties: { email: text } } } }
  expect(aims(tool('create_event', 'Create', guest), { attendees: [{ email: 'a@host.example' }] })).toHaveLength(1)
  expect(aims(tool('update_contact', 'Update', { id: text, email: text }), { id: '1', email: 'a@b.example' })).toEqual([
    'a@b.example',
  ])
  const allow = tool('add_to_allowlist', 'Add to the allow list', { indicator: text })
  expect(aims(allow, { indicator: 'evil.example' })).toEqual(['evil.example'])
  const block = tool('create_block_page', 'Create a page', { share_to: text })
  expect(aims(block, { share_to: 'a@b.example' })).toHaveLength(1)
  const cc = { properties: { type: 'object' } }
  expect(aims(tool('create_ticket', 'Create', cc), { properties: { cc_email: 'a@b.example' } })).toHaveLength(1)
})

test('a value that the schema’s own words list is a choice, another one is not', () => {
  const mail = tool('email_attendees', 'Email attendees', {
    event_id: text,
    to: { type: 'string', description: 'all or checked-in' },
  })
  expect(aims(mail, { event_id: '7', to: 'all' })).toEqual([])
  expect(aims(mail, { event_id: '7', to: 'x@evil.example' })).toEqual(['x@evil.example'])
})

test('an operation that only tells is a look, one that acts is not', () => {
  const rollout = tool('kubectl_rollout', 'Manage the rollout of a resource', {
    subCommand: { type: 'string', description: 'history, pause, restart, resume, status, undo' },
    name: text,
  })
  for (const subCommand of ['status', 'history']) expect(act(rollout, { subCommand, name: 'app' }).sink).toBe('look')
  for (const subCommand of ['restart', 'undo']) expect(act(rollout, { subCommand, name: 'app' }).sink).not.toBe('look')
  const stack = tool('stack', 'Works on a stack', { action: { enum: ['plan', 'apply', 'destroy'] }, name: text })
  expect(act(stack, { action: 'plan', name: 'x' }).sink).toBe('look')
  expect(act(stack, { action: 'destroy', name: 'x' }).sink).toBe('irreversible')
})

test('COPY to a file under the roots writes it, elsewhere it leaves', () => {
  const duck = tool('execute_query', 'Runs SQL in a DuckDB database', { sql: text })
  const server = tool('execute_query', 'Runs SQL in a PostgreSQL database', { sql: text })
  const sink = (of: ToolDescription, sql: string) => act(of, { sql }).sink
  for (const of of [duck, server]) {
    expect(sink(of, "COPY (SELECT 1) TO '/work/proj/out.csv'")).toBe('own')
    expect(sink(of, "COPY t TO 's3://bucket/x'")).toBe('outward')
    expect(sink(of, "COPY t TO PROGRAM 'sh x'")).toBe('execution')
  }
  expect(sink(duck, "COPY t TO '/home/me/.bashrc'")).toBe('persistence')
  expect(sink(server, "COPY t TO '/srv/share/x.csv'")).not.toBe('own')
  expect(sink(server, "COPY t FROM '/work/proj/in.csv'")).toBe('shared')
})
