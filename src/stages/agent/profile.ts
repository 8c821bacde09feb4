import { emptyKit } from '../../detect/define.ts'
import { isAct, isHeld } from '../../detect/index.ts'
import { sizesOf } from '../../detect/rates.ts'
import { reused } from '../../flow/reused.ts'
import type { Stage } from '../../flow/topology.ts'
import type { AgentState, TaskState } from '../../model/agent-state.ts'
import { seenFields } from '../../model/fields.ts'
import { rate } from '../../model/profile.ts'
import type { StampedPolicy } from '../../policy/policy.ts'
import { cohortKey, fleetKey } from '../lane-key.ts'
import type { Profiled, Streams } from '../streams.ts'
import { agentStore } from './agent-store.ts'
import { isHeldAgain } from './held.ts'
import { learnTask, noteValues } from './learn.ts'
import { lookAt } from './look.ts'
import { addBytes, inHand, pace } from './minutes.ts'
import { introduces, isRepeat, notePoint, remember } from './recently.ts'
import { scopeOf } from './scopes.ts'
import { taskOf } from './task-of.ts'
import { hear, noteTried, voiceOf } from './voices.ts'

/**
 * Puts each event beside its agent’s profile, and learns: an event is scored before it is learned, and what a task
 * showed is learned only when the task ended clean, or was quiet and clean for the hold (DESIGN section 2.5).
 */
export function profile(fallback: StampedPolicy): Stage<Streams, 'events', AgentState> {
  const kit = emptyKit()
  const minute: [number, number, number] = [0, 0, 0]
  const profiled = reused<Profiled>({
    time: 0,
    event: undefined,
    state: undefined,
    task: undefined,
    kit,
    stamped: fallback,
  })
  return {
    name: 'profile',
    from: 'events',
    to: ['profiled', 'lessons'],
    store: agentStore,
    run(given, context) {
      const { state: home } = context
      const event = hear(home, given)
      const state = voiceOf(home, event.origin)
      if (isRepeat(state, event)) return
      noteTried(state, event)
      const stamped = context.shared('policy', 'current') ?? fallback
      const { policy } = stamped
      if (state.first === 0) state.first = event.time
      if (event.time > state.last) state.last = event.time
      if (event.principal !== undefined) state.principal = event.principal
      if (event.agent.cohort !== undefined) state.cohort = event.agent.cohort
      state.fields = seenFields(state.fields ?? 0, event)
      remember(state, event.credential?.id)
      if (event.point !== undefined) notePoint(state, event.point.id)

      const teach = (task: TaskState) => {
        if (state !== home) return
        for (const lesson of learnTask(state, task, event)) context.emit('lessons', lesson)
      }
      const task = taskOf(state, event, policy.learning.hold, teach)
      if (isAct(event)) {
        if (isHeldAgain(state, task, event)) return
        state.acts++
        // What was held did not happen: it makes nothing usual.
        if (task !== undefined && !isHeld(event)) {
          task.acts++
          if (event.provenance !== undefined)
            state.evictions += noteValues(task, event.provenance, policy.mode === 'learn')
        }
        pace(state, event, policy.learning.hold)
      } else if (event.result?.bytes !== undefined) addBytes(state.minutes, event.result.bytes)

      kit.now = context.now
      kit.key = context.key
      // A stranger’s word is judged by what is usual for the agent.
      kit.profile = home.profile
      kit.minute = inHand(state.minutes, minute)
      kit.task = task
      kit.scope = scopeOf(home, event)
      lookAt(event, state, task, kit)
      // Peers are asked only where the agent’s own history cannot answer.
      const asks = kit.novel !== 0 || sizesOf(home.profile.rates, rate.pace) < 8
      kit.cohort =
        asks && home.cohort !== null
          ? context.shared('baselines', cohortKey(event.tenant, home.cohort))?.profile
          : undefined
      kit.fleet = asks ? context.shared('baselines', fleetKey(event.tenant))?.profile : undefined
      kit.introduced = introduces(state, event)
      kit.revoked = home.standing.some((s) => s.applied === true)
      profiled.stamped = stamped
      profiled.time = event.time
      profiled.event = event
      profiled.state = state
      profiled.task = task
      context.emit('profiled', profiled)

      if (event.kind === 'task-end' && task !== undefined) {
        state.tasks.splice(state.tasks.indexOf(task), 1)
        teach(task)
      }
    },
  }
}
