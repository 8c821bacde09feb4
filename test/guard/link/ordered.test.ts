import { afterEach, expect, test } from 'vitest'
import { createGuard, type GuardOptions } from '../../../src/guard/index.ts'
import { openApi } from '../../support/api.ts'
import { update } from '../../support/monitor.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

const open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

async function monitor() {
  const api = await openApi(temporaryDirectory(), { settings: { http: { beatMs: 50 } } })
  const url = await api.listen()
  open.push(api)
  const ask = async (path: string, payload: object) => {
    const answer = await api.call({ method: 'POST', url: path, payload })
    return { status: answer.statusCode, body: answer.json() }
  }
  /** Orders it, and waits until the point says so. */
  const order = async (rung: string, more: object = {}) => {
    const { status, body } = await ask(`/v1/agents/a1/${rung}`, { reason: 'stop it', by: 'ann', ...more })
    expect(status, JSON.stringify(body)).toBe(202)
    await update(api.monitor, 'default', (u) => u.state === 'applied' && u.command === body.command)
    return body.command as string
  }
  const release = async (id: string) => {
    expect((await ask(`/v1/commands/${id}/release`, { reason: 'it was right', by: 'ann' })).status).toBe(202)
    await update(api.monitor, 'default', (u) => u.state === 'released' && u.command === id)
  }
  return { ...api, url, ask, order, release }
}

async function guarded(over: Partial<GuardOptions> = {}) {
  const m = await monitor()
  const guard = await createGuard({
    point: 'p1',
    agent: 'a1',
    monitor: { url: m.url, key: m.key, backoffMs: [5, 20], startWaitMs: 5000 },
    ...over,
  })
  open.push(guard)
  const outcome = (tool = 'read_file', task = 't1') => guard.before({ tool, args: {}, task }).outcome
  /** The table follows the update within a moment. */
  const letGo = async (id: string) => {
    await m.release(id)
    while ([...guard.commands()].some((command) => command.id === id)) await new Promise(setImmediate)
  }
  expect(outcome()).toBe('allow')
  await guard.flush()
  await known(m)
  return { ...m, guard, outcome, letGo }
}
const known = async (m: Awaited<ReturnType<typeof monitor>>) => {
  while (m.monitor.agent('default', 'a1') === undefined) await new Promise(setImmediate)
}

test.each(['revoke', 'quarantine'])(
  'a %s by hand stops the next call of a guarded agent, and is released',
  async (rung) => {
    const { order, letGo, outcome, guard } = await guarded()
    const id = await order(rung)
    expect(outcome()).toBe('deny')
    expect(outcome('read_file', 'another task')).toBe('deny')
    await letGo(id)
    expect(outcome()).toBe('allow')
    expect([...guard.commands()]).toEqual([])
  },
)

test('a step-up by hand asks before each act, a tightening stops what changes; both where it says', async () => {
  const { order, letGo, outcome, guard } = await guarded()
  const asked = await order('step-up', { task: 't2', only: { tools: ['read_file'] } })
  expect([outcome(), outcome('read_file', 't2'), outcome('list_files', 't2')]).toEqual(['allow', 'step-up', 'allow'])
  // What was held is told before the order is taken back.
  await guard.flush()
  await letGo(asked)
  const tightened = await order('tighten')
  expect([outcome('read_file', 't3'), outcome('write_file', 't3')]).toEqual(['allow', 'deny'])
  await letGo(tightened)
  expect(outcome('read_file', 't2')).toBe('allow')
})

test('an allowance of the policy does not lift what a person ordered', async () => {
  const { order, outcome, monitor: m } = await guarded()
  await m.setPolicy({ ...m.policy.policy, allow: [{ agent: 'a1', because: 'trusted' }] })
  await order('revoke')
  expect(outcome()).toBe('deny')
})
