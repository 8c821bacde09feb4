import type { Stage } from '../../flow/topology.ts'
import type { AgentState } from '../../model/agent-state.ts'
import type { AgentEvent } from '../../model/event.ts'
import type { Scope } from '../../model/scope.ts'
import type { Streams } from '../streams.ts'
import { agentStore, limits } from './agent-store.ts'

/** The scope that the event names, else its task’s, else the agent’s standing one. */
export function scopeOf(state: AgentState, event: Pick<AgentEvent, 'task'>): Scope | undefined {
  if (state.scopes.length === 0) return undefined
  const named = event.task?.scope
  const task = event.task?.id
  return (
    (named === undefined ? undefined : state.scopes.find((s) => s.id === named)) ??
    (task === undefined ? undefined : state.scopes.find((s) => s.task === task)) ??
    state.scopes.find((s) => s.task === undefined)
  )
}

/** Registers a declared scope; the oldest goes when there are too many. */
export const declare: Stage<Streams, 'scopes', AgentState> = {
  name: 'declare',
  from: 'scopes',
  to: [],
  store: agentStore,
  run(scope, { state }) {
    const { time: _, ...kept } = scope
    const others = state.scopes.filter((s) => s.id !== scope.id)
    if (others.length >= limits.scopes) {
      others.shift()
      state.evictions++
    }
    state.scopes = [...others, kept]
  },
}
