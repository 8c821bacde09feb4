import { beforeEach, describe, expect, test } from 'vitest'
import type { Change } from '../../src/flow/entity.ts'
import { Lane } from '../../src/flow/lane.ts'
import { type LaneSpec, type Stage, type Topology, topology } from '../../src/flow/topology.ts'

interface Note {
  time: number
  to: string
  text: string
}
interface Streams {
  notes: Note
  seen: Note
  inside: Note
  away: Note
  rates: Note
}

const calls: string[] = []
beforeEach(() => {
  calls.length = 0
})

const note = (to: string, time = 0, text = ''): Note => ({ to, time, text })
type Own = { n: number; last: string; rate: string }
const own = { name: 'own', init: (): Own => ({ n: 0, last: '', rate: '' }) }

/** Counts, tells a stage of its own lane, another lane and the outside. */
const first: Stage<Streams, 'notes', Own> = {
  name: 'first',
  from: 'notes',
  to: ['seen', 'inside', 'away', 'notes'],
  store: own,
  run(input, context) {
    calls.push(`first ${context.key}`)
    context.state.n++
    context.state.rate = context.shared('rates', 'current')?.text ?? ''
    context.emit('inside', input)
    context.emit('seen', { ...input, text: `${context.state.n} ${context.now}` })
    if (input.text === 'away') context.emit('away', input)
    if (input.text.startsWith('to ')) context.emit('notes', note(input.text.slice(3), input.time))
    if (input.text === 'wrong') context.emit('rates', input)
    calls.push(`first ${context.key} done`)
  },
  tick(context) {
    if (context.state.last === 'quiet') return
    context.state.last = `tick ${context.now}`
    context.emit('seen', note(context.key, context.now, 'tick'))
  },
}
/** Shares the store of the first; has none of the stream’s own. */
const second: Stage<Streams, 'inside', Own> = {
  name: 'second',
  from: 'inside',
  to: [],
  store: own,
  run(input, context) {
    calls.push(`second ${context.key}`)
    context.state.last = input.text
  },
}
const list = { name: 'list', init: (): string[] => [] }
const third: Stage<Streams, 'notes', string[]> = {
  name: 'third',
  from: 'notes',
  to: [],
  store: list,
  run: (input, context) => {
    calls.push(`third ${context.key}`)
    context.state.push(input.text)
  },
}
const elsewhere: Stage<Streams, 'away', unknown> = { name: 'elsewhere', from: 'away', to: [], run() {} }

function flow(over: Partial<LaneSpec> = {}): { topology: Topology<Streams>; spec: LaneSpec } {
  const spec: LaneSpec = { name: 'here', inbox: 'here', maxKeys: 100, ...over }
  const built = topology<Streams>({
    notes: { lane: 'here', key: (n) => n.to },
    seen: { topic: 'seen', key: (n) => n.to },
    inside: {},
    away: { lane: 'there', key: (n) => `away ${n.to}` },
    rates: { lane: 'here', key: () => 'current', broadcast: true },
  })
    .lane(spec)
    .lane({ name: 'there', inbox: 'there', maxKeys: 10 })
    .stage('here', first)
    .stage('here', second)
    .stage('here', third)
    .stage('there', elsewhere)
    .build()
  return { topology: built, spec }
}
const open = (over: Partial<LaneSpec> = {}, changelog = true) => {
  const { topology: built, spec } = flow(over)
  return new Lane(built, spec, changelog)
}
/** As the changelog keeps it. */
const written = (changes: readonly Change[]): Change[] => JSON.parse(JSON.stringify(changes))
const give = (lane: Lane<Streams>, ...notes: Note[]) => {
  for (const each of notes) lane.accept('notes', each.to, each, 0)
}

