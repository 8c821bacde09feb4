import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AgentEvent } from '../../../src/model/event.ts'
import { parsePolicy } from '../../../src/policy/policy.ts'
import { openApi, recent } from '../../support/api.ts'
import { update } from '../../support/monitor.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

const json = { 'content-type': 'application/json' }
type Api = Awaited<ReturnType<typeof openApi>>

const send = async (api: Api, ...events: AgentEvent[]) => {
  const answer = await api.call({ method: 'POST', url: '/v1/events', headers: json, payload: JSON.stringify(events) })
  expect(answer.statusCode).toBe(202)
}
const get = async (api: Api, url: string) => {
  const answer = await api.call({ method: 'GET', url })
  return { status: answer.statusCode, body: answer.json() }
}
const post = async (api: Api, url: string, payload: object) => {
  const answer = await api.call({ method: 'POST', url, headers: json, payload })
  return { status: answer.statusCode, body: answer.json() }
}
/** Asks until the answer is there: the API reads the log a moment after the monitor wrote it. */
async function eventually<T>(ask: () => Promise<T>, fits: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask()
    if (fits(answer)) return answer
    await new Promise((resolve) => setImmediate(resolve))
  }
}
const stolen = (agent: string, network: string, credential = 'cred-1') =>
  recent({ agent: { id: agent }, credential: { id: credential }, source: { network }, task: { id: `task-${agent}` } })

