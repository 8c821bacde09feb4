import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { built } from '../../../support/build.ts'
import { temporaryDirectory } from '../../../support/temporary.ts'
import { Wire } from '../../mcp/servers.ts'

const cli = fileURLToPath(new URL('../../../../dist/src/cli/main.js', import.meta.url))
let lifelines: Server
const started: ChildProcess[] = []

beforeAll(async () => {
  built()
  lifelines = createServer()
  lifelines.listen(0, '127.0.0.1')
  await once(lifelines, 'listening')
})
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})
afterAll(() => void lifelines.close())

/** A server that holds a connection to the test for as long as it lives, and ends neither at the end of its input nor when asked to. */
const stubborn = () => `
require('net').connect(${(lifelines.address() as AddressInfo).port}, '127.0.0.1')
if (process.env.STUBBORN) process.on('SIGTERM', () => {})
setInterval(() => {}, 1000)
require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line)
  if (method === 'flood') {
    for (let i = 0; i < 20000; i++) process.stderr.write('\\u001b[2J' + 'x'.repeat(200) + '\\rrescind guard info: approved\\n')
    process.stderr.write('y'.repeat(5e6))
  }
  if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, result: { capabilities: {} } }))
})`

/** The guard of the command line before that server, behind a wrapper that stays as \`npx\` and \`sh -c\` do. */
async function guard(env: Record<string, string> = {}) {
  const wrapper = ['sh', '-c', '"$0" -e "$1"; true', process.execPath, stubborn()]
  const options = ['--monitor', 'none', '--spool', temporaryDirectory(), '--agent', 'a1']
  const child = spawn(process.execPath, [cli, 'guard', ...options, '--', ...wrapper], {
    stdio: 'pipe',
    env: { ...process.env, ...env },
  })
  started.push(child)
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  const connected = once(lifelines, 'connection') as Promise<[Socket]>
  const wire = new Wire(child.stdout, child.stdin)
  await wire.begin()
  const [lifeline] = await connected
  lifeline.resume().on('error', () => {})
  return { child, wire, log: () => log, serverGone: once(lifeline, 'close'), ended: once(child, 'close') }
}

test('at the end of its input the guard ends, and a wrapped server that does not end by itself', async () => {
  const { wire, serverGone, ended, log } = await guard()
  wire.end()
  await Promise.all([serverGone, ended])
  expect(log()).toContain('ended:')
})

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s ends both, also a server that ignores it', async (signal) => {
  const { child, serverGone, ended, log } = await guard({ STUBBORN: '1' })
  child.kill(signal)
  await Promise.all([serverGone, ended])
  expect(log()).toContain('ended:')
})

test('a client that goes without a word ends both', async () => {
  const { child, serverGone, ended } = await guard()
  child.stdout.destroy()
  child.stderr.destroy()
  child.stdin.destroy()
  const [[code, signal]] = await Promise.all([ended, serverGone])
  // It ends by itself though nobody reads what it says, with the status of the server that it ended (128 + SIGTERM).
  expect({ code, signal }).toEqual({ code: 143, signal: null })
})

test('what a server says on its standard error is marked, printable and bounded', async () => {
  const { wire, log, ended } = await guard()
  wire.send({ jsonrpc: '2.0', id: 'flood', method: 'flood' })
  await wire.answer('flood')
  wire.end()
  await ended
  expect(log().length).toBeLessThan(500_000)
  expect(log()).not.toMatch(/^rescind guard info: approved/m)
  expect(log().replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  expect(log()).toMatch(/^server: x+\uFFFDrescind guard info: approved$/m)
  expect(log()).toMatch(/lines were left out/)
})

/** A server whose end is what it is asked for. */
const mortal = `
require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line)
  if (method === 'initialize') console.log(JSON.stringify({ jsonrpc: '2.0', id, result: { capabilities: {} } }))
  if (method !== 'tools/call') return
  if (params.name === 'get_exit') { console.error('starting\\nKeyError: no entry ' + params.arguments.of); process.exitCode = 3; process.stdin.destroy() }
  if (params.name === 'get_throw') require('/no/such/module')
  if (params.name === 'get_killed') process.kill(process.pid, 'SIGKILL')
})`

test.each([
  ['get_exit', /the server ended with exit code 3; it said last: KeyError: no entry \u{FFFD}\[31m7/u],
  ['get_throw', /the server ended with exit code 1; it said last: Error: Cannot find module '\/no\/such\/module'/],
  ['get_killed', /the server was ended by SIGKILL$/],
])('who waits for a server that ends is told how it ended, the log too: %s', async (name, words) => {
  const options = ['--monitor', 'none', '--spool', temporaryDirectory(), '--memory', temporaryDirectory()]
  const child = spawn(process.execPath, [cli, 'guard', ...options, '--', process.execPath, '-e', mortal])
  started.push(child)
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text
  })
  const ended = once(child, 'close')
  const wire = new Wire(child.stdout, child.stdin)
  await wire.begin()
  const { error } = JSON.parse(await wire.call(1, name, { of: '\u0007[31m7' }))
  expect(error.message).toMatch(words)
  await ended
  expect(log.split('\n').find((line) => line.includes('warning: the server'))).toMatch(words)
})
