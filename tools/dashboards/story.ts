import { ordinary, seeded } from '../../bench/events.ts'
import type { AgentEvent } from '../../src/model/event.ts'

/**
 * Three days of a small fleet, the same every time: ordinary work in two tenants and three cohorts, then what a SOC would
 * want to see: an injected export, a stolen credential, bulk reading, a first delete, a hand-over to sub-agents, an agent
 * with a hostile name, a lost stretch of audit.
 */
const day = 86_400_000
const minute = 60_000

/** Monday, 2 November 2026, 09:00 UTC: fixed, so that the store is the same in every run. */
export const storyStart = Date.UTC(2026, 10, 2, 9)
export const storyEnd = storyStart + 3 * day

const cohorts = ['support', 'finance', 'engineering']

/** What no dashboard may take for SQL or HTML. */
export const hostileName = `o'brien\\' OR 1=1 OR \\'<img src=x onerror=alert(1)>"; DROP TABLE events; --`

function* work(tenant: string, seed: number, agents: number, events: number): Iterable<AgentEvent> {
  const stepMs = Math.floor((3 * day - 10 * minute) / events)
  for (const event of ordinary({ events, agents, seed, start: storyStart, stepMs })) {
    const index = Number(event.agent.id.slice(-7))
    const cohort = cohorts[index % cohorts.length] ?? 'support'
    yield {
      ...event,
      id: `${tenant}-${event.id}`,
      tenant,
      // A point is of one tenant and counts for it alone.
      point: { id: `${tenant === 'default' ? '' : `${tenant}-`}${event.point?.id}` },
      agent: { id: event.agent.id, cohort, workload: `spiffe://corp.example/${cohort}/${event.agent.id}` },
      chain: [
        { id: event.principal ?? '', kind: 'human' },
        { id: event.agent.id, kind: 'agent' },
      ],
    }
  }
}

interface Act {
  agent: string
  time: number
  action: NonNullable<AgentEvent['action']>
  tool: string
  over?: Partial<AgentEvent>
}

let acts = 0
const act = ({ agent, time, action, tool, over = {} }: Act): AgentEvent => ({
  id: `story-${agent.length}-${++acts}`,
  time,
  kind: 'outcome',
  tenant: 'default',
  agent: { id: agent, cohort: 'support', workload: `spiffe://corp.example/support/${encodeURIComponent(agent)}` },
  principal: 'kim@corp.example',
  chain: [
    { id: 'kim@corp.example', kind: 'human' },
    { id: agent, kind: 'agent' },
  ],
  task: { id: `task-${agent.length}-${Math.floor(time / (30 * minute))}`, intent: 'Answer the ticket' },
  trace: { id: `trace-${agent.length}-${Math.floor(time / (30 * minute))}` },
  credential: { id: `credential-${agent.length}` },
  tool: { server: tool.split('.')[0] ?? tool, name: tool },
  action,
  outcome: 'allowed',
  environment: 'production',
  source: { network: '10.1.2.0/24' },
  point: { id: 'gateway-1' },
  ...over,
})

const outside = (seen: 'prose' | 'field'): NonNullable<AgentEvent['destinations']> => [
  {
    hash: 'sha256:collector',
    display: 'https://collector.example/drop',
    kind: 'url',
    boundary: 'external',
    seen: { in: 'tool-output', call: 'call-1', form: seen },
  },
]
const secret = { id: 'crm.accounts/7', dataset: 'crm.accounts', sensitivity: 'restricted' } as const

/** A hijacked run: it reads restricted data and sends it where the injected text said; its later tries are refused. */
function* injected(agent: string, at: number): Iterable<AgentEvent> {
  yield act({ agent, time: at, action: 'read', tool: 'crm.get', over: { resource: secret } })
  yield act({ agent, time: at + 4_000, action: 'export', tool: 'mail.send', over: { destinations: outside('prose') } })
  for (let i = 1; i <= 3; i++)
    yield act({
      agent,
      time: at + 4_000 + i * 20_000,
      action: 'export',
      tool: 'mail.send',
      over: { destinations: outside('prose'), ...(i === 1 ? {} : { outcome: 'denied' }) },
    })
}

