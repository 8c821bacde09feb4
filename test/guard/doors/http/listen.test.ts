import { request } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { listen, type Serve } from '../../../../src/guard/doors/http/listen.ts'
import { type SessionLimits, sessionLimits } from '../../../../src/guard/doors/http/sessions.ts'
import { isObject } from '../../../../src/guard/doors/json-rpc/message.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) await each.close()
})

/** Listens; counts what it started, and answers every request. `ended` resolves when a session is ended. */
async function listening(limits: Partial<SessionLimits> = {}, answers = true) {
  const seen = { started: 0, ended: 0 }
  let tell: () => void = () => {}
  const serve: Serve = async (client) => {
    seen.started++
    client.onArrival = ({ message }) => {
      if (answers && message.id !== undefined)
        client.send({ jsonrpc: '2.0', id: message.id, result: { params: message.params } })
    }
    return {
      async close() {
        seen.ended++
        tell()
      },
    }
  }
  const server = await listen(0, serve, { ...sessionLimits, ...limits })
  open.push(server)
  const ended = (n: number) =>
    new Promise<void>((resolve) => {
      tell = () => seen.ended >= n && resolve()
      tell()
    })
  return { url: new URL(server.url), seen, ended, server }
}

const initialize = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} })
const good = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }

/** A request as it is, which fetch would not let through. */
function ask(url: URL, headers: Record<string, string>, body: string | null = initialize, method = 'POST') {
  return new Promise<{ status: number | undefined; session: string; text: string }>((resolve, reject) => {
    const asked = request(url, { method, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      response.on('close', () =>
        resolve({ status: response.statusCode, session: String(response.headers['mcp-session-id'] ?? ''), text }),
      )
    })
    asked.on('error', reject)
    asked.end(body ?? undefined)
  })
}

/** Asks, and resolves when the answer has begun: with how to leave it. */
function begun(url: URL, headers: Record<string, string>, method: string) {
  return new Promise<() => void>((resolve, reject) => {
    const asked = request(url, { method, headers }, (response) => {
      response.on('error', () => {})
      resolve(() => asked.destroy())
    })
    asked.on('error', reject)
    asked.end(method === 'POST' ? initialize : undefined)
  })
}

test('what may not come in starts nothing', async () => {
  const { url, seen } = await listening()
  const { port } = url
  const refused: [status: number, headers: Record<string, string>, body?: string, path?: string][] = [
    [403, { ...good, origin: 'https://evil.example' }],
    [403, { ...good, origin: 'null' }],
    [403, { ...good, origin: `http://127.0.0.1.evil.example:${port}` }],
    [403, { ...good, origin: `http://localhost:${Number(port) + 1}` }],
    [403, { ...good, host: 'evil.example' }],
    [403, { ...good, host: `evil.example:${port}` }],
    [403, { ...good, 'sec-fetch-site': 'cross-site' }],
    [404, good, initialize, '/other'],
    [406, { 'content-type': 'application/json' }],
    [406, { ...good, accept: 'application/json' }],
    [406, { ...good, accept: 'text/event-stream' }],
    [415, { ...good, 'content-type': 'text/plain' }],
    [415, { accept: good.accept }],
    [413, good, JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { a: 'x'.repeat(2 ** 20) } })],
    [413, { ...good, 'transfer-encoding': 'chunked' }, `"${'x'.repeat(2 ** 21)}"`],
    [400, good, '{'],
    [400, good, '42'],
    [400, good, `[${initialize},${initialize}]`],
    [400, good, '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'],
    [404, { ...good, 'mcp-session-id': 'nobody' }],
  ]
  for (const [status, headers, body, path = '/mcp'] of refused)
    expect(await ask(new URL(path, url), headers, body)).toMatchObject({ status })
  expect((await ask(url, good, null, 'PUT')).status).toBe(405)
  expect((await ask(url, good, null, 'GET')).status).toBe(400)
  expect(seen.started).toBe(0)
  expect((await ask(url, { ...good, origin: `http://localhost:${port}` })).status).toBe(200)
  expect((await ask(url, { ...good, host: `LOCALHOST:${port}` })).status).toBe(200)
  expect(seen.started).toBe(2)
})

