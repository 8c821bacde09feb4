import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { Command, CommandState } from '../../model/command.ts'
import type { AgentEvent } from '../../model/event.ts'
import type { Scope } from '../../model/scope.ts'
import type { Knowledge } from '../../protocol/knowledge.ts'
import type { DecisionMessage } from '../../protocol/message.ts'
import type { GuardLinks } from '../core/guard-links.ts'
import type { Restrictions } from '../core/restrictions.ts'
import type { GuardOptions, MonitorOptions, Notice } from '../core/types.ts'
import { isTurnedDown, MonitorClient } from './client.ts'
import { DecisionFollower } from './decision-follower.ts'
import { Freshness } from './freshness.ts'
import { fetchKnowledge } from './knowledge.ts'
import { verifier } from './message.ts'
import type { PointDirectory } from './point-directory.ts'
import { Publisher } from './publisher.ts'
import { Receipts } from './receipts.ts'
import { Spool } from './spool.ts'
import { HeldTable } from './table.ts'

const knowledgeEveryMs = 3 * 60_000
const KeptCommands = Compile(Type.Array(Type.Object({ command: Command, state: CommandState })))

/** What the links tell the guard. */
export interface LinkEvents {
  onKnown(agent: string, known: Knowledge): void
  onByHand(command: Command): void
  onEnded(command: string): void
  onReleased(command: string, about: readonly string[], verb: 'approved' | 'released'): void
}

/** Everything between the guard and its monitor: events out, decisions and knowledge in, receipts back. */
export class Links implements GuardLinks {
  readonly #options: GuardOptions & { monitor: MonitorOptions }
  readonly #tenant: string
  readonly #now: () => number
  readonly #directory: PointDirectory | undefined
  readonly #client: MonitorClient
  readonly #publisher: Publisher
  readonly #receipts: Receipts
  readonly #held: HeldTable
  readonly #follower: DecisionFollower
  readonly #events: LinkEvents
  readonly #agents = new Set<string>()
  readonly #timer: NodeJS.Timeout
  #heard: number
  #freshness = new Freshness()
  #keptSeq = -1
  #policyVersion = ''
  #seq = 0
  #resyncs = 0
  #turnedDown = false
  #firstHeard: () => void = () => {}
  #neverHeard: (error: unknown) => void = () => {}
  readonly #first: Promise<void>

