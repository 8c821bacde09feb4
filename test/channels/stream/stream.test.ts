import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { Config, Given } from '../../../src/config/schema.ts'
import type { CommandUpdate } from '../../../src/model/command.ts'
import type { AgentEvent } from '../../../src/model/event.ts'
import { wallClock } from '../../../src/runtime/wall-clock.ts'
import { openApi, recent } from '../../support/api.ts'
import { readDecisions, verified } from '../../support/decision-reader.ts'
import { update } from '../../support/monitor.ts'
import { temporaryDirectory } from '../../support/temporary.ts'

const undo: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

async function start(settings: Given<Config> = {}, over: object = {}) {
  const api = await openApi(temporaryDirectory(), { settings, ...over })
  const url = await api.listen()
  undo.push(() => api.close())
  const follow = async (headers?: Record<string, string>, query?: string) => {
    const reader = await readDecisions(url, api.key, headers, query)
    undo.push(() => reader.close())
    return reader
  }
  return { ...api, url, follow }
}
type Api = Awaited<ReturnType<typeof start>>

const stolen = (agent: string, network: string, credential: string): AgentEvent =>
  recent({ agent: { id: agent }, credential: { id: credential }, source: { network }, task: { id: `task-${agent}` } })

/** Two agents on two networks show the same credential: it is revoked. */
async function revoke({ call, monitor }: Api, credential: string): Promise<CommandUpdate> {
  const payload = [stolen(`a-${credential}`, 'eu', credential), stolen(`b-${credential}`, 'us', credential)]
  const headers = { 'content-type': 'application/json' }
  const answer = await call({ method: 'POST', url: '/v1/events', headers, payload: JSON.stringify(payload) })
  expect(answer.statusCode).toBe(202)
  return update(monitor, 'default', (u) => u.state === 'issued' && u.issue?.target.credential === credential)
}

const receipt = (api: Api, body: object | object[]) =>
  api.call({
    method: 'POST',
    url: '/v1/receipts',
    headers: { 'content-type': 'application/json' },
    payload: JSON.stringify(body),
  })

