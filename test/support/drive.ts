import { detectors as shipped } from '../../detectors/index.ts'
import type { AnyDetector } from '../../src/detect/define.ts'
import type { AgentState } from '../../src/model/agent-state.ts'
import type { Command, CommandUpdate } from '../../src/model/command.ts'
import type { AgentEvent } from '../../src/model/event.ts'
import type { Finding } from '../../src/model/finding.ts'
import type { Receipt, Review } from '../../src/model/receipt.ts'
import type { Scope } from '../../src/model/scope.ts'
import { parsePolicy, type StampedPolicy, stamped } from '../../src/policy/policy.ts'
import { Drive } from '../../src/runtime/drive.ts'
import { agentStore } from '../../src/stages/agent/agent-store.ts'
import { agentKey } from '../../src/stages/lane-key.ts'
import type { Streams } from '../../src/stages/streams.ts'
import { rescind } from '../../src/topology.ts'

/** A policy by what differs from the defaults. */
export function policyOf(given: unknown = {}): StampedPolicy {
  const parsed = parsePolicy(given)
  if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults))
  return stamped(parsed.policy, 0)
}

/** The whole topology, synchronous, with what came out of it. */
export class Driven {
  readonly findings: Finding[] = []
  readonly updates: CommandUpdate[] = []
  readonly receipts: Receipt[] = []
  readonly reviews: Review[] = []
  readonly drive: Drive<Streams>

  constructor(policy: unknown = {}, detectors: readonly AnyDetector[] = shipped) {
    this.drive = new Drive<Streams>(rescind(detectors, policyOf(policy)), ({ topic, value }) => {
      if (topic === 'findings') this.findings.push(value as Finding)
      else if (topic === 'commands') this.updates.push(value as CommandUpdate)
      else if (topic === 'reviews') this.reviews.push(value as Review)
      else this.receipts.push(value as Receipt)
    })
  }

  events(...events: AgentEvent[]): this {
    for (const event of events) this.drive.put('events', event)
    return this
  }

  declare(scope: Scope, time = 0): this {
    this.drive.put('scopes', { ...scope, time })
    return this
  }

  receipt(command: string, outcome: Receipt['outcome'], time: number, point = 'p1', tenant = 'default'): this {
    this.drive.put('receipts', { tenant, command, point, outcome, time })
    return this
  }

  /** Points that follow the commands, and those whose stream ended at this time. */
  present(time: number, here: readonly string[], gone: readonly string[] = []): this {
    const left = gone.map((point) => ({ point, since: time }))
    this.drive.put('presence', { tenant: 'default', time, here, gone: left })
    return this
  }

  review(verb: Review['verb'], time: number, command?: string): this {
    const about = command === undefined ? {} : { command }
    this.drive.put('reviews', { id: `r-${time}`, tenant: 'default', time, by: 'ann', reason: 'looked', verb, ...about })
    return this
  }

  tick(time: number): this {
    this.drive.tick(time)
    return this
  }

  /** Commands by their first update. */
  get commands(): Command[] {
    return this.updates.flatMap((u) => (u.issue === undefined ? [] : [u.issue]))
  }

  /** The one command of this rung; fails when there is none or are more. */
  only(rung: Command['rung']): Command {
    const found = this.commands.filter((c) => c.rung === rung)
    if (found.length !== 1 || found[0] === undefined)
      throw new Error(`${found.length} commands of ${rung}: ${JSON.stringify(this.commands.map((c) => c.rung))}`)
    return found[0]
  }

  agent(id = 'agent-1', tenant = 'default'): AgentState {
    const state = this.drive.lanes.get('agent')?.peek(agentKey(tenant, id), agentStore)
    if (state === undefined) throw new Error(`no agent ${id}`)
    return state
  }
}
