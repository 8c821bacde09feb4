import type { Command } from '../../model/command.ts'
import type { AgentEvent } from '../../model/event.ts'
import type { Scope } from '../../model/scope.ts'
import type { Knowledge } from '../../protocol/knowledge.ts'
import { Joins } from '../provenance/digests/joins.ts'
import type { Reading } from '../provenance/reading/reading.ts'
import { Attempts } from './attempts.ts'
import { decide } from './decide.ts'
import { fieldTrustOf } from './field-rules.ts'
import { type GuardLinks, noLinks } from './guard-links.ts'
import { approvalOf, Holding, type Meant } from './holding.ts'
import type { LocalCore } from './local-core.ts'
import { OwnCommands } from './own-commands.ts'
import { OwnFiles } from './own-files.ts'
import { Records } from './records.ts'
import { type Catch, stronger } from './restrictions.ts'
import type { Cleaning } from './sanitise-rules.ts'
import { Sanitiser } from './sanitiser.ts'
import { SharedReads } from './shared-reads.ts'
import { showHeld } from './show-held.ts'
import { type Staleness, stale } from './staleness.ts'
import { type OpenTask, type Tasks, tasksOf } from './tasks.ts'
import type { Decision, GuardCall, GuardOptions, GuardResult, GuardStats, TaskStart } from './types.ts'
import { Widenings } from './widenings.ts'

/**
 * Stands before an agent’s calls: the restriction table, then the detectors over this attempt, then what to do when the
 * monitor is silent. Synchronous and without network; what it saw is published behind its back.
 */
export class Guard {
  readonly standAlone: boolean
  readonly widenings: Widenings
  readonly #options: GuardOptions
  readonly #core: LocalCore
  readonly #links: GuardLinks
  readonly #now: () => number
  readonly #joins = new Joins()
  readonly #tasks: Tasks
  readonly #records: Records
  readonly #staleness: Staleness
  readonly #sanitiser: Sanitiser
  /** Commands of the guard’s own, until the monitor’s table holds them or they end. */
  readonly #own: OwnCommands
  readonly #holding: Holding
  readonly #files: OwnFiles
  readonly #shared = new SharedReads()
  readonly #agents = new Set<string>()
  readonly #attempts: Attempts
  readonly #counts = { calls: 0, allowed: 0, denied: 0, steppedUp: 0, sanitised: 0, staleOpen: 0, staleClosed: 0 }

