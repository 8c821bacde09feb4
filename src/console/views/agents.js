import { h, said, shape } from '../dom.js'
import { levelOf, rung, state, time } from '../parts/badge.js'
import { table } from '../parts/table.js'
import { to } from '../route.js'
import { ago, bits, count, several } from '../text.js'

const typingMs = 250
/** Bits at which the bar is full: far above any threshold. */
const fullBits = 30

export default {
  title: () => 'Agents',
  everyMs: 3000,
  controls(context) {
    const { q = '', standing = '', sort = 'risk' } = context.query
    const text = h('input', {
      id: 'q',
      type: 'search',
      maxlength: '256',
      autocomplete: 'off',
      spellcheck: 'false',
      placeholder: 'agent, cohort or principal',
      on: { input: ({ target }) => context.refine({ q: target.value }, typingMs) },
    })
    text.value = q
    const select = (id, label, options, chosen) =>
      h(
        'div',
        {},
        h('label', { for: id }, label),
        h(
          'select',
          { id, on: { change: ({ target }) => context.refine({ [id]: target.value }) } },
          options.map(([value, words]) => h('option', { value, selected: value === chosen }, words)),
        ),
      )
    return [
      h(
        'div',
        { class: 'controls', role: 'search' },
        h('div', {}, h('label', { for: 'q' }, 'Filter'), text),
        select(
          'standing',
          'Show',
          [
            ['', 'all'],
            ['true', 'with a command against them'],
            ['false', 'with none'],
          ],
          standing,
        ),
        select(
          'sort',
          'Order',
          [
            ['risk', 'most worrying first'],
            ['last', 'latest act first'],
            ['acts', 'busiest first'],
            ['id', 'by name'],
          ],
          sort,
        ),
      ),
    ]
  },
  load(context) {
    const { q, standing, sort } = context.query
    return context.ask(['agents'], { limit: 200, q, standing, sort })
  },
  draw({ agents, matched, known, scanned, mode, silent = 0 }, context) {
    const { q, standing, sort = 'risk' } = context.query
    const isFiltered = (q ?? '') !== '' || (standing ?? '') !== ''
    const shown =
      matched > agents.length
        ? `The first ${count(agents.length)} of ${several(matched, 'agent')}`
        : several(matched, 'agent')
    return [
      h(
        'p',
        { class: 'quiet summary' },
        isFiltered ? `${shown} that fit.` : `${shown}.`,
        mode === 'enforce'
          ? ' Mode: enforce.'
          : h('strong', {}, ` Mode: ${mode}. Nothing is stopped; “would have” marks what it would do.`),
        scanned < known && matched >= scanned
          ? ` Of ${count(known)} known of all tenants, ${count(scanned)} were looked at.`
          : '',
        silent > 0
          ? h('strong', {}, ` ${several(silent, 'instance')} gave no answer; agents held there are missing here.`)
          : '',
      ),
      table({
        caption: 'Agents, with the evidence against each',
        empty: isFiltered
          ? 'No agent fits. Clear the filter to see all.'
          : 'No agent has acted yet. Put a guard in front of one: rescind guard -- COMMAND',
        rows: agents,
        key: ({ id }) => id,
        tone: ({ rung: standing }) => (standing === 'observe' ? undefined : `standing is-${levelOf(standing)}`),
        columns: [
          { title: 'Agent', kind: 'wide', cell: name, sort: sort === 'id' ? 'ascending' : undefined },
          { title: 'In force', kind: 'wide', cell: inForce },
          { title: 'Risk, bits', kind: 'number', cell: risk, sort: sort === 'risk' ? 'descending' : undefined },
          { title: 'Cohort', cell: ({ cohort }) => (cohort === undefined ? '–' : said(cohort, 48)) },
          {
            title: 'Acts',
            kind: 'number',
            cell: ({ acts }) => count(acts),
            sort: sort === 'acts' ? 'descending' : undefined,
          },
          { title: 'Open tasks', kind: 'number', cell: ({ tasks }) => count(tasks) },
          {
            title: 'Last act',
            kind: 'number',
            cell: ({ last }) => [time(last), h('div', { class: 'quiet' }, ago(last))],
            sort: sort === 'last' ? 'descending' : undefined,
          },
        ],
      }),
    ]
  },
}

const name = ({ id, principal }) => [
  h('a', { href: to('agents', id) }, said(id, 96)),
  principal === undefined ? undefined : h('div', { class: 'quiet' }, 'for ', said(principal, 80)),
]

const inForce = ({ command, rung: standing }) =>
  command === undefined
    ? standing === 'observe'
      ? h('span', { class: 'quiet' }, 'nothing')
      : rung(standing)
    : [h('a', { class: 'bare', href: to('commands', command.id) }, rung(command.rung)), ' ', state(command)]

function risk({ risk: now, wouldRisk }) {
  const wide = (Math.min(now, fullBits) / fullBits) * 64
  return [
    h(
      'span',
      { class: 'risk' },
      shape(
        'svg',
        { viewBox: '0 0 64 8', width: '64', height: '8', 'aria-hidden': 'true' },
        shape('rect', { class: 'track', width: '64', height: '8', rx: '2' }),
        shape('rect', { class: 'fill', width: wide.toFixed(1), height: '8', rx: '2' }),
      ),
      bits(now),
    ),
    wouldRisk > now + 0.05 ? h('div', { class: 'quiet' }, `${bits(wouldRisk)} with shadowed`) : undefined,
  ]
}
