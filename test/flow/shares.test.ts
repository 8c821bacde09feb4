import { expect, test } from 'vitest'
import { Lane } from '../../src/flow/lane.ts'
import { topology } from '../../src/flow/topology.ts'

interface Flow {
  notes: { time: number; key: string }
  told: { time: number; key: string }
}
const owner = (key: string) => key.slice(0, 1)
const flow = topology<Flow>({
  notes: { lane: 'agent', key: (e) => e.key },
  told: { lane: 'agent', key: (e) => e.key, broadcast: true, bound: { values: 10, owner } },
})
  .lane({ name: 'agent', inbox: 'notes', maxKeys: 10, owner })
  .stage('agent', {
    name: 'count',
    from: 'notes',
    to: [],
    store: { name: 'count', init: () => ({ n: 0 }) },
    run(_, { state }) {
      state.n++
    },
  })
  .build()
const [spec] = flow.lanes
if (spec === undefined) throw new Error('no lane')
const open = () => new Lane(flow, spec)
const give = (lane: Lane<Flow>, stream: keyof Flow, ...keys: string[]) => {
  for (const key of keys) lane.accept(stream, key, { time: 1, key } as never, 0)
}
const many = (name: string, n: number) => Array.from({ length: n }, (_, i) => `${name}${i}`)

test('keys that one owner invents push out that owner’s, and nobody else’s', () => {
  const lane = open()
  give(lane, 'notes', ...many('b', 4), ...many('a', 1000))
  const left = [...lane.keys()]
  expect(left.filter((key) => owner(key) === 'b').sort()).toEqual(many('b', 4))
  expect(left).toHaveLength(10)
  expect(lane.stats).toMatchObject({ keys: 10, evicted: 994 })
})

test('who comes later still gets an even share', () => {
  const lane = open()
  give(lane, 'notes', ...many('a', 10), ...many('b', 5))
  expect([...lane.keys()].filter((key) => owner(key) === 'b')).toHaveLength(5)
})

test('the same holds for broadcast values, and what made room is gone after a restart too', () => {
  const lane = open()
  give(lane, 'told', ...many('b', 4), ...many('a', 100))
  const restored = open()
  for (const { key, text } of lane.takeTexts(0))
    if (text === null) restored.drop(key, 0)
    else restored.restore(key, 0, text)
  for (const each of [lane, restored]) {
    expect(many('b', 4).every((key) => each.shared('told', key) !== undefined)).toBe(true)
    expect(many('a', 100).filter((key) => each.shared('told', key) !== undefined)).toEqual(many('a', 100).slice(94))
  }
  expect(lane.stats.evicted).toBe(94)
})
