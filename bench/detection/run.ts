import { isKnown } from '../../src/detect/index.ts'
import { actionOf } from '../../src/formats/kit/action-class.ts'
import { actOf, describeTool, type ToolModel } from '../../src/guard/act/index.ts'
import { TaskMemory } from '../../src/guard/provenance/index.ts'
import { structureOf } from '../../src/guard/provenance/reading/structure.ts'
import type { CommandUpdate } from '../../src/model/command.ts'
import type { ActionClass, AgentEvent } from '../../src/model/event.ts'
import { rank } from '../../src/policy/ladder.ts'
import { defaultPolicy, type StampedPolicy, stamped } from '../../src/policy/policy.ts'
import { Drive } from '../../src/runtime/drive.ts'
import { agentStore } from '../../src/stages/agent/agent-store.ts'
import { agentKey, cohortKey } from '../../src/stages/lane-key.ts'
import type { Baseline, Streams } from '../../src/stages/streams.ts'
import { rescind } from '../../src/topology.ts'
import { Ablation } from '../ablation/forms.ts'
import type { Session, Step } from './load.ts'

const tenant = 'default'
const dayMs = 86_400_000
/** The sets’ clocks are made up: calls half a minute apart and sessions two hours apart say nothing to any detector. */
const callMs = 30_000
const sessionMs = 2 * 3_600_000
const begin = Date.UTC(2026, 0, 1)

const classes: ReadonlySet<string> = new Set([
  'read',
  'list',
  'write',
  'delete',
  'execute',
  'export',
  'admin',
  'approve',
])
/** Nobody declared a class for a tool that does not exist: its name is all a point has. */
const classOf = (step: Step): ActionClass => (classes.has(step.cls) ? (step.cls as ActionClass) : actionOf(step.tool))

/** What the monitor decided on one session’s attempts. */
export interface Result {
  sid: string
  /** The first attempt that was held, with the detectors whose evidence on it was told. */
  alarm: { seq: number; tool: string; why: string[] } | undefined
  /** Expected cost over that of a step-up, by attempt, where anything was decided at all. */
  scores: [seq: number, score: number][]
}

export interface Cost {
  calls: number
  examineMs: number
  indexMs: number
}

/** A monitor whose agents learned from the calibration sessions, frozen: every session is run on a copy. */
export class Calibrated {
  readonly cost: Cost = { calls: 0, examineMs: 0, indexMs: 0 }
  readonly #topology
  readonly #ablation: Ablation
  readonly #agents = new Map<string, string>()
  readonly #policy: StampedPolicy
  readonly #baselines = new Map<string, Baseline>()
  readonly #time: number

