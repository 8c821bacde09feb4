import { isHeld } from '../../detect/acts.ts'
import type { AnyDetector } from '../../detect/define.ts'
import { isKnown } from '../../detect/known.ts'
import { Lane } from '../../flow/lane.ts'
import { type Topology, topology } from '../../flow/topology.ts'
import type { AgentState } from '../../model/agent-state.ts'
import type { Command } from '../../model/command.ts'
import type { AgentEvent } from '../../model/event.ts'
import type { Finding } from '../../model/finding.ts'
import { hasLane } from '../../model/keys.ts'
import type { Profile } from '../../model/profile.ts'
import type { Scope } from '../../model/scope.ts'
import type { StampedPolicy } from '../../policy/policy.ts'
import { widenedOf } from '../../policy/widen.ts'
import type { Knowledge } from '../../protocol/knowledge.ts'
import { agentStore, emptyAgent } from '../../stages/agent/agent-store.ts'
import { applyRuling } from '../../stages/agent/apply-ruling.ts'
import { detect } from '../../stages/agent/detect.ts'
import { isUndecided, timesHeld } from '../../stages/agent/held.ts'
import { type Before, before, decided, taskOf } from '../../stages/agent/in-hand.ts'
import { profile } from '../../stages/agent/profile.ts'
import { respond } from '../../stages/agent/respond.ts'
import { declare, scopeOf } from '../../stages/agent/scopes.ts'
import { score } from '../../stages/agent/score.ts'
import { guarded, held } from '../../stages/fault.ts'
import { agentKey, cohortKey, fleetKey } from '../../stages/lane-key.ts'
import { forActs, type Streams } from '../../stages/streams.ts'

const lane = { name: 'agent', inbox: 'events', maxKeys: 10_000 }
/** Most commands by hand that are told apart; forgotten ones are told again. */
const maxByHand = 10_000

/** The agent’s lane of the monitor’s topology, with the same stages: for the detectors that are keyed by agent and task. */
const miniature = (detectors: readonly AnyDetector[], policy: StampedPolicy) =>
  topology<Streams>({
    events: { lane: 'agent' },
    scopes: { lane: 'agent' },
    rulings: { lane: 'agent' },
    baselines: { lane: 'agent', broadcast: true },
    policy: { broadcast: true },
    profiled: {},
    assessed: {},
    charges: {},
    findings: { topic: 'findings' },
    proposals: { topic: 'proposals' },
    // What the monitor does with these, it does with the events that the guard publishes.
    lessons: {},
    ...forActs(() => ({})),
    reports: {},
    receipts: {},
    'receipt-log': {},
    presence: {},
    reviews: {},
    approvals: {},
    'review-log': {},
    revocations: {},
    commands: {},
  })
    .lane(lane)
    .stage('agent', declare)
    .stage('agent', profile(policy))
    .stage('agent', detect(detectors))
    .stage('agent', score)
    .stage('agent', respond(policy))
    .stage('agent', applyRuling(policy))
    .build()

export interface Assessment {
  findings: Finding[]
  proposals: Command[]
  /** Set for an attempt on which nothing is decided yet: `decided` wants it back. */
  before?: Before | undefined
}

/** The core in miniature, driven synchronously: an event in, its findings and proposed commands out. */
export class LocalCore {
  readonly #lane: Lane<Streams>
  readonly #stages: Topology<Streams>
  readonly #tenant: string
  readonly #detectors: readonly AnyDetector[]
  #policy: StampedPolicy
  readonly #peers = new Map<string, Profile>()
  /** Whose they are, of the commands by hand that were told. */
  readonly #byHand = new Map<string, string>()

  private constructor(
    tenant: string,
    detectors: readonly AnyDetector[],
    stages: Topology<Streams>,
    policy: StampedPolicy,
  ) {
    this.#tenant = tenant
    this.#detectors = detectors
    this.#policy = policy
    this.#stages = stages
    this.#lane = new Lane(stages, lane, false)
  }

  static of(tenant: string, detectors: readonly AnyDetector[], policy: StampedPolicy): LocalCore {
    const mine = detectors.filter((d) => !hasLane(d.key))
    return new LocalCore(tenant, mine, miniature(mine, policy), policy)
  }

