import { describe, expect, test } from 'vitest'
import { largestState } from '../../src/flow/entity.ts'
import { Lane } from '../../src/flow/lane.ts'
import { type Store, topology } from '../../src/flow/topology.ts'

interface Flow {
  notes: { time: number; key: string; size: number; part?: string }
}
interface State {
  small: string
  large: string
  parts: Record<string, string>
}

const store: Store<State> = {
  name: 'notes',
  init: () => ({ small: '', large: '', parts: {} }),
  parts: 'parts',
  shrink(state) {
    state.large = ''
  },
}
const flow = topology<Flow>({ notes: { lane: 'agent', key: (e) => e.key } })
  .lane({ name: 'agent', inbox: 'notes', maxKeys: 10 })
  .stage('agent', {
    name: 'note',
    from: 'notes',
    to: [],
    store,
    run({ key, size, part }, context) {
      const { state } = context
      const text = 'x'.repeat(size)
      if (part !== undefined) {
        state.parts[part] = text
        context.touch(part)
      } else if (key === 'stubborn') state.small = text
      else state.large = text
    },
  })
  .build()
const [spec] = flow.lanes
if (spec === undefined) throw new Error('no lane')

const open = () => new Lane(flow, spec)
const give = (lane: Lane<Flow>, key: string, size: number, part?: string) =>
  lane.accept('notes', key, { time: 1, key, size, ...(part === undefined ? {} : { part }) } as never, 0)
const texts = (lane: Lane<Flow>) => new Map(lane.takeTexts(0).map(({ key, text }) => [key, text]))

describe('a state that has outgrown what is kept of one key', () => {
  test('is written as far as it can do without, and is so in memory', () => {
    const lane = open()
    give(lane, 'a', largestState)
    give(lane, 'b', 10)
    const written = texts(lane)
    expect(JSON.parse(written.get('a') ?? '')).toEqual([{ small: '', large: '', parts: {} }])
    expect(written.get('b')).toContain('xxxxxxxxxx')
    expect(lane.peek('a', store)?.large).toBe('')
    expect(lane.stats.outgrown).toBe(1)
  })

  test('is forgotten where that is not enough, with its parts, and begins anew', () => {
    const lane = open()
    give(lane, 'stubborn', 10, 'one')
    texts(lane)
    give(lane, 'stubborn', largestState)
    expect([...texts(lane)].sort()).toEqual([
      ['\u0000part/one/stubborn', null],
      ['stubborn', null],
    ])
    expect([lane.stats.outgrown, lane.stats.keys]).toEqual([1, 0])
    give(lane, 'stubborn', 3)
    expect(texts(lane).get('stubborn')).toContain('xxx')
  })

  test('is the same where it cannot be written at all', () => {
    const lane = open()
    give(lane, 'a', 10)
    Object.assign(lane.peek('a', store) ?? {}, { large: 1n })
    expect(texts(lane).get('a')).toContain('"large":""')
  })

  test('one of many that is too large stays as it was last written', () => {
    const lane = open()
    give(lane, 'a', 3, 'one')
    texts(lane)
    give(lane, 'a', largestState, 'one')
    expect([...texts(lane).keys()]).toEqual(['a'])
    expect(lane.stats.outgrown).toBe(1)
  })

  test('counts among what changed until it is written', () => {
    const lane = open()
    give(lane, 'a', 1000)
    texts(lane)
    expect(lane.changedSize(0)).toBe(0)
    give(lane, 'a', 10)
    expect(lane.changedSize(0)).toBeGreaterThan(1000)
  })
})
