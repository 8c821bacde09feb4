import { homedir } from 'node:os'
import type { AgentEvent } from '../../model/event.ts'
import { actOf, describeTool, type ToolModel } from '../act/index.ts'
import type { LocalCore } from './local-core.ts'
import { modulesUnder } from './project-modules.ts'
import type { Records } from './records.ts'
import type { OpenTask, Tasks } from './tasks.ts'
import type { GuardCall } from './types.ts'

/** Most tools without a definition whose models are kept. */
const maxModels = 10_000

/** A call that is about to be made. */
interface Attempt {
  event: AgentEvent
  /** Whether its arguments are for nobody to read who is only asked about it. Looked for when it is asked. */
  isPrivate(): boolean
}

/** What a call is about to do, and where its values came from, as the event of its attempt. */
export class Attempts {
  /** The folders that the agent works in; empty: not known. */
  roots: readonly string[]
  readonly #core: LocalCore
  readonly #tasks: Tasks
  readonly #records: Records
  readonly #models = new Map<string, ToolModel>()

  constructor(roots: readonly string[], core: LocalCore, tasks: Tasks, records: Records) {
    this.roots = roots
    this.#core = core
    this.#tasks = tasks
    this.#records = records
  }

  /** What is learned from its answer is kept with the task until `after` is told of it. */
  attempt(call: GuardCall, agent: string, task: OpenTask | undefined): Attempt {
    const { tool, args } = call
    const act = this.#actOf(call)
    const event = this.#records.attempt({ ...call, action: act.action }, agent, task, ({ call: id }) => {
      const inTask =
        task === undefined ? undefined : { id: task.id, ...(task.scope === undefined ? {} : { scope: task.scope }) }
      const known = (hash: string) => this.#core.knows(agent, hash) || this.#core.declares(agent, inTask, hash)
      const memory = task?.memory ?? this.#tasks.blank
      const examined = memory.examine({ tool, act, args, known, server: call.server })
      if (task !== undefined) {
        const { action: _, aims: __, arguments: ___, destinations: ____, provenance: _____, ...carried } = examined
        const { sensitivity } = call.resource ?? {}
        const isSensitive = sensitivity === 'restricted' || sensitivity === 'confidential'
        this.#tasks.carry(task, id, { ...carried, isSensitive })
      }
      return { ...examined, keyed: memory.handed.tell(call.trace?.id, examined.aims) }
    })
    return { event, isPrivate: () => task?.memory.carriesPrivate(act.parts) === true }
  }

  #actOf(call: GuardCall) {
    const model = call.model ?? this.#modelOf(call)
    return actOf(model, call.args, {
      roots: this.roots,
      home: homedir(),
      projectPrograms: modulesUnder(this.roots),
    })
  }

  /** Callers without tool definitions: by name, and the class that they give. */
  #modelOf({ tool, action, server }: GuardCall): ToolModel {
    const key = `${server ?? ''}\u0000${tool}\u0000${action ?? ''}`
    let model = this.#models.get(key)
    if (model === undefined) {
      if (this.#models.size >= maxModels) this.#models.clear()
      const described = server === undefined ? { name: tool } : { name: tool, server }
      model = describeTool(described, action === undefined ? undefined : { action })
      this.#models.set(key, model)
    }
    return model
  }
}
