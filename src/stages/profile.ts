import { emptyKit } from '../detect/define.ts'
import { hash32, isAct, learnSize, meanOf } from '../detect/index.ts'
import { knownLimits, learnKnown } from '../detect/known.ts'
import { indexOf, learnValue } from '../detect/novelty.ts'
import { sizesOf } from '../detect/rates.ts'
import type { Stage } from '../flow/topology.ts'
import type { AgentState, TaskState } from '../model/agent-state.ts'
import type { AgentEvent } from '../model/event.ts'
import { emptyProfile, emptySpread, hashOf, type Profile, packed, rate, traitOf, traits } from '../model/profile.ts'
import type { StampedPolicy } from '../policy/policy.ts'
import { learnMinutes, learnTask, noteValues } from './learn.ts'
import { cohortKey, fleetKey, type Profiled, type Streams } from './streams.ts'

/** What most agents have of most things: one empty list for all of them. */
export const none: readonly never[] = Object.freeze([])

export const emptyAgent = (): AgentState => ({
  profile: emptyProfile(),
  first: 0,
  last: 0,
  acts: 0,
  cost: 0,
  tasks: [],
  minutes: [0, 0, 0],
  taintedUntil: 0,
  detectors: {},
  risk: null,
  evidence: none,
  standing: none,
  scopes: none,
  credentials: [],
  evictions: 0,
  principal: null,
  cohort: null,
  recent: [],
  shown: [0],
})

export const emptyTask = (id: string, time: number): TaskState => ({
  id,
  started: time,
  last: time,
  acts: 0,
  risk: null,
  seen: [],
  items: null,
  tainted: false,
  detectors: null,
})

export const agentStore = { name: 'agent', init: emptyAgent }

/** Bounds of one agent’s state; what goes over is dropped and counted in `evictions`. */
export const limits = {
  tasks: 24,
  seen: 64,
  credentials: 4,
  recent: 16,
  shown: 8,
  scopes: 64,
  evidence: 8,
  standing: 16,
} as const

const minuteMs = 60_000

/**
 * Puts each event beside its agent’s profile, and learns: an event is scored before it is learned, and what a task
 * showed is learned only when the task ended clean, or was quiet and clean for the hold (DESIGN section 2.5).
 */
