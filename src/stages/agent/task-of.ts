import type { AgentState, TaskState } from '../../model/agent-state.ts'
import type { AgentEvent } from '../../model/event.ts'
import { emptyTask, limits } from './agent-store.ts'

/** The task of an event, begun when new. Work without a task is kept together by its session. */
export function taskOf(
  state: AgentState,
  event: AgentEvent,
  hold: number,
  teach: (task: TaskState) => void,
): TaskState | undefined {
  const id = event.task?.id ?? event.session
  if (id === undefined) return undefined
  const { tasks } = state
  for (let i = tasks.length - 1; i >= 0; i--) {
    const task = tasks[i]
    if (task?.id !== id) continue
    if (event.time > task.last) task.last = event.time
    return task
  }
  // A new task is the moment to look at the old ones: what was quiet and clean for the hold is learned.
  for (let i = 0; i < tasks.length; i++) {
    const old = tasks[i]
    if (old === undefined || old.last + hold > event.time) continue
    tasks.splice(i--, 1)
    teach(old)
  }
  if (tasks.length >= limits.tasks) {
    let oldest = 0
    for (let i = 1; i < tasks.length; i++) if ((tasks[i]?.last ?? 0) < (tasks[oldest]?.last ?? 0)) oldest = i
    const gone = tasks.splice(oldest, 1)[0]
    // Too many open tasks to hold them all: one that has been quiet for a tenth of the hold is taken as ended.
    if (gone !== undefined && gone.last + hold / 10 <= event.time) teach(gone)
    else state.evictions++
  }
  const task = emptyTask(id, event.time)
  state.tasks = tasks.concat(task)
  return task
}
