import { h, said, shape } from '../dom.js'
import { count, figure, several } from '../text.js'
import { table } from './table.js'

const minuteMs = 60_000
const kinds = { tools: 'tool', datasets: 'dataset', actions: 'action class', destinations: 'destination' }
const mostRows = 24

/**
 * What is normal beside what is seen now: pace and sizes, then each thing that its latest events show. Profiles keep
 * hashes, so names come from the events. `shown`: of /v1/agents/:id/events.
 */
export function profile({ profile: normal, minute }, shown) {
  const current = Date.now() - minute.at < minuteMs ? minute : { calls: 0, bytes: 0 }
  const rates = [
    ['Calls in a minute', usual(normal.pace, false), count(current.calls)],
    ['Bytes in a minute', usual(normal.flow, true), count(current.bytes)],
    ['Items in a call', usual(normal.items, true), '–'],
  ]
  const rows = [...shown].sort((a, b) => rarity(a) - rarity(b) || b.seen - a.seen).slice(0, mostRows)
  return [
    table({
      caption: 'Pace and size: usual, and in the minute in hand',
      empty: '',
      rows: rates,
      key: ([what]) => what,
      columns: [
        { title: 'Rate', cell: ([what]) => what },
        { title: 'Usual', kind: 'number', cell: ([, is]) => is },
        { title: 'This minute', kind: 'number', cell: ([, , now]) => now },
      ],
    }),
    table({
      caption: 'What its latest events show, the newest to it first',
      empty: 'Its latest events show no tool, dataset, action or destination.',
      rows,
      key: ({ trait, value }) => `${trait} ${value}`,
      columns: [
        {
          title: 'Shown now',
          cell: ({ trait, value }) => [said(value, 64), h('div', { class: 'quiet' }, kinds[trait] ?? trait)],
        },
        { title: 'Events', kind: 'number', cell: ({ seen }) => count(seen) },
        { title: 'In its past', kind: 'name', cell: past },
      ],
    }),
    shown.length > mostRows
      ? h(
          'p',
          { class: 'quiet' },
          `${several(shown.length - mostRows, 'more')} that it knows better.`.replace('mores', 'more'),
        )
      : undefined,
  ]
}

const rarity = ({ tasks, of, cohort, fleet }) =>
  (of === 0 ? 0 : tasks / of) + (cohort ? 0.001 : 0) + (fleet ? 0.0005 : 0)

/** Mean and spread (Welford); sizes are kept as logarithms. */
function usual({ n, mean, m2 }, isLog) {
  if (n < 2) return 'not known yet'
  const sd = Math.sqrt(m2 / (n - 1))
  if (!isLog) return `${figure(mean)} ± ${figure(sd)}`
  return `${count(Math.max(0, Math.expm1(mean - sd)))} to ${count(Math.expm1(mean + sd))}`
}

function past({ tasks, of, cohort, fleet }) {
  if (tasks > 0) {
    const wide = (tasks / Math.max(tasks, of)) * 48
    return [
      shape(
        'svg',
        { class: 'share', viewBox: '0 0 48 8', width: '48', height: '8', 'aria-hidden': 'true' },
        shape('rect', { class: 'track', width: '48', height: '8', rx: '2' }),
        shape('rect', { class: 'fill', width: wide.toFixed(1), height: '8', rx: '2' }),
      ),
      ` in ${count(tasks)} of ${several(of, 'task')}`,
    ]
  }
  const others = cohort ? 'its cohort knows it' : fleet ? 'the fleet knows it' : 'nobody has shown it'
  return [h('strong', {}, '◆ new'), h('span', { class: 'quiet' }, ` ${others}`)]
}