describe('the event stream', () => {
  test('a point gets a signed snapshot, then deltas, and its table agrees after each', async () => {
    const api = await start()
    const first = await revoke(api, 'c1')
    const reader = await api.follow({ 'x-rescind-point': 'p1' })
    expect(reader.response.headers.get('content-type')).toContain('text/event-stream')
    const snapshot = await reader.until((m) => m.kind === 'snapshot')
    expect(snapshot.commands?.map(({ command }) => command.id)).toEqual([first.command])
    expect(snapshot.policyVersion).toBe(api.monitor.policy.version)

    const second = await revoke(api, 'c2')
    await reader.until((m) => m.updates?.some((u) => u.command === second.command) === true)
    expect([...reader.table.inForce()].map((c) => c.id).sort()).toEqual([first.command, second.command].sort())

    const headers = { 'content-type': 'application/json' }
    const payload = JSON.stringify({ reason: 'the same team' })
    await api.call({ method: 'POST', url: `/v1/commands/${first.command}/release`, headers, payload })
    await reader.until((m) => m.updates?.some((u) => u.state === 'released') === true)
    expect([...reader.table.inForce()].map((c) => c.id)).toEqual([second.command])
    expect(reader.agrees).toBe(true)
    expect(reader.ids.at(-1)).toBe(String(reader.table.seq))
  })

  test('what was written to the stream of a named point is delivered, once; applied comes from the point', async () => {
    const api = await start()
    const reader = await api.follow({ 'x-rescind-point': 'p1' })
    const nameless = await api.follow()
    const { command } = await revoke(api, 'c1')
    const delivered = await update(api.monitor, 'default', (u) => u.state === 'delivered')
    expect(delivered).toMatchObject({ command, point: 'p1' })

    // A second look by the same point is not a second delivery.
    const again = await api.follow({}, '?point=p1')
    await again.until((m) => m.kind === 'snapshot')
    const other = await api.follow({}, '?point=p2')
    const second = await update(api.monitor, 'default', (u) => u.state === 'delivered' && u.point === 'p2')
    expect(second.command).toBe(command)

    const body = { command, point: 'p1', outcome: 'applied', time: Date.now() }
    const answer = await receipt(api, [body])
    expect([answer.statusCode, answer.json()]).toEqual([202, { accepted: 1 }])
    await reader.until((m) => m.updates?.some((u) => u.state === 'applied' && u.point === 'p1') === true)
    const states = api.monitor.commandTables.of('default').recent.map((u) => `${u.state} ${u.point ?? ''}`.trim())
    expect(states).toEqual(['issued', 'delivered p1', 'delivered p2', 'applied p1'])
    expect([reader.agrees, nameless.agrees, again.agrees, other.agrees]).toEqual([true, true, true, true])
  })

  test('two points serve an agent, one applies the order and one refuses: it is applied in part, until that one goes', async () => {
    const api = await start({ http: { beatMs: 20 } })
    await api.follow({}, '?point=mcp@a')
    const second = await api.follow({}, '?point=mcp@b')
    const served = (agent: string, network: string, point: string) => ({
      ...stolen(agent, network, 'c1'),
      point: { id: point },
    })
    const payload = [served('a', 'eu', 'mcp@a'), served('b', 'us', 'mcp@b'), served('a', 'eu', 'mcp@b')]
    payload.push(served('b', 'us', 'mcp@a'), served('a', 'eu', 'mcp@a'), served('b', 'us', 'mcp@b'))
    const json = { 'content-type': 'application/json' }
    await api.call({ method: 'POST', url: '/v1/events', headers: json, payload: JSON.stringify(payload) })
    const { command } = await update(api.monitor, 'default', (u) => u.state === 'issued')
    const at = (outcome: string) => (u: CommandUpdate) => u.command === command && u.outcome === outcome
    const time = Date.now()
    await receipt(api, { command, point: 'mcp@a', outcome: 'applied', time })
    await receipt(api, { command, point: 'mcp@b', outcome: 'refused', time, why: 'no such rung here' })
    await update(api.monitor, 'default', at('refused'))
    const one = (await api.call({ method: 'GET', url: `/v1/commands/${command}` })).json()
    expect(one).toMatchObject({
      state: 'partly-applied',
      points: {
        'mcp@a': { outcome: 'applied', time },
        'mcp@b': { outcome: 'refused', time, why: 'no such rung here' },
      },
    })
    expect(one.steps.at(-1)).toMatchObject({ state: 'partly-applied', point: 'mcp@b', outcome: 'refused' })
    const listed = (await api.call({ method: 'GET', url: '/v1/commands?state=partly-applied' })).json()
    expect(listed.commands).toMatchObject([{ command: { id: command }, points: one.points }])
    const explained = (await api.call({ method: 'GET', url: `/v1/explain/${command}?kind=command` })).json()
    expect(explained.commands[0].points).toEqual(one.points)
    expect(explained.text.at(-1)).toContain('(applied by 1, refused by mcp@b: no such rung here)')
    const metrics = (await api.call({ method: 'GET', url: '/metrics' })).body
    expect(metrics).toContain('rescind_command_points{tenant="default",outcome="refused"} 1')
    expect(metrics).toContain('rescind_commands_standing{tenant="default",rung="revoke",state="partly-applied"} 1')

    await second.close()
    expect(await update(api.monitor, 'default', at('gone'))).toMatchObject({ state: 'applied', point: 'mcp@b' })
  })

  test('a point that follows is waited for, and one that comes back in time never went', async () => {
    const api = await start()
    const served = { ...stolen('a', 'eu', 'c1'), point: { id: 'p1' } }
    const headers = { 'content-type': 'application/json' }
    await api.call({ method: 'POST', url: '/v1/events', headers, payload: JSON.stringify([served]) })
    const first = await api.follow({}, '?point=p1')
    await first.close()
    await api.follow({}, '?point=p1')
    const others = [{ ...served, id: 'again' }, stolen('b', 'us', 'c1'), { ...served, id: 'once more' }]
    await api.call({ method: 'POST', url: '/v1/events', headers, payload: JSON.stringify(others) })
    const said = await update(api.monitor, 'default', (u) => u.point === 'p1')
    expect(said.outcome).toBe('delivered')
    const { recent } = api.monitor.commandTables.of('default')
    expect(recent.filter((u) => u.outcome === 'gone')).toEqual([])
  })

  test('a point goes on where it was by deltas, and starts anew when it cannot', async () => {
    const api = await start()
    const { command } = await revoke(api, 'c1')
    const before = await api.follow()
    const { seq } = await before.until((m) => m.kind === 'snapshot')
    await before.close()
    await revoke(api, 'c2')

    const resumed = await api.follow({ 'last-event-id': String(seq) })
    const delta = await resumed.until(() => true)
    expect(delta.kind).toBe('delta')
    expect(delta.updates?.[0]?.seq).toBe(seq + 1)
    const [one] = before.messages
    before.table.reset(one?.seq ?? 0, one?.digest ?? '', one?.commands ?? [])
    for (const u of delta.updates ?? []) expect(before.table.apply(u)).toBe(true)
    expect(before.table.digest).toBe(api.monitor.commandTables.of('default').table.digest)

    const upToDate = await api.follow({}, `?since=${api.monitor.commandTables.of('default').table.seq}`)
    expect((await upToDate.until(() => true)).kind).toBe('beat')
    const ahead = await api.follow({ 'last-event-id': '99999' })
    const anew = await ahead.until(() => true)
    expect([anew.kind, anew.commands?.some((s) => s.command.id === command)]).toEqual(['snapshot', true])
  })

  test('an idle stream shows that it lives and that the table agrees', async () => {
    const api = await start({ http: { beatMs: 20 } })
    const reader = await api.follow()
    const beat = await reader.until((m) => m.kind === 'beat')
    expect(beat).toMatchObject({ seq: 0, digest: api.monitor.commandTables.of('default').table.digest })
    expect(reader.agrees).toBe(true)
  })

  test('a tenant sees its own decisions only', async () => {
    const api = await start()
    await revoke(api, 'c1')
    const reader = await api.follow({}, '?tenant=acme')
    const snapshot = await reader.until(() => true)
    expect([snapshot.tenant, snapshot.commands]).toEqual(['acme', []])
  })

  test('there is a most of open streams', async () => {
    const api = await start({ http: { streams: 1 } })
    await (await api.follow()).until(() => true)
    const { response } = await api.follow()
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ code: 'API_OVERLOADED' })
    expect(response.headers.get('retry-after')).toBe('1')
  })

  test('a reader that does not read is let go', async () => {
    let beat = () => {}
    const clock = {
      now: wallClock.now,
      every: (_ms: number, tick: () => void) => {
        beat = tick
        return () => {}
      },
    }
    const api = await start({ http: { streamBytes: 1024 } }, { clock })
    const { port } = new URL(api.url)
    const socket = connect({ host: '127.0.0.1', port: Number(port) })
    socket.pause()
    socket.on('error', () => {})
    socket.write(
      `GET /v1/decisions HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${api.key}\r\naccept: text/event-stream\r\n\r\n`,
    )
    undo.push(async () => void socket.destroy())
    const dropped = async () =>
      /rescind_decision_streams_dropped_total\{why="slow"\} 1/.test(await api.metrics.registry.metrics())
    // Until what the sockets hold is full: each beat is some 400 bytes.
    while (!(await dropped())) {
      for (let i = 0; i < 200; i++) beat()
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(api.lines.some((line) => line.message === 'decision stream dropped')).toBe(true)
    expect(await api.metrics.registry.metrics()).toContain('rescind_decision_streams{kind="events"} 0')
  })
})

