import { afterEach, expect, test, vi } from 'vitest'
import { createGuard, type GuardOptions } from '../../../src/guard/index.ts'
import { openApi } from '../../support/api.ts'
import { update } from '../../support/monitor.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

const open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

async function monitor(directory = temporaryDirectory()) {
  const api = await openApi(directory, { settings: { http: { beatMs: 50 } } })
  const url = await api.listen()
  const ask = async (method: 'GET' | 'POST', path: string, payload?: object) => {
    const answer = await api.call({ method, url: path, ...(payload === undefined ? {} : { payload }) })
    return { status: answer.statusCode, body: answer.json() }
  }
  open.push(api)
  return { ...api, url, ask }
}

/** The machine may be busy. */
const patience = { timeout: 15_000 }
const quick = { backoffMs: [5, 20] as const, startWaitMs: 5000 }
async function guardOf(over: Partial<GuardOptions>) {
  const guard = await createGuard({ point: 'p1', agent: 'a1', ...over })
  open.push(guard)
  return guard
}
const scope = { id: 's1', tenant: 'default', agent: 'a1', tools: ['read_file'] }
const act = (n: number, task = 't1') => ({ tool: 'touch_file', args: { n }, action: 'write' as const, task })

test('a widened approval reaches the guard, outlives both, is explained, and is taken back', async () => {
  const directory = temporaryDirectory()
  const spool = { directory: temporaryDirectory() }
  const m = await monitor(directory)
  const to = { monitor: { url: m.url, key: m.key, ...quick }, scopes: [scope], spool }
  const guard = await guardOf(to)
  const held = guard.before(act(1))
  expect(held.outcome).toBe('step-up')
  const command = held.command?.id ?? ''
  await guard.flush()
  await update(m.monitor, 'default', (u) => u.state === 'applied' && u.command === command)

  const path = `/v1/commands/${command}/approve`
  const reason = { reason: 'the whole folder', by: 'ann' }
  const refused = async (widen: object) => (await m.ask('POST', path, { ...reason, widen })).body
  expect(await refused({ to: 'tool', forMs: 25 * 3_600_000 })).toMatchObject({ status: 409, field: 'body.widen' })
  expect((await refused({ to: 'destination' })).detail).toContain('has no destination')
  expect(await refused({ to: 'everything' })).toMatchObject({ status: 400 })
  const { status, body } = await m.ask('POST', path, { ...reason, widen: { to: 'tool', forMs: 7_200_000 } })
  expect(status).toBe(202)
  const { widened } = body

  await update(m.monitor, 'default', (u) => u.state === 'applied' && u.command === widened)
  expect([guard.before(act(2)), guard.before(act(3)), guard.before(act(4, 't2'))].map((d) => d.outcome)).toEqual([
    'allow',
    'allow',
    'step-up',
  ])
  const ran = guard.before(act(5)).event
  expect(ran.decision).toBe(widened)
  await guard.flush()

  const text = async (id: string, kind: string) => {
    const answer = await m.ask('GET', `/v1/explain/${encodeURIComponent(id)}?kind=${kind}`)
    return (answer.body.text as string[]).join('\n')
  }
  const words = new RegExp(
    `Widened approval ${widened}: ann let further acts like that of command ${command} go, tool touch_file`,
  )
  expect(await text(command, 'command')).toMatch(words)
  expect(await text(widened, 'command')).toMatch(words)
  expect(await text('a1', 'agent')).toMatch(words)
  await vi.waitFor(async () => expect(await text(ran.id, 'event')).toMatch(words), patience)
  expect((await m.ask('GET', '/v1/agents/a1')).body.widened).toMatchObject([{ command: widened, task: 't1' }])

  // A guard that starts while the monitor is away goes by what it kept.
  await guard.close()
  const away = await guardOf({ ...to, monitor: { ...to.monitor, url: 'http://127.0.0.1:9', startWaitMs: 0 } })
  expect(away.before(act(6)).outcome).toBe('allow')
  expect(away.before(act(7, 't2')).outcome).toBe('step-up')
  await away.close()

  // A monitor that starts anew still holds it, and a guard that knows nothing gets it.
  await m.close()
  const again = await monitor(directory)
  const fresh = await guardOf({
    ...to,
    monitor: { url: again.url, key: again.key, ...quick },
    spool: { directory: temporaryDirectory() },
  })
  await vi.waitFor(
    () => expect(fresh.stats().digest).toBe(again.monitor.commandTables.of('default').table.digest),
    patience,
  )
  expect(fresh.before(act(8)).outcome).toBe('allow')
  const released = await again.ask('POST', `/v1/commands/${widened}/release`, { reason: 'enough' })
  expect(released.status).toBe(202)
  await vi.waitFor(
    () => expect(fresh.stats().digest).toBe(again.monitor.commandTables.of('default').table.digest),
    patience,
  )
  await vi.waitFor(() => expect(fresh.before(act(9)).outcome).toBe('step-up'), patience)
  const life = (await again.ask('GET', `/v1/commands/${widened}`)).body
  expect([life.steps[0], life.steps.at(-1)]).toMatchObject([
    { state: 'issued', by: 'ann', why: 'the whole folder' },
    { state: 'released', by: 'local', why: 'enough' },
  ])
})
