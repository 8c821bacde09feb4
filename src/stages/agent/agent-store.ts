import { textOf } from '../../flow/entity.ts'
import type { Store } from '../../flow/topology.ts'
import type { AgentState, TaskState } from '../../model/agent-state.ts'
import { emptyProfile } from '../../model/profile.ts'
import { benchLarge } from '../fault.ts'

/** What most agents have of most things: one empty list for all of them. */
export const none: readonly never[] = Object.freeze([])

export const emptyAgent = (): AgentState => ({
  profile: emptyProfile(),
  first: 0,
  last: 0,
  acts: 0,
  cost: 0,
  tasks: [],
  minutes: [0, 0, 0],
  taintedUntil: 0,
  detectors: {},
  risk: null,
  evidence: none,
  standing: none,
  scopes: none,
  credentials: [],
  fields: 0,
  evictions: 0,
  principal: null,
  cohort: null,
  recent: [],
  shown: [0],
})

export const emptyTask = (id: string, time: number): TaskState => ({
  id,
  started: time,
  last: time,
  acts: 0,
  risk: null,
  seen: [],
  items: null,
  tainted: false,
  detectors: null,
})

export const agentStore: Store<AgentState> = {
  name: 'agent',
  init: emptyAgent,
  // What stands against the agent and is in force stays.
  shrink(state) {
    state.evictions++
    // What strangers say goes first, and costs the agent nothing of its own.
    delete state.strangers
    if (textOf([state]) !== undefined) return
    state.scopes = none
    benchLarge(state)
    for (const task of state.tasks) {
      benchLarge(task)
      delete task.values
    }
    delete state.profile.known
  },
}

/** Bounds of one agent’s state; what goes over is dropped and counted in `evictions`. */
export const limits = {
  tasks: 24,
  seen: 64,
  credentials: 4,
  points: 8,
  recent: 16,
  shown: 8,
  scopes: 64,
  evidence: 8,
  open: 8,
  approved: 16,
  /** Held acts remembered per task. */
  held: 32,
  standing: 24,
  tried: 32,
  references: 16,
  disputed: 8,
} as const
