import type { AgentState } from '../model/agent-state.ts'
import type { AgentEvent } from '../model/event.ts'
import type { Act } from '../model/finding.ts'
import type { Reach } from '../policy/ladder.ts'
import { limits, none } from './agent-store.ts'

/**
 * How much of the work a command touches. What stands is about no one destination: it is about the tool. The evidence of one
 * act holds that act; of several in its task a person is asked about all that the tool does.
 */
export function reachOf(
  { standing, approved = none }: AgentState,
  target: string,
  { tool }: Act,
  time: number,
  isStanding: boolean,
  stands: boolean,
): Reach {
  if (isStanding) return 'all'
  if (stands || tool === undefined) return 'about'
  const before =
    standing.filter((s) => s.only === tool && s.target.startsWith(`${target}|`)).length +
    approved.filter((a) => a.only === tool && a.until > time && a.target.startsWith(`${target}|`)).length
  return before < limits.single ? 'act' : 'all'
}

/** The destinations that nobody named: where all are named, there is nothing to tell them apart by. */
export function unprovenOf(event: AgentEvent | undefined): Pick<Act, 'destinations'> {
  const unproven = event?.destinations?.filter(({ seen }) => seen?.in !== 'request' && seen?.in !== 'scope') ?? []
  return unproven.length === 0 ? {} : { destinations: unproven.slice(0, 8).map((d) => d.hash) }
}