  constructor(
    options: GuardOptions & { monitor: MonitorOptions },
    point: string,
    directory: PointDirectory | undefined,
    events: LinkEvents,
  ) {
    const { monitor, tenant = 'default', now = Date.now, spool } = options
    this.#options = options
    this.#tenant = tenant
    this.#now = now
    this.#directory = directory
    this.#events = events
    this.#heard = now()
    const notice = (n: Notice) => options.onNotice?.(n)
    this.#client = new MonitorClient(monitor)
    const store =
      directory === undefined
        ? undefined
        : new Spool({
            directory: directory.path,
            ...(spool?.capBytes === undefined ? {} : { capBytes: spool.capBytes }),
          })
    this.#publisher = new Publisher(this.#client, store, notice, monitor.backoffMs)
    this.#receipts = new Receipts(this.#client, notice, monitor.backoffMs)
    const receipt = (command: string) => ({ tenant, command, point, time: now() })
    this.#held = new HeldTable(
      {
        onApplied: ({ id }) => this.#receipts.add({ ...receipt(id), outcome: 'applied' }),
        onRefused: ({ id }, why) => this.#receipts.add({ ...receipt(id), outcome: 'refused', why }),
        onByHand: (command) => events.onByHand(command),
        onEnded: (command) => events.onEnded(command),
        onReleased: (id, about, verb) => events.onReleased(id, about, verb),
      },
      now,
    )
    this.#first = new Promise((resolve, reject) => {
      this.#firstHeard = resolve
      this.#neverHeard = reject
    })
    this.#follower = new DecisionFollower({
      client: this.#client,
      verify: verifier(this.#client, tenant),
      table: this.#held,
      point,
      tenant,
      ...(monitor.backoffMs === undefined ? {} : { backoffMs: monitor.backoffMs }),
      onHeard: (message) => this.#onHeard(message),
      onBroken: (error) => {
        this.#turnedDown = isTurnedDown(error)
        if (this.#turnedDown) this.#neverHeard(error)
      },
      onResync: () => {
        this.#resyncs++
      },
      onNotice: notice,
    })
    this.#timer = setInterval(() => this.#askAll(), monitor.knowledgeEveryMs ?? knowledgeEveryMs)
    this.#timer.unref()
    this.#restore()
  }

  /**
   * Resolves when knowledge and the first table are there, or the wait is over: the guard starts either way. Throws API_* where the
   * monitor turns the key down meanwhile.
   */
  async start(): Promise<void> {
    this.#follower.start()
    const scopes = (this.#options.scopes ?? []).map((scope) => this.declare(scope))
    this.#agents.add(this.#options.agent)
    const ready = Promise.all([this.#first, this.#ask(this.#options.agent), ...scopes])
    let timer: NodeJS.Timeout | undefined
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, this.#options.monitor.startWaitMs ?? 2000)
    })
    await Promise.race([ready, enough])
    clearTimeout(timer)
  }

  get table(): Restrictions {
    return this.#held.restrictions
  }

  heard(): number {
    return this.#heard
  }

  turnedDown(): boolean {
    return this.#turnedDown
  }

  nextSeq(): number {
    return this.#directory?.nextSeq() ?? this.#seq++
  }

  publish(event: AgentEvent): void {
    this.#publisher.add(event)
  }

  meet(agent: string): void {
    this.#agents.add(agent)
    void this.#ask(agent)
  }

  async declare(scope: Scope): Promise<void> {
    try {
      const response = await this.#client.post('/v1/scopes', JSON.stringify(scope), 'application/json')
      await response.body?.cancel()
      if (!response.ok)
        this.#notice('warn', `the monitor refused the scope ${scope.id} with ${response.status}`, undefined)
    } catch (cause) {
      this.#notice('warn', `the scope ${scope.id} is held to here, but not known at the monitor`, cause)
    }
  }

  async flush(): Promise<void> {
    await this.#publisher.flush()
    await this.#receipts.flush()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#follower.close()
    await Promise.all([this.#publisher.close(), this.#receipts.close()])
    this.#keep(true)
    this.#directory?.close()
  }

  stats() {
    const { published, spooled, lost, rejected } = this.#publisher
    return {
      published,
      spooled,
      dropped: lost,
      rejected,
      resyncs: this.#resyncs,
      seq: this.#held.seq,
      digest: this.#held.digest,
    }
  }

  #onHeard({ policyVersion, at }: DecisionMessage): void {
    const late = this.#freshness.take(at, performance.now())
    if (late !== undefined) this.#heard = Math.max(this.#heard, this.#now() - late)
    this.#turnedDown = false
    this.#firstHeard()
    this.#keep(this.#held.seq !== this.#keptSeq)
    if (policyVersion === this.#policyVersion) return
    const isFirst = this.#policyVersion === ''
    this.#policyVersion = policyVersion
    if (!isFirst) this.#askAll()
  }

  #askAll(): void {
    for (const agent of this.#agents) void this.#ask(agent)
  }

  async #ask(agent: string): Promise<void> {
    const { cohort } = this.#options
    try {
      this.#events.onKnown(agent, await fetchKnowledge(this.#client, this.#tenant, agent, cohort))
    } catch (cause) {
      this.#notice('warn', `no knowledge of ${agent} from the monitor`, cause)
    }
  }

  #keep(changed: boolean): void {
    this.#keptSeq = this.#held.seq
    const make = () => ({
      tenant: this.#tenant,
      seq: this.#held.seq,
      digest: this.#held.digest,
      commands: this.#held.standing(),
      heard: this.#heard,
      newest: this.#held.newest,
    })
    this.#directory?.keep(make, changed, this.#now())
  }

  #restore(): void {
    const kept = this.#directory?.table()
    if (kept === undefined || kept.tenant !== this.#tenant || !KeptCommands.Check(kept.commands)) return
    if (!this.#held.restore(kept.seq, kept.digest, kept.commands)) return
    if (Number.isFinite(kept.heard)) this.#heard = Math.min(kept.heard, this.#heard)
    if (!Number.isFinite(kept.newest)) return
    this.#held.newest = kept.newest
    this.#freshness = new Freshness(kept.newest)
  }

  #notice(level: Notice['level'], message: string, cause: unknown): void {
    this.#options.onNotice?.({ level, message, ...(cause === undefined ? {} : { cause }) })
  }
}
