import type { AgentEvent } from '../../model/event.ts'
import type { Reading } from '../provenance/reading/reading.ts'
import type { FieldTrust } from '../provenance/reading/walk.ts'
import { SharedReads } from './shared-reads.ts'
import type { OpenTask, Tasks } from './tasks.ts'
import type { GuardResult } from './types.ts'

/** What the agent gets to read goes to the memories of its tasks. */
export class TaskReads {
  readonly #tasks: Tasks
  readonly #shared = new SharedReads()

  constructor(tasks: Tasks) {
    this.#tasks = tasks
  }

  /** A task that works in a session for the first time is told what all of that session have read. */
  join(agent: string, task: OpenTask | undefined, session: string | undefined): void {
    if (task === undefined || session === undefined || !this.#tasks.join(task, session)) return
    this.#shared.tell(agent, session, task.memory)
  }

  /** The answer of a call that was let through. */
  answer(event: AgentEvent, result: GuardResult, trustOf: (tool: AgentEvent['tool']) => FieldTrust | undefined): void {
    const task = this.#tasks.taskOf(event)
    if (task === undefined || event.call === undefined) return
    const found = task.carried.get(event.call)
    const carried = found && { ...found, trust: trustOf(event.tool) }
    if (result.text !== undefined && result.read === undefined) task.memory.addOutput(event.call, result.text, carried)
    else task.memory.addReadings(event.call, result.read ?? [], carried)
    task.carried.delete(event.call)
  }

  /** What comes in a task outside of a call of its own. */
  read(task: string, source: string, readings: string | readonly Reading[], agent: string): void {
    this.#tasks.of(agent, task).memory.addReadings(source, piecesOf(readings))
  }

  /** What comes outside of any task, for all of a session. */
  readByAll(session: string, source: string, readings: string | readonly Reading[], agent: string): void {
    const pieces = piecesOf(readings)
    if (pieces.length === 0) return
    const read = this.#shared.add(agent, session, source, pieces, this.#tasks.blank)
    if (read === undefined) return
    for (const { memory } of this.#tasks.in(agent, session)) memory.addRead(read)
  }
}

const piecesOf = (readings: string | readonly Reading[]): readonly Reading[] =>
  typeof readings === 'string' ? [{ kind: 'text', text: readings }] : readings