describe('the long poll', () => {
  const poll = async (api: Api, query: string) => {
    const response = await fetch(`${api.url}/v1/decisions${query}`, { headers: { authorization: `Bearer ${api.key}` } })
    const { jws } = (await response.json()) as { jws: string }
    return verified(api.url, jws)
  }

  test('answers at once with what is new, waits for what comes, and says when nothing came', async () => {
    const api = await start()
    expect((await poll(api, '')).kind).toBe('snapshot')
    expect((await poll(api, '?since=0&wait=20')).kind).toBe('beat')
    const waiting = poll(api, '?since=0&wait=30000&point=p1')
    const { command } = await revoke(api, 'c1')
    const delta = await waiting
    expect(delta.updates?.[0]).toMatchObject({ command, state: 'issued' })
    const delivered = await update(api.monitor, 'default', (u) => u.state === 'delivered')
    expect(delivered.point).toBe('p1')
    expect((await poll(api, `?since=${delta.seq}`)).updates?.[0]?.state).toBe('delivered')
  })

  test('who waits is answered when the API closes', async () => {
    const api = await openApi(temporaryDirectory())
    const url = await api.listen()
    const reader = await readDecisions(url, api.key)
    await reader.until(() => true)
    const waiting = fetch(`${url}/v1/decisions?since=0&wait=30000`, { headers: { authorization: `Bearer ${api.key}` } })
    const polled = async () =>
      (await api.metrics.registry.metrics()).includes('rescind_decision_streams{kind="polls"} 1')
    while (!(await polled())) await new Promise((resolve) => setImmediate(resolve))
    await api.close()
    expect((await waiting).status).toBe(200)
    await reader.done
  })
})

test('a receipt that is wrong is told by its field, and none of its batch is taken', async () => {
  const api = await start()
  const good = { command: 'c', point: 'p', outcome: 'applied', time: 1 }
  const answer = await receipt(api, [good, { ...good, outcome: 'maybe' }])
  expect([answer.statusCode, answer.json().code]).toEqual([400, 'API_INVALID'])
  expect(answer.json().field).toMatch(/^body/)
})
