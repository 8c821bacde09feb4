import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApi, recent } from '../../support/api.ts'
import { update } from '../../support/monitor.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

let api: Awaited<ReturnType<typeof openApi>>
const get = async (url: string) => (await api.call({ method: 'GET', url })).json()
const send = (...events: object[]) => api.call({ method: 'POST', url: '/v1/events', payload: events })

beforeAll(async () => {
  api = await openApi(temporaryDirectory())
})
afterAll(() => api.close())

test('a credential that is taken for what a thief did with it is shown on its owner’s page', async () => {
  const credential = { id: 'cred-1' }
  const use = (agent: string, network: string) =>
    recent({ agent: { id: agent }, credential, source: { network }, task: { id: `of-${agent}` } })
  await send(use('owner', 'eu'))
  while (api.monitor.agent('default', 'owner') === undefined) await new Promise(setImmediate)
  await send(use('thief', 'us'))
  const { command } = await update(api.monitor, 'default', (u) => u.issue?.rung === 'revoke')
  const { agent } = await get('/v1/agents/owner')
  expect(agent).toMatchObject({ rung: 'revoke', command: { id: command } })
  const { agents } = await get('/v1/agents?standing=true')
  expect(agents.map(({ id }: { id: string }) => id).sort()).toEqual(['owner', 'thief'])
  expect((await get('/v1/commands?agent=owner')).commands).toMatchObject([{ command: { id: command, agent: 'thief' } }])
  expect((await get('/v1/explain/owner?kind=agent')).commands).toMatchObject([{ id: command, rung: 'revoke' }])
  await api.call({ method: 'POST', url: `/v1/commands/${command}/release`, payload: { reason: 'one team' } })
  await update(api.monitor, 'default', (u) => u.command === command && u.state === 'released')
  expect((await get('/v1/agents/owner')).agent.rung).toBe('observe')
})

test('findings come newest first by their own time, however late they came to the log', async () => {
  const now = Date.now()
  const odd = (id: string, ago: number, agent: string) => ({
    ...recent({ id, agent: { id: agent }, task: { id: `t-${id}` }, action: 'export', time: now - ago }),
    destinations: [{ hash: id, kind: 'email', seen: { in: 'tool-output', form: 'prose' } }],
  })
  await send(odd('n1', 1000, 'newest'))
  const late = async (agent: string) => {
    for (;;) {
      const { findings } = await get(`/v1/findings?agent=${agent}`)
      if (findings.length > 0) return
      await new Promise(setImmediate)
    }
  }
  await late('newest')
  await send(odd('l1', 60_000, 'noisy'), odd('l2', 61_000, 'noisy'), odd('l3', 62_000, 'noisy'))
  await late('noisy')
  const { findings } = await get('/v1/findings?detector=untrusted-destination&limit=1')
  expect(findings).toMatchObject([{ agent: 'newest' }])
})
