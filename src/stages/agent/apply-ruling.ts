import type { Stage } from '../../flow/topology.ts'
import type { AgentState, Widened } from '../../model/agent-state.ts'
import type { Command } from '../../model/command.ts'
import { rank, targetKey } from '../../policy/ladder.ts'
import type { StampedPolicy } from '../../policy/policy.ts'
import { maxWidened } from '../../policy/widen.ts'
import type { Streams } from '../streams.ts'
import { agentStore, none } from './agent-store.ts'
import { approve, lift } from './approvals.ts'
import { stand } from './stand.ts'

/** Takes in what became of a command: applied, expired, let go by a person, or widened; and what a person ordered by hand. */
export const applyRuling = (fallback: StampedPolicy): Stage<Streams, 'rulings', AgentState> => ({
  name: 'apply ruling',
  from: 'rulings',
  to: [],
  store: agentStore,
  run({ verb, command, time, widened, ordered }, context) {
    const { state: home } = context
    const { strangers } = home
    const state = strangers?.standing.some((s) => s.command === command) === true ? strangers : home
    if (verb === 'widened') {
      if (widened !== undefined) widen(state, widened)
    } else if (verb === 'ordered') {
      if (ordered !== undefined) takeOrder(state, ordered, time)
    } else if (state.widened?.some((w) => w.command === command) === true) {
      // One that expired says itself until when it stood.
      if (verb === 'released') state.widened = state.widened.map((w) => narrowed(w, command, time))
    } else if (verb === 'applied') {
      const standing = state.standing.find((s) => s.command === command)
      if (standing !== undefined && rank(standing.rung) >= rank('revoke')) standing.applied = true
    } else if (verb === 'expired') lift(state, command)
    else approve(state, command, time, (context.shared('policy', 'current') ?? fallback).policy, verb === 'released')
  },
})

/** It stands like one that the monitor decided: what the agent shows in what it falls on is not learned, nor ordered twice. */
function takeOrder(state: AgentState, { id, rung, target, restriction, expires }: Command, time: number): void {
  state.standing = state.standing.filter((s) => s.until > time)
  stand(state, {
    command: id,
    rung,
    target: `${targetKey(target)}|${JSON.stringify(restriction)}`,
    until: expires,
    reaches: { target, restriction },
  })
  for (const task of state.tasks) if (target.task === undefined || target.task === task.id) task.tainted = true
  state.taintedUntil = Math.max(state.taintedUntil, time)
}

/** Those that were taken back are kept while there is room: acts that went by them may be told late. */
function widen(state: AgentState, widened: Widened): void {
  const others = (state.widened ?? none).filter((w) => w.command !== widened.command)
  const stand = others.filter((w) => w.released === undefined)
  const past = others.filter((w) => w.released !== undefined)
  state.widened = [...[...past, ...stand].slice(1 - maxWidened), widened]
}

const narrowed = (widened: Widened, command: string, time: number): Widened =>
  widened.command === command && widened.released === undefined ? { ...widened, released: time } : widened
