import { h, said } from '../dom.js'
import { to } from '../route.js'
import { bits, several } from '../text.js'
import { findingActions } from './actions.js'
import { judged, time } from './badge.js'
import { table } from './table.js'
import { timeline } from './timeline.js'

const fewRows = 12

/** What an agent did, with the findings marked: a drawing, then a table. `found`: an answer of /v1/findings. */
export function activity(events, { findings, reviews }, commands, context) {
  const ofEvent = new Map()
  for (const finding of findings) ofEvent.set(finding.event, [...(ofEvent.get(finding.event) ?? []), finding])
  const width = Math.max(240, Math.min(1200, context.frame.main.clientWidth - 48))
  const rows = context.allRows ? events : events.slice(0, fewRows)
  const showAll = () => {
    context.allRows = true
    context.refresh()
  }
  return [
    timeline({ events, findings, commands, width }),
    table({
      caption: 'Events, newest first, with their findings',
      empty: 'No event of it is kept here any more.',
      rows,
      key: ({ id }) => id,
      tone: ({ id }) => (ofEvent.has(id) ? 'marked' : undefined),
      columns: [
        {
          title: 'Time',
          kind: 'when',
          cell: (event) =>
            h('a', { href: to('events', event.id) }, time(event.time), h('span', { class: 'away' }, ' why')),
        },
        { title: 'Act', kind: 'broad', cell: act },
        { title: 'On', kind: 'name', cell: on },
        { title: 'Outcome', kind: 'when', cell: ({ outcome, kind }) => outcomeWords(outcome, kind) },
        { title: 'Task', kind: 'name', cell: ({ task, session }) => said(task?.id ?? session ?? '–', 40) },
        {
          title: 'Findings',
          kind: 'wide',
          cell: ({ id }) => (ofEvent.get(id) ?? []).map((finding) => mark(finding, reviews[finding.id], context)),
        },
      ],
    }),
    events.length > rows.length
      ? h(
          'p',
          { key: 'more', class: 'more' },
          h('button', { type: 'button', on: { click: showAll } }, `Show all ${several(events.length, 'event')}`),
        )
      : undefined,
  ]
}

const act = ({ tool, action, kind }) => [
  h('strong', {}, said(tool?.name ?? kind, 64)),
  action === undefined ? undefined : h('div', { class: 'quiet' }, action, kind === 'attempt' ? ', attempt' : ''),
]

function on({ resource, destinations = [], environment }) {
  const to = destinations
    .slice(0, 3)
    .map((d) =>
      h(
        'div',
        {},
        '→ ',
        said(d.display ?? d.hash, 64),
        d.boundary === 'external' ? h('span', { class: 'quiet' }, ' outside') : undefined,
      ),
    )
  const what = resource?.dataset ?? resource?.id
  if (what === undefined && to.length === 0) return environment === undefined ? '–' : said(environment, 40)
  return [
    what === undefined
      ? undefined
      : h(
          'div',
          {},
          said(what, 64),
          resource.sensitivity === undefined ? undefined : h('span', { class: 'quiet' }, ` ${resource.sensitivity}`),
        ),
    to,
  ]
}

const stops = { denied: '✗ denied', 'stepped-up': '◑ stepped up', sanitised: '◌ sanitised', failed: '! failed' }
const outcomeWords = (outcome, kind) =>
  outcome === undefined
    ? h('span', { class: 'quiet' }, kind === 'attempt' ? 'attempted' : '–')
    : outcome in stops
      ? h('strong', {}, stops[outcome])
      : outcome

const mark = (finding, review, context) =>
  h(
    'div',
    { class: 'mark', key: finding.id },
    h('span', { class: 'glyph', 'aria-hidden': 'true' }, '▲'),
    h('strong', {}, said(finding.detector, 64)),
    `${finding.bits === 0 ? '' : ` ${bits(finding.bits)} bits`}${finding.mode === 'enforce' ? '' : `, ${finding.mode}`} `,
    judged(review),
    h('div', { class: 'quiet' }, said(finding.because, 240)),
    review === undefined ? findingActions(finding, context) : undefined,
  )
