import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { DrillResult } from '../../src/cli/drill.ts'
import { recent } from '../support/api.ts'
import { built } from '../support/build.ts'
import { answer, rescind, startService } from '../support/service.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { until } from '../support/until.ts'

beforeAll(built)

interface Agents {
  agents: { id: string; acts: number }[]
}
const ndjson = (events: readonly object[]) => events.map((each) => JSON.stringify(each)).join('\n')

test('it is up within ten seconds, proves itself, stops in order, and knows its agents again', async () => {
  const data = temporaryDirectory()
  const first = await startService(data, { args: [] })
  expect(first.readyMs).toBeLessThan(10_000)
  await until('history is up', async () => {
    const { history, ready } = await first.get<{ ready: boolean; history: string }>('/readyz')
    return ready && history === 'up' ? true : undefined
  })
  // On an empty store the drill runs by itself; the log tells of it.
  await until('the drill of the start', () => (first.said.stderr.includes('the drill passed') ? true : undefined))
  // No secret is told: not on standard output, not in the log.
  const reader = readFileSync(join(data, 'history.key'), 'utf8').trim()
  for (const secret of [first.key, reader]) expect(first.said.stdout + first.said.stderr).not.toContain(secret)
  for (const file of ['rescind.key', 'history.key', 'rescind.url'])
    expect(statSync(join(data, file)).mode & 0o777, file).toBe(0o600)
  await until('the drill’s events, as the reader sees them', async () =>
    (await first.sql("SELECT id FROM rescind.events WHERE tenant = 'drill'")).length > 0 ? true : undefined,
  )

  const drilled = await answer<DrillResult>(['drill', '--data', data])
  expect(drilled).toMatchObject({ ok: true, tenant: 'drill' })
  expect(drilled.steps.map(({ step }) => step)).toEqual(['accepted', 'finding', 'command', 'applied', 'denied'])
  const times = drilled.steps.map(({ atMs }) => atMs)
  expect(times).toEqual([...times].sort((a, b) => a - b))
  expect(times.at(-1)).toBe(drilled.timeToDenyMs)
  expect(drilled.timeToDenyMs).toBeGreaterThan(0)

  const second = await rescind(['start', '--data', data, '--port', '0'])
  expect(second.code).toBe(1)
  expect(second.stderr).toContain(`open in process ${first.pid}`)
  expect(second.stderr).toContain('[LOG_LOCKED]')

  await first.post(ndjson([recent({ agent: { id: 'kept' } }), recent({ agent: { id: 'kept' } })]))
  await until('the agent is known', async () =>
    (await first.get<Agents>('/v1/agents')).agents.find(({ id, acts }) => id === 'kept' && acts === 2),
  )
  const began = performance.now()
  expect(await first.stop()).toBe(0)
  expect(performance.now() - began).toBeLessThan(5_000)

  const again = await startService(data, { args: [] })
  const { agents } = await again.get<Agents>('/v1/agents')
  expect(agents).toMatchObject([{ id: 'kept', acts: 2 }])
  // The store is not empty any more: nothing is drilled.
  expect(again.said.stderr).not.toContain('the drill')
  expect(await again.stop()).toBe(0)
})

test('a stop while the drill waits is a stop at once', async () => {
  const data = temporaryDirectory()
  const policy = join(data, 'policy.yaml')
  // The brake holds every command, so the drill would wait for its whole patience.
  writeFileSync(policy, 'brake: { perTenant: 0 }\n')
  const service = await startService(data, { args: ['--policy', policy, '--no-history'] })
  await until('the drill is under way', () => (service.said.stderr.includes('"state":"proposed"') ? true : undefined))
  const began = performance.now()
  expect(await service.stop()).toBe(0)
  expect(performance.now() - began).toBeLessThan(5_000)
})

test('a changed policy is in force without a restart, and a wrong one changes nothing', async () => {
  const data = temporaryDirectory()
  const policy = join(data, 'policy.yaml')
  writeFileSync(policy, 'mode: enforce\n')
  const service = await startService(data, { args: ['--no-drill', '--no-history', '--policy', policy] })
  const inForce = async () =>
    (await service.get<{ policy: { policy: { mode: string; unanswered: number } } }>('/v1/agents/a/knowledge')).policy
      .policy
  await service.post(ndjson([recent({ agent: { id: 'a' } })]))
  await until('the agent is known', async () =>
    (await service.get<Agents>('/v1/agents')).agents[0] ? true : undefined,
  )

  writeFileSync(policy, 'mode: shadow\nunanswered: 7777\n')
  await until('the new policy', async () => ((await inForce()).mode === 'shadow' ? true : undefined))
  writeFileSync(policy, 'mode: sometimes\n')
  await until('the refusal', () => (service.said.stderr.includes('the last good policy stays') ? true : undefined))
  expect(service.said.stderr).toContain(`${policy}: mode`)
  expect(await inForce()).toMatchObject({ mode: 'shadow', unanswered: 7777 })
  expect((await service.get<Agents>('/v1/agents')).agents).toMatchObject([{ id: 'a', acts: 1 }])

  // The next mending is seen too.
  writeFileSync(policy, 'mode: learn\n')
  await until('the mended policy', async () => ((await inForce()).mode === 'learn' ? true : undefined))
  expect(await service.stop()).toBe(0)

  writeFileSync(policy, 'costs: { action: { read: cheap } }\n')
  const wrong = await rescind(['start', '--data', data, '--port', '0', '--policy', policy])
  expect(wrong.code).toBe(1)
  expect(wrong.stderr).toContain(`${policy}: costs.action.read`)
  expect(wrong.stderr).toContain('[CONFIG_INVALID]')
})

test('without a key nothing is told, and beyond loopback nothing starts without an issuer', async () => {
  const data = temporaryDirectory()
  const service = await startService(data, { args: ['--no-drill', '--no-history'] })
  for (const [method, path] of [
    ['GET', '/v1/agents'],
    ['GET', '/v1/commands'],
    ['GET', '/v1/decisions'],
    ['GET', '/v1/explain/x'],
    ['POST', '/v1/events'],
    ['POST', '/v1/receipts'],
  ] as const)
    for (const key of [undefined, 'x'.repeat(43)]) {
      const response = await fetch(`${service.url}${path}`, {
        method,
        headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
      })
      expect(response.status, `${method} ${path}`).toBe(401)
      expect(await response.json()).toMatchObject({ code: 'API_UNAUTHORIZED' })
    }
  const stranger = await rescind(['agents', '--url', service.url, '--data', temporaryDirectory()])
  expect(stranger.code).toBe(1)
  expect(stranger.stderr).toContain('RESCIND_TOKEN')
  await service.stop()

  const open = await rescind(['start', '--data', data, '--host', '0.0.0.0', '--json'])
  expect(open.code).toBe(1)
  expect(JSON.parse(open.stdout)).toMatchObject({ error: { code: 'CONFIG_AUTH_REQUIRED' } })
  expect(open.stderr).toContain('auth.issuer')
})
