import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isDeeper } from '../../../src/api/server/plain-http.ts'
import { openApi } from '../../support/api.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

let api: Awaited<ReturnType<typeof openApi>>
beforeAll(async () => {
  api = await openApi(temporaryDirectory())
  await api.listen()
})
afterAll(() => api.close())

/** Every route of the API, from its own description. */
const routes = async () => {
  const { paths } = (await api.app.inject({ url: '/openapi.json' })).json()
  return Object.entries(paths as Record<string, Record<string, unknown>>).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), url: path.replaceAll(/\{\w+\}/g, 'x') })),
  )
}

test('a body of many levels is refused in plain words on every route that takes one', async () => {
  const writing = (await routes()).filter(({ method }) => method === 'POST')
  expect(writing.length).toBeGreaterThan(8)
  for (const levels of [100, 200_000])
    for (const { url } of writing) {
      const payload = `{"id":"x","extra":${'['.repeat(levels)}${']'.repeat(levels)}}`
      const answer = await api.call({ method: 'POST', url, payload, headers: { 'content-type': 'application/json' } })
      expect([url, answer.statusCode]).toEqual([url, 400])
    }
})

test.each([
  ['[[1]]', 2, false],
  ['[[[1]]]', 2, true],
  ['{"a":"[[[[{{{{"}', 1, false],
  ['{"a\\"[[[[":{"b":"\\\\"}}', 2, false],
  ['[[],[],[[]]]', 3, false],
])('the levels of %s', (text, levels, deeper) => {
  expect(isDeeper(text, levels)).toBe(deeper)
})

test('every answer says that it is what it says, and is kept by nobody unless the route says otherwise', async () => {
  const answers = (await routes()).map((route) => api.call(route as never))
  answers.push(api.call({ url: '/nothing/here' }), api.app.inject({ url: '/v1/agents' }), api.app.inject({ url: '/' }))
  for (const { headers, raw } of await Promise.all(answers)) {
    expect([raw.req.url, headers['x-content-type-options']]).toEqual([raw.req.url, 'nosniff'])
    expect([raw.req.url, headers['cache-control']]).toEqual([raw.req.url, expect.any(String)])
  }
  expect((await api.call({ url: '/v1/agents' })).headers['cache-control']).toBe('no-store')
})

describe('the Host header', () => {
  const asked = async (...hosts: string[]) => {
    const socket = connect((api.app.server.address() as AddressInfo).port, '127.0.0.1')
    socket.end(`GET /healthz HTTP/1.1\r\n${hosts.map((host) => `Host: ${host}\r\n`).join('')}Connection: close\r\n\r\n`)
    const [first] = await once(socket, 'data')
    return Number(String(first).slice(9, 12))
  }
  test.each([
    [['localhost'], 200],
    [[], 400],
    [[''], 400],
    [['localhost', 'evil.example'], 400],
    [['localhost', 'localhost'], 400],
    [['localhost, evil.example'], 403],
  ])('%j gives %d', async (hosts, status) => {
    expect(await asked(...hosts)).toBe(status)
  })
})
