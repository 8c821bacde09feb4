import { RescindError } from '../errors.ts'
import type { ColdStore } from '../flow/entity.ts'
import type { Topology } from '../flow/topology.ts'
import type { AgentState } from '../model/agent-state.ts'
import type { AgentEvent } from '../model/event.ts'
import type { Raw } from '../model/raw.ts'
import type { Receipt, Review } from '../model/receipt.ts'
import type { Reject } from '../model/reject.ts'
import type { Scope } from '../model/scope.ts'
import type { Brakes } from '../policy/brake.ts'
import { type Policy, type StampedPolicy, stamped } from '../policy/policy.ts'
import type { Clock } from '../ports/clock.ts'
import type { Append, Log } from '../ports/log.ts'
import type { SourceBatch } from '../ports/source.ts'
import type { Knowledge } from '../protocol/knowledge.ts'
import { agentStore } from '../stages/agent/agent-store.ts'
import { ownFirst } from '../stages/agent/scopes.ts'
import { agentKey, cohortKey, fleetKey, namesOf, tenantKey } from '../stages/lane-key.ts'
import type { Presence, Streams } from '../stages/streams.ts'
import { tableStore } from '../stages/tenant/table.ts'
import { CommandTables } from './command-tables.ts'
import type { Foreign } from './foreign.ts'
import { type Inlet, type InletCounts, operators, type Reading } from './inlet.ts'
import { Live } from './live.ts'
import { patiently } from './persist.ts'
import { partsOf } from './sources.ts'
import { deadLetterOf, type TopicPlan } from './topics.ts'

export interface MonitorParts {
  topology: Topology<Streams>
  inlet: Inlet
  log: Log
  clock: Clock
  plan: TopicPlan
  policy: Policy
  /** Reads records that others wrote into the events inbox. */
  foreign?: Foreign
  /** Consumer group of all instances that share the work. */
  group?: string
  /** Where other instances find this one: an URL. */
  address?: string
  /** Over a log that is not atomic, a partition’s changed keys go to its changelog this often, ms. */
  flushMs?: number
  /** Where keys go that memory has no room for, by lane. */
  cold?(lane: string): ColdStore | undefined
  onFailed(error: unknown): void
}

/** What became of what was handed in. Both kinds are on disk. */
export interface Ingested {
  accepted: number
  rejected: Reject[]
  /** Well-formed records that are no acts. */
  ignored: number
}

/** The monitor in one process: the flow over a log, and what the API reads of it. */
export class Monitor {
  readonly commandTables: CommandTables
  readonly live: Live<Streams>
  readonly counts: InletCounts = { accepted: 0, rejected: 0, ignored: 0 }
  readonly #parts: MonitorParts
  #policy: StampedPolicy
  #fresh = true

  constructor(parts: MonitorParts) {
    this.#parts = parts
    this.#policy = stamped(parts.policy, 0)
    this.live = new Live(parts)
    this.commandTables = new CommandTables(parts.log)
  }

  /** Whether the log held no events when it was opened. */
  get fresh(): boolean {
    return this.#fresh
  }

