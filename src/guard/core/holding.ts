import type { Command } from '../../model/command.ts'
import type { AgentEvent } from '../../model/event.ts'
import { rank } from '../../policy/ladder.ts'
import { type HeldCall, HeldCalls } from './held-calls.ts'
import type { LocalCore } from './local-core.ts'
import type { OwnCommands } from './own-commands.ts'
import type { Check, GuardCall } from './types.ts'

/** The call to judge, and the held one that it stands for, if any. */
export interface Meant {
  call: GuardCall
  held: HeldCall | undefined
  /** A person let it go. */
  isApproved: boolean
}

/** What waits for a person, and what a person said. */
export class Holding {
  repeated = 0
  approved = 0
  readonly #calls = new HeldCalls()
  readonly #own: OwnCommands
  readonly #core: LocalCore
  readonly #now: () => number

  constructor(own: OwnCommands, core: LocalCore, now: () => number) {
    this.#own = own
    this.#core = core
    this.#now = now
  }

  /** The call to judge for one that is given. A person approved the call that was held: so that one is judged and runs, whatever the agent made of it since. */
  meant(given: GuardCall, agent: string): Meant {
    const held = this.#calls.find(given, agent, this.#now())
    const stands = held?.call !== undefined && (held.state !== 'ran' || given.handle !== undefined)
    return {
      call: stands ? { ...held.call, ...(given.credential && { credential: given.credential }) } : given,
      held: stands || held?.state === 'approved' ? held : undefined,
      isApproved: held?.state === 'approved',
    }
  }

  /** Keeps what a person may let go, and uses up what a person has let go. */
  take(check: Check, { call, held, isApproved }: Meant): void {
    const { outcome, command, event } = check
    const now = this.#now()
    const times = this.#core.timesHeld(event)
    if (outcome === 'allow' || outcome === 'sanitise') {
      if (held === undefined) return
      if (isApproved) this.approved++
      held.state = 'ran'
      held.until = now + this.#lifeMs
      check.held = { ...shown(held, call), times }
      check.arguments ??= call.args
      return
    }
    if (times > 1) this.repeated++
    // What takes away more than the act is not undone by letting the act go.
    if (command === undefined || rank(command.rung) >= rank('revoke')) return
    const kept =
      isApproved && held !== undefined ? held : this.#calls.hold(call, event, command.id, now + this.#lifeMs, now)
    check.held = { ...shown(kept, call), times }
  }

  /** A person let go what the command or handle `id` holds. `about`: the attempts that the command was about. Answers whether it is known here. */
  release(id: string, about: readonly string[] | undefined, verb: 'approved' | 'released'): boolean {
    const now = this.#now()
    const event = this.#own.table.get(id)?.act?.event
    const freed = this.#calls.approve(id, about ?? (event === undefined ? [] : [event]), now + this.#lifeMs)
    let isKnown = freed.length > 0
    for (const each of new Set([id, ...freed.flatMap((call) => call.commands)])) {
      const own = this.#own.table.get(each)
      // A command that is about another act than those let go stands on.
      if (own === undefined || (each !== id && !freed.some((call) => call.event === own.act?.event))) continue
      isKnown = true
      this.#own.take(each)
      this.#core.release(own.agent, each, now, verb)
    }
    return isKnown
  }

  /** The guard’s own command that held a call: by the handle of the call, or the command’s id. */
  heldBy(id: string): Command | undefined {
    const { event, commands = [] } = this.#calls.get(id) ?? {}
    const own = [id, ...commands].flatMap((each) => this.#own.table.get(each) ?? [])
    return own.find((command) => event === undefined || command.act?.event === event) ?? own[0]
  }

  /** Whether it is the handle of a call that is or was held here. */
  knows(handle: string): boolean {
    return this.#calls.get(handle) !== undefined
  }

  /** A person at hand answered for a held call; answers it when that lets it go. */
  answer(handle: string, isApproved: boolean): HeldCall | undefined {
    const call = this.#calls.get(handle)
    if (call === undefined || call.state === 'ran') return undefined
    if (!isApproved) {
      this.#calls.refuse(handle)
      return undefined
    }
    this.release(handle, undefined, 'approved')
    return call
  }

  /** A call that ran and is made again: what it was answered, for that answer may have got lost. */
  answerTo(given: GuardCall, agent: string): { handle: string; value: unknown } | undefined {
    const call = this.#calls.find(given, agent, this.#now())
    if (call?.state !== 'ran') return undefined
    // Who names it wants that answer; who makes the same call a third time wants another one.
    if (given.handle === undefined && call.replays++ > 0) return undefined
    return { handle: call.handle, value: call.answer?.value }
  }

  keepAnswer(handle: string, value: unknown, bytes: number): void {
    this.#calls.answered(handle, { value, bytes }, this.#now())
  }

  /**
   * An approval of an act goes above what was decided by itself about acts like it; not above a person, or what stops the agent. And
   * what was asked about because nobody had asked for it is asked for, once the person has: by a request that came since.
   */
  spares(
    held: HeldCall | undefined,
    { provenance }: AgentEvent,
    requested: number | undefined,
  ): (command: Command) => boolean {
    return ({ rung, automatic, evidence, notIssuedAfter }) =>
      (held?.state === 'approved' && (rung === 'step-up' || (automatic && rank(rung) < rank('revoke')))) ||
      (rung === 'step-up' &&
        automatic &&
        requested !== undefined &&
        requested >= notIssuedAfter &&
        isAccountedFor(provenance) &&
        evidence.every(({ detector }) => ofConsent.has(detector)))
  }

  get #lifeMs(): number {
    return this.#core.policy.policy.expiry['step-up']
  }
}

/** Detectors of what nobody asked for. */
const ofConsent: ReadonlySet<string> = new Set(['untrusted-destination', 'bulk-harm'])

/** The request is known, and nothing of the act is without proof. */
const isAccountedFor = (provenance: AgentEvent['provenance']): boolean =>
  provenance?.request !== undefined &&
  provenance.untrusted === undefined &&
  provenance.flow === undefined &&
  provenance.doubt === undefined &&
  provenance.added !== true &&
  provenance.told !== true &&
  provenance.beyond !== true &&
  (provenance.named ?? 0) < 1 &&
  (provenance.unasked ?? 0) === 0

const shown = ({ handle, state, until }: HeldCall, { tool, args }: GuardCall) => ({ handle, state, until, tool, args })

/** The approval that an attempt goes by. */
export function approvalOf({ held, isApproved }: Meant): Pick<AgentEvent, 'approval'> {
  return isApproved && held?.by !== undefined ? { approval: held.by } : {}
}
