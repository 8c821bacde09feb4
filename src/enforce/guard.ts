import { randomUUID } from 'node:crypto'
import { actionOf } from '../formats/action-class.ts'
import type { Command } from '../model/command.ts'
import type { AgentEvent } from '../model/event.ts'
import type { Finding } from '../model/finding.ts'
import type { Scope } from '../model/scope.ts'
import type { Knowledge } from '../policy/knowledge.ts'
import { interrupts } from '../policy/ladder.ts'
import type { LocalCore } from './local-core.ts'
import { Releases } from './releases.ts'
import { type Catch, fieldsOf, Restrictions } from './restrictions.ts'
import { redact } from './sanitise.ts'
import { type Staleness, stale } from './staleness.ts'
import { type OpenTask, Tasks } from './tasks.ts'
import type { Decision, GuardCall, GuardOptions, GuardOutcome, GuardResult, GuardStats, TaskStart } from './types.ts'

/** What the guard gets from its edges; absent in stand-alone mode. */
export interface GuardLinks {
  publish(event: AgentEvent): void
  /** Sends and spools what waits. */
  flush(): Promise<void>
  close(): Promise<void>
  /** When the monitor was last heard, ms; undefined: there is no monitor, nothing can be stale. */
  heard(): number | undefined
  /** A restriction of the monitor’s is in the table, or has left it. */
  readonly table: Restrictions
  /** Numbers the events of this point. */
  nextSeq(): number
  /** An agent that was not known at the start. */
  meet(agent: string): void
  stats(): Partial<GuardStats>
}

/**
 * Stands before an agent’s calls: the restriction table, then the detectors over this attempt, then what to do when the
 * monitor is silent. Synchronous and without network; what it saw is published behind its back.
 */
export class Guard {
  readonly standAlone: boolean
  readonly #options: GuardOptions
  readonly #core: LocalCore
  readonly #links: GuardLinks
  readonly #now: () => number
  readonly #tasks: Tasks
  readonly #staleness: Staleness
  /** Commands of the guard’s own, until the monitor’s table holds them or they end. */
  readonly #own = new Restrictions()
  readonly #releases = new Releases()
  readonly #agents = new Set<string>()
  readonly #boot = randomUUID()
  #calls = 0
  #events = 0
  readonly #counts = { calls: 0, allowed: 0, denied: 0, steppedUp: 0, sanitised: 0, staleOpen: 0, staleClosed: 0 }

