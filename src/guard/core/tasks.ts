import type { AgentEvent } from '../../model/event.ts'
import type { Joins } from '../provenance/digests/joins.ts'
import { type Carried, TaskMemory } from '../provenance/index.ts'
import { remembered } from '../provenance/remembered.ts'
import type { GuardOptions } from './types.ts'

/** One task in hand at the guard. */
export interface OpenTask {
  readonly id: string
  readonly memory: TaskMemory
  /** When it was said to begin, ms; undefined: it was met in the middle. */
  started: number | undefined
  intent: string | undefined
  /** When the person last asked for something new, ms; undefined: not seen. */
  requested: number | undefined
  scope: string | undefined
  principal: string | undefined
  session: string | undefined
  /** Sessions that it has worked in: what all of a session have read is told to it once. Bounded. */
  readonly joined: Set<string>
  /** What the calls that are under way were found to carry, by call. Bounded. */
  readonly carried: Map<string, Carried>
}

const maxTasks = 256
const maxCarried = 256
const maxJoined = 64

/** The tasks in hand; the longest untouched goes first, and is counted. */
export class Tasks {
  forgotten = 0
  readonly #tasks = new Map<string, OpenTask>()
  readonly #memory: (agent: string, task: string) => TaskMemory
  /** For calls outside any task: it has read nothing and was asked nothing. */
  readonly blank: TaskMemory

  /** @param memory A task’s memory, when it is met first. */
  constructor(blank: TaskMemory, memory: (agent: string, task: string) => TaskMemory) {
    this.#memory = memory
    this.blank = blank
  }

  get(agent: string, id: string): OpenTask | undefined {
    return this.#tasks.get(keyOf(agent, id))
  }

  /** The task of an event; where it names none, its session is the task. */
  taskOf({ agent, task, session }: AgentEvent): OpenTask | undefined {
    const id = task?.id ?? session
    return id === undefined ? undefined : this.get(agent.id, id)
  }

  /** Met first, it is opened. */
  of(agent: string, id: string): OpenTask {
    const key = keyOf(agent, id)
    let task = this.#tasks.get(key)
    if (task === undefined) {
      task = {
        id,
        memory: this.#memory(agent, id),
        started: undefined,
        intent: undefined,
        requested: undefined,
        scope: undefined,
        principal: undefined,
        session: undefined,
        joined: new Set(),
        carried: new Map(),
      }
    } else this.#tasks.delete(key)
    this.#tasks.set(key, task)
    if (this.#tasks.size > maxTasks)
      for (const [oldest, { memory }] of this.#tasks) {
        memory.close()
        this.#tasks.delete(oldest)
        this.forgotten++
        break
      }
    return task
  }

  /** Notes that a task works in a session; true the first time. */
  join(task: OpenTask, session: string): boolean {
    if (task.joined.has(session)) return false
    if (task.joined.size >= maxJoined) task.joined.clear()
    task.joined.add(session)
    return true
  }

  /** The agent’s open tasks that work in a session. */
  *in(agent: string, session: string): Iterable<OpenTask> {
    for (const [key, task] of this.#tasks) if (task.joined.has(session) && key.startsWith(`${agent}\u0000`)) yield task
  }

  carry(task: OpenTask, call: string, carried: Carried): void {
    if (task.carried.size >= maxCarried)
      for (const oldest of task.carried.keys()) {
        task.carried.delete(oldest)
        break
      }
    task.carried.set(call, carried)
  }

  end(agent: string, id: string): OpenTask | undefined {
    const task = this.#tasks.get(keyOf(agent, id))
    this.#tasks.delete(keyOf(agent, id))
    task?.memory.close()
    return task
  }

  close(): void {
    for (const { memory } of this.#tasks.values()) memory.close()
    this.#tasks.clear()
  }
}

const keyOf = (agent: string, id: string): string => `${agent}\u0000${id}`

/** Tasks whose memories are shared where there is a place for it. */
export function tasksOf({ domains, hashKey, memory, tenant = 'default' }: GuardOptions, joins: Joins): Tasks {
  const made = memory?.kept('made') ?? new Set<number>()
  const relayed = memory?.kept('relayed') ?? new Set<number>()
  const key = hashKey ?? memory?.key
  const common = {
    ...(domains === undefined ? {} : { domains }),
    ...(key === undefined ? {} : { key }),
    made,
    joins,
    renew: () => {
      memory?.renew('made', made)
      memory?.renew('relayed', relayed)
    },
    onMade: (digests: readonly number[]) => memory?.keep('made', digests),
    relayed,
    onRelayed: (digests: readonly number[]) => memory?.keep('relayed', digests),
  }
  return new Tasks(
    new TaskMemory(common),
    (agent, task) => new TaskMemory({ ...common, journal: memory?.journal(`${tenant}/${agent}/${task}`, remembered) }),
  )
}
