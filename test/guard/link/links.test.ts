import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { createGuard, type GuardOptions } from '../../../src/guard/index.ts'
import type { Command } from '../../../src/model/command.ts'
import { openApi } from '../../support/api.ts'
import { update } from '../../support/monitor.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

const open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

async function monitor(directory = temporaryDirectory(), settings = {}) {
  const api = await openApi(directory, { settings: { http: { beatMs: 50, ...settings } } })
  const url = await api.listen()
  open.push(api)
  return { ...api, url, directory }
}

async function guardOf(over: Partial<GuardOptions>) {
  const guard = await createGuard({ point: 'p1', agent: 'a1', ...over })
  open.push(guard)
  return guard
}

const quick = { backoffMs: [5, 20] as const, startWaitMs: 5000 }

/** Two agents with one credential: the monitor revokes it. */
const stolen = (agent: string, network: string) => ({
  body: JSON.stringify({
    id: `${agent}-${network}-${Math.random()}`,
    time: Date.now(),
    kind: 'outcome',
    agent: { id: agent },
    credential: { id: 'cred-1' },
    source: { network },
    task: { id: `task-${agent}` },
    tool: { name: 'read_file' },
    action: 'read',
    outcome: 'allowed',
  }),
  contentType: 'application/json',
  received: Date.now(),
})

test('a revocation reaches the guard, is held to, receipted, and released', async () => {
  const m = await monitor()
  const guard = await guardOf({ monitor: { url: m.url, key: m.key, ...quick } })
  const call = { tool: 'read_file', args: {}, task: 't1', credential: { id: 'cred-1' } }
  expect(guard.before(call).outcome).toBe('allow')

  await m.monitor.ingest([stolen('x', 'eu'), stolen('y', 'us')])
  const issued = await update(m.monitor, 'default', (u) => u.state === 'issued')
  // The guard's own act with the credential may cause a command of its own: follow the first.
  const applied = await update(m.monitor, 'default', (u) => u.state === 'applied' && u.command === issued.command)
  expect(applied).toMatchObject({ point: 'p1' })
  await vi.waitFor(() => expect(guard.stats().digest).toBe(m.monitor.commandTables.of('default').table.digest))
  const denied = guard.before(call)
  expect(denied).toMatchObject({ outcome: 'deny', command: { target: { credential: 'cred-1' } } })
  expect(denied.because).toContain('revoke')

  const { id, tenant } = issued.issue as Command
  await m.monitor.review({ id: 'r1', tenant, time: Date.now(), by: 'ann', reason: 'ok', verb: 'release', command: id })
  await vi.waitFor(() => expect([...guard.commands()].map((c) => c.id)).not.toContain(id))
})

test('a step-up of the guard’s own is the monitor’s too; approved there, the act goes through here', async () => {
  const m = await monitor()
  const scope = {
    id: 's1',
    tenant: 'default',
    agent: 'a1',
    tools: ['read_file', 'list_files'],
    actions: ['read' as const],
  }
  const guard = await guardOf({ monitor: { url: m.url, key: m.key, ...quick }, scopes: [scope] })
  const act = { tool: 'list_files', args: {}, action: 'list' as const, task: 't1' }
  const held = guard.before({ ...act, tool: 'touch_file', action: 'write' })
  expect(held.outcome).not.toBe('allow')
  await guard.flush()
  const issued = await update(m.monitor, 'default', (u) => u.state === 'issued')
  expect(issued.command).toBe(held.command?.id)
  await m.monitor.review({
    id: 'r1',
    tenant: 'default',
    time: Date.now(),
    by: 'ann',
    reason: 'she asked for it',
    verb: 'release',
    command: issued.command,
  })
  await vi.waitFor(() => expect([...guard.commands()]).toEqual([]))
  if (held.outcome === 'step-up')
    expect(guard.before({ ...act, tool: 'touch_file', action: 'write' }).outcome).toBe('allow')
})