describe('a command', () => {
  let api: Api
  let command = ''
  let event = ''
  // Whichever of the two came second to the credential’s lane.
  let agent = ''
  beforeAll(async () => {
    api = await openApi(temporaryDirectory())
    await send(api, stolen('a', 'eu'), stolen('b', 'us'))
    const issued = await update(api.monitor, 'default', (u) => u.issue?.rung === 'revoke' && u.state === 'issued')
    command = issued.command
    agent = issued.issue?.agent ?? ''
    event = issued.issue?.evidence.at(-1)?.event ?? ''
  })
  afterAll(() => api.close())

  test('is listed, and shown with its states and their times', async () => {
    const list = await get(api, '/v1/commands?state=issued&rung=revoke')
    expect(list.body.commands).toMatchObject([{ command: { id: command, rung: 'revoke' }, state: 'issued' }])
    expect((await get(api, '/v1/commands?agent=nobody')).body.commands).toEqual([])
    const one = await get(api, `/v1/commands/${command}`)
    expect(one.body).toMatchObject({ command: { id: command }, state: 'issued', steps: [{ state: 'issued', seq: 1 }] })
    expect(one.body.since).toBe(one.body.steps[0].time)
    expect(await get(api, '/v1/commands/none')).toMatchObject({ status: 404, body: { code: 'API_NOT_FOUND' } })
  })

  test('its finding is listed and can be judged', async () => {
    const { body } = await eventually(
      () => get(api, '/v1/findings?detector=shared-credential'),
      ({ body }) => body.findings.length > 0,
    )
    const [finding] = body.findings
    expect(finding).toMatchObject({ agent, event, mode: 'enforce' })
    const verdict = await post(api, `/v1/findings/${finding.id}/right`, { reason: 'it was stolen', by: 'ann' })
    expect(verdict).toMatchObject({ status: 202, body: { verb: 'right', by: 'ann' } })
    expect(await post(api, '/v1/findings/none/wrong', { reason: 'x' })).toMatchObject({ status: 404 })
    expect(await post(api, `/v1/findings/${finding.id}/wrong`, {})).toMatchObject({
      status: 400,
      body: { code: 'API_INVALID', field: 'body.reason' },
    })
  })

  test('is explained by command, finding, event and agent', async () => {
    const by = async (id: string, query = '') => (await get(api, `/v1/explain/${id}${query}`)).body
    const ofCommand = await by(command)
    expect(ofCommand).toMatchObject({
      kind: 'command',
      agent,
      verdicts: [{ detector: 'shared-credential', event }],
      reckoning: { rung: 'revoke', policy: api.monitor.policy.version, next: { rung: 'quarantine' } },
      commands: [{ id: command, rung: 'revoke', state: 'issued' }],
    })
    const { next, bits } = ofCommand.reckoning
    expect(next.bitsMissing).toBeCloseTo(next.bitsNeeded - bits, 1)
    expect(ofCommand.text.join('\n')).toMatch(
      /shared-credential.*\n.*bits stand.*\n.*revoke costs.*\nquarantine was not taken: it needs/,
    )
    const ofEvent = await by(event)
    expect(ofEvent).toMatchObject({
      kind: 'event',
      agent,
      commands: [{ id: command }],
      reckoning: { rung: 'revoke' },
    })
    expect(await by(ofEvent.verdicts[0].finding)).toMatchObject({ kind: 'finding', commands: [{ id: command }] })
    expect(await by(agent)).toMatchObject({ kind: 'agent', id: agent, verdicts: [{ detector: 'shared-credential' }] })
    expect((await get(api, '/v1/explain/nothing')).status).toBe(404)
  })

  test('a quiet event: why nothing fired', async () => {
    const quiet = recent({ agent: { id: 'calm' }, tool: { name: 'files.read' } })
    await send(api, quiet)
    const { body } = await get(api, `/v1/explain/${encodeURIComponent(quiet.id)}?kind=event`)
    expect(body).toMatchObject({ kind: 'event', agent: 'calm', verdicts: [], reckoning: { rung: 'observe' } })
    expect(body.familiar[0]).toMatchObject({ trait: 'tools', value: 'files.read', tasks: 0 })
    expect(body.quiet.join(' ')).toContain('files.read')
    expect(body.reckoning.next).toMatchObject({ rung: 'notify' })
  })

  test('agents are listed with what stands against them, the worst first', async () => {
    const { body } = await eventually(
      () => get(api, '/v1/agents'),
      ({ body }) => body.agents.length >= 3 && body.agents[0].rung !== 'observe',
    )
    expect(body.agents[0]).toMatchObject({ id: agent, rung: 'revoke', tasks: 1, principal: 'alice@corp.example' })
    expect(body.agents[0].risk).toBeGreaterThan(0)
    expect((await get(api, '/v1/agents?limit=1')).body.agents).toHaveLength(1)
    const { body: one } = await get(api, `/v1/agents/${agent}`)
    expect(one).toMatchObject({
      agent: { id: agent },
      standing: [{ command }],
      evidence: [{ detector: 'shared-credential' }],
    })
    expect((await get(api, '/v1/agents/nobody')).status).toBe(404)
  })

  test('a guard gets what it needs, also for an agent with a long name and for one unknown', async () => {
    const id = `spiffe://corp.example/${'x'.repeat(400)}`
    const scope = { id: 's1', agent: id, tools: ['files.read'] }
    expect((await post(api, '/v1/scopes', scope)).status).toBe(202)
    await send(api, recent({ agent: { id } }))
    const { body } = await eventually(
      () => get(api, `/v1/agents/${encodeURIComponent(id)}/knowledge`),
      ({ body }) => body.acts === 1 && body.scopes.length === 1,
    )
    expect(body).toMatchObject({ scopes: [{ id: 's1' }], policy: { version: api.monitor.policy.version } })
    const unknown = await get(api, '/v1/agents/new/knowledge?cohort=writers')
    expect(unknown.body).toMatchObject({ acts: 0, scopes: [] })
    const large = Array.from({ length: 200 }, (_, i) => `${i}-${'x'.repeat(500)}`)
    expect(await post(api, '/v1/scopes', { id: 's', agent: 'a', tools: large })).toMatchObject({
      status: 413,
      body: { code: 'API_TOO_LARGE' },
    })
    expect(await post(api, '/v1/scopes', { id: 's', agent: 'a', actions: ['fly'] })).toMatchObject({
      status: 400,
      body: { code: 'API_INVALID' },
    })
    expect(await post(api, '/v1/scopes', { id: 's', agent: 'a', action: ['read'] })).toMatchObject({
      status: 400,
      body: {
        code: 'API_INVALID',
        detail: expect.stringContaining('body.action: is not known. Did you mean actions?'),
      },
    })
  })

  test('what waits for nobody cannot be approved; released it ends, and then it has ended', async () => {
    expect(await post(api, `/v1/commands/${command}/approve`, { reason: 'x' })).toMatchObject({ status: 409 })
    expect(await post(api, '/v1/commands/none/release', { reason: 'x' })).toMatchObject({ status: 404 })
    const answer = await post(api, `/v1/commands/${command}/release`, { reason: 'the same team', by: 'ann' })
    expect(answer).toMatchObject({ status: 202, body: { verb: 'release', by: 'ann' } })
    await update(api.monitor, 'default', (u) => u.state === 'released')
    const { body } = await get(api, `/v1/commands/${command}`)
    expect(body).toMatchObject({
      state: 'released',
      steps: [{ state: 'issued' }, { state: 'released', by: 'ann', why: 'the same team' }],
    })
    expect((await get(api, '/v1/commands?state=released')).body.commands).toHaveLength(1)
    expect((await get(api, `/v1/explain/${command}`)).body).toMatchObject({ commands: [{ state: 'released' }] })
    expect(await post(api, `/v1/commands/${command}/release`, { reason: 'x' })).toMatchObject({ status: 409 })
  })

  test('each decision is told in one line, and counted', async () => {
    const lines = () => api.lines.filter((line) => line.fields.command === command)
    await eventually(
      async () => lines().length,
      (n) => n >= 3,
    )
    expect(lines().map((line) => line.message)).toEqual(['command issued', 'review release', 'command released'])
    const metrics = (await api.call({ method: 'GET', url: '/metrics' })).body
    for (const line of [
      'rescind_command_updates_total{rung="revoke",state="issued"} 1',
      'rescind_findings_total{detector="shared-credential",mode="enforce"} 1',
      'rescind_brake_tripped{tenant="default"} 0',
      'rescind_event_to_command_seconds_count 1',
    ])
      expect(metrics).toContain(line)
  })
})

