import type { Stage } from '../../flow/topology.ts'
import type { AgentState } from '../../model/agent-state.ts'
import type { AgentEvent } from '../../model/event.ts'
import { largestScope, Scope } from '../../model/scope.ts'
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

/** All scopes of an agent together, characters of their JSON. */
const mostScopes = 2 * largestScope

const members = Object.keys(Scope.properties) as (keyof Scope)[]

/** What the state keeps of a scope: what a scope can say. */
const known = (scope: Scope): Scope =>
  Object.fromEntries(members.filter((name) => scope[name] !== undefined).map((name) => [name, scope[name]])) as Scope

/** Registers a declared scope; the oldest go when there are too many or they are too large. */
export const declare: Stage<Streams, 'scopes', AgentState> = {
  name: 'declare',
  from: 'scopes',
  to: [],
  store: agentStore,
  run(scope, { state }) {
    const scopes = [...state.scopes.filter((s) => s.id !== scope.id), known(scope)]
    let size = JSON.stringify(scopes).length
    while (scopes.length > limits.scopes || size > mostScopes) {
      size -= JSON.stringify(scopes.shift()).length
      state.evictions++
    }
    state.scopes = scopes
  },
}
