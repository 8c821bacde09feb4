import type { Standing } from '../model/agent-state.ts'
import type { AgentEvent } from '../model/event.ts'
import type { Act } from '../model/finding.ts'
import type { Reach } from '../policy/ladder.ts'
import { limits } from './agent-store.ts'

/**
 * How much of the work a command touches. What stands is about no one destination: it holds the tool. The evidence of one
 * act holds that act, until so many of the tool are held one by one that it is the tool.
 */
export function reachOf(
  standing: readonly Standing[],
  target: string,
  { tool, destinations }: Act,
  isStanding: boolean,
  stands: boolean,
): Reach {
  if (isStanding) return 'tool'
  if (stands || tool === undefined || destinations === undefined) return 'about'
  const single = standing.filter((s) => s.only === tool && s.target.startsWith(`${target}|`)).length
  return single < limits.single ? 'act' : 'tool'
}

/** The destinations that nobody named: where all are named, there is nothing to tell them apart by. */
export function unprovenOf(event: AgentEvent | undefined): Pick<Act, 'destinations'> {
  const unproven = event?.destinations?.filter(({ seen }) => seen?.in !== 'request' && seen?.in !== 'scope') ?? []
  return unproven.length === 0 ? {} : { destinations: unproven.slice(0, 8).map((d) => d.hash) }
}
