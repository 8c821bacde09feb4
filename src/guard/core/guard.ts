import type { Command } from '../../model/command.ts'
import type { AgentEvent } from '../../model/event.ts'
import type { Scope } from '../../model/scope.ts'
import type { Knowledge } from '../../protocol/knowledge.ts'
import { Joins } from '../provenance/digests/joins.ts'
import type { Reading } from '../provenance/reading/reading.ts'
import { Attempts } from './attempts.ts'
import { checkCall, eventOutcome, inShadow, outcomeAtOnce } from './check.ts'
import { fieldTrustOf } from './field-rules.ts'
import { forPractice } from './for-practice.ts'
import { type GuardLinks, noLinks } from './guard-links.ts'
import { approvalOf, Holding } from './holding.ts'
import type { LocalCore } from './local-core.ts'
import { OwnCommands } from './own-commands.ts'
import { OwnFiles } from './own-files.ts'
import { Records } from './records.ts'
import { stronger } from './restrictions.ts'
import type { Cleaning } from './sanitise-rules.ts'
import { Sanitiser } from './sanitiser.ts'
import { showHeld } from './show-held.ts'
import { Standing } from './standing.ts'
import { TaskLife } from './task-life.ts'
import { TaskReads } from './task-reads.ts'
import { type Tasks, tasksOf } from './tasks.ts'
import type { Check, GuardCall, GuardOptions, GuardResult, GuardStats, TaskStart } from './types.ts'
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
  readonly #sanitiser: Sanitiser
  /** Commands of the guard’s own, until the monitor’s table holds them or they end. */
  readonly #own: OwnCommands
  readonly #holding: Holding
  readonly #files: OwnFiles
  readonly #standing: Standing
  readonly #reads: TaskReads
  readonly #life: TaskLife
  readonly #agents = new Set<string>()
  readonly #attempts: Attempts
  readonly #counts = { calls: 0, allowed: 0, denied: 0, steppedUp: 0, sanitised: 0 }

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
    this.#standing = new Standing({
      ...{ core, links, own: this.#own, holding: this.#holding, now: this.#now, scopes: options.scopes },
      staleness: { afterMs: options.staleAfterMs ?? 5 * 60_000, fail: options.fail },
    })
    this.#reads = new TaskReads(this.#tasks)
    this.#life = new TaskLife(this.#tasks, this.#reads, this.#records, this.#now)
    const { spool, ownFiles = [] } = options
    this.#files = new OwnFiles(spool === undefined ? ownFiles : [spool.directory, ...ownFiles])
    this.#sanitiser = new Sanitiser({ options, table: links.table, policy: () => core.policy.policy, now: this.#now })
    this.standAlone = options.monitor === undefined
    this.#agents.add(options.agent)
  }

  /** Decides before the call runs. Never throws, never waits. */
  before(given: GuardCall): Check {
    const agent = given.agent ?? this.#options.agent
    this.#meet(agent)
    this.#counts.calls++
    const meant = this.#holding.meant(given, agent)
    const { call, isApproved } = meant
    const taskId = call.task ?? call.session
    const task = taskId === undefined ? undefined : this.#tasks.of(agent, taskId)
    this.#reads.join(agent, task, call.session)
    const attempt = this.#attempts.attempt(call, agent, task)
    const event = { ...attempt.event, ...approvalOf(meant) }
    const meddles = this.#files.isNamed(call.args, this.#attempts.roots)
    const caught = this.#standing.caught(event, task, meant)
    const silence = this.#standing.silence(event)
    const outside = this.#standing.outside(event, meant)
    const stopped = this.#options.mode === 'shadow' ? undefined : outcomeAtOnce({ caught, silence, meddles, outside })
    if (stopped !== undefined) event.outcome = stopped
    const { findings, proposals, before } = this.#core.take(event)
    const against = stronger(this.#own.adopt(event, proposals, isApproved, caught?.command.because ?? outside), caught)
    const [{ staleAfterMs }, turnedDown] = [this.#standing, this.#links.turnedDown()]
    const cleaned = this.#sanitiser.arguments(call.args, event, task?.started)
    const bearing = { event, findings, caught: against, cleaned, silence, turnedDown, staleAfterMs, meddles, outside }
    const check = checkCall(bearing)
    if (check.outcome === 'sanitise' && cleaned !== undefined)
      event.sanitised = { count: cleaned.count, fields: cleaned.fields }
    this.#counts[countOf[check.outcome]]++
    if (this.#options.mode === 'shadow') inShadow(check)
    event.outcome = eventOutcome[check.outcome]
    const by = check.command?.id ?? findings.find((f) => f.widened !== undefined)?.widened
    if (by !== undefined) event.decision = by
    showHeld(check, cleaned?.args ?? call.args, attempt.isPrivate)
    this.#core.decided(event, before)
    this.#holding.take(check, meant)
    this.#links.publish(event)
    return check
  }

  /** Whether something stands against a call as it is: a restriction, or the monitor’s silence. Nothing is recorded. */
  restricts(call: GuardCall): boolean {
    const agent = call.agent ?? this.#options.agent
    const taskId = call.task ?? call.session
    const task = taskId === undefined ? undefined : this.#tasks.get(agent, taskId)
    const event = this.#records.probe(call, agent, task)
    const caught = this.#standing.caught(event, task, this.#holding.meant(call, agent))
    return caught !== undefined || this.#standing.silence(event) === 'closed'
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
  after({ event }: Check, result: GuardResult = {}): void {
    this.#reads.answer(event, result, (tool) => fieldTrustOf(this.#core.policy.policy, tool))
    if (result.sanitised !== undefined) this.#counts.sanitised++
    this.#observe(this.#records.outcome(event, result, this.#tasks.taskOf(event)?.memory.handed.tell(event.trace?.id)))
  }

  /** What is to be taken out of the answer of a call before anybody sees it; undefined: nothing. */
  cleaning({ event }: Check): Cleaning | undefined {
    return this.#sanitiser.answer(event, this.#tasks.taskOf(event)?.started)
  }

  /** The same for what comes without a call: logs, lists, questions. Only rules of the policy that name this tool, or none, bear on it. */
  cleaningOf(tool: NonNullable<AgentEvent['tool']>): Cleaning | undefined {
    return this.#sanitiser.other(tool)
  }

  /** What the agent gets to read in a task outside of a call of its own: progress, late results. */
  read(task: string, source: string, readings: string | readonly Reading[], agent = this.#options.agent): void {
    this.#reads.read(task, source, readings, agent)
  }

  /**
   * What the agent gets to read outside of any task: tool lists, server instructions, logs. It belongs to every task that works in
   * this session, also to those that join it later.
   */
  readByAll(session: string, source: string, readings: string | readonly Reading[], agent = this.#options.agent): void {
    this.#reads.readByAll(session, source, readings, agent)
  }

  /** A task begins. Calls may come before it, or without it. */
  startTask(start: TaskStart): void {
    this.#observe(this.#life.start(start, start.agent ?? this.#options.agent))
  }

  /** A further message of the principal’s own within a task. */
  request(task: string, text: string, agent = this.#options.agent): void {
    this.#life.request(task, text, agent)
  }

  endTask(id: string, status: 'completed' | 'failed' | 'cancelled' = 'completed', agent = this.#options.agent): void {
    const event = this.#life.end(id, status, agent)
    if (event !== undefined) this.#observe(event)
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
      staleOpen: this.#standing.stale.open,
      staleClosed: this.#standing.stale.closed,
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
    const { agent } = this.#options
    const core = this.#core.twin()
    const { profile, acts, cost } = structuredClone(this.#core.knowledge(agent))
    core.know(agent, undefined, { profile, acts, cost, policy: this.#core.policy }, now())
    return new Guard(forPractice(this.#options, now), core, noLinks())
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
}

const countOf = { allow: 'allowed', deny: 'denied', 'step-up': 'steppedUp', sanitise: 'sanitised' } as const
