import type { Stage } from '../../flow/topology.ts'
import type { AgentState } from '../../model/agent-state.ts'
import type { AgentEvent } from '../../model/event.ts'
import type { DeclaredScope, Scope } from '../../model/scope.ts'
import type { Streams } from '../streams.ts'
import { agentStore, limits } from './agent-store.ts'

/** What the agent’s own publisher declared goes before what others did. */
export function ownFirst({ scopes, owner }: AgentState): readonly DeclaredScope[] {
  if (owner === undefined || scopes.length < 2) return scopes
  const own = scopes.filter(({ by }) => by === owner.publisher)
  return own.length === 0 ? scopes : [...own, ...scopes.filter((scope) => !own.includes(scope))]
}

/** The scope that the event names, else its task’s, else the agent’s standing one. */
export function scopeOf(state: AgentState, event: Pick<AgentEvent, 'task'>): Scope | undefined {
  if (state.scopes.length === 0) return undefined
  const scopes = ownFirst(state)
  const named = event.task?.scope
  const task = event.task?.id
  return (
    (named === undefined ? undefined : scopes.find((s) => s.id === named)) ??
    (task === undefined ? undefined : scopes.find((s) => s.task === task)) ??
    scopes.find((s) => s.task === undefined)
  )
}

/** Registers a declared scope: an id is its declarer’s. Where there are too many, one goes of who declared most. */
export const declare: Stage<Streams, 'scopes', AgentState> = {
  name: 'declare',
  from: 'scopes',
  to: [],
  store: agentStore,
  run({ time: _, ...scope }, { state }) {
    const scopes = [...state.scopes.filter(({ id, by }) => id !== scope.id || by !== scope.by), scope]
    if (scopes.length > limits.scopes) {
      scopes.splice(leastNeeded(scopes), 1)
      state.evictions++
    }
    state.scopes = scopes
  },
}

/** The oldest scope of a task, of whoever declared most; a standing one only where there is none. */
function leastNeeded(scopes: readonly DeclaredScope[]): number {
  const counts = new Map<string | undefined, number>()
  for (const { by } of scopes) counts.set(by, (counts.get(by) ?? 0) + 1)
  const most = Math.max(...counts.values())
  const isOfMost = ({ by }: DeclaredScope) => counts.get(by) === most
  const ofTask = scopes.findIndex((scope) => isOfMost(scope) && scope.task !== undefined)
  return ofTask < 0 ? scopes.findIndex(isOfMost) : ofTask
}
