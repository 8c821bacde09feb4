import { afterEach, expect, test } from 'vitest'
import { explainModels } from '../../../src/guard/mcp/tools/explain-models.ts'
import { direct, everything, filesystem, guarded } from './servers.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

async function pair(command: string[], ...rest: Parameters<typeof guarded> extends [unknown, ...infer R] ? R : never) {
  const plain = direct(command)
  const proxied = await guarded(command, ...rest)
  open.push(proxied.close, async () => plain.child.kill())
  return { plain: plain.wire, ...proxied }
}

test('every answer of the filesystem server comes back byte for byte, ids and all', async () => {
  const files = filesystem()
  const { plain, wire } = await pair(files.command)
  expect(await wire.begin()).toBe(await plain.begin())
  const requests: [id: string | number, method: string, params: unknown][] = [
    [1, 'tools/list', {}],
    ['1', 'tools/call', { name: 'read_text_file', arguments: { path: files.path('b.txt') } }],
    [2, 'tools/call', { name: 'list_directory', arguments: { path: files.directory } }],
    [-7, 'tools/call', { name: 'read_text_file', arguments: { path: '/etc/passwd' } }],
    ['ü', 'tools/call', { name: 'no_such_tool', arguments: {} }],
    [3, 'no/such/method', { x: [1.5, null, '‮'] }],
    [4, 'ping', {}],
  ]
  for (const [id, method, params] of requests) {
    const request = { jsonrpc: '2.0', id, method, params }
    plain.send(request)
    wire.send(request)
    expect(await wire.answer(id)).toBe(await plain.answer(id))
  }
})

test('progress, resources and prompts of the everything server pass as they are', async () => {
  const { plain, wire } = await pair(everything())
  expect(await wire.begin()).toBe(await plain.begin())
  for (const side of [plain, wire]) {
    side.send({ jsonrpc: '2.0', id: 1, method: 'prompts/list', params: {} })
    await side.answer(1)
    side.send({ jsonrpc: '2.0', id: 2, method: 'resources/list', params: {} })
    await side.answer(2)
    await side.call(3, 'trigger-long-running-operation', { duration: 0.2, steps: 2 }, { progressToken: 'p' })
    await side.call(4, 'get-structured-content', { location: 'New York' })
  }
  const ours = (lines: string[]) => lines.filter((l) => l.includes('progress') || /"id":[1234]\b/.test(l))
  expect(ours(wire.received)).toEqual(ours(plain.received))
  expect(ours(wire.received).filter((l) => l.includes('notifications/progress')).length).toBeGreaterThan(0)
})

test('a held call does not run, its answer says what, why and the way back, and approved it runs', async () => {
  const files = filesystem()
  const scope = { id: 's', tenant: 'default', agent: 'a1', tools: ['read_text_file', 'list_directory'] }
  const { wire, guard, troubles } = await pair(files.command, { scopes: [scope] })
  await wire.begin()
  expect(await wire.call(1, 'read_text_file', { path: files.path('a.txt') })).toContain('Alpha')
  const write = { path: files.path('a.txt'), content: 'overwritten' }
  const answer = JSON.parse(await wire.call(2, 'write_file', write)) as {
    id: number
    result: { isError: boolean; content: { text: string }[]; _meta: Record<string, string> }
  }
  expect(answer).toMatchObject({ id: 2, result: { isError: true, _meta: { 'rescind/outcome': 'step-up' } } })
  const text = answer.result.content[0]?.text ?? ''
  expect(text).toContain('did not run')
  expect(text).toContain('write_file is not in the declared scope')
  expect(text).toContain(answer.result._meta['rescind/command'] ?? 'no id')
  expect(files.read('a.txt')).toBe('Alpha\n')
  expect(troubles.join()).toContain('step-up: write_file')
  expect(guard.stats()).toMatchObject({ calls: 2, allowed: 1, steppedUp: 1 })
  expect(guard.release(answer.result._meta['rescind/command'] ?? '')).toBe(true)
  expect(await wire.call(3, 'write_file', write)).toContain('Successfully wrote')
  expect(files.read('a.txt')).toBe('overwritten')
})