describe('order and place', () => {
  test('stages run in the order of the topology, emissions inside a lane at once', () => {
    give(open(), note('a'))
    expect(calls).toEqual(['first a', 'second a', 'first a done', 'third a'])
  })

  test('outputs keep their order; another lane’s are addressed by its key', () => {
    const lane = open()
    give(lane, note('a', 5, 'away'), note('b', 7))
    expect(lane.quiet).toBe(false)
    expect(lane.takeOutputs()).toEqual([
      { topic: 'seen', stream: 'seen', key: 'a', value: note('a', 5, '1 5') },
      { topic: '', stream: 'away', key: 'away a', value: note('a', 5, 'away'), at: 5 },
      { topic: 'seen', stream: 'seen', key: 'b', value: note('b', 7, '1 7') },
    ])
    expect(lane.quiet).toBe(true)
  })

  test('a record for another key of the same lane goes through the inbox', () => {
    const lane = open()
    give(lane, note('a', 1, 'to b'))
    expect(calls.filter((c) => c.startsWith('first'))).toEqual(['first a', 'first a done'])
    expect(lane.takeOutputs().at(-1)).toEqual({ topic: '', stream: 'notes', key: 'b', value: note('b', 1), at: 1 })
  })

  test('a record for the same key is handled at once', () => {
    const lane = open()
    give(lane, note('a', 1, 'to a'))
    expect(calls.filter((c) => c === 'first a')).toHaveLength(2)
    expect(lane.takeOutputs().map((o) => o.stream)).toEqual(['seen', 'seen'])
  })

  test('emitting where the stage did not say it would is a bug', () => {
    expect(() => give(open(), note('a', 0, 'wrong'))).toThrow('stage first may not emit to rates')
  })

  test('a stream that nobody reads is counted and left', () => {
    const lane = open()
    lane.accept('constructor', 'a', note('a'), 0)
    expect(lane.stats).toMatchObject({ ignored: 1, processed: 0, keys: 0 })
  })

  test('stages that name the same store share it, others do not', () => {
    const lane = open()
    give(lane, note('a', 1, 'x'))
    expect(lane.peek('a', own)).toEqual({ n: 1, last: 'x', rate: '' })
    expect(lane.peek('a', list)).toEqual(['x'])
    expect(() => lane.peek('a', { ...own })).toThrow('no stage of lane here has this store own')
    expect(lane.peek('b', own)).toBeUndefined()
  })

  test('time is the largest seen in the partition and never goes back', () => {
    const lane = open()
    give(lane, note('a', 50), note('a', 10))
    expect(lane.now(0)).toBe(50)
    expect(lane.now(1)).toBe(0)
    lane.tick(20, 0)
    expect(lane.now(0)).toBe(50)
  })
})

describe('broadcast', () => {
  test('the last value is seen by every key of the partition and by no other', () => {
    const lane = open()
    lane.accept('rates', 'current', note('', 0, 'low'), 0)
    lane.accept('rates', 'current', note('', 0, 'high'), 0)
    give(lane, note('a'))
    lane.accept('notes', 'b', note('b'), 1)
    expect(lane.peek('a', own)).toMatchObject({ rate: 'high' })
    expect(lane.peek('b', own)).toMatchObject({ rate: '' })
  })

  test('it comes back from the changelog', () => {
    const lane = open()
    lane.accept('rates', 'current', note('', 0, 'high'), 0)
    const again = open()
    for (const { key, partition, state } of written(lane.takeChanges())) again.restore(key, partition, state ?? [])
    give(again, note('a'))
    expect(again.peek('a', own)).toMatchObject({ rate: 'high' })
    expect([...again.keys()]).toEqual(['a'])
  })
})

describe('ticks', () => {
  test('each key of the partition is told once time moves, and not again for the same time', () => {
    const lane = open()
    give(lane, note('a'), note('b'))
    lane.accept('notes', 'c', note('c'), 1)
    lane.takeOutputs()
    lane.tick(9, 0)
    lane.tick(9, 0)
    expect(lane.takeOutputs().map((o) => [o.key, o.value])).toEqual([
      ['a', note('a', 9, 'tick')],
      ['b', note('b', 9, 'tick')],
    ])
    expect(lane.waits).toBe(true)
  })

  test('what a tick changed is in the changelog', () => {
    const lane = open()
    give(lane, note('a'), note('b', 0, 'quiet'))
    lane.takeChanges()
    lane.tick(9, 0)
    expect(written(lane.takeChanges())).toEqual([
      { key: 'a', partition: 0, state: [{ n: 1, last: 'tick 9', rate: '' }, ['']] },
    ])
  })
})

describe('changes', () => {
  test('a key is told once, with its latest state', () => {
    const lane = open()
    give(lane, note('a', 0, '1'), note('b'), note('a', 0, '2'))
    expect(written(lane.takeChanges())).toEqual([
      { key: 'a', partition: 0, state: [{ n: 2, last: '2', rate: '' }, ['1', '2']] },
      { key: 'b', partition: 0, state: [{ n: 1, last: '', rate: '' }, ['']] },
    ])
    expect(lane.takeChanges()).toEqual([])
  })

  test('without a changelog nothing is collected', () => {
    const lane = open({}, false)
    give(lane, note('a'))
    expect(lane.takeChanges()).toEqual([])
  })

  test('a partition that is not owned any more is forgotten, the rest stays', () => {
    const lane = open()
    give(lane, note('a', 5))
    lane.accept('notes', 'b', note('b', 6), 1)
    lane.forget(0)
    expect([...lane.keys()]).toEqual(['b'])
    expect([lane.now(0), lane.now(1)]).toEqual([0, 6])
    expect(lane.stats.keys).toBe(1)
  })
})

