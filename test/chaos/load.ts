import { ordinary, theft } from '../../bench/events.ts'
import { quantile } from '../../bench/service.ts'
import type { AgentEvent } from '../../src/model/event.ts'
import type { Log } from '../../src/ports/log.ts'
import { agentKey } from '../../src/stages/lane-key.ts'

export interface Load {
  start(): void
  /** Stops, and waits for what was handed in and for the commands that it asks for. */
  stop(): Promise<{
    accepted: ReadonlySet<string>
    worstMs: number
    p50Ms: number
    p99Ms: number
    unanswered: number
  }>
  /** A command names this credential. False when that is not news. */
  answered(credential: string): boolean
  /** Forgets the times so far: those of the start. */
  forget(): void
  /** How the last seconds were: commands that came, the slowest, those that are waited for, appends in flight. */
  lately(): { answered: number; slowestMs: number; waiting: number; inFlight: number }
  readonly asked: number
}

/** Events put straight into the inbox, as enforcement points on Kafka do, at a steady rate, with thefts among them. */
export function produce({ log, rate, thefts }: { log: Log; rate: number; thefts: number }): Load {
  const accepted = new Set<string>()
  const asked = new Map<string, number>()
  /** Named by a command before the acknowledgement of their events was seen here. */
  const early = new Set<string>()
  let times: number[] = []
  let count = 0
  let told = 0
  let timer: NodeJS.Timeout | undefined
  const pending = new Set<Promise<void>>()
  const events = ordinary({ events: 1_000_000_000, agents: 1000, seed: 11, start: Date.now(), stepMs: 0 })[
    Symbol.iterator
  ]()
  const run = `${Date.now() % 1_000_000}`

  const append = (batch: readonly AgentEvent[], then: () => void = () => {}) => {
    const records = batch.map((e) => ({
      topic: 'events',
      key: agentKey(e.tenant, e.agent.id),
      value: JSON.stringify(e),
    }))
    const done = log
      .append(records)
      .then(() => {
        for (const e of batch) accepted.add(e.id)
        then()
      })
      .finally(() => pending.delete(done))
    pending.add(done)
    return done
  }

  return {
    start() {
      const began = performance.now()
      let sent = 0
      let stolen = 0
      timer = setInterval(() => {
        const elapsed = (performance.now() - began) / 1000
        const batch: AgentEvent[] = []
        // What piles up while no broker answers is not made up for.
        for (; sent < elapsed * rate && batch.length < rate; sent++) {
          const event = events.next().value as AgentEvent
          batch.push({ ...event, id: `${run}-${event.id}`, time: Date.now() })
        }
        if (pending.size > 500) return
        if (batch.length > 0) void append(batch)
        for (; stolen < elapsed * thefts; stolen++) {
          const [owner, thief] = theft(`${run}-${count++}`, Date.now())
          const credential = thief.credential?.id ?? ''
          void append([owner]).then(() =>
            append([thief], () => {
              if (timer === undefined) return
              if (early.delete(credential)) times.push(0)
              else asked.set(credential, performance.now())
            }),
          )
        }
      }, 10)
    },
    async stop() {
      clearInterval(timer)
      timer = undefined
      while (pending.size > 0) await Promise.all(pending)
      const until = performance.now() + 60_000
      while (asked.size > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 50))
      times.sort((a, b) => a - b)
      return {
        accepted,
        worstMs: times.at(-1) ?? Number.NaN,
        p50Ms: quantile(times, 0.5),
        p99Ms: quantile(times, 0.99),
        unanswered: asked.size,
      }
    },
    answered(credential) {
      const at = asked.get(credential)
      if (at === undefined) {
        early.add(credential)
        return false
      }
      times.push(performance.now() - at)
      return asked.delete(credential)
    },
    forget() {
      times = []
      told = 0
    },
    lately() {
      const last = times.slice(told)
      told = times.length
      return {
        answered: last.length,
        slowestMs: Math.round(Math.max(0, ...last)),
        waiting: asked.size,
        inFlight: pending.size,
      }
    },
    get asked() {
      return count
    },
  }
}
