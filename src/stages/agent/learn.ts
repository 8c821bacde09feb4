import { hash32 } from '../../detect/index.ts'
import { knownLimits, learnKnown } from '../../detect/known.ts'
import { learnValue } from '../../detect/novelty.ts'
import { learnSize, mergeSpread } from '../../detect/rates.ts'
import type { AgentState, TaskState } from '../../model/agent-state.ts'
import type { AgentEvent, Provenance } from '../../model/event.ts'
import { hashOf, type Lesson, rate, traitOf } from '../../model/profile.ts'
import { cohortKey, fleetKey } from '../lane-key.ts'
import { isOperators } from './voices.ts'

/** Learns a task that ended, unless it was tainted; answers what its peers may learn from it. */
export function learnTask(state: AgentState, task: TaskState, event: AgentEvent): Lesson[] {
  if (task.tainted || task.acts === 0) return []
  const { profile } = state
  profile.tasks++
  profile.acts += task.acts
  const seen = task.vouched === undefined ? task.seen : [...new Set([...task.seen, ...task.vouched])]
  for (const value of seen) if (learnValue(profile, traitOf(value), hashOf(value))) state.evictions++
  if (task.items !== null) mergeSpread(profile.rates, task.items, rate.items)
  const lesson: Lesson = { time: event.time, peers: fleetKey(event.tenant), acts: task.acts, seen }
  if (task.items !== null) lesson.items = task.items
  const { values } = task
  const { origin } = event
  const isVouched = isOperators(origin)
  // Where no peers share its environment, or not before others have used it too: what the agent itself used.
  if (values !== undefined && (state.cohort === null || !isVouched))
    profile.known = learnKnown(profile.known, values, knownLimits.agent)
  if (state.cohort === null) return [lesson]
  const forCohort: Lesson = { ...lesson, peers: cohortKey(event.tenant, state.cohort) }
  if (values !== undefined) forCohort.values = values
  if (origin !== undefined) forCohort.origin = origin
  if (!isVouched) {
    const agent = event.agent.id
    forCohort.by = { agent: hash32(agent), principal: hash32(state.principal ?? agent) }
  }
  return [lesson, forCohort]
}

/**
 * Notes the argument values of an act in its task; answers how many did not fit. What only running text supplied is noted
 * in learn mode alone, when the operator vouches for the traffic: whoever can write to a live agent could otherwise make
 * his own address known by harmless tasks first.
 */
export function noteValues(task: TaskState, provenance: Provenance, isLearning: boolean): number {
  const { request, read, prose, used } = provenance
  if (read === undefined && used === undefined && (prose === undefined || !isLearning)) return 0
  task.values ??= { asked: hash32(request ?? task.id), read: [], used: [] }
  const { values } = task
  return note(values.read, read) + note(values.used, used) + (isLearning ? note(values.read, prose) : 0)
}

function note(into: string[], digests: readonly string[] = []): number {
  let left = 0
  for (const digest of digests)
    if (!into.includes(digest)) {
      if (into.length < knownLimits.task) into.push(digest)
      else left++
    }
  return left
}

/** Learns the closed minutes up to an event time; those inside a tainted span are dropped. The last is still in hand. */
export function learnMinutes(state: AgentState, until: number): void {
  const { minutes, profile } = state
  let done = 0
  while (done < minutes.length - 3) {
    const at = minutes[done] ?? 0
    // The list is bounded: when it is full the oldest is learned early rather than lost.
    if (at > until && minutes.length - 3 - done <= 60) break
    if (at > state.taintedUntil) {
      learnSize(profile.rates, minutes[done + 1] ?? 0, rate.pace)
      learnSize(profile.rates, Math.log1p(minutes[done + 2] ?? 0), rate.flow)
    }
    done += 3
  }
  if (done > 0) state.minutes = minutes.slice(done)
}
