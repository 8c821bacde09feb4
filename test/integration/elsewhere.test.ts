import { createHash, randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { AgentSummary } from '../../src/api/read/agents.ts'
import { openKafkaLog } from '../../src/edges/kafka/log/open-kafka-log.ts'
import { agentKey } from '../../src/stages/lane-key.ts'
import { sharedBroker } from '../support/broker.ts'
import { event } from '../support/events.ts'
import { startService } from '../support/service.ts'
import { temporaryDirectory } from '../support/temporary.ts'
import { until } from '../support/until.ts'

const key = `k-${randomUUID()}`
const digest = createHash('sha256').update(key).digest('hex')
const agents = Array.from({ length: 24 }, (_, i) => `agent-${i}`)

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0))
    })
  })

async function instance(brokers: readonly string[], prefix: string) {
  const data = temporaryDirectory()
  const keysFile = join(data, 'keys')
  writeFileSync(keysFile, `soc sha256:${digest} rescind.read,rescind.enforce,rescind.ingest\n`, { mode: 0o600 })
  const service = await startService(data, {
    args: ['--no-drill', '--port', String(await freePort())],
    env: {
      RESCIND_KAFKA_BROKERS: brokers.join(','),
      RESCIND_KAFKA_PREFIX: prefix,
      RESCIND_KAFKA_PARTITIONS: '6',
      RESCIND_AUTH_KEYS_FILE: keysFile,
      RESCIND_HISTORY_ENABLED: 'false',
    },
  })
  const get = async (path: string, token = key) => {
    const response = await fetch(`${service.url}${path}`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(10_000),
    })
    return { status: response.status, body: (await response.json()) as Record<string, never> }
  }
  /** The answer that stands: while partitions move, an instance says 503 and Retry-After, and a client asks again. */
  const settled = (path: string) =>
    until(`${path} is answered`, async () => {
      const answer = await get(path)
      return answer.status === 503 ? undefined : answer
    })
  return { ...service, get, settled }
}

test('whichever instance is asked, it answers for every agent', async () => {
  const { brokers } = await sharedBroker()
  const prefix = `e${randomUUID().slice(0, 8)}.`
  const one = await instance(brokers, prefix)
  const two = await instance(brokers, prefix)
  const both = [one, two]
  await until(
    'both have partitions',
    async () => {
      const assigned = await Promise.all(both.map((each) => each.metric('rescind_log_assigned_partitions')))
      return assigned.every((n) => n > 0) ? true : undefined
    },
    { withinMs: 40_000 },
  )
  const events = agents.map((id, i) => event({ id: `e-${i}`, agent: { id }, time: Date.now() }))
  await one.post(events.map((each) => JSON.stringify(each)).join('\n'))

  const listed = async (of: typeof one) =>
    (await of.get('/v1/agents?limit=100&sort=id')).body as unknown as { agents: AgentSummary[]; silent?: number }
  for (const each of both)
    await until(
      'all agents are listed',
      async () => {
        const { agents: found, silent } = await listed(each)
        return found.length === agents.length && silent === undefined ? true : undefined
      },
      { withinMs: 40_000 },
    )
  for (const each of both)
    for (const id of agents) {
      const { status, body } = await each.settled(`/v1/agents/${id}`)
      expect([status, (body.agent as AgentSummary | undefined)?.acts], id).toEqual([200, 1])
      expect((await each.settled(`/v1/agents/${id}/knowledge`)).body, id).toMatchObject({ acts: 1 })
      expect((await each.settled(`/v1/explain/${id}`)).body, id).toMatchObject({ kind: 'agent', agent: id })
      expect((await each.settled(`/v1/agents/${id}/events`)).body, id).toMatchObject({ events: [{ agent: { id } }] })
    }
  expect((await one.settled('/v1/explain/e-3')).body).toMatchObject({ kind: 'event', agent: 'agent-3' })
  expect((await two.settled('/v1/explain/e-3')).body).toMatchObject({ kind: 'event', agent: 'agent-3' })
  expect((await two.settled('/v1/agents/nobody')).status).toBe(404)

  // What a point wrote into the topic itself is found there too.
  const log = await openKafkaLog({ brokers, prefix })
  await log.createTopics([{ name: 'events', partitions: 6 }])
  const direct = event({ id: 'direct', agent: { id: 'agent-5' }, time: Date.now() })
  await log.append([{ topic: 'events', key: agentKey('default', 'agent-5'), value: JSON.stringify(direct) }])
  await log.close()
  for (const each of both)
    expect((await each.settled('/v1/explain/direct')).body).toMatchObject({ kind: 'event', agent: 'agent-5' })

  // A tenant’s brake is with one instance, and the tenants of agents with several.
  const spread = Array.from({ length: 12 }, (_, i) => `tenant-${i}`)
  const theirs = spread.map((tenant) => event({ id: `t-${tenant}`, tenant, agent: { id: 'x' }, time: Date.now() }))
  await one.post(theirs.map((each) => JSON.stringify(each)).join('\n'))
  for (const each of both)
    await until('all tenants are listed', async () => {
      const { tenants } = (await each.get('/v1/me')).body as unknown as { tenants: string[] }
      return spread.every((tenant) => tenants.includes(tenant)) ? true : undefined
    })
  const stolen = spread.flatMap((tenant) =>
    ['owner', 'thief'].map((id) =>
      event({
        ...{ id: `${tenant}-${id}`, tenant, time: Date.now(), agent: { id }, credential: { id: 'stolen' } },
        source: { network: `network of ${id}` },
      }),
    ),
  )
  await one.post(stolen.map((each) => JSON.stringify(each)).join('\n'))
  for (const tenant of spread)
    for (const each of both)
      await until(`the revocation counts for the brake of ${tenant}`, async () => {
        const { brake } = (await each.get(`/v1/pipeline?tenant=${tenant}`)).body
        return (brake as { counted?: number } | undefined)?.counted === 1 ? true : undefined
      })

  // The key of one machine says nothing to the other instance.
  const ofTwo = await Promise.all(agents.map((id) => two.get(`/v1/agents/${id}`, two.key)))
  const refused = ofTwo.filter(({ status }) => status === 503)
  expect(refused.length).toBeGreaterThan(0)
  expect(refused[0]?.body).toMatchObject({ code: 'API_ELSEWHERE', detail: expect.stringContaining('auth.keysFile') })
  expect(((await two.get('/v1/agents', two.key)).body as { silent?: number }).silent).toBe(1)
  expect((await two.get('/v1/me', two.key)).body).toMatchObject({ silent: 1 })
  // Nor does one that is asked by another answer for what it does not hold.
  const asked = async (of: typeof one, tenant: string) => {
    const headers = { authorization: `Bearer ${key}`, 'rescind-asked-by': '1' }
    const response = await fetch(`${of.url}/v1/pipeline?tenant=${tenant}`, { headers })
    return ((await response.json()) as { brake?: unknown }).brake !== undefined
  }
  for (const tenant of spread)
    expect((await Promise.all(both.map((each) => asked(each, tenant)))).filter(Boolean), tenant).toEqual([true])
  const brakes = await Promise.all(
    spread.map(async (t) => (await two.get(`/v1/pipeline?tenant=${t}`, two.key)).body.brake),
  )
  expect(brakes.filter((brake) => brake === undefined).length).toBeGreaterThan(0)
}, 120_000)
