import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { Agent, request as ask } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openApi, recent } from '../../support/api.ts'
import { temporaryDirectory } from '../../support/temporary.ts'
import { until } from '../../support/until.ts'

type Api = Awaited<ReturnType<typeof openApi>>
const line = (name: string, tenant: string) =>
  `${name} sha256:${createHash('sha256').update(name).digest('hex')} rescind.ingest,rescind.enforce,rescind.read ${tenant}`
const limits = { bodyBytes: 4096, bodyBytesPerCaller: 8192, connections: 16, reads: 2 }
const streams = { streams: 8, streamsPerTenant: 6, streamsPerCaller: 4, streamsPerPoint: 2 }
let api: Api
let port = 0
const open: { destroy(): void }[] = []
beforeAll(async () => {
  const directory = temporaryDirectory()
  const keysFile = join(directory, 'keys')
  writeFileSync(keysFile, [line('ann', 'a'), line('bob', 'a'), line('zoe', 'z')].join('\n'), { mode: 0o600 })
  api = await openApi(directory, { settings: { auth: { keysFile }, http: { ...limits, ...streams } } })
  await api.listen()
  port = (api.app.server.address() as AddressInfo).port
})
afterAll(async () => {
  for (const each of open) each.destroy()
  await api.close()
})

const as = (key: string, more: Record<string, string> = {}) => ({ authorization: `Bearer ${key}`, ...more })
const refusedBy = async (quota: string) =>
  (await api.metrics.quotaRefused.get()).values.find(({ labels }) => labels.quota === quota)?.value ?? 0

/** A decision stream that stays open; answers its status. */
async function follow(key: string, point: string): Promise<number> {
  const headers = as(key, { accept: 'text/event-stream', 'x-rescind-point': point })
  const asked = ask({ port, path: '/v1/decisions', headers, agent: new Agent() }).end()
  asked.on('error', () => {})
  const [answer] = await once(asked, 'response')
  if (answer.statusCode === 200) open.push(asked)
  answer.resume()
  return answer.statusCode
}
const closeStreams = async () => {
  for (const each of open.splice(0)) each.destroy()
  await until(
    'all are closed',
    async () => (await api.metrics.streams.get()).values.every(({ value }) => value === 0) || undefined,
  )
}

describe('decision streams: no point, caller or tenant takes them all', () => {
  test('each has a quota of its own, and what is refused is counted', async () => {
    expect([await follow('ann', 'p'), await follow('ann', 'p'), await follow('ann', 'p')]).toEqual([200, 200, 429])
    expect([await follow('ann', 'q'), await follow('ann', 'r'), await follow('ann', 's')]).toEqual([200, 200, 429])
    expect([await follow('bob', 'x'), await follow('bob', 'y'), await follow('bob', 'z')]).toEqual([200, 200, 429])
    expect([await follow('zoe', 'p'), await follow('zoe', 'p')]).toEqual([200, 200])
    for (const quota of ['point', 'caller', 'tenant']) expect(await refusedBy(`streams of a ${quota}`)).toBe(1)
    await closeStreams()
    expect(await follow('ann', 'p')).toBe(200)
    await closeStreams()
  })
})

describe('bodies', () => {
  /** Has sent all but the end of its body. */
  async function sending(key: string, length: number): Promise<Socket> {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    open.push(socket)
    const head = [
      `POST /v1/events HTTP/1.1`,
      'Host: localhost',
      `Authorization: Bearer ${key}`,
      'Content-Type: application/json',
    ]
    socket.write(`${[...head, `Content-Length: ${length}`].join('\r\n')}\r\n\r\n{`)
    return socket
  }
  const post = (key: string, payload: string, headers = {}) =>
    fetch(`http://127.0.0.1:${port}/v1/events`, {
      method: 'POST',
      headers: as(key, { 'content-type': 'application/json', ...headers }),
      body: payload,
    })

  test('what one caller has in hand pushes nobody else out, and comes back when it is over', async () => {
    const [first] = await Promise.all([sending('ann', 4096), sending('ann', 4000)])
    await until('both are in hand', async () =>
      (await post('ann', JSON.stringify(recent()))).status === 429 ? true : undefined,
    )
    expect(await refusedBy('body bytes of a caller')).toBeGreaterThan(0)
    expect((await post('bob', JSON.stringify(recent()))).status).toBe(202)
    first.destroy()
    await until('it has room again', async () =>
      (await post('ann', JSON.stringify(recent()))).status === 202 ? true : undefined,
    )
    for (const each of open.splice(0)) each.destroy()
  })

  test('one that is too large is told so, whether it says its length or not', async () => {
    const large = gzipSync(Buffer.alloc(50_000_000))
    for (let round = 0; round < 5; round++) {
      expect((await post('ann', 'x'.repeat(20_000))).status).toBe(413)
      expect((await post('ann', large as never, { 'content-encoding': 'gzip' })).status).toBe(413)
    }
    expect((await post('ann', JSON.stringify(recent()))).status).toBe(202)
  })
})

test('questions: who asks too many at once is told to wait, and nobody else', async () => {
  const asked = await Promise.all(
    Array.from({ length: 40 }, (_, i) => api.app.inject({ url: `/v1/explain/none-${i}`, headers: as('ann') })),
  )
  const by = (status: number) => asked.filter(({ statusCode }) => statusCode === status)
  expect(by(404).length + by(429).length).toBe(40)
  expect(by(429).length).toBeGreaterThan(0)
  expect(by(429)[0]?.headers['retry-after']).toBe('1')
  expect(await refusedBy('reads')).toBe(by(429).length)
  expect((await api.app.inject({ url: '/v1/explain/none', headers: as('zoe') })).statusCode).toBe(404)
})

test('connections that say nothing, or say it slowly, keep no fresh one out', async () => {
  const idle = Array.from({ length: 40 }, (_, i) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    if (i % 2 === 0) socket.write('POST /v1/events HTTP/1.1\r\nHost: local')
    open.push(socket)
    return socket
  })
  await until('the oldest have gone', () =>
    idle.some((each) => each.destroyed || each.readyState === 'closed') ? true : undefined,
  )
  const answer = await fetch(`http://127.0.0.1:${port}/v1/me`, { headers: as('ann', { connection: 'close' }) })
  expect(answer.status).toBe(200)
  expect(await refusedBy('connections')).toBeGreaterThan(0)
  for (const each of open.splice(0)) each.destroy()
})
