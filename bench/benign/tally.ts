import type { CallRecord as Call } from './client.ts'

interface Count {
  calls: number
  denied: number
  steppedUp: number
}
const none = (): Count => ({ calls: 0, denied: 0, steppedUp: 0 })
/** Most reasons in the last line; the rest is added up. */
const maxReasons = 40

/** Counts of calls and of what stopped them. */
export class Tally {
  /** Tasks that ended early because what they need could not be read. */
  gaveUp = 0
  readonly #all = none()
  readonly #known = none()
  readonly #unknown = none()
  readonly #own = none()
  readonly #agents = new Map<string, Count>()
  readonly #reasons = new Map<string, number>()
  readonly #agentOf: ReadonlyMap<string, string>
  #sanitised = 0
  #toolErrors = 0

  /** `agentOf`: task → the agent whose it is. */
  constructor(agentOf: ReadonlyMap<string, string>) {
    this.#agentOf = agentOf
  }

  add(call: Call, known: boolean): void {
    const agent = this.#agentOf.get(call.task) ?? ''
    const byAgent = this.#agents.get(agent) ?? none()
    this.#agents.set(agent, byAgent)
    for (const count of [this.#all, byAgent, known ? this.#known : this.#unknown, ...(call.own ? [this.#own] : [])]) {
      count.calls++
      if (call.outcome === 'deny') count.denied++
      if (call.outcome === 'step-up') count.steppedUp++
    }
    if (call.outcome === 'sanitise') this.#sanitised++
    if (call.error !== undefined) this.#toolErrors++
    if (call.outcome === undefined) return
    const reason = `${call.outcome} ${call.server}.${call.tool}: ${short(call.why ?? '')}`
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1)
  }

  of(agent: string): string {
    const { calls, denied, steppedUp } = this.#agents.get(agent) ?? none()
    return `${calls} calls so far, ${denied} denied, ${steppedUp} stepped up`
  }

  figures() {
    const sorted = [...this.#reasons].toSorted((a, b) => b[1] - a[1])
    const rest = sorted.slice(maxReasons).reduce((sum, [, n]) => sum + n, 0)
    return {
      ...this.#all,
      sanitised: this.#sanitised,
      toolErrors: this.#toolErrors,
      gaveUp: this.gaveUp,
      reasons: { ...Object.fromEntries(sorted.slice(0, maxReasons)), ...(rest > 0 ? { others: rest } : {}) },
      known: this.#known,
      unknown: this.#unknown,
      ownSpace: this.#own,
      agents: Object.fromEntries(this.#agents),
    }
  }
}

/** Why, without the values that differ from call to call. */
const short = (why: string): string =>
  why
    .replace(/^Why: /, '')
    .replace(/"[^"]*"|“[^”]*”|‘[^’]*’/g, '"…"')
    .replace(/\b[\da-f-]{12,}\b/g, '#')
    .replace(/\d[\d.,:]*/g, '#')
    .slice(0, 90)
