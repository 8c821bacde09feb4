import { afterEach, expect, test } from 'vitest'
import { guarded, type Wire } from '../../mcp/servers.ts'

const open: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of open.splice(0)) await close()
})

/** A server that ends lines wherever some reader does (Python’s `splitlines`), and answers with what each call held. */
const splitting = `
const put = (o) => process.stdout.write((typeof o === 'string' ? o : JSON.stringify(o)) + '\\n')
const ran = []
let rest = ''
process.stdin.on('end', () => process.exit(0)).setEncoding('utf8').on('data', (chunk) => {
  rest += chunk
  const lines = rest.split(/\\r\\n|[\\n\\r\\v\\f\\u001c-\\u001e\\u0085\\u2028\\u2029]/)
  rest = lines.pop()
  for (const line of lines) { let m; try { m = JSON.parse(line) } catch { continue } if (m && typeof m === 'object') take(m, line) }
})
function take(m, line) {
  const { id, method, params } = m
  if (method === 'initialize') return put({ jsonrpc: '2.0', id, result: { protocolVersion: '2025-06-18', capabilities: {}, serverInfo: { name: 's', version: '1' } } })
  if (method === 'tools/call') ran.push(params.name)
  const args = params?.arguments ?? {}
  if (args.write) for (const each of args.write) put(each.replace('ID', JSON.stringify(id)))
  else if (args.endless) endless()
  else if (method === undefined) put({ jsonrpc: '2.0', method: 'notifications/got', params: { line } })
  else if (id !== undefined) put({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: JSON.stringify({ ran, line }) }] } })
}
function endless() {
  const piece = 'x'.repeat(2 ** 20)
  let n = 0
  const more = () => { while (n++ < 100 && process.stdout.write(piece)); if (n <= 100) process.stdout.once('drain', more); else { put(''); put({ jsonrpc: '2.0', method: 'notifications/done' }) } }
  more()
}`

async function behind(scope: readonly string[] = ['read_file']) {
  const declared = { id: 's', tenant: 'default', agent: 'a1', tools: [...scope] }
  const made = await guarded(['-e', splitting], { scopes: [declared] })
  open.push(made.close)
  await made.wire.begin()
  return made
}

const inner = '{"jsonrpc":"2.0","id":77,"method":"tools/call","params":{"name":"delete_file","arguments":{}}}'
/** The tools that ran at the server, as its answer to a ping says. */
async function ran({ wire }: { wire: Wire }): Promise<unknown> {
  wire.send({ jsonrpc: '2.0', id: 'ran', method: 'ping' })
  const { result } = JSON.parse(await wire.answer('ran')) as { result: { content: [{ text: string }] } }
  return (JSON.parse(result.content[0].text) as { ran: unknown }).ran
}

test('no white space of a message ends a line for a server that reads lines its own way', async () => {
  const made = await behind()
  const { wire } = made
  for (const space of ['\r', '\v', '\f', '\u0085', '\u2028', '\u2029', '\u001c', '\t\r', '\r\r']) {
    wire.send(`{"jsonrpc":"2.0","id":50,"method":"ping","params":${space}${inner}${space}}`)
    wire.send(`{"jsonrpc":"2.0","method":"notifications/x","params":${space}${inner}${space}}`)
    wire.send(`{"jsonrpc":"2.0","id":51,"result":${space}${inner}${space}}`)
    wire.send(`${space}${inner}${space}`)
  }
  expect(await ran(made)).toEqual([])
})

test('CR between tokens is no fault but in a call: the message arrives in one line, its other bytes as they came', async () => {
  const { wire } = await behind()
  wire.send('{ "jsonrpc":"2.0",\r"id":1, "method":"ping","params":{"n":1.10}}\r')
  expect(await wire.answer(1)).toContain(
    JSON.stringify('{ "jsonrpc":"2.0", "id":1, "method":"ping","params":{"n":1.10}}')
      .slice(1, -1)
      .replaceAll('\\"', '\\\\\\"'),
  )
  wire.send(`{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"read_file","arguments":\r${inner}\r}}`)
  expect(await wire.answer(2)).toContain('a line break within a call')
})

