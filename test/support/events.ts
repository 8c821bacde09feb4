import type { AgentEvent } from '../../src/model/event.ts'

let n = 0

/** An ordinary event; say only what matters. */
export function event(over: Partial<AgentEvent> = {}): AgentEvent {
  n++
  return {
    id: `e-${n}`,
    time: 1_800_000_000_000 + n * 1000,
    kind: 'outcome',
    tenant: 'default',
    agent: { id: 'agent-1' },
    principal: 'alice@corp.example',
    task: { id: 'task-1' },
    tool: { name: 'files.read' },
    action: 'read',
    outcome: 'allowed',
    ...over,
  }
}
