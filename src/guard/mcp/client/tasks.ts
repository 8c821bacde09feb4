import type { Guard } from '../../core/guard.ts'
import { type Message, metaOf, textOf } from '../../doors/json-rpc/message.ts'

export interface SessionTasksParts {
  guard: Guard
  session: string
  /** What the agent was asked, when the client does not say. */
  intent: string | undefined
  /** The task of a client that names none; absent: the connection is the task. */
  task: (() => string) | undefined
}

/** The tasks that one connection works on. */
export class SessionTasks {
  readonly #p: SessionTasksParts
  /** With the last intent that the client gave for each. */
  readonly #tasks = new Map<string, string | undefined>()

  constructor(parts: SessionTasksParts) {
    this.#p = parts
  }

  /** The one in hand, where there is only one. */
  get only(): string | undefined {
    const [task] = this.#tasks.size === 1 ? this.#tasks.keys() : []
    return task
  }

  /** The task that the client names, else the session itself. */
  named(message: Message): string {
    return textOf(metaOf(message)['rescind/task'], 512) ?? this.#p.task?.() ?? this.#p.session
  }

  /** The same; its first message begins it, and another intent is a new request. */
  of(message: Message): string {
    const { guard, session } = this.#p
    const meta = metaOf(message)
    const id = this.named(message)
    const intent = textOf(meta['rescind/intent'], 16_384)
    if (!this.#tasks.has(id)) {
      this.#tasks.set(id, intent)
      const principal = textOf(meta['rescind/principal'], 512)
      const asked = intent ?? this.#p.intent
      guard.startTask({
        id,
        session,
        // A client may go on with a task of an earlier connection: only our own session is sure to begin here.
        resumed: id !== session,
        ...(asked === undefined ? {} : { intent: asked }),
        ...(principal === undefined ? {} : { principal }),
      })
    } else if (intent !== undefined && intent !== this.#tasks.get(id)) {
      this.#tasks.set(id, intent)
      guard.request(id, intent)
    }
    return id
  }

  end(): void {
    for (const task of this.#tasks.keys()) this.#p.guard.endTask(task)
    this.#tasks.clear()
  }
}
