import { expect, test } from 'vitest'
import { Lane } from '../../src/flow/lane.ts'
import { topology } from '../../src/flow/topology.ts'
import type { Append, LogRecord } from '../../src/ports/log.ts'
import { Inbox } from '../../src/runtime/inbox.ts'
import { changelogOf, restorePartition } from '../../src/runtime/state.ts'

interface Flow {
  events: { time: number; key: string }
}
const flow = topology<Flow>({ events: { lane: 'agent', key: (e) => e.key } })
  .lane({ name: 'agent', inbox: 'events', maxKeys: 10 })
  .stage('agent', {
    name: 'count',
    from: 'events',
    to: [],
    store: { name: 'count', init: () => ({ n: 0 }) },
    run(_, context) {
      context.state.n++
    },
  })
  .build()

const [spec] = flow.lanes
if (spec === undefined) throw new Error('no lane')
const open = () => new Inbox(new Lane(flow, spec))
const put = (inbox: Inbox<Flow>, offset: number, key: string) =>
  inbox.take(
    {
      ...{ topic: 'events', partition: 2, offset, key, headers: { stream: 'events' }, appended: 0 },
      value: JSON.stringify({ time: offset * 10, key }),
    },
    () => {},
  )

/** A log that holds what was written to the changelog, in the order given. */
const holding = (appends: readonly Append[], end: number) => ({
  async *read(): AsyncGenerator<LogRecord> {
    for (const [offset, { topic, key, value, headers = {} }] of appends.entries())
      yield { topic, partition: 2, offset, key, value, headers, appended: 0 }
  },
  range: async () => ({ start: 4, end }),
})

async function restored(appends: readonly Append[], end = 100) {
  const inbox = open()
  let keys = 0
  const begin = await restorePartition(
    holding(appends, end),
    inbox,
    { topic: 'events', partition: 2, offset: 1 },
    (n) => {
      keys += n
    },
  )
  return { inbox, begin, keys, states: Object.fromEntries([...inbox.lane.snapshot(2)].map((s) => [s.key, s.state])) }
}

test('a partition comes back with its keys, its time, and the place where to go on', async () => {
  const inbox = open()
  put(inbox, 5, 'a')
  put(inbox, 6, 'b')
  const first = changelogOf(inbox, 2)
  put(inbox, 7, 'a')
  const second = changelogOf(inbox, 2)
  expect(second.map(({ key }) => key)).toEqual(['a', '\u0000progress'])
  const { begin, states, keys, inbox: again } = await restored([...first, ...second])
  expect(begin).toEqual({ topic: 'events', partition: 2, offset: 8 })
  expect(states).toEqual({ a: [{ n: 2 }], b: [{ n: 1 }] })
  expect(again.lane.now(2)).toBe(70)
  expect(keys).toBe(5)
})

test('what an instance wrote late, after its successor, changes nothing', async () => {
  const late = open()
  put(late, 5, 'a')
  put(late, 6, 'b')
  const lateWrite = changelogOf(late, 2)
  const next = open()
  for (const [offset, key] of [
    [5, 'a'],
    [6, 'b'],
    [7, 'a'],
    [8, 'c'],
  ] as const)
    put(next, offset, key)
  const written = changelogOf(next, 2)
  const { begin, states } = await restored([...written, ...lateWrite])
  expect(begin.offset).toBe(9)
  expect(states).toEqual({ a: [{ n: 2 }], b: [{ n: 1 }], c: [{ n: 1 }] })
})

test('nothing is there: it begins where the group is', async () => {
  expect((await restored([])).begin.offset).toBe(1)
})

test('an inbox that was made anew begins a new epoch, so that its causes are not taken for old ones', async () => {
  const inbox = open()
  put(inbox, 50, 'a')
  const { begin, inbox: again } = await restored(changelogOf(inbox, 2), 10)
  expect(begin.offset).toBe(4)
  expect(again.progress(2).epoch).toBe(1)
})

test('a key that reads like a record of ours comes back as the key that it is', async () => {
  const inbox = open()
  const names = ['\u0000progress', '\u0000shared/policy/current', '\u0000part/a/b', '\u0000key/x', '\u0000', 'x']
  for (const [at, name] of names.entries()) put(inbox, 5 + at, name)
  const { begin, states } = await restored(changelogOf(inbox, 2))
  expect(begin.offset).toBe(5 + names.length)
  expect(states).toEqual(Object.fromEntries(names.map((name) => [name, [{ n: 1 }]])))
})
