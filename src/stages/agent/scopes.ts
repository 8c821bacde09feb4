import type { Stage } from '../../flow/topology.ts'
import type { AgentState } from '../../model/agent-state.ts'
import type { AgentEvent } from '../../model/event.ts'
import { type DeclaredScope, largestScope, Scope } from '../../model/scope.ts'
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

/** All scopes of an agent together, characters of their JSON. */
const mostScopes = 2 * largestScope

const members = Object.keys(Scope.properties) as (keyof Scope)[]

/** What the state keeps of a scope: what a scope can say, and who said it. */
const known = ({ by, ...scope }: DeclaredScope): DeclaredScope => ({
  ...(Object.fromEntries(
    members.filter((name) => scope[name] !== undefined).map((name) => [name, scope[name]]),
  ) as Scope),
  ...(by === undefined ? {} : { by }),
})

/** Registers a declared scope: an id is its declarer’s. Where they are too many or too large, one goes of who takes most room. */
export const declare: Stage<Streams, 'scopes', AgentState> = {
  name: 'declare',
  from: 'scopes',
  to: [],
  store: agentStore,
  run(scope, { state }) {
    const scopes = [...state.scopes.filter(({ id, by }) => id !== scope.id || by !== scope.by), known(scope)]
    while (scopes.length > limits.scopes || JSON.stringify(scopes).length > mostScopes) {
      scopes.splice(leastNeeded(scopes), 1)
      state.evictions++
    }
    state.scopes = scopes
  },
}

/** The oldest scope of a task, of whoever takes most room; a standing one only where there is none. */
function leastNeeded(scopes: readonly DeclaredScope[]): number {
  const room = new Map<string | undefined, { count: number; chars: number }>()
  for (const scope of scopes) {
    const { count, chars } = room.get(scope.by) ?? { count: 0, chars: 0 }
    room.set(scope.by, { count: count + 1, chars: chars + JSON.stringify(scope).length })
  }
  const shareOf = ({ by }: DeclaredScope): number => {
    const { count, chars } = room.get(by) ?? { count: 0, chars: 0 }
    return Math.max(count / limits.scopes, chars / mostScopes)
  }
  const most = Math.max(...scopes.map(shareOf))
  const ofTask = scopes.findIndex((scope) => scope.task !== undefined && shareOf(scope) === most)
  return ofTask < 0 ? scopes.findIndex((scope) => shareOf(scope) === most) : ofTask
}
