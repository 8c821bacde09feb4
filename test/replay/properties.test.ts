import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { detectors } from '../../detectors/index.ts'
import { Lane, type Output } from '../../src/flow/lane.ts'
import type { Timed } from '../../src/flow/topology.ts'
import type { AgentEvent } from '../../src/model/event.ts'
import type { Emission } from '../../src/runtime/drive.ts'
import { Drive } from '../../src/runtime/drive.ts'
import type { Streams } from '../../src/stages/streams.ts'
import { rescind } from '../../src/topology.ts'
import { policyOf } from '../support/drive.ts'
import { stream } from '../support/stream.ts'

const topology = () => rescind(detectors, policyOf({ budget: 0.005 }))
const seeds = fc.integer({ min: 0, max: 1e6 })

/** What happens: an event, quiet time, a receipt and a release for what was ordered, or a point that comes or goes. */
type Step =
  | { event: AgentEvent }
  | { tick: number }
  | { answer: number; with: 'applied' | 'refused' | 'release'; time: number }
  | { point: string; is: 'here' | 'gone'; time: number }

const stepsOf = (seed: number, length: number): Step[] =>
  stream(seed, length).flatMap((without, i): Step[] => {
    const { time } = without
    const point = `p${i % 3}`
    const event = { ...without, point: { id: point } }
    if (i % 13 === 12) return [{ event }, { point, is: i % 4 === 0 ? 'gone' : 'here', time }]
    if (i % 19 === 18) return [{ event }, { answer: i % 5, with: 'refused', time }]
    if (i % 17 === 16) return [{ event }, { answer: i % 5, with: 'applied', time }]
    if (i % 41 === 40) return [{ event }, { answer: i % 3, with: 'release', time }]
    return i % 23 === 22 ? [{ event }, { tick: time + (i % 46 === 45 ? 4 * 3_600_000 : 11_000) }] : [{ event }]
  })

/** Lanes with a changelog of their own, as the live driver has them, but without a log between. */
class Process {
  lanes: Map<string, Lane<Streams>>
  readonly out: string[] = []
  readonly #topology = topology()
  readonly #log = new Map<string, Map<string, string | null>>()
  readonly #clocks = new Map<string, number>()
  readonly #commands: string[] = []

  constructor() {
    this.lanes = this.#open()
  }

  take(step: Step): void {
    if ('event' in step) this.#put('events', step.event)
    else if ('tick' in step) for (const lane of this.lanes.values()) this.#told(lane, () => lane.tick(step.tick, 0))
    else if ('point' in step) {
      const gone = step.is === 'gone' ? [{ point: step.point, since: step.time }] : []
      const here = step.is === 'here' ? [step.point] : []
      this.#put('presence', { tenant: 'default', time: step.time, here, gone })
    } else {
      const command = this.#commands[step.answer % Math.max(1, this.#commands.length)] ?? 'none'
      const about = { tenant: 'default', command, time: step.time }
      if (step.with !== 'release') this.#put('receipts', { ...about, point: `p${step.time % 3}`, outcome: step.with })
      else this.#put('reviews', { ...about, id: `r${step.time}`, by: 'ann', reason: 'ok', verb: 'release' })
    }
  }

