import type { Stage } from '../flow/topology.ts'
import type { AgentState, Widened } from '../model/agent-state.ts'
import { rank } from '../policy/ladder.ts'
import type { StampedPolicy } from '../policy/policy.ts'
import { maxWidened } from '../policy/widen.ts'
import { agentStore, none } from './agent-store.ts'
import { approve } from './approvals.ts'
import type { Streams } from './streams.ts'

/** Takes in what became of a command: applied, expired, let go by a person, or widened. */
export const heed = (fallback: StampedPolicy): Stage<Streams, 'rulings', AgentState> => ({
  name: 'heed rulings',
  from: 'rulings',
  to: [],
  store: agentStore,
  run({ verb, command, time, widened }, context) {
    const { state } = context
    if (verb === 'widened') {
      if (widened !== undefined) widen(state, widened, time)
      return
    }
    if (verb === 'applied') {
      const standing = state.standing.find((s) => s.command === command)
      if (standing !== undefined && rank(standing.rung) >= rank('revoke')) standing.applied = true
    } else if (state.widened?.some((w) => w.command === command) === true) narrow(state, command)
    else if (verb === 'expired') state.standing = state.standing.filter((s) => s.command !== command)
    else approve(state, command, time, (context.shared('policy', 'current') ?? fallback).policy, verb === 'released')
  },
})

function widen(state: AgentState, widened: Widened, time: number): void {
  const kept = (state.widened ?? none).filter((w) => w.until > time && w.command !== widened.command)
  state.widened = [...kept.slice(1 - maxWidened), widened]
}

function narrow(state: AgentState, command: string): void {
  const left = state.widened?.filter((w) => w.command !== command) ?? none
  if (left.length > 0) state.widened = left
  else delete state.widened
}
