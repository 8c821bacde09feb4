import { hash32 } from '../detect/index.ts'
import { knownLimits, learnKnown } from '../detect/known.ts'
import { learnValue } from '../detect/novelty.ts'
import { learnSize, mergeSpread } from '../detect/rates.ts'
import type { AgentState, TaskState } from '../model/agent-state.ts'
import type { AgentEvent, Provenance } from '../model/event.ts'
import { type Lesson, traits, type Values } from '../model/profile.ts'
import { cohortKey, fleetKey } from './streams.ts'

/** Learns a task that ended, unless it was tainted; answers what its peers may learn from it. */
export function learnTask(state: AgentState, task: TaskState, event: AgentEvent): Lesson[] {
  if (task.tainted || task.acts === 0) return []
  const { profile } = state
  profile.tasks++
  profile.acts += task.acts
  for (let i = 0; i < task.seen.length; i += 2) {
    const trait = traits[task.seen[i] ?? 0]
    if (trait !== undefined && learnValue(profile[trait], task.seen[i + 1] ?? 0)) state.evictions++
  }
  if (task.items !== null) mergeSpread(profile.items, task.items)
  const lesson: Lesson = { time: event.time, peers: fleetKey(event.tenant), acts: task.acts, seen: task.seen }
  if (task.items !== null) lesson.items = task.items
  const { values } = task
  if (state.cohort === null) {
    // No peers to share an environment with: what the agent itself used.
    if (values !== undefined) profile.known = learnKnown(profile.known, values, knownLimits.agent)
    return [lesson]
  }
  const forCohort: Lesson = { ...lesson, peers: cohortKey(event.tenant, state.cohort) }
  if (values !== undefined) forCohort.values = values
  return [lesson, forCohort]
}

/** Notes the argument values of an act in its task; answers how many did not fit. */
export function noteValues(task: TaskState, { request, read = [], used = [] }: Provenance): number {
  if (read.length + used.length === 0) return 0
  task.values ??= { asked: hash32(request ?? task.id), read: [], used: [] }
  return note(task.values, 'read', read) + note(task.values, 'used', used)
}

function note(values: Values, kind: 'read' | 'used', digests: readonly string[]): number {
  let left = 0
  const into = values[kind]
  for (const digest of digests)
    if (!into.includes(digest)) {
      if (into.length < knownLimits.task) into.push(digest)
      else left++
    }
  return left
}

/** Learns the closed minutes up to an event time; those inside a tainted span are dropped. */
export function learnMinutes(state: AgentState, until: number): void {
  const { minutes, profile } = state
  let done = 0
  while (done < minutes.length) {
    const at = minutes[done] ?? 0
    // The list is bounded: when it is full the oldest is learned early rather than lost.
    if (at > until && minutes.length - done <= 60) break
    if (at >= state.taintedUntil) {
      learnSize(profile.pace, minutes[done + 1] ?? 0)
      learnSize(profile.flow, Math.log1p(minutes[done + 2] ?? 0))
    }
    done += 3
  }
  if (done > 0) minutes.splice(0, done)
}