test('attempts and outcomes arrive in order, joined and numbered', async () => {
  const m = await monitor()
  const guard = await guardOf({ monitor: { url: m.url, key: m.key, ...quick } })
  guard.startTask({ id: 't1', intent: 'Read' })
  for (let i = 0; i < 3; i++) guard.after(guard.before({ tool: 'read_file', args: { i }, task: 't1' }), { text: 'x' })
  guard.endTask('t1')
  await guard.flush()
  expect(guard.stats()).toMatchObject({ published: 8, rejected: 0, dropped: 0 })
  const events: { kind: string; point: { seq: number }; call?: string }[] = []
  for (let partition = 0; partition < m.log.partitions('events'); partition++)
    for await (const record of m.log.read('events', partition)) {
      const value = JSON.parse(record.value ?? '{}') as { value?: (typeof events)[0] } & (typeof events)[0]
      const event = value.value ?? value
      if (event.point !== undefined) events.push(event)
    }
  expect(events.map((e) => e.point.seq)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  expect(events.map((e) => e.kind).join(' ')).toBe(
    'task-start attempt outcome attempt outcome attempt outcome task-end',
  )
  expect(events[1]?.call).toBe(events[2]?.call)
})

test('without the monitor events wait on disk over a restart, and are sent in order when it is back', async () => {
  const directory = temporaryDirectory()
  const away = { url: 'http://127.0.0.1:9', ...quick, startWaitMs: 0 }
  const first = await createGuard({ point: 'p1', agent: 'a1', spool: { directory }, monitor: away })
  const sent = [first.before({ tool: 'read_file', args: {}, task: 't1' }).event.id]
  await first.flush()
  sent.push(first.before({ tool: 'read_file', args: {}, task: 't1' }).event.id)
  await first.close()
  expect(first.stats()).toMatchObject({ published: 0, spooled: 2, dropped: 0 })

  const m = await monitor()
  const got: string[] = []
  const spy: typeof fetch = async (input, init) => {
    if (String(input).endsWith('/v1/events'))
      for (const line of String(init?.body).trim().split('\n')) got.push((JSON.parse(line) as { id: string }).id)
    return fetch(input, init)
  }
  const second = await guardOf({ spool: { directory }, monitor: { url: m.url, key: m.key, fetch: spy, ...quick } })
  sent.push(second.before({ tool: 'read_file', args: {}, task: 't1' }).event.id)
  await second.flush()
  expect(got).toEqual(sent)
  expect(readdirSync(join(directory, 'p1')).filter((name) => name.endsWith('.ndjson'))).toEqual([])
})

test('a silent monitor fails open for looking and closed for acting, by the guard’s own clock', async () => {
  const m = await monitor()
  let ahead = 0
  const guard = await guardOf({ monitor: { url: m.url, key: m.key, ...quick }, now: () => Date.now() + ahead })
  const outcome = (tool: string) => guard.before({ tool, args: {} }).outcome
  expect(outcome('run_command')).toBe('allow')
  await m.close()
  ahead = 5 * 60_000 + 60_000
  expect(outcome('read_file')).toBe('allow')
  expect(outcome('list_files')).toBe('allow')
  expect(outcome('update_note')).toBe('allow')
  for (const tool of ['run_command', 'delete_file', 'send_email', 'grant_role']) expect(outcome(tool)).toBe('deny')
  expect(guard.before({ tool: 'run_command', args: {} }).endsWhen).toBe('the monitor is heard')
  expect(guard.stats()).toMatchObject({ staleOpen: 3, staleClosed: 5 })
})

test('a monitor that does not take the key: an error at the start, and nothing of the guard is left', async () => {
  const m = await monitor()
  const directory = temporaryDirectory()
  const about = { point: 'p1', agent: 'a1', spool: { directory } }
  const { url, key } = m
  for (const wrong of [{ url }, { url, key: 'wrong' }])
    await expect(createGuard({ ...about, monitor: { ...wrong, ...quick } })).rejects.toMatchObject({
      code: 'API_UNAUTHORIZED',
      message: expect.stringMatching(
        /(does not take this guard’s key|the guard found none).*--key-file FILE, RESCIND_TOKEN/,
      ),
    })
  const guard = await guardOf({ ...about, monitor: { url, key, ...quick } })
  expect(guard.before({ tool: 'read_file', args: {} }).event.point?.id).toBe('p1')
})

test('a key that is turned down later: what is refused says so, and what mends it', async () => {
  const m = await monitor()
  let isTurnedDown = false
  let ahead = 0
  const notices: unknown[] = []
  const connections = new AbortController()
  const turning: typeof fetch = (input, init) =>
    isTurnedDown
      ? Promise.resolve(new Response(null, { status: 401 }))
      : fetch(input, { ...init, signal: AbortSignal.any([connections.signal, ...(init?.signal ? [init.signal] : [])]) })
  const guard = await guardOf({
    monitor: { url: m.url, key: m.key, fetch: turning, ...quick },
    now: () => Date.now() + ahead,
    onNotice: ({ cause }) => notices.push(cause),
  })
  isTurnedDown = true
  connections.abort()
  await vi.waitFor(() => expect(notices).toContainEqual(expect.objectContaining({ code: 'API_UNAUTHORIZED' })))
  ahead = 6 * 60_000
  const refused = guard.before({ tool: 'run_command', args: {} })
  expect(refused.outcome).toBe('deny')
  expect(refused.because).toContain('does not take the guard’s key')
  expect(refused.endsWhen).toContain('--key-file or RESCIND_TOKEN')
})

test('the last table outlives the guard: it holds before the monitor is heard', async () => {
  const m = await monitor()
  const directory = temporaryDirectory()
  const first = await createGuard({
    point: 'p1',
    agent: 'a1',
    spool: { directory },
    monitor: { url: m.url, key: m.key, ...quick },
  })
  await m.monitor.ingest([stolen('x', 'eu'), stolen('y', 'us')])
  await update(m.monitor, 'default', (u) => u.state === 'applied')
  await first.close()
  const call = { tool: 'read_file', args: {}, credential: { id: 'cred-1' } }
  const away = { url: 'http://127.0.0.1:9', ...quick, startWaitMs: 0 }
  const second = await createGuard({ point: 'p1', agent: 'a1', spool: { directory }, monitor: away })
  expect(second.before(call).outcome).toBe('deny')
  await second.close()
  // What was changed on disk does not have the digest it says.
  writeFileSync(
    join(directory, 'p1', 'table.json'),
    JSON.stringify({ tenant: 'default', seq: 9, digest: 'x', commands: [] }),
  )
  const third = await createGuard({ point: 'p1', agent: 'a1', spool: { directory }, monitor: away })
  expect(third.before(call).outcome).toBe('allow')
  await third.close()
})

test('a guard where streams do not come through follows by long poll', async () => {
  const m = await monitor()
  const plain: typeof fetch = (input, init) => {
    const headers = new Headers(init?.headers)
    if (headers.get('accept') === 'text/event-stream') headers.set('accept', 'application/json')
    return fetch(input, { ...init, headers })
  }
  const guard = await guardOf({ monitor: { url: m.url, key: m.key, fetch: plain, ...quick } })
  await m.monitor.ingest([stolen('x', 'eu'), stolen('y', 'us')])
  await update(m.monitor, 'default', (u) => u.state === 'applied')
  expect(guard.before({ tool: 'read_file', args: {}, credential: { id: 'cred-1' } }).outcome).toBe('deny')
})
