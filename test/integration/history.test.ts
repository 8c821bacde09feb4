import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { CommandUpdate } from '../../src/model/command.ts'
import type { Receipt } from '../../src/model/receipt.ts'
import { recent } from '../support/api.ts'
import { built } from '../support/build.ts'
import { idsOf, lookInto, valuesOf } from '../support/log.ts'
import { type Service, startService } from '../support/service.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { until } from '../support/until.ts'

beforeAll(built)

/** Two agents, one credential: a revocation. */
const theft = (n: number) =>
  ['owner', 'thief'].map((who) =>
    recent({
      agent: { id: `${who}-${n}` },
      task: { id: `task-${who}-${n}` },
      credential: { id: `cred-${n}` },
      source: { network: `of-${who}` },
      action: 'export',
    }),
  )
const lines = (records: readonly unknown[]) => records.map((each) => JSON.stringify(each)).join('\n')

interface Life {
  state: string
}
interface Rows {
  events: string[]
  findings: string[]
  commands: string[]
  receipts: string[]
  reviews: string[]
  dead_letters: string[]
}
const tables = ['events', 'findings', 'commands', 'receipts', 'reviews', 'dead_letters'] as const

/** Every row as it is stored, twice stored ones twice. */
async function stored(service: Service): Promise<Rows> {
  const rows: Rows = { events: [], findings: [], commands: [], receipts: [], reviews: [], dead_letters: [] }
  for (const table of tables)
    rows[table] = (await service.sql(`SELECT id FROM rescind.${table}`)).map(([id = '']) => id).sort()
  return rows
}

/** Commands against these credentials, once each is there. */
const issued = (service: Service, count: number): Promise<string[]> =>
  until('the commands', async () => {
    const { commands } = await service.get<{ commands: { command: { id: string; rung: string } }[] }>(
      '/v1/commands?limit=1000',
    )
    const revoked = commands.filter(({ command }) => command.rung === 'revoke').map(({ command }) => command.id)
    return revoked.length >= count ? revoked : undefined
  })

async function answerAll(service: Service, commands: readonly string[]): Promise<void> {
  const receipts = commands.map((command): Receipt => {
    return { tenant: 'default', command, point: 'p1', outcome: 'applied', time: Date.now() }
  })
  for (const receipt of receipts) await service.post(JSON.stringify(receipt), 'application/json', '/v1/receipts')
  for (const id of commands)
    await until('it is applied', async () =>
      (await service.get<Life>(`/v1/commands/${id}`)).state === 'applied' ? true : undefined,
    )
}

/** The ids of each kind of record in the log. */
const logged = (data: string): Promise<Rows> =>
  lookInto(data, async (log) => {
    const receipts = (await valuesOf(log, 'receipts')).map((each) => JSON.parse(each) as Receipt)
    const rows = {
      events: idsOf(await valuesOf(log, 'events', 'events')),
      findings: idsOf(await valuesOf(log, 'findings')),
      commands: (await valuesOf(log, 'commands')).map((each) => (JSON.parse(each) as CommandUpdate).id),
      receipts: receipts.map((r) => `${r.command}/${r.point}/${r.outcome}`),
      reviews: idsOf(await valuesOf(log, 'reviews')),
      dead_letters: idsOf(await valuesOf(log, 'dead-letters')),
    }
    for (const ids of Object.values(rows)) ids.sort()
    return rows
  })

async function settled(service: Service): Promise<Rows> {
  let before = ''
  return await until(
    'history has all and nothing more comes',
    async () => {
      const lag = await service.metric('rescind_history_lag_records')
      const rows = await stored(service)
      const same = lag === 0 && JSON.stringify(rows) === before
      before = JSON.stringify(rows)
      return same ? rows : undefined
    },
    { everyMs: 600, withinMs: 15_000 },
  )
}

test('each kind of record arrives in history exactly once', async () => {
  const service = await startService(temporaryDirectory())
  await service.post(lines([...theft(1), ...theft(2), { no: 'event' }, recent(), 'neither', { id: 1 }]))
  await answerAll(service, await issued(service, 2))
  const { findings } = await service.get<{ findings: { id: string; detector: string }[] }>('/v1/findings')
  const [judged] = findings
  const said = JSON.stringify({ reason: 'a planned migration' })
  await service.post(said, 'application/json', `/v1/findings/${judged?.id}/wrong`)
  const rows = await settled(service)
  expect(rows.events).toHaveLength(5)
  expect(rows.reviews).toHaveLength(1)
  expect(
    await service.sql('SELECT detector, toUInt32(wrong) FROM rescind.v_detector_noise WHERE reviewed > 0'),
  ).toEqual([[judged?.detector, 1]])
  expect(rows.dead_letters).toHaveLength(3)
  expect(rows.receipts).toHaveLength(2)
  expect(rows.findings.length).toBeGreaterThanOrEqual(2)
  expect(await service.stop()).toBe(0)
  expect(rows).toEqual(await logged(service.data))
})

test('the monitor works while the engine is killed, and history is complete afterwards', async () => {
  const service = await startService(temporaryDirectory())
  const enginePid = () =>
    Number(/^PID: (\d+)/m.exec(readFileSync(join(service.data, 'history/status'), 'utf8'))?.[1] ?? 0)
  const pid = enginePid()
  expect(pid).toBeGreaterThan(0)
  let bad = 0
  for (let n = 0; n < 30; n++) {
    if (n === 10) process.kill(pid, 'SIGKILL')
    const body = lines([...theft(n), ...Array.from({ length: 40 }, () => recent()), { wrong: n }])
    const { status, body: told } = await service.post(body)
    expect(status).toBe(202)
    expect(told).toMatchObject({ accepted: 42, rejected: 1 })
    bad++
  }
  // It decides, with or without the store.
  await answerAll(service, await issued(service, 30))
  expect(await service.get('/readyz')).toMatchObject({ ready: true })
  await until('the engine is back', () => (enginePid() !== pid ? true : undefined))
  await until('history is up', async () =>
    (await service.get<{ history: string }>('/readyz')).history === 'up' ? true : undefined,
  )
  expect(service.said.stderr).toContain('engine-restarted')
  const rows = await settled(service)
  expect(rows.dead_letters).toHaveLength(bad)
  expect(await service.stop()).toBe(0)
  expect(rows).toEqual(await logged(service.data))
})
