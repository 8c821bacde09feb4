import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AgentSummary } from '../../src/api/read/agents.ts'
import type { Explanation } from '../../src/api/read/explain/answer.ts'
import type { DrillResult } from '../../src/cli/drill.ts'
import { createGuard } from '../../src/guard/index.ts'
import { recent } from '../support/api.ts'
import { built } from '../support/build.ts'
import { answer, rescind, type Service, startService } from '../support/service.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { until } from '../support/until.ts'

let service: Service
let drilled: DrillResult
/** How each command is told where the monitor is and whose records are meant. */
let here: string[]
let drill: string[]

beforeAll(async () => {
  built()
  service = await startService(temporaryDirectory())
  here = ['--data', service.data]
  drill = [...here, '--tenant', 'drill']
  drilled = await answer<DrillResult>(['drill', ...here])
})
afterAll(() => service.stop())

const ndjson = (events: readonly object[]) => events.map((each) => JSON.stringify(each)).join('\n')
const words = async (args: readonly string[]) => {
  const { code, stdout, stderr } = await rescind(args)
  expect(code, stderr).toBe(0)
  return stdout
}

test('start says one line when it is ready, without a secret', () => {
  expect(service.said.stdout.trimEnd().split('\n')).toHaveLength(1)
  expect(JSON.parse(service.said.stdout)).toEqual({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    history: {
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      embedded: true,
      reader: { username: 'reader', passwordFile: `${service.data}/history.key` },
    },
    readyMs: expect.any(Number),
    pid: service.pid,
  })
})

test('agents and commands: what the API has, as JSON and as a table', async () => {
  const { agents } = await answer<{ agents: AgentSummary[] }>(['agents', ...drill])
  expect(agents[0]).toMatchObject({ id: drilled.agent, rung: 'revoke', principal: 'drill@localhost' })
  expect(agents[0]?.risk).toBeGreaterThan(10)
  const table = await words(['agents', ...drill])
  expect(table).toMatch(/^agent +in force +risk, bits +acts +tasks open +last act, UTC +for\n/)
  expect(table).toMatch(new RegExp(`\\n${drilled.agent} +revoke +\\d+\\.\\d `))

  const listed = await answer<{ commands: { command: { id: string }; state: string; points: object }[] }>([
    'commands',
    ...drill,
  ])
  expect(listed.commands).toMatchObject([{ command: { id: drilled.command }, state: 'applied' }])
  expect(await words(['commands', ...drill])).toMatch(
    new RegExp(`\\n${drilled.command} +revoke +applied +applied by \\d +20`),
  )
  expect(await words(['commands', ...drill, '--state', 'released'])).toContain('No such command in tenant drill')
  expect(await words(['commands', ...here])).toContain('No commands in tenant default; the drill has its own')
})