  constructor(options: GuardOptions, core: LocalCore, links: GuardLinks) {
    this.#options = options
    this.#core = core
    this.#links = links
    this.#now = options.now ?? Date.now
    this.#tasks = new Tasks({
      ...(options.domains === undefined ? {} : { domains: options.domains }),
      ...(options.hashKey === undefined ? {} : { key: options.hashKey }),
    })
    this.#staleness = { afterMs: options.staleAfterMs ?? 5 * 60_000, fail: options.fail }
    this.standAlone = options.monitor === undefined
    this.#agents.add(options.agent)
  }

  /** Decides before the call runs. Never throws, never waits. */
  before(call: GuardCall): Decision {
    const agent = call.agent ?? this.#options.agent
    this.#meet(agent)
    this.#counts.calls++
    const taskId = call.task ?? call.session
    const task = taskId === undefined ? undefined : this.#tasks.of(agent, taskId)
    const event = this.#attempt(call, agent, task)
    const released = this.#releases.covering(event)
    if (event.approval === undefined && released !== undefined) event.approval = released

    const caught = this.#caught(event, task, released)
    const silence = this.#silence(event)
    if (caught?.hold === 'deny' || silence === 'closed') event.outcome = 'denied'
    else if (caught?.hold === 'step-up') event.outcome = 'stepped-up'
    const { findings, proposals } = this.#core.take(event)
    const proposed = this.#adopt(event, proposals, released)

    const decision = this.#decide(call, event, findings, strongest(caught, proposed), silence)
    this.#count(decision)
    if (this.#options.mode === 'shadow' && decision.outcome !== 'allow') {
      decision.wouldBe = decision.outcome
      decision.outcome = 'allow'
      delete decision.arguments
    }
    event.outcome = eventOutcome[decision.outcome]
    if (decision.command !== undefined) event.decision = decision.command.id
    this.#links.publish(event)
    return decision
  }

  /** Tells what came of a call that was let through. */
  after({ event }: Decision, result: GuardResult = {}): void {
    const agent = event.agent.id
    const id = event.task?.id ?? event.session
    const task = id === undefined ? undefined : this.#tasks.get(agent, id)
    if (task !== undefined && event.call !== undefined) {
      if (result.text !== undefined) task.memory.addOutput(event.call, result.text, task.carried.get(event.call))
      task.carried.delete(event.call)
    }
    const bytes = result.bytes ?? (result.text === undefined ? undefined : Buffer.byteLength(result.text))
    const { approval: _, decision: __, arguments: ___, ...kept } = event
    this.#observe({
      ...kept,
      ...this.#stamp(),
      kind: 'outcome',
      attempted: true,
      outcome: result.failed === true ? 'failed' : event.outcome === 'sanitised' ? 'sanitised' : 'allowed',
      ...(bytes === undefined && result.records === undefined
        ? {}
        : {
            result: {
              ...(bytes === undefined ? {} : { bytes }),
              ...(result.records === undefined ? {} : { records: result.records }),
            },
          }),
    })
  }

  /** Text that the agent gets to read outside of a call of its own: resources, prompts. */
  read(task: string, source: string, text: string, agent = this.#options.agent): void {
    this.#tasks.of(agent, task).memory.addOutput(source, text)
  }

  /** A task begins. Calls may come before it, or without it. */
  startTask(start: TaskStart): void {
    const agent = start.agent ?? this.#options.agent
    const task = this.#tasks.of(agent, start.id)
    if (start.resumed !== true) task.started = this.#now()
    task.scope = start.scope ?? task.scope
    task.principal = start.principal ?? task.principal
    task.session = start.session ?? task.session
    if (start.intent !== undefined) {
      task.intent ??= start.intent.slice(0, 4096)
      task.memory.addRequest(start.intent)
    }
    const event = this.#base(agent, task, start.session)
    if (task.intent !== undefined) event.task = { id: start.id, ...event.task, intent: task.intent }
    this.#observe({ ...event, kind: 'task-start' })
  }

  /** A further message of the principal’s own within a task. */
  request(task: string, text: string, agent = this.#options.agent): void {
    this.#tasks.of(agent, task).memory.addRequest(text)
  }

  endTask(id: string, status: 'completed' | 'failed' | 'cancelled' = 'completed', agent = this.#options.agent): void {
    const task = this.#tasks.end(agent, id)
    if (task === undefined) return
    const event = this.#base(agent, task, task.session)
    this.#observe({ ...event, kind: 'task-end', task: { ...event.task, id, status } })
  }

  /** A person let a held act go. Told by the decision stream; by hand in stand-alone mode. */
  release(command: string, evidence: readonly string[] = []): boolean {
    const ids = this.#releases.release(command, evidence)
    let known = ids.length > 0
    for (const id of new Set([command, ...ids])) {
      const own = this.#own.get(id)
      if (own === undefined) continue
      known = true
      this.#own.drop(id)
      this.#core.release(own.agent, id, this.#now())
    }
    return known
  }

  know(agent: string, known: Partial<Knowledge>): void {
    this.#core.know(agent, this.#options.cohort, known, this.#now())
  }

  /** What this guard has learned of an agent: the start of the next one’s `knowledge`. */
  knowledge(agent = this.#options.agent): Knowledge {
    return structuredClone(this.#core.knowledge(agent))
  }

  declare(scope: Scope): void {
    this.#core.declare(scope, this.#now())
  }

  /** The guard’s own commands and the monitor’s, that are in its table now. */
  *commands(): Iterable<Command> {
    yield* this.#links.table.values()
    yield* this.#own.values()
  }

  stats(): GuardStats {
    return {
      ...this.#counts,
      tasksForgotten: this.#tasks.forgotten,
      published: 0,
      spooled: 0,
      dropped: 0,
      rejected: 0,
      resyncs: 0,
      restrictions: this.#links.table.size + this.#own.size,
      ...this.#links.stats(),
    }
  }

  /** Resolves when every event so far is with the monitor or on disk. */
  flush(): Promise<void> {
    return this.#links.flush()
  }

  close(): Promise<void> {
    return this.#links.close()
  }

  #meet(agent: string): void {
    if (this.#agents.has(agent)) return
    if (this.#agents.size >= 10_000) this.#agents.clear()
    this.#agents.add(agent)
    this.#links.meet(agent)
  }

  #stamp() {
    return {
      id: `${this.#boot}.${++this.#events}`,
      time: this.#now(),
      point: { id: this.#options.point, seq: this.#links.nextSeq() },
    }
  }

  #base(agent: string, task: OpenTask | undefined, session: string | undefined): AgentEvent {
    const { tenant = 'default', cohort, environment, credential } = this.#options
    const principal = task?.principal ?? this.#options.principal
    return {
      ...this.#stamp(),
      kind: 'attempt',
      tenant,
      agent: { id: agent, ...(cohort === undefined ? {} : { cohort }) },
      ...(principal === undefined ? {} : { principal }),
      ...(session === undefined ? {} : { session }),
      ...(task === undefined
        ? {}
        : {
            task: {
              id: task.id,
              ...(task.scope === undefined ? {} : { scope: task.scope }),
            },
          }),
      ...(credential === undefined ? {} : { credential }),
      ...(environment === undefined ? {} : { environment }),
    }
  }

  #attempt(call: GuardCall, agent: string, task: OpenTask | undefined): AgentEvent {
    const action = call.action ?? actionOf(call.tool)
    const id = `${this.#boot}-${++this.#calls}`
    const event = this.#base(agent, task, call.session)
    event.call = id
    event.action = action
    event.tool = { ...(call.server === undefined ? {} : { server: call.server }), name: call.tool.slice(0, 512) || '?' }
    const { resource, trace, chain, credential, environment, principal, approval } = call
    const known = { resource, trace, chain, credential, environment, principal, approval }
    for (const [name, value] of Object.entries(known)) if (value !== undefined) Object.assign(event, { [name]: value })
    const examined = (task?.memory ?? this.#tasks.blank).examine({
      tool: call.tool,
      action,
      args: call.args,
      known: (hash) => this.#core.knows(agent, hash),
    })
    if (examined.destinations.length > 0) event.destinations = examined.destinations
    event.arguments = examined.arguments
    event.provenance = examined.provenance
    if (task !== undefined) this.#tasks.carry(task, id, { untrusted: examined.untrusted, hosts: examined.hosts })
    return event
  }

  #observe(event: AgentEvent): void {
    const { proposals } = this.#core.take(event)
    this.#adopt(event, proposals, undefined)
    this.#links.publish(event)
  }

  #caught(event: AgentEvent, task: OpenTask | undefined, released: string | undefined): Catch | undefined {
    const act = { event, taskStarted: task?.started, now: this.#now(), policy: this.#core.policy.policy }
    const spared = () => released !== undefined
    return strongest(this.#links.table.find(act, spared), this.#own.find(act, spared))
  }

  /** The guard holds to what its own detectors called for at once; the monitor’s command of the same id comes later. */
  #adopt(event: AgentEvent, proposals: readonly Command[], released: string | undefined): Catch | undefined {
    let worst: Catch | undefined
    for (const command of proposals) {
      if (command.mode !== 'enforce' || !interrupts(command.rung)) continue
      const hold = command.rung === 'step-up' ? 'step-up' : 'deny'
      // A person has looked at this very act and let it go.
      if (hold === 'step-up' && released !== undefined) continue
      this.#tidy()
      this.#own.put(command)
      if (event.kind === 'attempt') worst = strongest(worst, { hold, command })
    }
    return worst
  }

  /** Ended commands leave when new ones come; the number of those in force is bounded by the core’s own. */
  #tidy(): void {
    const now = this.#now()
    for (const { id, expires } of this.#own.values()) if (expires <= now || this.#own.size >= 10_000) this.#own.drop(id)
  }

  #silence(event: AgentEvent) {
    const heard = this.#links.heard()
    if (heard === undefined) return undefined
    const fail = stale(this.#now() - heard, event.action, this.#staleness)
    if (fail === 'open') this.#counts.staleOpen++
    if (fail === 'closed') this.#counts.staleClosed++
    return fail
  }

  #decide(
    call: GuardCall,
    event: AgentEvent,
    findings: readonly Finding[],
    caught: Catch | undefined,
    silence: 'open' | 'closed' | undefined,
  ): Decision {
    const base = { findings, event }
    if (caught !== undefined && caught.hold !== 'sanitise') {
      const { command, hold } = caught
      if (hold === 'step-up') this.#releases.hold(command, event)
      return { ...base, outcome: hold, because: `${command.rung}: ${command.because}`, command }
    }
    if (silence === 'closed')
      return {
        ...base,
        outcome: 'deny',
        because: `the monitor has not been heard for longer than ${Math.round(this.#staleness.afterMs / 1000)} s, and ${event.action} fails closed`,
      }
    if (caught !== undefined) {
      const fields = fieldsOf(caught.command.restriction.sanitise ?? {})
      const { args, redacted } = redact(call.args, fields)
      if (redacted > 0)
        return {
          ...base,
          outcome: 'sanitise',
          because: `${fields.join(', ')} redacted: ${caught.command.because}`,
          command: caught.command,
          arguments: args,
        }
    }
    const told = findings[0]
    return { ...base, outcome: 'allow', because: told === undefined ? 'nothing stands against it' : told.because }
  }

  #count({ outcome }: Decision): void {
    this.#counts[countOf[outcome]]++
  }
}

const eventOutcome = { allow: 'allowed', deny: 'denied', 'step-up': 'stepped-up', sanitise: 'sanitised' } as const
const countOf = { allow: 'allowed', deny: 'denied', 'step-up': 'steppedUp', sanitise: 'sanitised' } as const
const order: Record<GuardOutcome, number> = { allow: 0, sanitise: 1, 'step-up': 2, deny: 3 }

const strongest = (a: Catch | undefined, b: Catch | undefined): Catch | undefined =>
  a === undefined || (b !== undefined && order[b.hold] > order[a.hold]) ? b : a
