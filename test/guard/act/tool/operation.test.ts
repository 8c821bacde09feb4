import { expect, test } from 'vitest'
import { describeTool } from '../../../../src/guard/act/index.ts'
import { act, text, tool } from '../tools.ts'

test('an operation in a text decides as the verb of a name does', () => {
  const console_ = tool('console', { svc: text, act: text, p: text })
  const of = (operation: string) => act(console_, { svc: 'x', act: operation, p: '{}' }).sink
  for (const [operation, sink] of [
    ['DeleteBackupVault', 'irreversible'],
    ['ScheduleKeyDeletion', 'irreversible'],
    ['describe-vaults', 'look'],
    ['ListKeys', 'look'],
    ['backup.vault.purge', 'irreversible'],
    ['acl.assign', 'persistence'],
    ['iam:CreateAccessKey', 'persistence'],
    ['treasury.transfer', 'money'],
    ['approveRequest', 'approval'],
    ['updateItem', 'shared'],
  ] as const)
    expect([operation, of(operation)]).toEqual([operation, sink])
  for (const property of ['verb', 'op', 'operation', 'action', 'method', 'fn', 'function'])
    expect([
      property,
      act(tool('desk', { [property]: text, id: text }), { [property]: 'delete', id: 'a-1' }).sink,
    ]).toEqual([property, 'irreversible'])
})

test('an operation says more than a description that lists them all', () => {
  const event = tool('manage_event', { action: text, event_id: text }, 'Creates, updates or deletes events')
  expect(act(event, { action: 'update', event_id: 'e-1' }).sink).toBe('shared')
  expect(act(event, { action: 'delete', event_id: 'e-1' }).sink).toBe('irreversible')
})

test('an operation lowers no name that says what it does, and a text is none', () => {
  expect(act(tool('send_money', { action: text, to: text }), { action: 'list', to: 'x' }).sink).toBe('money')
  expect(
    act(tool('desk', { action: text }), { action: 'please delete all of the old things that are there' }).sink,
  ).toBe('shared')
  expect(act(tool('find_logs', { action: text }), { action: 'delete' }).sink).toBe('look')
  expect(act(tool('desk', { event: text }), { event: 'delete' }).sink).toBe('shared')
})

test('a posted question of a service is a look, and a path there is no file', () => {
  const request = tool('es', { verb: text, path: text, body: { type: 'object' } }, 'A request to the search service')
  expect(act(request, { verb: 'POST', path: '/logs/_search', body: { query: {} } }).sink).toBe('look')
  expect(act(request, { verb: 'GET', path: '/logs' }).sink).toBe('look')
  expect(act(request, { verb: 'POST', path: '/logs/_doc', body: { a: 1 } }).sink).toBe('outward')
  expect(act(request, { verb: 'DELETE', path: '/logs' }).sink).toBe('irreversible')
  expect(act(request, { verb: 'DELETE', path: '/logs' }).parts.some((part) => part.kind === 'path')).toBe(false)
})

test('a description that acts raises what looks by its name; one that names a thing tells it', () => {
  const sink = (name: string, description: string, properties: Record<string, unknown> = { id: text }) =>
    describeTool(tool(name, properties, description)).sink
  const amount = { from_currency: text, to_currency: text, amount: { type: 'number' } }
  expect(sink('convert_currency', 'Executes a currency conversion', amount)).toBe('money')
  expect(sink('convert_currency', 'Converts an amount', amount)).toBe('look')
  expect(sink('suggest_commit', 'Commits suggestions of reviewers')).toBe('shared')
  expect(sink('resolve_flag', 'Replaces the flag')).toBe('shared')
  expect(sink('check_gate', 'Approves the gate')).toBe('approval')
  expect(sink('order_history', 'Order history of a customer')).toBe('look')
  expect(sink('get_snapshot', 'Capture a snapshot')).toBe('look')
  expect(sink('search_web', 'Runs a search')).toBe('look')
  expect(sink('letter.text', 'Text of a letter')).toBe('look')
  expect(sink('page_text', 'The text of a page')).toBe('look')
  expect(sink('orders', 'Orders of a customer')).toBe('look')
  expect(sink('reviews', 'Reviews of a product', { sku: text })).toBe('look')
  expect(sink('chart', 'The chart of a patient', { mrn: text })).toBe('look')
  // It may be a thing, and takes more than which one.
  expect(sink('text', 'Text of a person', { to: text, body: text })).toBe('outward')
  expect(sink('thermostat', 'The thermostat of the hall', { degrees: { type: 'number' } })).toBe('shared')
  expect(sink('valve', 'A tool that opens the valve of a tank')).toBe('shared')
  expect(sink('message', 'Sends a message of yours')).toBe('outward')
})

test('an operation on what is there opens it to everybody, and one that makes something only sends it', () => {
  const page = tool('page', { action: text, visibility: text })
  expect(act(page, { action: 'update', visibility: 'public' }).sink).toBe('persistence')
  expect(act(page, { action: 'create', visibility: 'public' }).sink).toBe('outward')
})

test('who is made an administrator is given a right, and arguments of a function lead where they point', () => {
  const store = tool('store', { op: text, filter: { type: 'object' }, update: { type: 'object' } })
  const set = (update: unknown) => act(store, { op: 'updateOne', filter: { login: 'kim' }, update }).sink
  expect(set({ $set: { admin: true } })).toBe('persistence')
  expect(set({ $set: { isAdmin: true } })).toBe('persistence')
  expect(set({ $set: { admin: false } })).toBe('shared')
  expect(set({ $set: { active: true } })).toBe('shared')
  const call = act(tool('invoke', { fn: text, argv: { type: 'array' } }), {
    fn: 'x',
    argv: ['EE382200221020145685', 5],
  })
  expect(call.parts.find((part) => part.role === 'destination')?.kind).toBe('account')
})

test('that it only reads is not said by an argument that the tool does not know, nor of a tool that changes', () => {
  const update = tool('update_event', { id: text, attendees: { type: 'array', items: text } })
  const manage = tool('manage_event', { id: text, attendees: { type: 'array', items: text } })
  const args = { id: '7', attendees: ['zed@other.example'] }
  for (const property of ['action', 'operation', 'method', 'op'])
    for (const value of ['get', 'list', 'preview', 'read'])
      for (const each of [update, manage, 'update_event'])
        expect(act(each, { ...args, [property]: value }).sink).toBe('shared')
  const open = tool('manage_event', { id: text, action: text })
  expect(act(open, { id: '7', action: 'get' }).sink).toBe('look')
  expect(act('manage_event', { id: '7', action: 'get' }).sink).toBe('look')
})