test('what the brake holds waits for a person: approved it is issued, denied it is not', async () => {
  const parsed = parsePolicy({ brake: { perTenant: 0 } })
  if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults))
  const api = await openApi(temporaryDirectory(), { policy: parsed.policy })
  const held = async (credential: string) => {
    await send(api, stolen(`a-${credential}`, 'eu', credential), stolen(`b-${credential}`, 'us', credential))
    const fits = (u: { state: string; issue?: { target: { credential?: string } } }) =>
      u.state === 'proposed' && u.issue?.target.credential === credential
    return (await update(api.monitor, 'default', fits)).command
  }
  const first = await held('c1')
  const second = await held('c2')
  expect((await api.call({ method: 'GET', url: '/metrics' })).body).toContain(
    'rescind_brake_tripped{tenant="default"} 1',
  )
  await post(api, `/v1/commands/${first}/approve`, { reason: 'it is real', by: 'ann' })
  const issued = await update(api.monitor, 'default', (u) => u.state === 'issued')
  expect(issued).toMatchObject({ command: first, by: 'ann', issue: { automatic: false } })
  await post(api, `/v1/commands/${second}/deny`, { reason: 'it is not' })
  const denied = await update(api.monitor, 'default', (u) => u.state === 'released')
  expect(denied).toMatchObject({ command: second, by: 'local' })
  expect(await post(api, '/v1/brake/release', { reason: 'looked at' })).toMatchObject({ status: 202 })
  const released = async () => (await api.call({ method: 'GET', url: '/metrics' })).body
  await eventually(released, (text) => text.includes('rescind_brake_tripped{tenant="default"} 0'))
  await api.close()
})
