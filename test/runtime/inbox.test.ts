import { expect, test } from 'vitest'
import { Lane, type Output } from '../../src/flow/lane.ts'
import { topology } from '../../src/flow/topology.ts'
import { formats } from '../../src/formats/index.ts'
import { foreignRecords } from '../../src/runtime/foreign.ts'
import { Inbox } from '../../src/runtime/inbox.ts'
import { openInlet } from '../../src/runtime/inlet.ts'
import { event } from '../support/events.ts'

interface Flow {
  events: { time: number }
  counts: { time: number; n: number }
}

const store = { name: 'count', init: () => ({ n: 0 }) }
const flow = topology<Flow>({ events: { lane: 'agent', key: () => 'k' }, counts: { lane: 'other', key: () => 'all' } })
  .lane({ name: 'agent', inbox: 'events', maxKeys: 10 })
  .lane({ name: 'other', inbox: 'by-other', maxKeys: 10 })
  .stage('agent', {
    name: 'count',
    from: 'events',
    to: ['counts'],
    store,
    run(input, context) {
      context.state.n++
      context.emit('counts', { time: input.time, n: context.state.n })
      context.emit('counts', { time: input.time, n: -context.state.n })
    },
  })
  .build()

const record = (offset: number, from?: string, partition = 0) => ({
  topic: 'events',
  partition,
  offset,
  key: 'k',
  value: JSON.stringify({ time: offset }),
  headers: { stream: 'events', ...(from === undefined ? {} : { from }) },
  appended: 0,
})
const inboxOf = (changelog = true) => {
  const [spec] = flow.lanes
  if (spec === undefined) throw new Error('no lane')
  return new Inbox(new Lane(flow, spec, changelog))
}
const taken = (inbox: Inbox<Flow>, records: readonly ReturnType<typeof record>[]) => {
  const out: string[] = []
  for (const each of records)
    inbox.take(each, (output: Output, cause) => out.push(`${JSON.stringify(output.value)} ${cause}`))
  return out
}

test('each output is named by the record that caused it and its place among that record’s outputs', () => {
  expect(taken(inboxOf(), [record(7, undefined, 3)])).toEqual([
    '{"time":7,"n":1} agent/3#0@7.0',
    '{"time":7,"n":-1} agent/3#0@7.1',
  ])
})

test('what a crash made its sender send again is taken once', () => {
  const inbox = inboxOf()
  const sent = ['a/0#0@5.0', 'a/0#0@5.1', 'b/0#0@2.0', 'a/0#0@9.0']
  const again = ['a/0#0@5.0', 'a/0#0@5.1', 'a/0#0@9.0', 'b/0#0@2.0']
  taken(
    inbox,
    [...sent, ...again, 'a/0#0@9.1', 'a/0#1@0.0'].map((from, i) => record(i, from)),
  )
  expect(inbox.lane.peek('k', store)).toEqual({ n: 6 })
  expect(inbox.repeated).toBe(4)
})

test('records below the place that was restored are not taken', () => {
  const inbox = inboxOf()
  inbox.restore(0, { next: 3, time: 2, epoch: 0, sources: {} })
  taken(
    inbox,
    [1, 2, 3, 4].map((offset) => record(offset)),
  )
  expect(inbox.lane.peek('k', store)).toEqual({ n: 2 })
  expect(inbox.progress(0)).toMatchObject({ next: 5, time: 4 })
})

test('a cause that is none is taken as it comes', () => {
  const inbox = inboxOf()
  for (const from of ['', 'nothing', 'a/0@x.y', '@', 'a@1.']) taken(inbox, [record(inbox.progress(0).next, from)])
  expect(inbox.lane.peek('k', store)).toEqual({ n: 5 })
})

test('records that others wrote are decoded: here, elsewhere, or to the dead letters', () => {
  const read = foreignRecords(openInlet(formats, 'acme'), { partitionOf: (_, key) => (key.endsWith('/here') ? 0 : 1) })
  const raw = (value: string) => ({ ...record(1), value, headers: {}, appended: 1_800_000_000_000 })
  const body = [event({ agent: { id: 'here' } }), event({ agent: { id: 'there' } })].map((e) => JSON.stringify(e))
  const found = read(raw(`${body.join('\n')}\n{"id":5}`))
  expect(found.events.map(({ key }) => key)).toEqual(['acme/here'])
  expect(found.events[0]?.event.origin).toEqual({ publisher: 'source:events', owner: true, arrived: 1_800_000_000_000 })
  expect(found.elsewhere.map(({ key }) => key)).toEqual(['acme/there'])
  expect(found.rejects).toHaveLength(1)
  expect(read(raw(`${body.join('\n')}\n{"id":5}`))).toEqual(found)
})