test('explain: the event, the agent and the command of the drill, and one where nothing fired', async () => {
  const { agent = '', command = '' } = drilled
  for (const [id, kind] of [
    [command, 'command'],
    [agent, 'agent'],
    [`${agent}-1`, 'event'],
  ] as const) {
    const told = await answer<Explanation>(['explain', id, ...drill])
    expect(told).toMatchObject({ kind, agent })
    expect(told.verdicts[0]).toMatchObject({ detector: 'shared-credential', bits: 20 })
    const shown = await words(['explain', id, ...drill])
    expect(shown).toMatch(new RegExp(`^${kind} ${id}`))
    expect(shown).toContain('+20.00  shared-credential: credential drill-credential')
    expect(shown).toMatch(/= \d+\.\d\d {2}stand against drill-thief/)
    expect(shown).toMatch(
      /odds that it is bad ([\d,]+|more than a million) to 1 × cost 200 = ([\d,]+|more than a million) expected/,
    )
    expect(shown).toMatch(kind === 'agent' ? /due now {4}quarantine/ : /taken {6}revoke, which costs/)
    expect(shown).toContain(`${command}  revoke  applied`)
  }

  // Another point refuses what the drill’s guard applied: both are told.
  const receipt = { tenant: 'drill', command, point: 'gateway', outcome: 'refused', time: Date.now(), why: 'no table' }
  await service.post(JSON.stringify([receipt]), 'application/json', '/v1/receipts')
  const partly = await until('the refusal is settled', async () => {
    const table = await words(['commands', ...drill, '--state', 'partly-applied'])
    return table.includes('refused by gateway: no table') ? table : undefined
  })
  expect(partly).toMatch(/revoke +partly applied +applied by \d, refused by gateway: no table +20/)
  expect(await words(['explain', command, ...drill])).toMatch(
    /revoke {2}partly applied\n {4}gateway {2}refused, [\d :-]+ UTC: no table\n {4}\S+ {2}applied, /,
  )
  const asJson = await answer<{ commands: { points: object }[] }>(['commands', ...drill, '--state', 'partly-applied'])
  expect(asJson.commands[0]?.points).toMatchObject({ gateway: { outcome: 'refused', why: 'no table' } })

  const ordinary = recent({ id: 'ordinary-1', agent: { id: 'ordinary' } })
  await service.post(ndjson([ordinary]))
  await until('it was looked at', async () =>
    (await service.get<{ agent?: object }>('/v1/agents/ordinary')).agent === undefined ? undefined : true,
  )
  const quiet = await words(['explain', 'ordinary-1', ...here])
  expect(quiet).toContain('Why nothing fired\n  - tool files.read is new for it')
  expect(quiet).toMatch(/due now {4}observe: too little to interrupt anyone/)
  expect(quiet).toMatch(/not taken {2}\S+, which needs \d+\.\d\d bits, \d+\.\d\d more/)

  const none = await rescind(['explain', 'no-such-thing', ...here])
  expect(none.code).toBe(1)
  expect(none.stderr).toContain('--tenant')
})

test('hostile names cannot speak to the terminal', async () => {
  await service.post(ndjson([recent({ agent: { id: 'evil\u202e[2J\u2066' }, principal: 'p\u2028\u200f31m' })]))
  const shown = await until('it is listed', async () => {
    const table = await words(['agents', ...here])
    return table.includes('evil') ? table : undefined
  })
  expect(shown).toContain('evil·[2J·')
  expect(shown).not.toMatch(/[\u200f\u2028\u202e\u2066]/)
})

test('release ends a command, and the guard lets the agent go on', async () => {
  const credential = { id: 'cred-shared' }
  const act = (who: string) =>
    recent({ agent: { id: who }, credential, source: { network: `of-${who}` }, task: { id: `task-${who}` } })
  const guard = await createGuard({
    point: 'test-guard',
    agent: 'borrower',
    credential,
    monitor: { url: service.url, key: service.key },
  })
  const call = { tool: 'files.read', action: 'read', args: {}, task: 'task-borrower' } as const
  await service.post(ndjson([act('lender')]))
  // Their order among agents is nobody’s promise: here the borrower is to be the second one.
  await until('the lender is known', async () =>
    (await service.get<{ agent?: object }>('/v1/agents/lender')).agent === undefined ? undefined : true,
  )
  await service.post(ndjson([act('borrower')]))
  const command = await until('the guard holds it', () => [...guard.commands()][0])
  const denied = guard.before(call)
  expect(denied).toMatchObject({ outcome: 'deny', command: { id: command.id } })
  // What the denied attempt adds to the evidence is there before the release, which is about all of it.
  await until('the attempt was judged', async () =>
    (await service.get<{ findings: object[] }>('/v1/findings?agent=borrower')).findings.length > 1 ? true : undefined,
  )

  const told = await answer<{ state: string; followed: boolean; review: { by: string } }>([
    ...['release', command.id, '--reason', 'one team', '--by', 'ann', ...here],
  ])
  expect(told).toMatchObject({ command: command.id, state: 'released', followed: true, review: { by: 'ann' } })
  await until('the guard has let go', () =>
    [...guard.commands()].some(({ id }) => id === command.id) ? undefined : true,
  )
  expect(guard.before(call).outcome).toBe('allow')
  await guard.close()

  const again = await rescind(['release', command.id, '--reason', 'again', ...here])
  expect(again.code).toBe(1)
  expect(again.stderr).toContain('it is released')
  const deny = await rescind(['deny', drilled.command ?? '', '--reason', 'x', ...drill])
  expect(deny.code).toBe(1)
  expect(deny.stderr).toContain('waits for nobody')
})

