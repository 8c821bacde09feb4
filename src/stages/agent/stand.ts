import type { AgentState, Standing } from '../../model/agent-state.ts'
import type { Command } from '../../model/command.ts'
import type { AgentEvent } from '../../model/event.ts'
import type { Finding } from '../../model/finding.ts'
import { rank } from '../../policy/ladder.ts'
import { limits } from './agent-store.ts'
import { dropMoot } from './moot.ts'

/**
 * Keeps what was ordered, in the place of what is moot under it; where there is no room the oldest goes first, and never what
 * takes all authority while there is milder.
 */
export function stand(state: AgentState, standing: Standing): void {
  dropMoot(state, standing)
  const all = state.standing.filter(({ command }) => command !== standing.command)
  const at = all.length < limits.standing ? -1 : all.findIndex(({ rung }) => rank(rung) < rank('revoke'))
  const kept = at < 0 ? all.slice(1 - limits.standing) : all.toSpliced(at, 1)
  state.standing = [...kept, standing]
}

/** The one act that a command is about, for the person who is asked. */
export function heldAct(
  { event: id, act }: Pick<Finding, 'event' | 'act'>,
  event?: AgentEvent,
): NonNullable<Command['act']> {
  const held: NonNullable<Command['act']> = { event: id }
  const digest = event?.arguments?.digest
  if (act.tool !== undefined) held.tool = act.tool
  if (event?.tool?.server !== undefined) held.server = event.tool.server
  if (event?.provenance?.sink !== undefined) held.sink = event.provenance.sink
  if (digest !== undefined) held.arguments = digest
  if (event?.arguments?.shown !== undefined) held.shown = event.arguments.shown
  if (act.destinations !== undefined) held.destinations = act.destinations
  return held
}