  /**
   * A core that knows nothing, of the very stages of this one: the machine compiles a closure by itself, so practice on
   * stages of another make would leave these cold.
   */
  twin(): LocalCore {
    return new LocalCore(this.#tenant, this.#detectors, this.#stages, this.#policy)
  }

  get policy(): StampedPolicy {
    return this.#policy
  }

  take(event: AgentEvent): Assessment {
    const key = agentKey(event.tenant, event.agent.id)
    const undecided = isUndecided(event) ? before(this.#state(key), event) : undefined
    this.#lane.accept('events', key, event, 0)
    const findings: Finding[] = []
    const proposals: Command[] = []
    for (const { topic, value } of this.#lane.takeOutputs())
      if (topic === 'findings') findings.push(value as Finding)
      else if (topic === 'proposals') proposals.push(value as Command)
    return { findings, proposals, before: undecided }
  }

  /** What became of an attempt that was taken: the event carries its outcome now. */
  decided(event: AgentEvent, before: Before | undefined): void {
    const state = this.peek(event.agent.id)
    if (state === undefined || before === undefined) return
    decided(state, before, event, this.#policy.policy)
    if (!isHeld(event)) return
    for (const detector of this.#detectors) {
      const holder = detector.key === 'task' ? taskOf(state, event) : state
      if (holder !== undefined) guarded(held, detector, holder, event, undefined)
    }
  }

  /** How often this act was tried in its task while it was held. */
  timesHeld(event: AgentEvent): number {
    const state = this.peek(event.agent.id)
    return state === undefined ? 0 : timesHeld(taskOf(state, event), event)
  }

  /** Puts the monitor’s knowledge in place; what was learned here stays where it is more. */
  know(agent: string, cohort: string | undefined, known: Partial<Knowledge>, time: number): void {
    if (known.policy !== undefined) {
      this.#policy = known.policy
      this.#lane.accept('policy', 'current', known.policy, 0)
    }
    const key = agentKey(this.#tenant, agent)
    const state = this.#state(key)
    if (cohort !== undefined) state.cohort = cohort
    if (known.profile !== undefined && known.profile.tasks >= state.profile.tasks) state.profile = known.profile
    if (known.acts !== undefined && known.cost !== undefined && known.acts > state.acts) {
      state.acts = known.acts
      state.cost = known.cost
    }
    for (const scope of known.scopes ?? []) this.declare(scope, time)
    this.#baseline(cohort === undefined ? undefined : cohortKey(this.#tenant, cohort), known.cohort, time)
    this.#baseline(fleetKey(this.#tenant), known.fleet, time)
  }

  declare(scope: Scope, time: number): void {
    this.#lane.accept('scopes', agentKey(scope.tenant, scope.agent), { ...scope, time }, 0)
  }

  /** A person let a command’s act go ahead, or the command altogether. */
  release(agent: string, command: string, time: number, verb: 'approved' | 'released'): void {
    const ruling = { time, tenant: this.#tenant, agent, command, verb }
    this.#lane.accept('rulings', agentKey(this.#tenant, agent), ruling, 0)
  }

  /** What a person ordered against an agent, or lets go besides a held act. Told again it is the same. */
  applyByHand(command: Command, time: number): void {
    const widened = widenedOf(command)
    if ((widened === undefined && command.by === undefined) || this.#byHand.has(command.id)) return
    if (this.#byHand.size >= maxByHand) this.#byHand.clear()
    this.#byHand.set(command.id, command.agent)
    const about = { time, tenant: this.#tenant, agent: command.agent, command: command.id }
    const ruling: Streams['rulings'] =
      widened === undefined ? { ...about, verb: 'ordered', ordered: command } : { ...about, verb: 'widened', widened }
    this.#lane.accept('rulings', agentKey(this.#tenant, command.agent), ruling, 0)
  }

  /** A person took back what a person ordered or let go; answers whether it was one that stood. */
  takeBack(command: string, time: number): boolean {
    const agent = this.#byHand.get(command)
    if (agent === undefined) return false
    this.#byHand.delete(command)
    this.release(agent, command, time, 'released')
    return true
  }

  /** What was learned here, as it is asked of a monitor. */
  knowledge(agent: string): Knowledge {
    const { profile, scopes, acts, cost } = this.peek(agent) ?? emptyAgent()
    return { profile, scopes, acts, cost, policy: this.#policy }
  }

  peek(agent: string): AgentState | undefined {
    return this.#lane.peek(agentKey(this.#tenant, agent), agentStore)
  }

  /** Whether clean tasks of this agent or its cohort made a value part of the environment. */
  knows(agent: string, digest: string): boolean {
    const state = this.peek(agent)
    if (isKnown(state?.profile, digest)) return true
    return state?.cohort != null && isKnown(this.#peers.get(cohortKey(this.#tenant, state.cohort)), digest)
  }

  /** Whether the declared scope of the agent, or of this task, names a destination. */
  declares(agent: string, task: AgentEvent['task'], digest: string): boolean {
    const state = this.peek(agent)
    if (state === undefined) return false
    return scopeOf(state, task === undefined ? {} : { task })?.destinations?.includes(digest) === true
  }

  #state(key: string): AgentState {
    const known = this.#lane.peek(key, agentStore)
    if (known !== undefined) return known
    const state = emptyAgent()
    this.#lane.restore(key, 0, [state])
    return state
  }

  #baseline(peers: string | undefined, profile: Profile | undefined, time: number): void {
    if (peers === undefined || profile === undefined) return
    this.#peers.set(peers, profile)
    this.#lane.accept('baselines', peers, { time, peers, profile } as Streams['baselines'], 0)
  }
}
