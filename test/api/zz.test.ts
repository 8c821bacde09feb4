import { expect, test } from 'vitest'
import { openApi, recent } from '../support/api.ts'
import { temporaryDirectory } from '../support/temporary.ts'

test('ndjson rate', async () => {
  const api = await openApi(temporaryDirectory())
  const url = await api.listen()
  const tools = ['files.read', 'files.write', 'mail.send', 'db.query', 'web.get']
  let n = 0
  const bodies = Array.from({ length: 20 }, () =>
    Array.from({ length: 5000 }, () => {
      n++
      return JSON.stringify(recent({ agent: { id: `agent-${n % 1000}` }, task: { id: `task-${n % 1000}-${Math.floor(n / 20000)}` }, tool: { name: tools[n % 5] ?? '' }, credential: { id: `cred-${n % 1000}` }, trace: { id: `t-${n % 2000}` }, resource: { dataset: 'crm', sensitivity: 'internal' }, source: { network: 'eu-1' }, environment: 'production', principal: 'alice@corp.example', session: `s-${n % 1000}`, result: { bytes: 2000, records: 3 } }))
    }).join('\n'),
  )
  for (const how of ['inject', 'http', 'http-parallel', 'http-64'] as const) {
    const start = performance.now()
    let body = bodies
    if (how === 'http-64') body = bodies.flatMap((b) => { const ls = b.split('\n'); return Array.from({length: 79}, (_, i) => ls.slice(i*64, i*64+64).join('\n')) })
    const send = async (payload: string) => {
      if (how === 'inject') {
        const r = await api.call({ method: 'POST', url: '/v1/events', headers: { 'content-type': 'application/x-ndjson' }, payload })
        if (r.statusCode !== 202) throw new Error(r.body)
        return
      }
      const r = await fetch(`${url}/v1/events`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${api.key}` }, body: payload })
      if (r.status !== 202) throw new Error(await r.text())
      await r.text()
    }
    if (how === 'http-parallel') await Promise.all(body.map(send))
    else if (how === 'http-64') for (let i = 0; i < body.length; i += 8) await Promise.all(body.slice(i, i + 8).map(send))
    else for (const b of body) await send(b)
    const acked = performance.now()
    const lag = () => [...api.monitor.live.lag.values()].reduce((a, b) => a + b, 0)
    const inbox = async () => { let left = 0; for (let p = 0; p < 4; p++) left += (await api.log.range('events', p)).end - ((await api.log.committed('rescind', 'events', p)) ?? 0); return left }
    while ((await inbox()) > 0) await new Promise((r) => setTimeout(r, 20))
    const done = performance.now()
    console.log(how, bodies[0]!.length / 5000, 'bytes/event; acked', Math.round(100_000 / ((acked - start) / 1000)), '/s; flowed', Math.round(100_000 / ((done - start) / 1000)), '/s', lag())
  }
  expect(api.failures).toEqual([])
  await api.close()
}, 240_000)

test('openapi', async () => {
  const api = await openApi(temporaryDirectory())
  const r = await api.call({ method: 'GET', url: '/openapi.json' })
  console.log(r.statusCode, r.body.slice(0, 3000), r.body.length)
  for (const url of ['/readyz', '/metrics', '/v1/agents', '/v1/decisions', '/v1/agents/x/knowledge', '/nope', '/v1/agents/x', '/v1/agents?limit=0']) {
    const r = await api.call({ method: 'GET', url }); console.log(url, r.statusCode, r.body.slice(0, 400), r.headers['content-type'])
  }
  await api.close()
})