describe('bounds', () => {
  test('at the limit the longest untouched goes, is counted and leaves a tombstone', () => {
    const lane = open({ maxKeys: 3 })
    give(lane, note('a'), note('b'), note('c'))
    give(lane, note('d'))
    // Everything was touched: the first round clears the marks, the oldest goes.
    expect([...lane.keys()].sort()).toEqual(['b', 'c', 'd'])
    give(lane, note('b'), note('e'))
    expect([...lane.keys()].sort()).toEqual(['b', 'd', 'e'])
    expect(lane.stats).toMatchObject({ evicted: 2, keys: 3 })
    expect(lane.takeChanges().filter((c) => c.state === null)).toEqual([
      { key: 'a', partition: 0, state: null },
      { key: 'c', partition: 0, state: null },
    ])
  })

  test('a key that comes back after its eviction begins anew, and the changelog ends with its new state', () => {
    const lane = open({ maxKeys: 1 })
    give(lane, note('a'), note('b'), note('a', 0, 'new'))
    const last = new Map(written(lane.takeChanges()).map((c) => [c.key, c.state]))
    expect(last.get('a')).toEqual([{ n: 1, last: 'new', rate: '' }, ['new']])
    expect(last.get('b')).toBeNull()
  })

  test('quiet keys are forgotten as new ones come, none piles up', () => {
    const lane = open({ idleMs: 100 })
    for (let i = 0; i < 50; i++) give(lane, note(`old ${i}`, i))
    for (let i = 0; i < 60; i++) give(lane, note(`new ${i}`, 1000 + i))
    expect([...lane.keys()].some((k) => k.startsWith('old'))).toBe(false)
    expect(lane.stats).toMatchObject({ idle: 50, keys: 60, evicted: 0 })
  })

  test('keys of a partition whose time stands still do not shelter the others', () => {
    const lane = open({ idleMs: 100 })
    for (let i = 0; i < 4; i++) lane.accept('notes', `still ${i}`, note('', 1), 1)
    for (let i = 0; i < 200; i++) give(lane, note(`k ${i}`, i * 50))
    expect(lane.stats.keys).toBeLessThan(20)
  })

  test('a key that comes back after it was quiet too long begins anew, swept or not', () => {
    const lane = open({ idleMs: 100 })
    give(lane, note('a', 0), note('a', 100), note('a', 201))
    expect(lane.peek('a', own)).toMatchObject({ n: 1 })
    expect(lane.stats.idle).toBe(1)
  })

  test('how long a key was quiet survives a restart', () => {
    const before = open({ idleMs: 100 })
    give(before, note('a', 0), note('b', 90))
    const after = open({ idleMs: 100 })
    for (const { key, partition, state } of written(before.takeChanges())) after.restore(key, partition, state ?? [])
    after.endRestore(0, 90)
    for (const lane of [before, after]) give(lane, note('a', 150), note('b', 150))
    expect(after.peek('a', own)).toEqual(before.peek('a', own))
    expect(after.peek('a', own)).toMatchObject({ n: 1 })
    expect(after.peek('b', own)).toMatchObject({ n: 2 })
  })
})

describe('whose clock it is', () => {
  const arrivals = topology<Pick<Streams, 'notes' | 'seen'>>({
    notes: { lane: 'first', key: (v) => v.to, arrived: (v) => Number(v.text) },
    seen: { topic: 'seen' },
  })
    .lane({ name: 'first', inbox: 'in', maxKeys: 10 })
    .stage('first', {
      name: 'late',
      from: 'notes',
      to: ['seen'],
      run: (input, context) => context.emit('seen', note(input.to, context.now)),
    })
    .build()
  const lane = () => new Lane(arrivals, arrivals.lanes[0] as LaneSpec, false)

  test('it is that of the arrival, and not what a writer says of the time', () => {
    const seen = lane()
    for (const each of [note('a', 900, '10'), note('a', 0, '20'), note('a', 900, '15')])
      seen.accept('notes', 'a', each, 0)
    expect(seen.takeOutputs().map(({ value }) => (value as Note).time)).toEqual([10, 20, 20])
  })

  test('what another lane sent comes at that lane’s time', () => {
    const seen = lane()
    seen.accept('notes', 'a', note('a', 900, '800'), 0, 30)
    expect(seen.now(0)).toBe(30)
  })
})
