import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApi, recent } from '../../support/api.ts'
import { update } from '../../support/monitor.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

let api: Awaited<ReturnType<typeof openApi>>
beforeAll(async () => {
  api = await openApi(temporaryDirectory())
  const act = recent({ agent: { id: 'a1' }, credential: { id: 'cred-1' } })
  await api.call({ method: 'POST', url: '/v1/events', payload: act as object })
  while (api.monitor.agent('default', 'a1') === undefined) await new Promise(setImmediate)
})
afterAll(() => api.close())

const order = async (rung: string, payload: object, agent = 'a1') => {
  const answer = await api.call({ method: 'POST', url: `/v1/agents/${agent}/${rung}`, payload })
  return { status: answer.statusCode, body: answer.json() }
}
const explained = async (id: string) => (await api.call({ method: 'GET', url: `/v1/explain/${id}` })).json()

test('what is ordered by hand is a command on record: who, when and why, until it is released', async () => {
  const { status, body } = await order('revoke', { reason: 'it was told to stop', by: 'ann', forMs: 60_000 })
  expect({ status, body }).toMatchObject({ status: 202, body: { verb: 'order', by: 'ann' } })
  const { issue } = await update(api.monitor, 'default', (u) => u.command === body.command && u.state === 'issued')
  expect(issue).toMatchObject({
    rung: 'revoke',
    by: 'ann',
    because: 'it was told to stop',
    credentials: ['cred-1'],
    expires: expect.closeTo(body.time + 60_000, -2),
  })
  await api.call({
    method: 'POST',
    url: `/v1/commands/${body.command}/release`,
    payload: { reason: 'over', by: 'bob' },
  })
  await update(api.monitor, 'default', (u) => u.command === body.command && u.state === 'released')
  const reviews = async () => {
    for (;;) {
      const { reviews, text } = await explained(body.command)
      if (reviews.length === 2) return { reviews, text: text.join('\n') }
      await new Promise(setImmediate)
    }
  }
  const told = await reviews()
  expect(told.reviews).toMatchObject([
    { verb: 'order', by: 'ann', time: body.time, reason: 'it was told to stop' },
    { verb: 'release', by: 'bob', reason: 'over' },
  ])
  expect(told.text).toContain('revoke ordered by ann, released.')
  expect(told.text).toMatch(
    /ann ordered it at 20\S+Z, because: it was told to stop\nbob released it at 20\S+Z, because: over/,
  )
  expect(told.text).not.toContain('odds')
})

test.each([
  ['revoke', { reason: 'x', task: 't1' }, 400, 'body.task', 'take tighten for a task'],
  ['quarantine', { reason: 'x', only: { tools: ['a'] } }, 400, 'body.only', 'falls on the whole agent'],
  ['tighten', { reason: 'x', only: {} }, 400, 'body.only', ''],
  ['step-up', { reason: 'x', forMs: 8 * 24 * 3_600_000 }, 400, 'body.forMs', 'expiry.byHand'],
  ['revoke', { reason: '' }, 400, 'body.reason', ''],
  ['revoke', {}, 400, 'body.reason', ''],
  ['revoke', { reason: 'x', untill: 5 }, 400, 'body.untill', ''],
])('%s %j is refused, and says what is wrong', async (rung, payload, status, field, says) => {
  const answer = await order(rung, payload)
  expect(answer).toMatchObject({ status, body: { field } })
  expect(answer.body.detail).toContain(says)
})

test('an agent that nobody knows is not ordered against: a mistyped name must not look like an agent that was stopped', async () => {
  const before = api.monitor.commandTables.of('default').table.seq
  const { status, body } = await order('revoke', { reason: 'x' }, 'a-1')
  expect({ status, body }).toMatchObject({ status: 404, body: { field: 'params.id' } })
  expect(body.detail).toContain('nothing is ordered')
  expect((await order('revoke', { reason: 'x', tenant: 'other' })).status).toBe(404)
  expect(api.monitor.commandTables.of('default').table.seq).toBe(before)
})

test('a step-up by hand asks nobody by itself: it is no approval that waits', async () => {
  const { body } = await order('step-up', { reason: 'watch it', by: 'ann' })
  await update(api.monitor, 'default', (u) => u.command === body.command)
  const waits = (await api.call({ method: 'GET', url: '/v1/commands?waits=true' })).json()
  expect(waits.commands).toEqual([])
  const answer = await api.call({
    method: 'POST',
    url: `/v1/commands/${body.command}/approve`,
    payload: { reason: 'x' },
  })
  expect(answer.statusCode).toBe(409)
  expect(answer.json().detail).toContain('release it')
})
