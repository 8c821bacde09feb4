import { expect, test } from 'vitest'
import { Lane } from '../../src/flow/lane.ts'
import { type Store, topology } from '../../src/flow/topology.ts'

interface Flow {
  notes: { time: number; key: string; id: string; n: number | null }
}
interface State {
  count: number
  many: Record<string, { n: number }>
}

const store: Store<State> = { name: 'notes', init: () => ({ count: 0, many: {} }), parts: 'many' }
const flow = topology<Flow>({ notes: { lane: 'tenant', key: (e) => e.key } })
  .lane({ name: 'tenant', inbox: 'notes', maxKeys: 2 })
  .stage('tenant', {
    name: 'note',
    from: 'notes',
    to: [],
    store,
    run({ id, n }, context) {
      const { state } = context
      state.count++
      if (n === null) delete state.many[id]
      else state.many[id] = { n }
      context.touch(id)
    },
  })
  .build()

const open = () => new Lane(flow, flow.lanes[0] as (typeof flow.lanes)[number])
const give = (lane: Lane<Flow>, key: string, id: string, n: number | null) =>
  lane.accept('notes', key, { time: 1, key, id, n } as never, 0)
type Log = Map<string, string | null>
const flush = (lane: Lane<Flow>, log: Log) => {
  const changes = lane.takeChanges(0)
  for (const { key, state } of changes) {
    log.delete(key)
    log.set(key, state === null ? null : JSON.stringify(state))
  }
  return changes.length
}
const restored = (log: Log) => {
  const lane = open()
  for (const [key, state] of log)
    if (state === null) lane.drop(key, 0)
    else lane.restore(key, 0, state)
  lane.endRestore(0, 1)
  return lane
}

test('a change of one of many writes that one, and the store without them', () => {
  const lane = open()
  const log: Log = new Map()
  for (let i = 0; i < 100; i++) give(lane, 't', `${i}`, i)
  expect(flush(lane, log)).toBe(101)
  give(lane, 't', '7', 70)
  give(lane, 't', '8', null)
  expect(lane.takeChanges(0)).toEqual([
    { key: 't', partition: 0, state: [{ count: 102, many: {} }] },
    { key: '\u0000part/7/t', partition: 0, state: [{ n: 70 }] },
    { key: '\u0000part/8/t', partition: 0, state: null },
  ])
  expect(lane.takeChanges(0)).toEqual([])
})

test('they come back whatever order they are read in, and what is gone stays gone', () => {
  const lane = open()
  const log: Log = new Map()
  give(lane, 't', 'a', 1)
  give(lane, 't', 'b', 2)
  give(lane, 'u/x', 'a', 3)
  flush(lane, log)
  give(lane, 't', 'a', null)
  give(lane, 't', 'c', 4)
  flush(lane, log)
  for (const order of [log, new Map([...log].reverse())]) {
    const again = restored(order)
    expect(again.peek('t', store)).toEqual({ count: 4, many: { b: { n: 2 }, c: { n: 4 } } })
    expect(again.peek('u/x', store)).toEqual({ count: 1, many: { a: { n: 3 } } })
    give(again, 't', 'b', 5)
    expect(again.takeChanges(0).map(({ key }) => key)).toEqual(['t', '\u0000part/b/t'])
  }
})

test('a key that is forgotten takes its parts with it', () => {
  const lane = open()
  const log: Log = new Map()
  give(lane, 't', 'a', 1)
  flush(lane, log)
  for (const key of ['u', 'v']) give(lane, key, 'z', 1)
  flush(lane, log)
  expect(
    [...log]
      .filter(([, state]) => state === null)
      .map(([key]) => key)
      .sort(),
  ).toEqual(['\u0000part/a/t', 't'])
  expect(restored(log).peek('t', store)).toBeUndefined()
})
