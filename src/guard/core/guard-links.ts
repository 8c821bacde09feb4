import type { AgentEvent } from '../../model/event.ts'
import { Restrictions } from './restrictions.ts'
import type { GuardStats } from './types.ts'

/** What the guard gets from its edges. */
export interface GuardLinks {
  publish(event: AgentEvent): void
  /** Sends and spools what waits. */
  flush(): Promise<void>
  close(): Promise<void>
  /** When the monitor was last heard, ms; undefined: there is no monitor, nothing can be stale. */
  heard(): number | undefined
  /** The monitor answers, and does not take the guard’s key. */
  turnedDown(): boolean
  /** A restriction of the monitor’s is in the table, or has left it. */
  readonly table: Restrictions
  /** Numbers the events of this point. */
  nextSeq(): number
  /** An agent that was not known at the start. */
  meet(agent: string): void
  stats(): Partial<GuardStats>
}

/** Where a guard without a monitor keeps its numbers and what it learned, from one run to the next. */
interface KeptState {
  nextSeq(): number
  learn(known: unknown): void
  close(): void
}

/** Stand-alone: nothing leaves, nothing comes in, nothing can be stale. */
export function noLinks(state?: KeptState, learned: () => unknown = () => undefined): GuardLinks {
  let seq = 0
  return {
    publish: () => {},
    flush: async () => {},
    close: async () => {
      state?.learn(learned())
      state?.close()
    },
    heard: () => undefined,
    turnedDown: () => false,
    table: new Restrictions(),
    nextSeq: () => state?.nextSeq() ?? seq++,
    meet: () => {},
    stats: () => ({}),
  }
}
