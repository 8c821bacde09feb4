import type { ActionClass, AgentEvent, Sensitivity } from '../src/model/event.ts'

/** sfc32 (PractRand): a seeded stream of numbers in [0, 1), so that every run makes the same events. */
export function seeded(seed: number): () => number {
  let a = 0x9e3779b9 ^ seed
  let b = 0x243f6a88
  let c = 0xb7e15162
  let d = 1
  const next = () => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + t) | 0
    return (t >>> 0) / 4294967296
  }
  for (let i = 0; i < 20; i++) next()
  return next
}

interface Habit {
  id: string
  tools: readonly (readonly [string, ActionClass])[]
  datasets: readonly (readonly [string, Sensitivity])[]
  credential: string
  network: string
  session: string
  left: number
}

const systems = ['crm', 'erp', 'tickets', 'wiki', 'warehouse', 'mail', 'repo', 'billing', 'hr', 'files']
const verbs: readonly (readonly [string, ActionClass])[] = [
  ['search', 'list'],
  ['get', 'read'],
  ['read_page', 'read'],
  ['update', 'write'],
  ['comment', 'write'],
]
const levels: readonly Sensitivity[] = ['public', 'internal', 'internal', 'confidential']

/**
 * Ordinary work of `agents` agents as native events of about 600 bytes, `stepMs` apart: each agent has a few tools, datasets,
 * a credential and a network of its own and works in sessions.
 */
export function* ordinary(options: {
  events: number
  agents: number
  seed?: number
  start: number
  stepMs: number
  /** Every agent acts once before any acts again. */
  cover?: boolean
}): Iterable<AgentEvent> {
  const random = seeded(options.seed ?? 7)
  const int = (n: number) => Math.floor(random() * n)
  const hex = (n: number) => {
    let s = ''
    while (s.length < n)
      s += Math.floor(random() * 0x100000000)
        .toString(16)
        .padStart(8, '0')
    return s.slice(0, n)
  }
  const habits: Habit[] = Array.from({ length: options.agents }, (_, i) => {
    const system = [systems[i % 10] as string, systems[(i * 7 + 3) % 10] as string]
    return {
      id: `agent-${String(i).padStart(7, '0')}`,
      tools: system
        .flatMap((s) => verbs.filter(() => random() < 0.7).map(([v, a]) => [`${s}.${v}`, a] as const))
        .concat([[`${system[0]}.get`, 'read']]),
      datasets: system.flatMap((s) =>
        levels.map((l, k) => [`${s}.${['pages', 'records', 'logs', 'accounts'][k]}`, l] as const),
      ),
      credential: `cred-${hex(16)}`,
      network: `10.${int(256)}.${int(256)}.0/24`,
      session: '',
      left: 0,
    }
  })
  for (let n = 0; n < options.events; n++) {
    const picked = Math.floor(options.agents * random() ** 2)
    const agent = habits[options.cover === true && n < options.agents ? n : picked] as Habit
    if (agent.left-- <= 0) {
      agent.session = hex(16)
      agent.left = 4 + int(24)
    }
    const [tool, action] = agent.tools[int(agent.tools.length)] as readonly [string, ActionClass]
    const [dataset, sensitivity] = agent.datasets[int(agent.datasets.length)] as readonly [string, Sensitivity]
    yield {
      id: `ev-${hex(24)}`,
      time: options.start + n * options.stepMs,
      kind: 'outcome',
      tenant: 'default',
      agent: { id: agent.id },
      principal: `user-${agent.id.slice(-4)}@corp.example`,
      task: { id: `t-${agent.session}` },
      trace: { id: `${agent.session}${agent.session}`, span: hex(16) },
      credential: { id: agent.credential },
      tool: { server: tool.split('.')[0] as string, name: tool },
      action,
      resource: { id: `${dataset}/${int(100_000)}`, dataset, sensitivity },
      arguments: { bytes: 40 + int(400), items: 1 },
      result: { bytes: 200 + int(8000), records: int(20) },
      source: { network: agent.network },
      environment: 'production',
      outcome: 'allowed',
      point: { id: `mcp-proxy-${n % 8}`, seq: Math.floor(n / 8) },
    }
  }
}

/** Two acts with one credential by two agents on two networks: what only the monitor can see. */
export function theft(run: string, time: number): readonly [AgentEvent, AgentEvent] {
  const act = (agent: string, network: string, at: number): AgentEvent => ({
    id: `theft-${run}-${agent}`,
    time: at,
    kind: 'outcome',
    tenant: 'default',
    agent: { id: `${agent}-${run}` },
    principal: 'bench@corp.example',
    task: { id: `task-${run}-${agent}` },
    credential: { id: `stolen-${run}` },
    tool: { name: 'crm.get' },
    action: 'read',
    source: { network },
    outcome: 'allowed',
  })
  return [act('owner', 'eu-1', time), act('thief', 'us-1', time + 1)]
}

/** A change sent to an address that only running text named: what the agent’s own lane sees by itself. */
export function injected(run: string, time: number): AgentEvent {
  return {
    id: `injected-${run}`,
    time,
    kind: 'outcome',
    tenant: 'default',
    agent: { id: `injected-${run}` },
    principal: 'bench@corp.example',
    task: { id: `task-injected-${run}` },
    tool: { name: 'crm.update' },
    action: 'write',
    destinations: [
      { hash: `sha256:${run}`, display: 'x@evil.example', kind: 'email', seen: { in: 'tool-output', form: 'prose' } },
    ],
    outcome: 'allowed',
  }
}
