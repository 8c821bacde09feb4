import { hash32, networkOf } from '../../detect/index.ts'
import type { AgentState } from '../../model/agent-state.ts'
import type { AgentEvent } from '../../model/event.ts'
import { limits, none } from './agent-store.ts'

/** A redelivered event changes nothing. Remembers the last ids, hashed: an id is its publisher’s, who is no key that may be rotated. */
export function isRepeat(state: AgentState, event: AgentEvent): boolean {
  const publisher = event.origin?.publisher
  const id = publisher === undefined ? hash32(event.id) : hash32(event.id) ^ hash32(publisher)
  for (const known of state.recent) if (known === id) return true
  if (state.recent.length < limits.recent) state.recent = state.recent.concat(id)
  else {
    state.recent.copyWithin(0, 1)
    state.recent[limits.recent - 1] = id
  }
  return false
}

/** The first time in an hour that this agent shows this credential from this network. */
export function introduces(state: AgentState, event: AgentEvent): boolean {
  const { shown } = state
  const hour = Math.floor(event.time / 3_600_000)
  if (shown[0] !== hour) {
    shown.length = 1
    shown[0] = hour
  }
  const network = networkOf(event)
  const pair = hash32(event.credential?.id ?? '') ^ (network === '' ? 0 : hash32(network) << 1)
  for (let i = 1; i < shown.length; i++) if (shown[i] === pair) return false
  if (shown.length <= limits.shown) state.shown = shown.concat(pair)
  return true
}

/** Keeps the credentials seen of late, the newest last: what is taken back with the agent’s authority. */
export function remember(state: AgentState, credential: string | undefined): void {
  if (credential === undefined || state.credentials.at(-1) === credential) return
  if (state.disputed?.includes(credential) === true) return
  const at = state.credentials.indexOf(credential)
  if (at >= 0) state.credentials.splice(at, 1)
  else if (state.credentials.length >= limits.credentials) state.credentials.shift()
  state.credentials = state.credentials.concat(credential)
}

/** Somebody else showed it first: it is not this agent’s. */
export function dispute(state: AgentState, credential: string): void {
  if (state.disputed?.includes(credential) === true) return
  state.disputed = [...(state.disputed ?? none).slice(1 - limits.disputed), credential]
  state.credentials = state.credentials.filter((each) => each !== credential)
}

/** Keeps the enforcement points that served it of late, the latest last: where a command against it is to hold. */
export function notePoint(state: AgentState, point: string): void {
  const known = state.points ?? none
  if (known.at(-1) === point) return
  state.points = [...known.filter((each) => each !== point).slice(1 - limits.points), point]
}