export function profile(fallback: StampedPolicy): Stage<Streams, 'events', AgentState> {
  const kit = emptyKit()
  const minute: [number, number, number] = [0, 0, 0]
  const profiled: Profiled = {
    time: 0,
    event: undefined as unknown as AgentEvent,
    state: emptyAgent(),
    task: undefined,
    kit,
    stamped: fallback,
  }
  return {
    name: 'profile',
    from: 'events',
    to: ['profiled', 'lessons'],
    store: agentStore,
    run(event, context) {
      const { state } = context
      if (isRepeat(state, event)) return
      const stamped = context.shared('policy', 'current') ?? fallback
      const { policy } = stamped
      if (state.first === 0) state.first = event.time
      if (event.time > state.last) state.last = event.time
      if (event.principal !== undefined) state.principal = event.principal
      if (event.agent.cohort !== undefined) state.cohort = event.agent.cohort
      remember(state, event.credential?.id)

      const teach = (task: TaskState) => {
        for (const lesson of learnTask(state, task, event)) context.emit('lessons', lesson)
      }
      const task = taskOf(state, event, policy.learning.hold, teach)
      if (isAct(event)) {
        state.acts++
        if (task !== undefined) {
          task.acts++
          if (event.provenance !== undefined && event.outcome !== 'denied')
            state.evictions += noteValues(task, event.provenance, policy.mode === 'learn')
        }
        pace(state, event, policy.learning.hold)
      } else if (event.result?.bytes !== undefined) addBytes(state.minutes, event.result.bytes)

      kit.now = context.now
      kit.key = context.key
      kit.profile = state.profile
      kit.minute = inHand(state.minutes, minute)
      kit.task = task
      kit.scope = scopeOf(state, event)
      lookAt(event, state, task, kit)
      // Peers are asked only where the agent’s own history cannot answer.
      const asks = kit.novel !== 0 || sizesOf(state.profile.rates, rate.pace) < 8
      kit.cohort =
        asks && state.cohort !== null
          ? context.shared('baselines', cohortKey(event.tenant, state.cohort))?.profile
          : undefined
      kit.fleet = asks ? context.shared('baselines', fleetKey(event.tenant))?.profile : undefined
      kit.introduced = introduces(state, event)
      kit.revoked = state.standing.some((s) => s.applied === true)
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

/** A redelivered event changes nothing. Remembers the last ids, hashed. */
function isRepeat(state: AgentState, event: AgentEvent): boolean {
  const id = hash32(event.id)
  for (const known of state.recent) if (known === id) return true
  if (state.recent.length < limits.recent) state.recent = state.recent.concat(id)
  else {
    state.recent.copyWithin(0, 1)
    state.recent[limits.recent - 1] = id
  }
  return false
}

/** The first time in an hour that this agent shows this credential from this network. */
function introduces(state: AgentState, event: AgentEvent): boolean {
  const { shown } = state
  const hour = Math.floor(event.time / 3_600_000)
  if (shown[0] !== hour) {
    shown.length = 1
    shown[0] = hour
  }
  const network = event.source?.network ?? event.source?.ip
  const pair = hash32(event.credential?.id ?? '') ^ (network === undefined ? 0 : hash32(network) << 1)
  for (let i = 1; i < shown.length; i++) if (shown[i] === pair) return false
  if (shown.length <= limits.shown) state.shown = shown.concat(pair)
  return true
}

function remember(state: AgentState, credential: string | undefined): void {
  if (credential === undefined || state.credentials.at(-1) === credential) return
  const at = state.credentials.indexOf(credential)
  if (at >= 0) state.credentials.splice(at, 1)
  else if (state.credentials.length >= limits.credentials) state.credentials.shift()
  state.credentials = state.credentials.concat(credential)
}

/** The task of an event, begun when new. Work without a task is kept together by its session. */
function taskOf(
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

/** Counts the act into its minute; closed minutes wait for the hold before they are learned. */
function pace(state: AgentState, event: AgentEvent, hold: number): void {
  const at = event.time - (event.time % minuteMs)
  const begun = state.minutes.length - 3
  if (at > (state.minutes[begun] as number)) {
    const isEmpty = state.minutes[begun + 1] === 0
    state.minutes = (isEmpty ? state.minutes.slice(0, begun) : state.minutes).concat(at, 0, 0)
    if (!isEmpty) learnMinutes(state, event.time - hold)
  }
  const { minutes } = state
  minutes[minutes.length - 2] = (minutes[minutes.length - 2] as number) + 1
  addBytes(minutes, event.result?.bytes ?? 0)
}

/** The minute in hand; copied into what the stage keeps for it, for it is looked at with every event. */
function inHand(minutes: readonly number[], into: [number, number, number]): typeof into {
  const at = minutes.length - 3
  into[0] = minutes[at] as number
  into[1] = minutes[at + 1] as number
  into[2] = minutes[at + 2] as number
  return into
}

function addBytes(minutes: number[], bytes: number): void {
  minutes[minutes.length - 1] = (minutes[minutes.length - 1] as number) + bytes
}

/** Which traits of this act are fresh in its task, and which of those are new for the agent. */
function lookAt(event: AgentEvent, state: AgentState, task: TaskState | undefined, kit: Profiled['kit']): void {
  const hashes = kit.hashes as number[]
  kit.fresh = 0
  kit.novel = 0
  const act = isAct(event)
  hashes[0] = act && event.tool !== undefined ? hash32(event.tool.name) : 0
  hashes[1] = act && event.resource?.dataset !== undefined ? hash32(event.resource.dataset) : 0
  hashes[2] = act && event.action !== undefined ? hash32(event.action) : 0
  hashes[3] = 0
  if (!act) return
  const learns = task !== undefined && event.outcome !== 'denied'
  for (let i = 0; i < 3; i++) {
    const key = hashes[i] as number
    if (key !== 0) look(i, key, state, task, learns, kit)
  }
  if (task !== undefined && event.arguments?.items !== undefined && event.arguments.items > 0) {
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
  if (name === undefined || indexOf(state.profile[name], key) >= 0) return
  for (const other of state.tasks) if (other !== task && shows(other, trait, key)) return
  kit.novel |= bit
}

function shows(task: TaskState, trait: number, key: number): boolean {
  const value = packed(trait, key)
  for (const known of task.seen) if (known === value) return true
  return false
}

/** The scope that the event names, else its task’s, else the agent’s standing one. */
function scopeOf(state: AgentState, event: AgentEvent) {
  if (state.scopes.length === 0) return undefined
  const named = event.task?.scope
  const task = event.task?.id
  return (
    (named === undefined ? undefined : state.scopes.find((s) => s.id === named)) ??
    (task === undefined ? undefined : state.scopes.find((s) => s.task === task)) ??
    state.scopes.find((s) => s.task === undefined)
  )
}

/** Registers a declared scope; the oldest goes when there are too many. */
export const declare: Stage<Streams, 'scopes', AgentState> = {
  name: 'declare',
  from: 'scopes',
  to: [],
  store: agentStore,
  run(scope, { state }) {
    const { time: _, ...kept } = scope
    const others = state.scopes.filter((s) => s.id !== scope.id)
    if (others.length >= limits.scopes) {
      others.shift()
      state.evictions++
    }
    state.scopes = [...others, kept]
  },
}

/** Gathers lessons under a cohort (or the fleet) and tells every agents’ partition now and then. */
export const peers: Stage<Streams, 'lessons', { profile: Profile; told: number }> = {
  name: 'peers',
  from: 'lessons',
  to: ['baselines'],
  store: { name: 'peers', init: () => ({ profile: emptyProfile(), told: 0 }) },
  run(lesson, context) {
    const { state } = context
    const into = state.profile
    into.tasks++
    into.acts += lesson.acts
    for (const value of lesson.seen) learnValue(into, traitOf(value), hashOf(value), 1024)
    if (lesson.items !== undefined) learnSize(into.rates, meanOf(lesson.items), rate.items)
    if (lesson.values !== undefined) into.known = learnKnown(into.known, lesson.values, knownLimits.cohort)
    // Told at 1, 2, 3, … tasks while young, then at each growth by a quarter: bounded in the logarithm of the history.
    if (into.tasks < state.told * 1.25) return
    state.told = into.tasks
    // A copy: what was told must not change when the next lesson comes.
    context.emit('baselines', { time: lesson.time, peers: lesson.peers, profile: JSON.parse(JSON.stringify(into)) })
  },
}
