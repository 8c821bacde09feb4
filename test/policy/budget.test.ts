import { describe, expect, test } from 'vitest'
import { noRisk } from '../../src/model/agent-state.ts'
import type { AgentEvent } from '../../src/model/event.ts'
import type { Act } from '../../src/model/finding.ts'
import { accumulate } from '../../src/policy/fade.ts'
import { costOfBad, decide, interrupts, meanCost } from '../../src/policy/ladder.ts'
import { Driven, policyOf } from '../support/drive.ts'
import { normal, pick, poisson, seeded } from '../support/random.ts'

const acts: readonly Act[] = [
  { action: 'read' },
  { action: 'read' },
  { action: 'list' },
  { action: 'write' },
  { action: 'export', sensitivity: 'confidential' },
  { action: 'delete', environment: 'staging' },
]

/** Bets whose expectation is one under the null, from mild to wild. */
const bets: [string, (random: () => number) => number][] = [
  ['double or nothing', (random) => (random() < 0.5 ? 2 : 0)],
  ['one in a thousand pays a thousand', (random) => (random() < 0.001 ? 1000 : 0)],
  ['calibrated p-values', (random) => 0.2 * (1 - random()) ** -0.8],
  ['likelihood ratio of a shifted normal', (random) => Math.exp(normal(random) - 0.5)],
]

describe('false interruptions stay within the budget, whatever the bet', () => {
  test.each(bets)('%s', (_, bet) => {
    const random = seeded(7)
    const { policy } = policyOf({ budget: 0.002 })
    const events = 150_000
    let interrupted = 0
    let risk = noRisk(0)
    const agent = { acts: 0, cost: 0 }
    for (let i = 0; i < events; i++) {
      const act = pick(acts, random)
      agent.acts++
      agent.cost += costOfBad(act, policy)
      const looked = random() < 0.5
      accumulate(risk, looked ? Math.log2(0.6 + 0.4 * bet(random)) : 0, 0)
      if (interrupts(decide(risk.bits, 0, act, meanCost(agent), policy).rung)) {
        interrupted++
        // A person looks and releases.
        risk = noRisk(0)
      }
    }
    expect(interrupted / events).toBeLessThanOrEqual(policy.budget)
  })
})

test.each([0.002, 0.0001])('a benign fleet is interrupted no more than a budget of %f says', (budget) => {
  let interrupted = 0
  let findings = 0
  let seen = 0
  for (const seed of [20, 21, 22]) {
    const driven = new Driven({ budget })
    const events = fleet(seeded(seed))
    driven.events(...events)
    interrupted += driven.commands.filter((c) => interrupts(c.rung)).length
    findings += driven.findings.length
    seen += events.length
  }
  expect(findings).toBeGreaterThan(50)
  expect(interrupted / seen).toBeLessThanOrEqual(budget)
})

/** Agents with tools by a power law, tasks of some minutes, now and then something new, paces that vary. */
function fleet(random: () => number): AgentEvent[] {
  const events: AgentEvent[] = []
  let n = 0
  for (let a = 0; a < 12; a++) {
    const habit = 3 + Math.floor(random() * 10)
    let time = 1_800_000_000_000
    for (let t = 0; t < 60; t++) {
      time += 600_000 * random()
      const calls = 1 + poisson(30 * random(), random)
      for (let c = 0; c < calls; c++) {
        time += 15_000 * random()
        const tool = Math.min(60, Math.floor(random() ** (-1 / 1.5) * habit) - habit)
        const write = tool % 3 === 2
        events.push({
          id: `b-${n++}`,
          time: Math.floor(time),
          kind: 'outcome',
          tenant: 'default',
          agent: { id: `benign-${a}`, cohort: `team-${a % 2}` },
          task: { id: `t-${a}-${t}` },
          tool: { name: `tool-${tool}` },
          action: tool === 11 ? 'export' : write ? 'write' : 'read',
          resource: { dataset: `set-${tool % 5}` },
          destinations: [{ hash: `d-${tool % 7}`, kind: 'url' }],
          result: { bytes: Math.floor(Math.exp(7 + 2 * normal(random))) },
          outcome: 'allowed',
        })
      }
      events.push({
        id: `b-${n++}`,
        time: Math.floor(time),
        kind: 'task-end',
        tenant: 'default',
        agent: { id: `benign-${a}`, cohort: `team-${a % 2}` },
        task: { id: `t-${a}-${t}` },
      })
    }
  }
  events.sort((x, y) => x.time - y.time)
  return events
}
