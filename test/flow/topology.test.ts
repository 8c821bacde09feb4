import { expect, test } from 'vitest'
import { type Stage, toMermaid, topology } from '../../src/flow/topology.ts'

interface Streams {
  words: { time: number; text: string }
  counted: { time: number; text: string; n: number }
  totals: { time: number; n: number }
}
type Words = Stage<Streams, 'words', { n: number }>

const count: Words = {
  name: 'count',
  from: 'words',
  to: ['counted'],
  store: { name: 'n', init: () => ({ n: 0 }) },
  run() {},
}
const total: Stage<Streams, 'counted', unknown> = { name: 'total', from: 'counted', to: ['totals'], run() {} }

const streams = {
  words: { lane: 'word', key: (w: Streams['words']) => w.text },
  counted: { lane: 'all', key: () => 'all' },
  totals: { topic: 'totals' },
}
const lanes = () => topology<Streams>(streams).lane(word).lane(all)
const word = { name: 'word', inbox: 'words', maxKeys: 10 }
const all = { name: 'all', inbox: 'alls', maxKeys: 10 }

test('parts that fit are built, in order', () => {
  const built = lanes().stage('word', count).stage('all', total).build()
  expect(built.stages.map((s) => [s.lane, s.stage.name])).toEqual([
    ['word', 'count'],
    ['all', 'total'],
  ])
})

test.each([
  ['there is no lane other', () => lanes().stage('other', count)],
  ['there is no stream nowhere', () => lanes().stage('word', { ...count, from: 'nowhere' as 'words' })],
  ['there is no stream nowhere', () => lanes().stage('word', { ...count, to: ['nowhere' as 'counted'] })],
  ['stream words does not reach lane all', () => lanes().stage('all', count)],
  // What goes to another lane’s inbox is not also read here, even where it is made.
  ['stream counted does not reach lane word', () => lanes().stage('word', count).stage('word', total)],
  ['two lanes have the same name or inbox', () => lanes().lane(word)],
  ['two lanes have the same name or inbox', () => lanes().lane({ ...word, name: 'other' })],
  [
    'lane word: count and recount have a store n each, not one of both',
    () =>
      lanes()
        .stage('word', count)
        .stage('word', { ...count, name: 'recount', store: { name: 'n', init: () => ({ n: 0 }) } }),
  ],
  [
    'stream words: there is no lane gone',
    () =>
      topology<Streams>({ ...streams, words: { lane: 'gone' } })
        .lane(word)
        .lane(all),
  ],
  [
    'words is broadcast, read it with shared()',
    () =>
      topology<Streams>({ ...streams, words: { lane: 'word', broadcast: true } })
        .lane(word)
        .lane(all)
        .stage('word', count),
  ],
])('%s', (message, build) => {
  expect(() => build().build()).toThrow(message)
})

test('Mermaid shows calls solid, topics dotted, and what comes from outside', () => {
  const lines = toMermaid(lanes().stage('word', count).stage('all', total).build()).split('\n')
  expect(lines[0]).toBe('flowchart LR')
  expect(lines).toContain('  in_words(["words"]) -.-> word_count')
  expect(lines).toContain('  word_count -.->|counted| all_total')
  expect(lines).toContain('  all_total -.-> topic_totals[("totals")]')
})