  constructor(options: GuardOptions, core: LocalCore, links: GuardLinks) {
    this.#options = options
    this.#core = core
    this.#links = links
    this.#now = options.now ?? Date.now
    this.#tasks = tasksOf(options, this.#joins)
    this.#records = new Records(options, links, this.#now)
    this.#attempts = new Attempts(options.roots ?? [], core, this.#tasks, this.#records)
    this.#own = new OwnCommands(this.#now)
    this.#holding = new Holding(this.#own, core, this.#now)
    this.widenings = new Widenings(options.tenant ?? 'default', this.#holding, core, this.#now)
    this.#staleness = { afterMs: options.staleAfterMs ?? 5 * 60_000, fail: options.fail }
    this.#files = new OwnFiles([
      ...(options.spool === undefined ? [] : [options.spool.directory]),
      ...(options.ownFiles ?? []),
    ])
    this.#sanitiser = new Sanitiser({ options, table: links.table, policy: () => core.policy.policy, now: this.#now })
    this.standAlone = options.monitor === undefined
    this.#agents.add(options.agent)
  }

  /** Decides before the call runs. Never throws, never waits. */
  before(given: GuardCall): Decision {
    const agent = given.agent ?? this.#options.agent
    this.#meet(agent)
    this.#counts.calls++
    const meant = this.#holding.meant(given, agent)
    const { call, isApproved } = meant
    const taskId = call.task ?? call.session
    const task = taskId === undefined ? undefined : this.#tasks.of(agent, taskId)
    this.#join(agent, task, call.session)
    const event = { ...this.#attempts.attempt(call, agent, task), ...approvalOf(meant) }

    const meddles = this.#files.isNamed(call.args, this.#attempts.roots)
    const caught = this.#caught(event, task, meant)
    const silence = this.#silence(event)
    if (this.#options.mode !== 'shadow') {
      if (caught?.hold === 'deny' || silence === 'closed' || meddles) event.outcome = 'denied'
      else if (caught?.hold === 'step-up') event.outcome = 'stepped-up'
    }
    const { findings, proposals, before } = this.#core.take(event)
    const against = stronger(this.#own.adopt(event, proposals, isApproved, caught), caught)
    const { afterMs: staleAfterMs } = this.#staleness
    const turnedDown = this.#links.turnedDown()
    const cleaned = this.#sanitiser.arguments(call.args, event, task?.started)
    const decision = decide({ event, findings, caught: against, cleaned, silence, turnedDown, staleAfterMs, meddles })
    if (decision.outcome === 'sanitise' && cleaned !== undefined)
      event.sanitised = { count: cleaned.count, fields: cleaned.fields }
    this.#count(decision)
    if (this.#options.mode === 'shadow' && decision.outcome !== 'allow') {
      decision.wouldBe = decision.outcome
      decision.outcome = 'allow'
      delete decision.arguments
      delete event.sanitised
    }
    event.outcome = eventOutcome[decision.outcome]
    const by = decision.command?.id ?? findings.find((f) => f.widened !== undefined)?.widened
    if (by !== undefined) event.decision = by
    showHeld(decision, cleaned?.args ?? call.args, () => this.#attempts.isPrivate(call, task))
    this.#core.decided(event, before)
    this.#holding.take(decision, meant)
    this.#links.publish(event)
    return decision
  }

  /** Whether something stands against a call as it is: a restriction, or the monitor’s silence. Nothing is recorded. */
  restricts(call: GuardCall): boolean {
    const agent = call.agent ?? this.#options.agent
    const taskId = call.task ?? call.session
    const task = taskId === undefined ? undefined : this.#tasks.get(agent, taskId)
    const event = this.#records.probe(call, agent, task)
    return (
      this.#caught(event, task, this.#holding.meant(call, agent)) !== undefined || this.#silence(event) === 'closed'
    )
  }

  /** An answer is about to go to the agent: guards of the same agent wait until it has been read here. */
  expects(task: string | undefined, agent = this.#options.agent): void {
    if (task !== undefined) this.#tasks.get(agent, task)?.memory.expect()
  }

  /** What was put off while a call waited is done: the shared memory is written down. */
  catchUp(task: string | undefined, agent = this.#options.agent): void {
    if (task !== undefined) this.#tasks.get(agent, task)?.memory.flush()
  }

  settles(task: string | undefined, agent = this.#options.agent): void {
    if (task !== undefined) this.#tasks.get(agent, task)?.memory.settle()
  }

  /** Tells what came of a call that was let through. */
  after({ event }: Decision, result: GuardResult = {}): void {
    const agent = event.agent.id
    const id = event.task?.id ?? event.session
    const task = id === undefined ? undefined : this.#tasks.get(agent, id)
    if (task !== undefined && event.call !== undefined) {
      const found = task.carried.get(event.call)
      const carried = found && { ...found, trust: fieldTrustOf(this.#core.policy.policy, event.tool) }
      if (result.text !== undefined && result.read === undefined)
        task.memory.addOutput(event.call, result.text, carried)
      else task.memory.addReadings(event.call, result.read ?? [], carried)
      task.carried.delete(event.call)
    }
    if (result.sanitised !== undefined) this.#counts.sanitised++
    this.#observe(this.#records.outcome(event, result, task?.memory.handed.tell(event.trace?.id)))
  }

  /** What is to be taken out of the answer of a call before anybody sees it; undefined: nothing. */
  cleaning({ event }: Decision): Cleaning | undefined {
    const id = event.task?.id ?? event.session
    return this.#sanitiser.answer(event, id === undefined ? undefined : this.#tasks.get(event.agent.id, id)?.started)
  }

  /** The same of what comes without a call: logs, lists, questions. Rules of the policy that name no other tool bear on it. */
  cleaningOf(tool: NonNullable<AgentEvent['tool']>): Cleaning | undefined {
    return this.#sanitiser.other(tool)
  }

  /** What the agent gets to read in a task outside of a call of its own: progress, late results. */
  read(task: string, source: string, readings: string | readonly Reading[], agent = this.#options.agent): void {
    this.#tasks.of(agent, task).memory.addReadings(source, piecesOf(readings))
  }

  /**
   * What the agent gets to read outside of any task: tool lists, server instructions, logs. It belongs to every task that works in
   * this session, also to those that join it later.
   */
  readByAll(session: string, source: string, readings: string | readonly Reading[], agent = this.#options.agent): void {
    const pieces = piecesOf(readings)
    if (pieces.length === 0) return
    const read = this.#shared.add(agent, session, source, pieces, this.#tasks.blank)
    if (read === undefined) return
    for (const { memory } of this.#tasks.in(agent, session)) memory.addRead(read)
  }

  /** A task begins. Calls may come before it, or without it. */
  startTask(start: TaskStart): void {
    const agent = start.agent ?? this.#options.agent
    const task = this.#tasks.of(agent, start.id)
    if (start.resumed !== true) task.started = this.#now()
    task.scope = start.scope ?? task.scope
    task.principal = start.principal ?? task.principal
    task.session = start.session ?? task.session
    this.#join(agent, task, start.session)
    if (start.intent !== undefined) {
      task.intent ??= start.intent.slice(0, 4096)
      if (task.memory.addRequest(start.intent)) task.requested = this.#now()
    }
    const event = this.#records.event(agent, task, start.session)
    if (task.intent !== undefined) event.task = { id: start.id, ...event.task, intent: task.intent }
    this.#observe({ ...event, kind: 'task-start' })
  }

  /** A further message of the principal’s own within a task. */
  request(task: string, text: string, agent = this.#options.agent): void {
    const open = this.#tasks.of(agent, task)
    if (open.memory.addRequest(text)) open.requested = this.#now()
  }

  endTask(id: string, status: 'completed' | 'failed' | 'cancelled' = 'completed', agent = this.#options.agent): void {
    const task = this.#tasks.end(agent, id)
    if (task === undefined) return
    const event = this.#records.event(agent, task, task.session)
    this.#observe({ ...event, kind: 'task-end', task: { ...event.task, id, status } })
  }

  /**
   * A person let a command go: its one act may run, once. Told by the decision stream; by hand in stand-alone mode, where
   * `id` may be the handle of the held call too. `about`: the attempts that it was about.
   */
  release(id: string, about?: readonly string[], verb: 'approved' | 'released' = 'approved'): boolean {
    return this.#holding.release(id, about, verb)
  }

  /** A command of its own ended at the monitor: a higher rung took its place. Nothing is let go. */
  drop(command: string): void {
    this.#own.take(command)
  }

  /** A person at hand answered for a held call: it runs when it is made again, or never. The monitor is told. */
  answer(handle: string, isApproved: boolean): void {
    const call = this.#holding.answer(handle, isApproved)
    if (call === undefined) return
    const task = call.task === undefined ? undefined : this.#tasks.get(call.agent, call.task)
    const event = this.#records.event(call.agent, task, call.call?.session)
    this.#links.publish({ ...event, kind: 'approval', approval: call.by ?? handle })
  }

  /** A call that ran by approval and is made again: what it was answered, for that answer may have got lost. */
  answerTo(given: GuardCall): { handle: string; value: unknown } | undefined {
    return this.#holding.answerTo(given, given.agent ?? this.#options.agent)
  }

  /** Keeps what an approved call was answered. */
  keepAnswer(handle: string, value: unknown, bytes: number): void {
    this.#holding.keepAnswer(handle, value, bytes)
  }

  /** The folders that the agent works in, as its client tells them. */
  work(roots: readonly string[]): void {
    this.#attempts.roots = roots
  }

  /** The tenant’s secret: from now on events say by keyed digests what agents of one trace are joined by. */
  joinBy(key: string): void {
    this.#joins.use(key)
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
    yield* this.#own.table.values()
  }

  stats(): GuardStats {
    return {
      ...this.#counts,
      repeated: this.#holding.repeated,
      approved: this.#holding.approved,
      tasksForgotten: this.#tasks.forgotten,
      published: 0,
      spooled: 0,
      dropped: 0,
      rejected: 0,
      resyncs: 0,
      restrictions: this.#links.table.size + this.#own.table.size,
      ...this.#links.stats(),
    }
  }

  /** Resolves when every event so far is with the monitor or on disk. */
  flush(): Promise<void> {
    return this.#links.flush()
  }

  close(): Promise<void> {
    this.#tasks.close()
    return this.#links.close()
  }

  /**
   * A guard of the same make, for practice: it has this one’s stages and nothing else of it. It publishes nothing and
   * keeps nothing.
   */
  twin(now: () => number): Guard {
    const { point, agent, mode, domains, hashKey } = this.#options
    const options: GuardOptions = { point, agent, now }
    if (mode !== undefined) options.mode = mode
    if (domains !== undefined) options.domains = domains
    if (hashKey !== undefined) options.hashKey = hashKey
    const core = this.#core.twin()
    const { profile, acts, cost } = structuredClone(this.#core.knowledge(agent))
    core.know(agent, undefined, { profile, acts, cost, policy: this.#core.policy }, now())
    return new Guard(options, core, noLinks())
  }

  #join(agent: string, task: OpenTask | undefined, session: string | undefined): void {
    if (task === undefined || session === undefined || !this.#tasks.join(task, session)) return
    this.#shared.tell(agent, session, task.memory)
  }

  #meet(agent: string): void {
    if (this.#agents.has(agent)) return
    if (this.#agents.size >= 10_000) this.#agents.clear()
    this.#agents.add(agent)
    this.#links.meet(agent)
  }

  #observe(event: AgentEvent): void {
    const { proposals } = this.#core.take(event)
    this.#own.adopt(event, proposals, false)
    this.#links.publish(event)
  }

  #caught(event: AgentEvent, task: OpenTask | undefined, { held }: Meant): Catch | undefined {
    const { policy } = this.#core.policy
    const { widened } = this.#core.peek(event.agent.id) ?? {}
    const act = { event, taskStarted: task?.started, now: this.#now(), policy, widened }
    const spared = this.#holding.spares(held, event, task?.requested)
    return stronger(this.#links.table.find(act, spared), this.#own.table.find(act, spared))
  }

  #silence(event: AgentEvent) {
    const heard = this.#links.heard()
    if (heard === undefined) return undefined
    const fail = stale(this.#now() - heard, event.action, this.#staleness)
    if (fail === 'open') this.#counts.staleOpen++
    if (fail === 'closed') this.#counts.staleClosed++
    return fail
  }

  #count({ outcome }: Decision): void {
    this.#counts[countOf[outcome]]++
  }
}

const piecesOf = (readings: string | readonly Reading[]): readonly Reading[] =>
  typeof readings === 'string' ? [{ place: 'text', text: readings }] : readings

const eventOutcome = { allow: 'allowed', deny: 'denied', 'step-up': 'stepped-up', sanitise: 'sanitised' } as const
const countOf = { allow: 'allowed', deny: 'denied', 'step-up': 'steppedUp', sanitise: 'sanitised' } as const