  async start(): Promise<void> {
    await this.live.start()
    const { log } = this.#parts
    for (let partition = 0; partition < log.partitions('events'); partition++)
      if ((await log.range('events', partition)).end > 0) this.#fresh = false
    await this.commandTables.start(this.#parts.onFailed)
    await this.setPolicy(this.#parts.policy)
  }

  /** Takes in what a caller handed in; resolves when every event and every reject is on disk. */
  async ingest(raws: readonly Raw[], reading: Reading = { from: operators('local') }): Promise<Ingested> {
    const appends: Append[] = []
    const taken: Ingested = { accepted: 0, rejected: [], ignored: 0 }
    const out = {
      event: (event: AgentEvent) => {
        taken.accepted++
        this.live.appendsOf('events', event, appends)
      },
      reject: (reject: Reject) => {
        taken.rejected.push(reject)
        appends.push(deadLetterOf(reject))
      },
      ignore: (count: number) => {
        taken.ignored += count
      },
    }
    for (const raw of raws) this.#parts.inlet(raw, out, reading)
    this.#mustTake()
    await this.#parts.log.append(appends)
    return this.#counted(taken)
  }

  /**
   * Takes what others published on topics of theirs; resolves when all of it is on disk. Records that come again, as they
   * do after a crash between this and the commit of their offsets, take effect once.
   */
  async take(batch: SourceBatch, reading: Reading = { from: operators(`source:${batch.source}`) }): Promise<Ingested> {
    const taken: Ingested = { accepted: 0, rejected: [], ignored: 0 }
    const put = (event: AgentEvent, cause: string, into: Append[]) => this.live.appendsOf('events', event, into, cause)
    // One after the other: what a sender sends arrives in its order, or the inbox would hold the earlier for repeated.
    for (const part of partsOf(batch, this.#parts.inlet, reading, this.#parts.clock.now(), put)) {
      if (part.appends.length > 0) await this.#parts.log.append(part.appends)
      taken.accepted += part.accepted
      taken.rejected.push(...part.rejected)
      taken.ignored += part.ignored
    }
    return this.#counted(taken)
  }

  #counted(taken: Ingested): Ingested {
    this.counts.accepted += taken.accepted
    this.counts.rejected += taken.rejected.length
    this.counts.ignored += taken.ignored
    return taken
  }

  /** Callers keep what they have while the log takes nothing; they would only wait here, and hand it in twice. */
  #mustTake(): void {
    if (!this.#parts.log.writable)
      throw new RescindError('LOG_WRITE_FAILED', 'The log takes no records at the moment; hand them in again later.', {
        retry: 'later',
      })
  }

  /** `by`: who declares it. */
  async declare(scope: Scope, by: string): Promise<void> {
    this.#mustTake()
    await this.live.put('scopes', [{ ...scope, by, time: this.#parts.clock.now() }])
  }

  /** A time in the future would move the tenant’s, and expire what stands: it is taken for now. */
  async receive(receipts: readonly Receipt[]): Promise<void> {
    this.#mustTake()
    const now = this.#parts.clock.now()
    await this.live.put(
      'receipts',
      receipts.map((receipt) => (receipt.time > now ? { ...receipt, time: now } : receipt)),
    )
  }

  /** Which points follow the decision stream. */
  async tellPresence(presence: Presence): Promise<void> {
    this.#mustTake()
    await this.live.put('presence', [presence])
  }

  async review(review: Review): Promise<void> {
    this.#mustTake()
    await this.live.put('reviews', [{ ...review, time: Math.min(review.time, this.#parts.clock.now()) }])
  }

  /** Puts a policy in force from this place in every inbox on; state is kept. */
  async setPolicy(policy: Policy): Promise<StampedPolicy> {
    const next = stamped(policy, this.#parts.clock.now())
    if (next.version === this.#policy.version && this.#policy.time !== 0) return this.#policy
    await patiently(() => this.live.put('policy', [next]))
    this.#policy = next
    return next
  }

  get policy(): StampedPolicy {
    return this.#policy
  }

  agents(): { tenant: string; id: string; state: AgentState }[] {
    const lane = this.live.lanes.get('agent')
    const found: { tenant: string; id: string; state: AgentState }[] = []
    for (const key of lane?.keys() ?? []) {
      const state = lane?.peek(key, agentStore)
      if (state === undefined) continue
      const [tenant, id] = namesOf(key)
      found.push({ tenant, id, state })
    }
    return found
  }

  agent(tenant: string, id: string): AgentState | undefined {
    return this.live.lanes.get('agent')?.peek(agentKey(tenant, id), agentStore)
  }

  /** The brakes of a tenant by publisher, undefined before anything was decided for it here. */
  brakes(tenant: string): Brakes | undefined {
    return this.live.lanes.get('tenant')?.peek(tenantKey(tenant), tableStore)?.brakes
  }

  knowledge(tenant: string, id: string, cohort?: string): Knowledge {
    const state = this.agent(tenant, id)
    const group = cohort ?? state?.cohort ?? undefined
    // As the agents’ lane has them: the cohorts themselves may be with another instance.
    const peers = (key: string) => this.live.lanes.get('agent')?.shared('baselines', key)?.profile
    return {
      profile: state?.profile,
      cohort: group === undefined ? undefined : peers(cohortKey(tenant, group)),
      fleet: peers(fleetKey(tenant)),
      scopes: state === undefined ? [] : ownFirst(state),
      acts: state?.acts ?? 0,
      cost: state?.cost ?? 0,
      policy: this.#policy,
    }
  }

  async close(): Promise<void> {
    await this.commandTables.close()
    await this.live.close()
  }
}
