import { randomUUID } from 'node:crypto'
import { actionOf } from '../../formats/kit/action-class.ts'
import type { AgentEvent, Keyed } from '../../model/event.ts'
import type { Examined } from '../provenance/index.ts'
import type { GuardLinks } from './guard-links.ts'
import type { OpenTask } from './tasks.ts'
import type { GuardCall, GuardOptions, GuardResult } from './types.ts'

/** Writes what the guard sees as events: numbered, timed, with both identities on each. */
export class Records {
  readonly #options: GuardOptions
  readonly #links: GuardLinks
  readonly #now: () => number
  readonly #boot = randomUUID()
  #calls = 0
  #events = 0

  constructor(options: GuardOptions, links: GuardLinks, now: () => number) {
    this.#options = options
    this.#links = links
    this.#now = now
  }

  /** What every event of a task carries. */
  event(
    agent: string,
    task: OpenTask | undefined,
    session: string | undefined,
    stamp: Stamp = this.#stamp(),
  ): AgentEvent {
    const { tenant = 'default', cohort, environment, credential } = this.#options
    const principal = task?.principal ?? this.#options.principal
    const event: AgentEvent = {
      ...stamp,
      kind: 'attempt',
      tenant,
      agent: cohort === undefined ? { id: agent } : { id: agent, cohort },
    }
    if (principal !== undefined) event.principal = principal
    if (session !== undefined) event.session = session
    if (task !== undefined) event.task = task.scope === undefined ? { id: task.id } : { id: task.id, scope: task.scope }
    if (credential !== undefined) event.credential = credential
    if (environment !== undefined) event.environment = environment
    return event
  }

  /** A call as restrictions look at it. It is told to nobody and takes no number. */
  probe(call: GuardCall, agent: string, task: OpenTask | undefined): AgentEvent {
    const event = this.event(agent, task, call.session, {
      id: '',
      time: this.#now(),
      point: { id: this.#options.point },
    })
    event.action = call.action ?? actionOf(call.tool)
    event.tool = call.server === undefined ? { name: call.tool } : { server: call.server, name: call.tool }
    if (call.resource !== undefined) event.resource = call.resource
    if (call.credential !== undefined) event.credential = call.credential
    if (call.environment !== undefined) event.environment = call.environment
    return event
  }

  /** A call that is about to be made, and what its arguments are. */
  attempt(
    call: GuardCall,
    agent: string,
    task: OpenTask | undefined,
    examine: (of: NumberedCall) => Examined & { keyed: Keyed | undefined },
  ): AgentEvent {
    const action = call.action ?? actionOf(call.tool)
    const event = this.event(agent, task, call.session)
    event.call = `${this.#boot}-${++this.#calls}`
    event.action = action
    const name = call.tool.slice(0, 512) || '?'
    event.tool = call.server === undefined ? { name } : { server: call.server, name }
    const { resource, trace, chain, credential, environment, principal, approval, drift } = call
    if (drift !== undefined) event.tool.drift = drift
    if (resource !== undefined) event.resource = resource
    if (trace !== undefined) event.trace = trace
    if (chain !== undefined) event.chain = chain
    if (credential !== undefined) event.credential = credential
    if (environment !== undefined) event.environment = environment
    if (principal !== undefined) event.principal = principal
    if (approval !== undefined) event.approval = approval
    const examined = examine({ call: event.call, action })
    if (examined.destinations.length > 0) event.destinations = examined.destinations
    event.arguments = examined.arguments
    event.provenance = examined.provenance
    if (examined.keyed !== undefined) event.keyed = examined.keyed
    event.action = examined.action
    return event
  }

  /** What came of a call that was let through. */
  outcome(
    attempt: AgentEvent,
    { text, bytes, records, failed, sanitised = attempt.sanitised }: GuardResult,
    keyed: Keyed | undefined,
  ): AgentEvent {
    const { approval: _, decision: __, arguments: ___, keyed: ____, ...kept } = attempt
    const size = bytes ?? (text === undefined ? undefined : Buffer.byteLength(text))
    const result: NonNullable<AgentEvent['result']> = {}
    if (size !== undefined) result.bytes = size
    if (records !== undefined) result.records = records
    return {
      ...kept,
      ...this.#stamp(),
      kind: 'outcome',
      attempted: true,
      outcome: failed === true ? 'failed' : sanitised !== undefined ? 'sanitised' : 'allowed',
      ...(sanitised === undefined ? {} : { sanitised }),
      ...(keyed === undefined ? {} : { keyed }),
      ...(size === undefined && records === undefined ? {} : { result }),
    }
  }

  #stamp() {
    return {
      id: `${this.#boot}.${++this.#events}`,
      time: this.#now(),
      point: { id: this.#options.point, seq: this.#links.nextSeq() },
    }
  }
}

type Stamp = Pick<AgentEvent, 'id' | 'time' | 'point'>

/** The call whose arguments are to be looked at. */
interface NumberedCall {
  call: string
  action: NonNullable<AgentEvent['action']>
}
