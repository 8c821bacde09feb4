import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, connection } from '../../../src/cli/client.ts'
import { MonitorClient } from '../../../src/guard/link/client.ts'
import { MonitorProof } from '../../../src/guard/net/proof.ts'
import { openApi } from '../../support/api.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

const directory = temporaryDirectory()
let api: Awaited<ReturnType<typeof openApi>>
let url = ''
/** Sits on a port, answers as it likes and keeps what it was sent. */
const heard: IncomingHttpHeaders[] = []
let answer: (path: string) => Promise<unknown> | unknown = () => ({})
const squatter = createServer(async (request, response) => {
  heard.push(request.headers)
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(await answer(request.url ?? '')))
})
let squatted = ''

beforeAll(async () => {
  api = await openApi(directory)
  url = await api.listen()
  await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve))
  squatted = `http://127.0.0.1:${(squatter.address() as AddressInfo).port}`
})
afterAll(async () => {
  squatter.close()
  await api.close()
})

test('the monitor proves itself, and is then called with the key', async () => {
  const to = connection({ url, data: directory })
  expect(await call<{ id: string }>(to, 'GET', '/v1/me')).toMatchObject({ id: 'local' })
  const client = new MonitorClient({ url, key: api.key, isLocalKey: true })
  expect(await client.json('/v1/me')).toMatchObject({ id: 'local' })
})

describe('a squatter on the port gets nothing', () => {
  test.each([
    ['that says nothing', () => ({})],
    ['that makes one up', () => ({ proof: 'A'.repeat(43) })],
    ['that says something else', () => ({ proof: 7, ready: true })],
    // The proof is for the port that was called.
    ['that asks the monitor', async (path: string) => (await fetch(`${url}${path}`)).json()],
  ])('one %s', async (_what, answers) => {
    answer = answers
    heard.length = 0
    const unproven = expect.objectContaining({ message: expect.stringContaining('does not prove') })
    await expect(call(connection({ url: squatted, data: directory }), 'GET', '/v1/me')).rejects.toEqual(unproven)
    const client = new MonitorClient({ url: squatted, key: api.key, isLocalKey: true })
    await expect(client.post('/v1/events', '{}', 'application/json')).rejects.toEqual(unproven)
    await expect(client.json('/v1/me')).rejects.toEqual(unproven)
    expect(heard.length).toBeGreaterThan(0)
    for (const headers of heard) expect(headers.authorization).toBeUndefined()
  })

  test('an old proof says nothing of a new question', async () => {
    const nonce = 'n'.repeat(32)
    const old = await (await fetch(`${url}/v1/proof?nonce=${nonce}`)).json()
    answer = () => old
    await expect(new MonitorProof(squatted, api.key).hold()).rejects.toThrow('does not prove')
  })
})

test('who comes from elsewhere, or asks without a nonce, gets none', async () => {
  const far = await api.app.inject({ url: `/v1/proof?nonce=${'n'.repeat(32)}`, remoteAddress: '192.0.2.7' })
  expect(far.statusCode).toBe(404)
  expect((await api.app.inject({ url: '/v1/proof?nonce=short' })).statusCode).toBe(400)
})