test('what two readers could read differently does not pass', async () => {
  const files = filesystem()
  const scope = { id: 's', tenant: 'default', agent: 'a1', tools: ['read_text_file'] }
  const { wire } = await pair(files.command, { scopes: [scope] })
  await wire.begin()
  const args = JSON.stringify({ path: files.path('a.txt'), content: 'overwritten' })
  const tricks = [
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"write_file","name":"read_text_file","arguments":${args}}}`,
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","method":"ping","params":{"name":"write_file","arguments":${args}}}`,
    `{"jsonrpc":"2.0","id":1,"method":"ping","Method":"tools/call","params":{"name":"write_file","arguments":${args}}}`,
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read_text_file","Name":"write_file","arguments":${args}}}`,
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":["write_file"],"arguments":${args}}}`,
  ]
  for (const line of tricks) {
    wire.send(line)
    expect(JSON.parse(await wire.answer(1))).toMatchObject({ error: { code: -32600 } })
  }
  // A batch is taken apart: the call in it is judged like any other.
  wire.send(`[{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"write_file","arguments":${args}}}]`)
  expect(await wire.answer(9)).toContain('did not run')
  // Spaces and escapes that mean the same are no trick.
  wire.send(
    `{ "jsonrpc": "2.0", "id": 10, "method": "tools/call", "params": { "name": "read_te\\u0078t_file", "arguments": {"path": "${files.path('a.txt')}"} } }`,
  )
  expect(await wire.answer(10)).toContain('Alpha')
  expect(files.read('a.txt')).toBe('Alpha\n')
})

test('annotations and the operator’s table say what tools do', async () => {
  const files = filesystem()
  const { wire, tools } = await pair(files.command, {}, { write_file: { action: 'write', dataset: 'notes' } })
  await wire.begin()
  expect(tools.of('edit_file')).toMatchObject({ action: 'write', from: 'name' })
  wire.send({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} })
  await wire.answer(1)
  // A server's word alone does not make an edit a delete.
  expect(tools.of('edit_file')).toMatchObject({ action: 'write', from: 'name' })
  expect(tools.model('edit_file')).toMatchObject({ sink: 'own' })
  expect(tools.of('write_file')).toEqual({ action: 'write', from: 'table', dataset: 'notes' })
  expect(tools.of('read_text_file')).toMatchObject({ action: 'read' })
  expect(explainModels(['write_file', 'evil\u001b[2Jname'], tools)).not.toContain('\u001b')
})

test('sessions carry tasks: intent and principal by _meta, an end for each', async () => {
  const files = filesystem()
  const { wire, guard } = await pair(files.command, { principal: 'bob' })
  const events: { kind: string; task?: string; principal?: string; trace?: string }[] = []
  const links = guard as unknown as { before: typeof guard.before }
  const before = guard.before.bind(guard)
  links.before = (call) => {
    const check = before(call)
    const { event } = check
    events.push({
      kind: event.kind,
      ...(event.task === undefined ? {} : { task: event.task.id }),
      ...(event.principal === undefined ? {} : { principal: event.principal }),
      ...(event.trace === undefined ? {} : { trace: event.trace.id }),
    })
    return check
  }
  await wire.begin()
  const args = { path: files.path('a.txt') }
  await wire.call(1, 'read_text_file', args)
  await wire.call(2, 'read_text_file', args, {
    'rescind/task': 'T1',
    'rescind/intent': 'Read a',
    'rescind/principal': 'ann',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  })
  expect(events[0]).toMatchObject({ principal: 'bob' })
  expect(events[0]?.task).toMatch(/^[\da-f-]{36}$/)
  expect(events[1]).toEqual({
    kind: 'attempt',
    task: 'T1',
    principal: 'ann',
    trace: '0af7651916cd43dd8448eb211c80319c',
  })
})

test('the server’s exit code is known, and a server that cannot start says so', async () => {
  const { spawnUpstream } = await import('../../../src/guard/doors/stdio/spawn.ts')
  const child = await spawnUpstream(process.execPath, ['-e', 'process.exit(7)'])
  expect(await child.ended).toBe(7)
  await expect(spawnUpstream('/no/such/command', [])).rejects.toMatchObject({ code: 'GUARD_UPSTREAM_FAILED' })
})