  /** All memory is gone; what comes back is what the changelog holds. */
  restart(): void {
    this.lanes = this.#open()
    for (const [name, lane] of this.lanes) {
      for (const [key, state] of this.#log.get(name) ?? [])
        if (state !== null) lane.restore(key, 0, JSON.parse(state) as unknown[])
      lane.endRestore(0, this.#clocks.get(name) ?? 0)
    }
  }

  #open = () => new Map(this.#topology.lanes.map((spec) => [spec.name, new Lane(this.#topology, spec)]))

  #put<Name extends keyof Streams & string>(stream: Name, value: Streams[Name]): void {
    this.#deliver({ topic: '', stream, key: this.#topology.streams[stream].key?.(value) ?? '', value })
  }

  #deliver(output: Output): void {
    if (output.topic !== '') {
      this.out.push(JSON.stringify(output))
      const update = output.value as { command?: string; issue?: unknown }
      if (output.topic === 'commands' && update.issue !== undefined) this.#commands.push(update.command ?? '')
      return
    }
    const spec = this.#topology.streams[output.stream as keyof Streams]
    for (const lane of this.lanes.values())
      if (spec.lane === undefined ? spec.broadcast === true : spec.lane === lane.spec.name)
        // As through a log: what arrives is a copy.
        this.#told(lane, () =>
          lane.accept(output.stream, output.key, JSON.parse(JSON.stringify(output.value)) as Timed, 0),
        )
  }

  #told(lane: Lane<Streams>, act: () => void): void {
    act()
    const outputs = lane.takeOutputs()
    const log = this.#log.get(lane.spec.name) ?? new Map<string, string | null>()
    this.#log.set(lane.spec.name, log)
    for (const { key, state } of lane.takeChanges()) log.set(key, state === null ? null : JSON.stringify(state))
    this.#clocks.set(lane.spec.name, lane.now(0))
    for (const output of outputs) this.#deliver(output)
  }
}

const ran = (steps: readonly Step[], cuts: ReadonlySet<number> = new Set()): string[] => {
  const process = new Process()
  for (const [i, step] of steps.entries()) {
    if (cuts.has(i)) process.restart()
    process.take(step)
  }
  return process.out
}

const driven = (events: readonly AgentEvent[]): Emission[] => {
  const out: Emission[] = []
  const drive = new Drive<Streams>(topology(), (emission) => out.push(structuredClone(emission)))
  for (const event of events) drive.put('events', event)
  return out
}

function grouped<T>(list: readonly T[], by: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const each of list) groups.set(by(each), [...(groups.get(by(each)) ?? []), each])
  return groups
}

describe('the same log', () => {
  test('twice gives the same bytes', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const steps = stepsOf(seed, 300)
        const out = ran(steps)
        expect(out.length).toBeGreaterThan(10)
        expect(ran(steps)).toEqual(out)
      }),
      { numRuns: 10, seed: 1 },
    )
  })

  test('cut and restored anywhere gives what the uninterrupted gives', () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.nat(250), { minLength: 1, maxLength: 6 }), (seed, cuts) => {
        const steps = stepsOf(seed, 250)
        expect(ran(steps, new Set(cuts))).toEqual(ran(steps))
      }),
      { numRuns: 30, seed: 2 },
    )
  })

  test('restored after every single step, too', () => {
    const steps = stepsOf(5, 120)
    expect(ran(steps, new Set(steps.keys()))).toEqual(ran(steps))
  })

  test('through the driver of the tests gives what the live lanes give', () => {
    const events = stream(9, 300)
    const live = ran(events.map((event) => ({ event }))).map((line) => {
      const { topic, key, value } = JSON.parse(line)
      return { topic, key, value }
    })
    expect(JSON.parse(JSON.stringify(driven(events)))).toEqual(live)
  })
})

describe('across keys', () => {
  test('any order of different agents, each in its own, changes nothing for any of them', () => {
    fc.assert(
      fc.property(seeds, seeds, (seed, shuffle) => {
        const events = stream(seed, 300, true)
        const queues = [...grouped(events, (e) => e.agent.id).values()]
        const mixed: AgentEvent[] = []
        for (let i = shuffle; mixed.length < events.length; i = (i * 7919 + 13) % 1_000_003) {
          const left = queues.filter((queue) => queue.length > 0)
          const next = left[i % left.length]?.shift()
          if (next !== undefined) mixed.push(next)
        }
        const findings = (order: readonly AgentEvent[]) =>
          grouped(
            driven(order).filter((e) => e.topic === 'findings'),
            (e) => e.key,
          )
        const told = findings(events)
        const toldMixed = findings(mixed)
        for (const key of told.keys()) expect(toldMixed.get(key)).toEqual(told.get(key))
        expect(toldMixed.size).toBe(told.size)
      }),
      { numRuns: 20, seed: 3 },
    )
  })
})
