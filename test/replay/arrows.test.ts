import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { detectors } from '../../detectors/index.ts'
import type { AnyDetector } from '../../src/detect/define.ts'
import type { Context, Topology } from '../../src/flow/topology.ts'
import type { Command, CommandUpdate } from '../../src/model/command.ts'
import type { AgentEvent } from '../../src/model/event.ts'
import { Drive } from '../../src/runtime/drive.ts'
import type { Streams } from '../../src/stages/streams.ts'
import { rescind } from '../../src/topology.ts'
import { policyOf } from '../support/drive.ts'
import { event } from '../support/events.ts'
import { stream } from '../support/stream.ts'

/** The topology, with each arrow noted as it is taken: `stage → stream`. */
function noting(topology: Topology<Streams>, taken: Set<string>): Topology<Streams> {
  const spied = (name: string, context: Context<Streams, unknown>): Context<Streams, unknown> =>
    new Proxy(context, {
      get(target, property) {
        if (property === 'emit')
          return (to: keyof Streams, value: never) => {
            taken.add(`${name} → ${to}`)
            target.emit(to, value)
          }
        const found: unknown = Reflect.get(target, property, target)
        return typeof found === 'function' ? found.bind(target) : found
      },
      set: (target, property, value) => Reflect.set(target, property, value, target),
    })
  const stages = topology.stages.map(({ lane, stage }) => {
    const { name, run, tick } = stage
    const noted = {
      ...stage,
      run: (input: never, context: Context<Streams, unknown>) => run(input, spied(name, context)),
      ...(tick === undefined ? {} : { tick: (context: Context<Streams, unknown>) => tick(spied(name, context)) }),
    }
    return { lane, stage: noted }
  })
  return { ...topology, stages }
}

/** One of each key whose every call fails, besides those that are shipped. */
const failing = (key: AnyDetector['key']): AnyDetector => {
  const fail = () => {
    throw new Error('broken on purpose')
  }
  const [base] = detectors as [AnyDetector]
  return {
    ...base,
    id: `fails-by-${key}`,
    key,
    stake: 0,
    step: fail,
    wants: fail,
    ...(key === 'credential' ? { revoked: fail } : {}),
  }
}

/**
 * What is declared is printed, and read as the truth. So each arrow has to be taken by something: the golden events, a call that is held, what
 * points and people answer to the commands that came of them, and detectors that fail.
 */
test('every arrow that the topology declares is taken', () => {
  const taken = new Set<string>()
  const issued: Command[] = []
  const all = [...detectors, failing('agent'), failing('trace'), failing('credential')]
  const topology = rescind(
    all,
    policyOf({ budget: 0.005, detectors: { 'untrusted-destination': { options: { proseBits: 6.5 } } } }),
  )
  const drive = new Drive<Streams>(noting(topology, taken), ({ topic, value }) => {
    const { issue, state } = value as CommandUpdate
    if (topic === 'commands' && issue !== undefined && state === 'issued') issued.push(issue)
  })
  const golden = readFileSync(new URL('golden.ndjson', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
  const seen = { in: 'tool-output', form: 'prose' } as const
  const held = event({
    ...{ id: 'held', agent: { id: 'asked' }, kind: 'attempt', outcome: 'stepped-up', action: 'export' },
    ...{ tool: { name: 'mail.send' }, destinations: [{ hash: 'elsewhere', kind: 'email', seen }] },
  })
  const events = [...golden.map((line) => JSON.parse(line) as AgentEvent), ...stream(77, 1000)]
  events.push({ ...held, time: Math.max(...events.map((each) => each.time)) + 1 })
  const about = { tenant: 'default', by: 'ann', reason: 'looked' }
  // Each command that was given out meets another end: the person at the point, its own answer, a person elsewhere, or none.
  const answer = ({ id, agent, rung }: Command, n: number, time: number) => {
    const approval = { id: `approval-${n}`, kind: 'approval' as const, approval: id, principal: 'ann' }
    if (rung === 'step-up') drive.put('events', { ...approval, time, tenant: 'default', agent: { id: agent } })
    else if (n % 4 === 1)
      drive.put('receipts', { tenant: 'default', command: id, point: 'p1', outcome: 'applied', time })
    else if (n % 4 === 2) drive.put('reviews', { ...about, id: `review-${n}`, time, verb: 'release', command: id })
  }
  let time = 0
  let answered = 0
  for (const each of events) {
    time = Math.max(time, each.time)
    drive.put('presence', { tenant: 'default', time, here: ['p1', 'p2'], gone: [] })
    drive.put('events', { ...each, point: { id: `p${1 + (time % 2)}` } })
    for (; answered < issued.length; answered++) answer(issued[answered] as Command, answered, time + 1)
  }
  drive.put('presence', { tenant: 'default', time: time + 1, here: [], gone: [{ point: 'p1', since: time + 1 }] })
  // Silence is an alarm first, and later an end.
  for (let minutes = 0; minutes < 10; minutes++) drive.tick(time + minutes * 60_000)
  for (let hours = 0; hours < 400; hours++) drive.tick(time + hours * 3_600_000)
  const arrows = topology.stages.flatMap(({ stage }) => stage.to.map((to) => `${stage.name} → ${to}`))
  expect(arrows.filter((arrow) => !taken.has(arrow))).toEqual([])
})
