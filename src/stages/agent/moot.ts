import type { AgentState, Standing } from '../../model/agent-state.ts'
import { supersedes } from '../../policy/supersede.ts'

/**
 * Step-ups that ask about nothing while a higher rung stands go with it: when it comes, and when it ends. What a person ordered by
 * hand is about no act, and stays.
 */
export function dropMoot(state: AgentState, higher: Standing): void {
  if (higher.shadow === true || higher.reaches?.restriction.deny === undefined) return
  const by = { rung: higher.rung, ...higher.reaches }
  state.standing = state.standing.filter(
    ({ rung, reaches, shadow, event }) =>
      shadow === true || reaches === undefined || event === undefined || !supersedes(by, { rung, ...reaches }),
  )
}
