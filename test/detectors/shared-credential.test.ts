import { expect, test } from 'vitest'
import { Driven } from '../support/drive.ts'
import { event } from '../support/events.ts'

const start = 1_800_000_000_000
const minute = 60_000

/** What is said of each use of one credential, by agents in this order, so far apart. */
const saidOf = (agents: readonly string[], apart = minute): string[] => {
  const driven = new Driven()
  for (const [i, id] of agents.entries()) {
    const about = { agent: { id }, credential: { id: 'key' }, source: { network: `net of ${id}` }, session: id }
    driven.events(event({ id: `e${i}`, time: start + i * apart, ...about }))
  }
  return driven.findings.filter((f) => f.detector === 'shared-credential').map((f) => `${f.because} · ${f.evidence[0]}`)
}
const agents = (count: number) => Array.from({ length: count }, (_, i) => `agent-${i + 1}`)

test('each user is held against the one before it, the ninth too, for whom the first is forgotten', () => {
  expect(saidOf(agents(12))).toEqual(
    agents(12)
      .slice(1)
      .map(
        (id, i) =>
          `credential key used by ${id} from net of ${id}, 1 min after agent-${i + 1} from net of agent-${i + 1} · e${i}`,
      ),
  )
})

test('whoever uses it all the time is not forgotten for those who used it once', () => {
  const others = agents(12).slice(1)
  const said = saidOf(
    others.flatMap((other) => ['agent-1', other]),
    61 * minute,
  )
  expect(said).toHaveLength(others.length)
  expect(said.every((each) => each.includes('after agent-1 from'))).toBe(true)
})
