import type { AgentEvent } from '../../model/event.ts'
import type { Records } from './records.ts'
import type { TaskReads } from './task-reads.ts'
import type { Tasks } from './tasks.ts'
import type { TaskStart } from './types.ts'

/** Longest text of a task that goes with its events, in UTF-16 units. */
const maxIntent = 4096

/** Tasks begin, are told more and end, as events. */
export class TaskLife {
  readonly #tasks: Tasks
  readonly #reads: TaskReads
  readonly #records: Records
  readonly #now: () => number

  constructor(tasks: Tasks, reads: TaskReads, records: Records, now: () => number) {
    this.#tasks = tasks
    this.#reads = reads
    this.#records = records
    this.#now = now
  }

  start(start: TaskStart, agent: string): AgentEvent {
    const task = this.#tasks.of(agent, start.id)
    if (start.resumed !== true) task.started = this.#now()
    task.scope = start.scope ?? task.scope
    task.principal = start.principal ?? task.principal
    task.session = start.session ?? task.session
    this.#reads.join(agent, task, start.session)
    if (start.intent !== undefined) {
      task.intent ??= start.intent.slice(0, maxIntent)
      if (task.memory.addRequest(start.intent)) task.requested = this.#now()
    }
    const event = this.#records.event(agent, task, start.session)
    if (task.intent !== undefined) event.task = { id: start.id, ...event.task, intent: task.intent }
    return { ...event, kind: 'task-start' }
  }

  request(id: string, text: string, agent: string): void {
    const task = this.#tasks.of(agent, id)
    if (task.memory.addRequest(text)) task.requested = this.#now()
  }

  /** Undefined: there is no such task. */
  end(id: string, status: 'completed' | 'failed' | 'cancelled', agent: string): AgentEvent | undefined {
    const task = this.#tasks.end(agent, id)
    if (task === undefined) return undefined
    const event = this.#records.event(agent, task, task.session)
    return { ...event, kind: 'task-end', task: { ...event.task, id, status } }
  }
}
