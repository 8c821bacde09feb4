import type { Stage } from '../flow/topology.ts'
import type { AgentState } from '../model/agent-state.ts'
import { rank } from '../policy/ladder.ts'
import type { StampedPolicy } from '../policy/policy.ts'
import { agentStore } from './agent-store.ts'
import { approve } from './approvals.ts'
import type { Streams } from './streams.ts'

/** Takes in what became of a command: applied, expired, or let go by a person. */
export const heed = (fallback: StampedPolicy): Stage<Streams, 'rulings', AgentState> => ({
  name: 'heed rulings',
  from: 'rulings',
  to: [],
  store: agentStore,
  run({ verb, command, time }, context) {
    const { state } = context
    if (verb === 'applied') {
      const standing = state.standing.find((s) => s.command === command)
      if (standing !== undefined && rank(standing.rung) >= rank('revoke')) standing.applied = true
    } else if (verb === 'expired') state.standing = state.standing.filter((s) => s.command !== command)
    else approve(state, command, time, (context.shared('policy', 'current') ?? fallback).policy, verb === 'released')
  },
})
