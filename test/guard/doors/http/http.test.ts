import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { built } from '../../../support/build.ts'
import { temporaryDirectory } from '../../../support/temporary.ts'
import { everything, filesystem } from '../../mcp/servers.ts'
import { listening } from './listening.ts'

const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }

/** A client of the streamable HTTP transport, by hand: posts a message, answers what the stream brings. */
async function connect(url: string) {
  let session: Record<string, string> = {}
  const post = async (message: unknown): Promise<{ id?: unknown; method?: string; result?: unknown }[]> => {
    const response = await fetch(url, {
      method: 'POST',
      body: JSON.stringify(message),
      headers: { ...headers, ...session },
    })
    const id = response.headers.get('mcp-session-id')
    if (id !== null) session = { 'mcp-session-id': id }
    const lines = (await response.text()).split('\n').filter((line) => line.startsWith('data: {'))
    return lines.map((line) => JSON.parse(line.slice(6)) as { id?: unknown })
  }
  await post({
    jsonrpc: '2.0',
    id: 0,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
  })
  await post({ jsonrpc: '2.0', method: 'notifications/initialized' })
  return (id: number, name: string, args: unknown, meta = {}) =>
    post({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args, _meta: meta } })
}

const child = (args: string[]) => ({ command: process.execPath, args })

test('the command line fronts a server over HTTP; results and progress come through two guards', async () => {
  built()
  const inner = await listening(child(everything()))
  const cli = fileURLToPath(new URL('../../../../dist/src/cli/main.js', import.meta.url))
  const spool = temporaryDirectory()
  const options = ['--url', inner.url, '--listen', '0', '--monitor', 'none', '--spool', spool, '--agent', 'outer']
  const outer = spawn(process.execPath, [cli, 'guard', ...options], { stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = new Promise((resolve) => outer.once('close', resolve))
  const lines = createInterface({ input: outer.stderr })
  const said: string[] = []
  const url = await new Promise<string>((resolve) => {
    lines.on('line', (line) => {
      said.push(line)
      const found = /listening on (\S+)/.exec(line)?.[1]
      if (found !== undefined) resolve(found)
    })
  })
  const call = await connect(url)
  expect((await call(1, 'get-sum', { a: 2, b: 3 })).at(-1)).toMatchObject({
    id: 1,
    result: { content: [{ type: 'text', text: expect.stringContaining('5') }] },
  })
  const stream = await call(2, 'trigger-long-running-operation', { duration: 0.2, steps: 2 }, { progressToken: 7 })
  expect(stream.filter((m) => m.method === 'notifications/progress').length).toBeGreaterThan(0)
  expect(stream.at(-1)).toMatchObject({ id: 2 })
  expect(inner.guard.stats()).toMatchObject({ calls: 2, allowed: 2 })
  outer.kill('SIGTERM')
  expect(await ended).toBe(0)
  expect(said.join('\n')).toContain('stand-alone')
  expect(said.at(-1)).toContain('"allowed":2')
  await inner.close()
})

test('a held call over HTTP does not run; pages of strangers are turned away', async () => {
  const files = filesystem()
  const scope = { id: 's', tenant: 'default', agent: 'a1', tools: ['read_text_file'] }
  const guard = await listening(child(files.command), { scopes: [scope] })
  const call = await connect(guard.url)
  expect(await call(1, 'write_file', { path: files.path('a.txt'), content: 'x' })).toMatchObject([
    { id: 1, result: { isError: true, _meta: { 'rescind/outcome': 'step-up' } } },
  ])
  expect(files.read('a.txt')).toBe('Alpha\n')
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
  })
  const knock = async (more: Record<string, string>) =>
    (await fetch(guard.url, { method: 'POST', body, headers: { ...headers, ...more } })).status
  expect(await knock({ origin: 'https://evil.example' })).toBe(403)
  expect(await knock({ 'mcp-session-id': 'nobody' })).toBe(404)
  await guard.close()
})
