import { hash32, isAct, isHeld, learnSize } from '../../detect/index.ts'
import { indexOf } from '../../detect/novelty.ts'
import type { AgentState, TaskState } from '../../model/agent-state.ts'
import type { AgentEvent } from '../../model/event.ts'
import { emptySpread, packed, traits } from '../../model/profile.ts'
import type { Profiled } from '../streams.ts'
import { limits, none } from './agent-store.ts'

/** Which traits of this act are fresh in its task, and which of those are new for the agent. */
export function lookAt(event: AgentEvent, state: AgentState, task: TaskState | undefined, kit: Profiled['kit']): void {
  const hashes = kit.hashes as number[]
  kit.fresh = 0
  kit.novel = 0
  kit.shown = task?.seen ?? none
  const act = isAct(event)
  hashes[0] = act && event.tool !== undefined ? hash32(event.tool.name) : 0
  hashes[1] = act && event.resource?.dataset !== undefined ? hash32(event.resource.dataset) : 0
  hashes[2] = act && event.action !== undefined ? hash32(event.action) : 0
  hashes[3] = 0
  if (!act) return
  const learns = task !== undefined && !isHeld(event)
  for (let i = 0; i < 3; i++) {
    const key = hashes[i] as number
    if (key !== 0) look(i, key, state, task, learns, kit)
  }
  if (learns && event.arguments?.items !== undefined && event.arguments.items > 0) {
    task.items ??= emptySpread()
    learnSize(task.items, Math.log1p(event.arguments.items))
  }
  if (event.destinations === undefined) return
  for (const destination of event.destinations) {
    const key = hash32(destination.hash)
    const novel = kit.novel
    look(3, key, state, task, learns, kit)
    if (hashes[3] === 0 || kit.novel > novel) hashes[3] = key
  }
}

function look(
  trait: number,
  key: number,
  state: AgentState,
  task: TaskState | undefined,
  learns: boolean,
  kit: Profiled['kit'],
): void {
  if (task !== undefined) {
    if (shows(task, trait, key)) return
    if (learns) {
      // Grown by copying: rare, short, and without the slack that a pushed array keeps for every open task.
      if (task.seen.length < limits.seen) task.seen = task.seen.concat(packed(trait, key))
      else state.evictions++
    }
  }
  const bit = 1 << trait
  kit.fresh |= bit
  const name = traits[trait]
  if (name === undefined || indexOf(kit.profile[name], key) >= 0) return
  for (const other of state.tasks) if (other !== task && shows(other, trait, key)) return
  kit.novel |= bit
}

function shows(task: TaskState, trait: number, key: number): boolean {
  const value = packed(trait, key)
  for (const known of task.seen) if (known === value) return true
  return false
}