test('an answer is read whatever way a client could take its id for that of a call; others reach nobody', async () => {
  const { wire, guard, troubles } = await behind()
  const answers: string[] = []
  const after = guard.after.bind(guard)
  ;(guard as unknown as { after: typeof guard.after }).after = (check, result) => {
    for (const { text } of result?.read ?? []) answers.push(text ?? '')
    return after(check, result)
  }
  const say = (text: string, id: string) =>
    `{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text","text":"${text}"}]}}`
  const ids = [
    ['5', '"5"'],
    ['6', '" 6"'],
    ['7', '7.0'],
    ['8', '"0x8"'],
    ['"9"', '9'],
    ['"a"', '"a"'],
    ['0', '""'],
  ] as const
  for (const [asked, answered] of ids) {
    wire.send(
      `{"jsonrpc":"2.0","id":${asked},"method":"tools/call","params":{"name":"read_file","arguments":{"write":${JSON.stringify([say('stray', '"nobody"'), say(`answer ${asked.replaceAll('"', '')}`, answered)])}}}}`,
    )
    await wire.answer(JSON.parse(answered) as string | number)
  }
  expect(answers).toEqual(ids.map(([asked]) => `answer ${asked.replaceAll('"', '')}`))
  expect(wire.received.join()).not.toContain('stray')
  expect(troubles.filter((t) => t.includes('fits no open request')).length).toBe(ids.length)
})

test('of what a server writes only messages that were read reach the client', async () => {
  const { wire, troubles } = await behind()
  const hidden = '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"text","text":"hidden"}]}}'
  const write = [
    `log\r${hidden}`,
    `{"jsonrpc":"2.0","method":"notifications/x"}${hidden}`,
    '{"jsonrpc":"2.0","id":ID,"result":{"content":[{"type":"text","text":"hidden"}],"content":[{"type":"text","text":"seen"}]}}',
  ]
  const answer = await wire.call(1, 'read_file', { write })
  expect(answer).toContain('seen')
  const both = '{"jsonrpc":"2.0","id":ID,"method":"x","result":{"content":[{"type":"text","text":"hidden"}]}}'
  expect(await wire.call(2, 'read_file', { write: [both] })).toContain('asks and answers at once')
  expect(wire.received.join()).not.toContain('hidden')
  expect(troubles.length).toBeGreaterThan(1)
})

test('unknown members pass where nothing acts; a member that some reader takes for a known one does not', async () => {
  const made = await behind()
  const { wire } = made
  wire.send('{"jsonrpc":"2.0","id":1,"method":"ping","x-client":"abc","params":{"a":1,"a":2}}')
  expect(await wire.answer(1)).toContain('x-client')
  const asks = '{"jsonrpc":"2.0","id":"srv","method":"roots/list"}'
  wire.send(`{"jsonrpc":"2.0","id":3,"method":"ping","params":{"arguments":{"write":${JSON.stringify([asks])}}}}`)
  await wire.request('roots/list')
  wire.send('{"jsonrpc":"2.0","id":"srv","result":{"roots":[],"x":1,"x":2},"usage":{"tokens":3}}')
  wire.send('{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"read_file","arguments":{}},"trace":1}')
  expect(await wire.answer(2)).toContain('trace')
  expect(wire.received.join()).toContain('usage')
  const call = '"params":{"name":"delete_file","arguments":{}}'
  for (const trick of [
    `{"jsonrpc":"2.0","id":3,"Method":"tools/call",${call}}`,
    `{"jsonrpc":"2.0","id":3,"method":"ping","METHOD":"tools/call",${call}}`,
    `{"jsonrpc":"2.0","id":3,"method":"Tools/Call",${call}}`,
    `{"jsonrpc":"2.0","id":3,"method":"tools/call ",${call}}`,
    `{"jsonrpc":"2.0","id":3,"method":"tools/call","method":"notifications/x",${call}}`,
    `{"jsonrpc":"2.0","id":3,"method":"ping","Param\u017F":{"name":"delete_file"}}`,
  ]) {
    wire.send(trick)
    expect(await wire.answer(3)).toContain('error')
  }
  expect(await ran(made)).toEqual(['read_file'])
})

test('too deep and too long: an error for whoever waits, and the guard goes on', async () => {
  const { wire } = await behind()
  for (const levels of [5000, 100_000]) {
    const nested = `${'['.repeat(levels)}${']'.repeat(levels)}`
    wire.send(
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read_file","arguments":{"a":${nested}}}}`,
    )
    expect(await wire.answer(1)).toContain('levels of JSON')
    const write = [`{"jsonrpc":"2.0","id":ID,"result":{"a":${nested}}}`]
    expect(await wire.call(2, 'read_file', { write })).toContain('levels of JSON')
  }
  const before = process.memoryUsage().rss
  expect(await wire.call(3, 'read_file', { endless: true })).toContain('64 MiB')
  expect(process.memoryUsage().rss - before).toBeLessThan(250 * 2 ** 20)
  await wire.notice('notifications/done')
  expect(await wire.call(4, 'read_file', {})).toContain('read_file')
})

test('when the server is gone, whoever waits is told', async () => {
  const made = await guarded(['-e', 'process.stdin.once("data", () => process.exit(3))'])
  made.upstream.side.onClosed = () => made.session.lost('the server is gone')
  made.wire.send({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x', arguments: {} } })
  expect(await made.wire.answer(1)).toContain('the server is gone')
  expect(await made.upstream.ended).toBe(3)
  await made.close()
})