test('newcomers are bounded', async () => {
  const { url, seen } = await listening({ newcomers: 3 })
  const sessions = await Promise.all([1, 2, 3].map(() => ask(url, good)))
  expect(sessions.map((s) => s.status)).toEqual([200, 200, 200])
  expect((await ask(url, good)).status).toBe(503)
  expect(seen).toEqual({ started: 3, ended: 0 })
})

test('those who began and left are ended', async () => {
  const { url, ended } = await listening({ newcomers: 1, newcomerMs: 30 })
  for (let n = 1; n <= 3; n++) {
    expect((await ask(url, good)).status).toBe(200)
    await ended(n)
  }
})

test('a session in use stays; there is an end to how many', async () => {
  const { url, seen } = await listening({ sessions: 4, newcomers: 2 })
  for (let i = 0; i < 4; i++) {
    const { session } = await ask(url, good)
    const ping = '{"jsonrpc":"2.0","id":2,"method":"ping"}'
    expect((await ask(url, { ...good, 'mcp-session-id': session }, ping)).text).toContain('"id":2')
  }
  expect((await ask(url, good)).status).toBe(503)
  expect(seen).toEqual({ started: 4, ended: 0 })
})

test('a client that stops listening is gone after a while; DELETE and the end of the guard are an end at once', async () => {
  const { url, seen, ended, server } = await listening({ goneMs: 30 })
  const begin = async () => {
    const { session } = await ask(url, good)
    const headers = { ...good, 'mcp-session-id': session }
    await ask(url, headers, '{"jsonrpc":"2.0","method":"notifications/initialized"}')
    return headers
  }
  const first = await begin()
  const leave = await begun(url, first, 'GET')
  expect((await ask(url, first, null, 'GET')).status).toBe(409)
  leave()
  await ended(1)
  expect((await ask(url, first, '{"jsonrpc":"2.0","id":2,"method":"ping"}')).status).toBe(404)
  const second = await begin()
  expect((await ask(url, second, null, 'DELETE')).status).toBe(200)
  await ended(2)
  await begin()
  await server.close()
  expect(seen).toEqual({ started: 3, ended: 3 })
})

test('a server that never answers does not keep a client that left', async () => {
  const { url, ended, seen } = await listening({ newcomerMs: 30 }, false)
  const leave = await begun(url, good, 'POST')
  expect(seen).toEqual({ started: 1, ended: 0 })
  leave()
  await ended(1)
  expect(seen).toEqual({ started: 1, ended: 1 })
  // There is room for the next one.
  const next = await begun(url, good, 'POST')
  expect(seen).toEqual({ started: 2, ended: 1 })
  next()
  await ended(2)
})

test('a batch, a garbled body and what nobody listens to are answered', async () => {
  const { url } = await listening()
  const { session } = await ask(url, good)
  const headers = { ...good, 'mcp-session-id': session }
  const both = await ask(
    url,
    headers,
    '[{"jsonrpc":"2.0","id":1,"method":"ping"},\n{"jsonrpc":"2.0","id":2,"method":"ping"}]',
  )
  expect(both.text.match(/^data: /gm)).toHaveLength(2)
  expect((await ask(url, headers, '{nope')).status).toBe(400)
  const deep = `{"jsonrpc":"2.0","method":"notifications/x","params":${'['.repeat(1000)}${']'.repeat(1000)}}`
  expect((await ask(url, headers, deep)).status).toBe(400)
  const parsed: unknown = JSON.parse((await ask(url, headers, deep)).text)
  expect(isObject(parsed) && isObject(parsed.error) && parsed.error.message).toContain('levels')
})