test('revoke by hand stops a guarded agent’s next call, and release lets it go on', async () => {
  const guard = await createGuard({
    point: 'hand-guard',
    agent: 'courier',
    monitor: { url: service.url, key: service.key },
  })
  const call = () => guard.before({ tool: 'files.read', action: 'read', args: {}, task: 'task-courier' }).outcome
  const unknown = await rescind(['revoke', 'courier', '--reason', 'x', ...here])
  expect(unknown).toMatchObject({ code: 1, stdout: '' })
  expect(unknown.stderr).toContain('nothing is ordered')
  expect(call()).toBe('allow')
  await guard.flush()
  await until('the agent is known', async () =>
    (await service.get<{ agent?: object }>('/v1/agents/courier')).agent === undefined ? undefined : true,
  )

  const told = await answer<{ command: string; state: string; points: Record<string, { outcome: string }> }>([
    ...['revoke', 'courier', '--reason', 'a customer called', '--by', 'ann', '--for', '2h', ...here],
  ])
  expect(told).toMatchObject({ state: 'applied', points: { 'hand-guard': { outcome: 'applied' } } })
  expect(call()).toBe('deny')
  const why = await words(['explain', told.command, ...here])
  expect(why).toMatch(/revoke {2}applied, ordered by ann/)
  expect(why).toMatch(/People\n {2}20\S+ \S+ {2}ann ordered it: a customer called/)
  expect(why).not.toContain('Costs')
  const shown = await words(['tighten', 'courier', '--reason', 'it sends too much', '--action', 'export', ...here])
  expect(shown).toMatch(/^The tighten of courier is applied: command \w+, by \S+, until 20/)
  expect(shown).toMatch(/\n {2}applied by hand-guard\n/)
  expect(shown).toMatch(/\nTake it back with: (?:npx rescind|node \S+main\.js) release \w+ --reason …/)
  const refused = await rescind(['revoke', 'courier', '--reason', 'x', '--for', '9d', ...here])
  expect(refused.stderr).toContain('expiry.byHand')

  await answer(['release', told.command, '--reason', 'it was a drill', '--by', 'bob', ...here])
  await until('the guard has let go', () => (call() === 'allow' ? true : undefined))
  expect(await words(['explain', told.command, ...here])).toContain('bob released it: it was a drill')
  await guard.close()
})

test('doctor looks at the monitor with your key', async () => {
  const { ok, checks } = await answer<{ ok: boolean; checks: { name: string; ok: boolean; says: string }[] }>([
    'doctor',
    ...here,
  ])
  expect(ok).toBe(true)
  // What agents’ events leave unsaid takes something away, and stops nothing.
  expect(checks.filter((check) => !check.ok)).toMatchObject([{ name: 'detectors' }])
  const says = (name: string) => checks.find((check) => check.name === name)?.says
  expect(says('monitor')).toBe(`${service.url} is ready and takes your key; history is up`)
  expect(says('detectors')).toMatch(
    /^shared-credential is blind for \d of \d agents? \(.+\): none of their events held credential$/m,
  )
})

test('drill: by address and token from elsewhere, and told when it cannot pass', async () => {
  const elsewhere = { env: { RESCIND_TOKEN: service.key }, cwd: temporaryDirectory() }
  expect(await answer<DrillResult>(['drill', '--url', service.url], elsewhere)).toMatchObject({ ok: true })
  const away = await rescind(['drill', '--url', 'http://127.0.0.1:9', '--json'])
  expect(away.code).toBe(1)
  expect(JSON.parse(away.stdout)).toMatchObject({ ok: false, why: expect.stringContaining('no monitor answers') })
  // Nothing runs there: one is made for the purpose.
  expect(await answer<DrillResult>(['drill', '--data', temporaryDirectory()])).toMatchObject({ ok: true })
})
