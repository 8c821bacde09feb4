import type { AgentState } from '../../model/agent-state.ts'
import type { AgentEvent } from '../../model/event.ts'
import { learnMinutes } from './learn.ts'

const minuteMs = 60_000

/** Counts the act into its minute; closed minutes wait for the hold before they are learned. */
export function pace(state: AgentState, event: AgentEvent, hold: number): void {
  const at = event.time - (event.time % minuteMs)
  const begun = state.minutes.length - 3
  if (at > (state.minutes[begun] as number)) {
    const isEmpty = state.minutes[begun + 1] === 0
    state.minutes = (isEmpty ? state.minutes.slice(0, begun) : state.minutes).concat(at, 0, 0)
    if (!isEmpty) learnMinutes(state, event.time - hold)
  }
  const { minutes } = state
  minutes[minutes.length - 2] = (minutes[minutes.length - 2] as number) + 1
  addBytes(minutes, event.result?.bytes ?? 0)
}

/** The minute in hand; copied into what the stage keeps for it, for it is looked at with every event. */
export function inHand(minutes: readonly number[], into: [number, number, number]): typeof into {
  const at = minutes.length - 3
  into[0] = minutes[at] as number
  into[1] = minutes[at + 1] as number
  into[2] = minutes[at + 2] as number
  return into
}

/** Bytes that came after their act was counted belong to the minute in hand. */
export function addBytes(minutes: number[], bytes: number): void {
  minutes[minutes.length - 1] = (minutes[minutes.length - 1] as number) + bytes
}
