import { hash32, isAct } from '../../detect/index.ts'
import type { AgentState, KeptEvidence } from '../../model/agent-state.ts'
import type { AgentEvent, Origin } from '../../model/event.ts'
import { emptyAgent, limits, none } from './agent-store.ts'

/** The local key, and the sources of the configuration. */
export const isOperator = (publisher: string): boolean => publisher === 'local' || publisher.startsWith('source:')

/** The operator’s own hand, and what was stored before there were stamps. */
export const isOperators = (origin: Origin | undefined): boolean =>
  origin === undefined || (origin.owner === true && isOperator(origin.publisher))

/**
 * The state that an event or a finding counts in. What a stranger says of an agent is judged, added up and kept apart from what
 * the agent’s own publishers say: it teaches nothing and changes nothing of theirs.
 */
export function voiceOf(state: AgentState, origin: Origin | undefined): AgentState {
  if (origin?.heard !== 'stranger') return state
  state.strangers ??= emptyAgent()
  return state.strangers
}

/**
 * Says in the stamp of an event how far its publisher speaks for the agent, and leaves out what it may not say. Without a binding
 * the agent belongs to whoever acted for it first, once that was clean; a binding goes before.
 */
export function hear(state: AgentState, event: AgentEvent): AgentEvent {
  const { origin } = event
  if (origin === undefined) return event
  const heard = origin.owner === true ? bound(state, origin) : unbound(state, event, origin)
  const told = heard === undefined ? event : { ...event, origin: { ...origin, heard } }
  return believed(state, told, origin)
}

function bound(state: AgentState, { publisher }: Origin): undefined {
  // The local key may say a word about any agent, and does not make it its own by that.
  if (publisher === 'local' ? state.owner === undefined : state.owner?.by !== 'binding')
    state.owner = { publisher, by: 'binding' }
}

function unbound(state: AgentState, event: AgentEvent, { publisher }: Origin): Origin['heard'] {
  const { owner } = state
  if (owner === undefined) state.owner = { publisher, by: 'first' }
  else if (owner.publisher !== publisher) {
    // Who has said nothing of what it does, as with a heartbeat, owns nothing yet.
    const isIdle = owner.by === 'first' && state.acts === 0 && isAct(event)
    if (!isIdle && !isOutcomeOf(state, event)) return 'stranger'
    if (isIdle) startOver(state, publisher, 'first')
  }
  return state.owner?.by === 'first' ? 'first' : undefined
}

/** What one point tried and another one ended is one act: who knows the call tells what came of it. */
const isOutcomeOf = (state: AgentState, { kind, attempted, call }: AgentEvent): boolean =>
  kind === 'outcome' && attempted === true && isTried(state, call)

const isTried = ({ tried }: AgentState, call: string | undefined): boolean =>
  call !== undefined && tried?.includes(hash32(call)) === true

/** Notes an attempt, whose outcome is no act of its own. */
export function noteTried(state: AgentState, { kind, call }: AgentEvent): void {
  if (kind !== 'attempt' || call === undefined) return
  state.tried ??= []
  if (state.tried.length >= limits.tried) state.tried.shift()
  state.tried.push(hash32(call))
}

/** An act that nothing was found about: the agent is its publisher’s, unless it has an owner already. */
export function claim(state: AgentState, origin: Origin | undefined): void {
  const { owner } = state
  if (origin?.heard === undefined || owner?.by !== 'first') return
  if (owner.publisher === origin.publisher) state.owner = { ...owner, by: 'history' }
  // Who came first has shown no clean act: what it said is a stranger’s from now on.
  else startOver(state, origin.publisher, 'history')
}

function startOver(state: AgentState, publisher: string, by: 'first' | 'history'): void {
  const { strangers: _, owner: __, scopes, ...said } = state
  for (const name of Object.keys(state)) delete (state as unknown as Record<string, unknown>)[name]
  Object.assign(state, emptyAgent(), { scopes, owner: { publisher, by }, strangers: { ...said, scopes: none } })
}

/** So far ahead of its arrival a credential may have been issued: clocks differ, ms. */
const issuedAhead = 60_000

/** The event without what its publisher may not say. */
function believed(state: AgentState, event: AgentEvent, { arrived }: Origin): AgentEvent {
  const { origin, kind, agent, credential, approval } = event
  const isStranger = origin?.heard === 'stranger'
  const isOwners = origin?.owner === true || state.owner?.publisher === origin?.publisher
  let told = event
  if (event.attempted === true && kind === 'outcome' && !isTried(voiceOf(state, origin), event.call)) {
    const { attempted: _, ...act } = told
    told = act
  }
  if (!isOwners && agent.cohort !== undefined) {
    const { cohort: _, ...rest } = agent
    told = { ...told, agent: rest }
  }
  if (credential?.issued !== undefined && (!isOwners || credential.issued > arrived + issuedAhead)) {
    const { issued: _, ...rest } = credential
    told = { ...told, credential: rest }
  }
  if (approval === undefined || isOperators(origin)) return told
  if (kind === 'approval' && !isStranger) {
    if (origin?.owner === true)
      state.references = [...(state.references ?? none).slice(1 - limits.references), hash32(approval)]
    return told
  }
  if (!isStranger && isReference(state, approval)) return told
  const { approval: _, ...rest } = told
  return rest
}

/** An approval that the monitor heard of: a person gave it here, or a point that is bound to the agent told of it. */
const isReference = ({ approved, references }: AgentState, approval: string): boolean =>
  approved?.some((a) => a.command === approval) === true || references?.includes(hash32(approval)) === true

/** Evidence of so many bits supports that of another publisher. */
const supportBits = 10

/**
 * Who alone says what is weighed, where that is nobody who speaks for the agent. Undefined when it does, and when a second
 * publisher said something of like weight a short while ago.
 */
export function aloneOf(
  state: AgentState,
  origin: Origin | undefined,
  now: number,
  halfLife: number,
): string | undefined {
  if (origin?.heard === undefined) return undefined
  const isSupport = ({ publisher, bits, mode, at = 0 }: KeptEvidence) =>
    publisher !== undefined &&
    publisher !== origin.publisher &&
    bits >= supportBits &&
    mode === 'enforce' &&
    at >= now - halfLife
  const isSupported = state.evidence.some(isSupport) || state.strangers?.evidence.some(isSupport) === true
  return isSupported ? undefined : origin.publisher
}
