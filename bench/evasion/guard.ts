import { join } from 'node:path'
import { createGuard, digestOf, type Guard, type GuardOptions } from '../../src/guard/index.ts'
import { ToolPins } from '../../src/guard/mcp/pins/index.ts'
import { PinStore } from '../../src/guard/mcp/pins/store.ts'
import type { SessionParts } from '../../src/guard/mcp/session.ts'
import { Tools } from '../../src/guard/mcp/tools/tools.ts'
import { ClientTask } from '../../src/guard/memory/client-task.ts'
import { MemoryDirectory } from '../../src/guard/memory/directory.ts'
import type { Codec } from '../../src/guard/memory/journal.ts'
import type { Remembered } from '../../src/guard/provenance/remembered.ts'
import { ActionClass } from '../../src/model/event.ts'
import { defaultPolicy } from '../../src/policy/policy.ts'
import type { Ablation } from '../ablation/forms.ts'
import type { Script } from './script.ts'
import { root } from './values.ts'

interface Setting {
  script: Script
  agent: string
  directory: string
  /** Which of the agent’s guards. */
  server: number
  isLearning: boolean
  /** The client’s process: it stays the same where only the guards begin anew. */
  client: string
  ablation: Ablation
  now(): number
}

/** What a session gets besides its guard, as `rescind guard` gives it. */
type Parts = Pick<SessionParts, 'tools' | 'task' | 'pins'>

/** The one place where a guard and its session get their options. */
export async function openGuard(setting: Setting): Promise<{ guard: Guard; parts: Parts }> {
  const { script, agent, directory, server, isLearning, client, ablation, now } = setting
  const name = `default/${agent}`
  const memory = MemoryDirectory.open(join(directory, 'memory'), name)
  const options: GuardOptions = {
    point: `evasion-${server}`,
    agent,
    spool: { directory: join(directory, 'spool') },
    memory: ablated(memory, ablation),
    detectors: ablation.detectors,
    roots: [root],
    now,
  }
  if (isLearning) options.policy = { ...defaultPolicy(), mode: 'learn' }
  if (script.scope !== undefined) {
    const { destination, tools, actions } = script.scope
    const isClass = (action: string): action is (typeof classes)[number] => classes.some((known) => known === action)
    options.scopes = [
      {
        id: 'declared',
        tenant: 'default',
        agent,
        tools: [...tools],
        actions: actions.filter(isClass),
        destinations: [digestOf(destination)],
      },
    ]
  }
  const task = new ClientTask(memory.path, client, Date.now)
  const pins = new ToolPins(new PinStore(join(directory, 'pins'), name, `server ${server}`))
  return { guard: await createGuard(options), parts: { tools: new Tools(), pins, task: () => task.id() } }
}

/** The same memory, whose journals remember without what was taken away. */
const ablated = (memory: MemoryDirectory, ablation: Ablation): MemoryDirectory =>
  new Proxy(memory, {
    get(target, name) {
      if (name === 'journal')
        return (task: string, codec: Codec<Remembered>) => ablation.journal(target.journal(task, codec))
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
const classes = ActionClass.anyOf.map((each) => each.const)
