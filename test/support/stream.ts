import type { AgentEvent } from '../../src/model/event.ts'
import { pick, seeded } from './random.ts'

const start = 1_800_000_000_000

/**
 * A seeded stream with something of everything: several agents and tasks, reads and sends, injected destinations, a
 * shared credential, denials, ends of tasks, quiet spans and late events. `apart`: a tenant each and no credential or
 * trace, so that agents have nothing to do with each other.
 */
export function stream(seed: number, length: number, apart = false): AgentEvent[] {
  const random = seeded(seed)
  const events: AgentEvent[] = []
  let time = start
  for (let i = 0; i < length; i++) {
    time += random() < 0.02 ? 1_200_000 * random() : (i % 300 < 240 ? 20_000 : 900) * random()
    const a = Math.floor(random() * 5)
    const event: AgentEvent = {
      id: `s${seed}-${i}`,
      time: Math.floor(time - (random() < 0.05 ? 30_000 * random() : 0)),
      kind: random() < 0.06 ? 'task-end' : random() < 0.2 ? 'attempt' : 'outcome',
      tenant: apart ? `tenant-${a}` : 'default',
      agent: apart ? { id: `agent-${a}` } : { id: `agent-${a}`, cohort: `team-${a % 2}` },
      principal: 'alice@corp.example',
      task: { id: `task-${a}-${Math.floor(i / 20)}` },
      tool: { name: random() < 0.01 ? `odd-${i}` : `tool-${Math.floor(random() ** 3 * 4)}` },
      action: pick(['read', 'read', 'read', 'list', 'write', 'export', 'delete'] as const, random),
      resource: {
        dataset: `set-${Math.floor(random() * 4)}`,
        sensitivity: random() < 0.08 ? 'restricted' : 'internal',
      },
      result: { bytes: Math.floor(random() ** 4 * 1e6) },
      outcome: random() < 0.05 ? 'denied' : 'allowed',
      environment: 'production',
    }
    if (random() < 0.3)
      event.destinations = [
        {
          hash: `d-${Math.floor(random() * 6)}`,
          kind: 'url',
          boundary: random() < 0.5 ? 'internal' : 'external',
          ...(random() < 0.1 ? { seen: { in: 'tool-output' as const, form: 'prose' as const } } : {}),
        },
      ]
    if (!apart) {
      event.trace = { id: `trace-${Math.floor(i / 25)}` }
      event.credential = { id: `cred-${random() < 0.004 ? 0 : a}` }
      event.source = { network: pick(['eu', 'us'], random) }
    }
    events.push(event)
  }
  return events
}