/** The same credential by a second agent on another network. */
function* stolen(agent: string, thief: string, at: number): Iterable<AgentEvent> {
  const credential = { id: `stolen-${at}` }
  yield act({ agent, time: at, action: 'read', tool: 'crm.get', over: { credential } })
  const source = { network: '203.0.113.0/24' }
  for (let i = 1; i <= 3; i++)
    yield act({ agent: thief, time: at + i * 15_000, action: 'read', tool: 'crm.get', over: { credential, source } })
}

/** A task handed down: each sub-agent acts in the same trace with one more link in its chain. */
function* handedDown(at: number): Iterable<AgentEvent> {
  const trace = { id: `trace-chain-${at}` }
  const chain = [{ id: 'kim@corp.example', kind: 'human' }]
  for (const [i, agent] of ['planner', 'researcher', 'writer'].entries()) {
    chain.push({ id: agent, kind: 'agent' })
    for (let n = 0; n < 4; n++)
      yield act({
        agent,
        time: at + i * 30_000 + n * 5_000,
        action: i === 2 ? 'write' : 'read',
        tool: i === 2 ? 'wiki.update' : 'wiki.read_page',
        over: { trace: { ...trace, span: `s-${i}-${n}` }, chain: [...chain] },
      })
  }
}

/** Reads as it always does, then thirty times as much in one minute. */
function* bulk(agent: string, at: number): Iterable<AgentEvent> {
  const read = (time: number) =>
    act({ agent, time, action: 'read', tool: 'files.read', over: { result: { bytes: 2_000, records: 3 } } })
  for (let m = 120; m > 0; m--) for (let n = 0; n < 3; n++) yield read(at - m * 10 * minute + n * 9_000)
  for (let n = 0; n < 90; n++) yield read(at + n * 500)
}

/** An agent that no enforcement point stands before: what is ordered against it is never applied. */
export const unguarded = 'ghost'

/** Every act, in the order of time. */
export function story(): AgentEvent[] {
  acts = 0
  const last = storyEnd - 6 * 3_600_000
  const events: AgentEvent[] = [
    ...work('default', 7, 12, 9_000),
    ...work('acme', 11, 6, 3_000),
    ...bulk('collector', storyEnd - 2 * 3_600_000),
    ...handedDown(last),
    ...handedDown(last + 90 * minute),
    ...injected(unguarded, storyEnd - 30 * 3_600_000),
    ...stolen('archivist', 'visitor', last + 40 * minute),
    ...stolen('courier', 'stranger', last + 200 * minute),
    act({ agent: 'collector', time: last + 100 * minute, action: 'delete', tool: 'files.delete' }),
    act({ agent: hostileName, time: last + 110 * minute, action: 'read', tool: `x' <script>` }),
  ]
  const random = seeded(3)
  for (let i = 0; i < 14; i++)
    events.push(
      ...injected(i % 4 === 0 ? hostileName : `helper-${i % 5}`, last + Math.floor(random() * 5.5 * 60) * minute),
    )
  events.sort((a, b) => a.time - b.time)
  const isLost = (event: AgentEvent) =>
    event.point?.id === 'mcp-proxy-3' && event.time > last + 60 * minute && event.time < last + 75 * minute
  return numbered(events).filter((event) => !isLost(event))
}

/** Each enforcement point counts what it reports; a number that never comes is audit lost. */
function numbered(events: readonly AgentEvent[]): AgentEvent[] {
  const seqs = new Map<string, number>()
  return events.map((event) => {
    const id = event.point?.id ?? 'gateway-1'
    const seq = (seqs.get(id) ?? 0) + 1
    seqs.set(id, seq)
    return { ...event, point: { id, seq } }
  })
}

/** Bodies that no format can use. */
export const badBodies: readonly { at: number; body: string; contentType?: string }[] = Array.from(
  { length: 24 },
  (_, i) => {
    const at = storyEnd - 5 * 3_600_000 + i * 11 * minute
    if (i % 3 === 0)
      return { at, body: '{"id":"e1","time":"yesterday","kind":"outcome"', contentType: 'application/json' }
    if (i % 3 === 1)
      return {
        at,
        body: JSON.stringify({ id: `bad-${i}`, kind: 'outcome', agent: { id: 7 } }),
        contentType: 'application/json',
      }
    return { at, body: '<xml/>', contentType: 'application/xml' }
  },
)