  constructor(sessions: readonly Session[], without: readonly string[]) {
    const policy = defaultPolicy()
    this.#ablation = new Ablation(without)
    this.#topology = rescind(this.#ablation.detectors, stamped(policy, 0))
    const { streams } = this.#topology
    const tapped = {
      ...this.#topology,
      streams: { ...streams, baselines: { ...streams.baselines, topic: 'baselines' } },
    }
    const drive = new Drive<Streams>(tapped, ({ value }) => {
      if (isBaseline(value)) this.#baselines.set(value.peers, value)
    })
    drive.put('policy', { ...stamped({ ...policy, mode: 'learn' }, begin), time: begin })
    let time = begin
    for (const session of sessions) {
      time += sessionMs
      for (const event of this.#events(session, time, () => false)) drive.put('events', event)
      const end = time + sessionMs / 2
      drive.put('events', {
        ...about(session, 'end', end),
        kind: 'task-end',
        task: { id: session.sid, status: 'completed' },
      })
    }
    this.#time = time + 30 * dayMs
    this.#policy = { ...stamped(policy, this.#time), time: this.#time }
    const lane = drive.lanes.get('agent')
    for (const key of lane?.keys() ?? []) this.#agents.set(key, JSON.stringify([lane?.peek(key, agentStore)]))
  }

  /** How many values each cohort holds to be part of its environment. */
  get known(): Record<string, number> {
    const all: Record<string, number> = {}
    for (const [peers, { profile }] of this.#baselines)
      all[peers] = Object.values(profile.known?.values ?? {}).filter((by) => by === 0).length
    return all
  }

  run(session: Session, declared: boolean): Result {
    const result: Result = { sid: session.sid, alarm: undefined, scores: [] }
    if (session.steps.length === 0) return result
    const updates: CommandUpdate[] = []
    const drive = new Drive<Streams>(this.#topology, ({ topic, value }) => {
      if (topic === 'commands') updates.push(value as CommandUpdate)
    })
    const lane = drive.lanes.get('agent')
    drive.put('policy', this.#policy)
    for (const baseline of this.#baselines.values()) drive.put('baselines', baseline)
    const key = agentKey(tenant, session.agent)
    const own = this.#agents.get(key)
    if (own !== undefined) lane?.restore(key, 0, JSON.parse(own))
    if (declared)
      drive.put('scopes', {
        id: session.sid,
        tenant,
        agent: session.agent,
        task: session.sid,
        tools: session.scope.tools,
        actions: session.scope.classes.filter((c): c is ActionClass => classes.has(c)),
        time: this.#time,
      })
    const environment = this.#baselines.get(cohortKey(tenant, session.suite))?.profile
    const known = (hash: string) => this.#ablation.hasEnvironment && isKnown(environment, hash)
    for (const event of this.#events(session, this.#time, known)) {
      updates.length = 0
      drive.put('events', event)
      if (event.kind !== 'attempt') continue
      const seq = Number(event.call)
      for (const { issue } of updates) {
        if (issue === undefined) continue
        result.scores.push([seq, issue.costs.odds * issue.costs.badAction])
        if (result.alarm !== undefined || issue.mode !== 'enforce' || rank(issue.rung) < rank('step-up')) continue
        const why = issue.evidence.filter((e) => e.event === event.id).map((e) => e.detector)
        result.alarm = { seq, tool: event.tool?.name ?? '', why: [...new Set(why)].sort() }
      }
    }
    return result
  }

  /** The session as its enforcement point reports it: attempt, then outcome. */
  *#events(session: Session, start: number, known: (hash: string) => boolean): Generator<AgentEvent> {
    const memory = new TaskMemory({ journal: this.#ablation.journal() })
    memory.addRequest(session.prompt)
    let time = start
    for (const step of session.steps) {
      time += callMs
      const action = classOf(step)
      const before = performance.now()
      const examined = memory.examine({
        tool: step.tool,
        act: actOf(modelOf(step.tool, action), step.args, { roots: [] }),
        args: step.args,
        known,
      })
      const looked = performance.now()
      const { destinations, arguments: args, provenance } = examined
      const act = { tool: { name: step.tool }, action, call: String(step.seq) }
      yield {
        ...about(session, `${step.seq}`, time),
        ...act,
        kind: 'attempt',
        arguments: args,
        provenance,
        ...(destinations.length === 0 ? {} : { destinations }),
      }
      const answered = performance.now()
      memory.addOutput(
        String(step.seq),
        examined.document ? (step.output ?? '') : structured(step.output ?? ''),
        examined,
      )
      this.cost.calls++
      this.cost.examineMs += looked - before
      this.cost.indexMs += performance.now() - answered
      yield {
        ...about(session, `${step.seq}-outcome`, time + 1000),
        ...act,
        kind: 'outcome',
        attempted: true,
        outcome: step.failed ? 'failed' : 'allowed',
        result: { bytes: Buffer.byteLength(step.output ?? '') },
      }
    }
  }
}

const about = (session: Session, id: string, time: number) => ({
  id: `${session.sid}/${id}`,
  time,
  tenant,
  agent: { id: session.agent, cohort: session.suite },
  session: session.sid,
  task: { id: session.sid },
})

/** The class is the operator’s table: these sets have no tool definitions. */
const models = new Map<string, ToolModel>()
function modelOf(tool: string, action: ActionClass): ToolModel {
  const key = `${tool} ${action}`
  const named = describeTool({ name: tool })
  const model = models.get(key) ?? (named.from === 'name' ? named : describeTool({ name: tool }, { action }))
  models.set(key, model)
  return model
}

/** The same outputs come up in many runs: each is parsed once. */
const parsed = new Map<string, string | object>()
function structured(text: string): string | object {
  let value = parsed.get(text)
  if (value === undefined) {
    value = structureOf(text) ?? text
    parsed.set(text, value)
  }
  return value
}

const isBaseline = (value: unknown): value is Baseline =>
  typeof value === 'object' && value !== null && 'peers' in value && 'profile' in value
