import type { Rung } from '../../model/command.ts'
import type { AgentEvent } from '../../model/event.ts'
import type { Act } from '../../model/finding.ts'
import type { Reach } from '../../policy/ladder.ts'

/**
 * How much of the work a command touches. What stands is about no one destination: it is about the tool. The evidence of one
 * act holds that act; what very many are held for holds their tool.
 */
export function reachOf(rung: Rung, { tool }: Act, isStanding: boolean, stands: boolean): Reach {
  if (isStanding) return 'all'
  if (stands || tool === undefined) return 'about'
  return rung === 'tighten' ? 'all' : 'act'
}

/** The destinations that nobody named: where all are named, there is nothing to tell them apart by. */
export function unprovenOf(event: AgentEvent | undefined): Pick<Act, 'destinations'> {
  const unproven = event?.destinations?.filter(({ seen }) => seen?.in !== 'request' && seen?.in !== 'scope') ?? []
  return unproven.length === 0 ? {} : { destinations: unproven.slice(0, 8).map((d) => d.hash) }
}
