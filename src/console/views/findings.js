import { h, said } from '../dom.js'
import { findingActions } from '../parts/actions.js'
import { judged, mode, time } from '../parts/badge.js'
import { table } from '../parts/table.js'
import { to } from '../route.js'
import { bits, several } from '../text.js'

export default {
  title: () => 'Findings',
  everyMs: 3000,
  controls(context) {
    const chosen = context.query.mode ?? ''
    return [
      h(
        'div',
        { class: 'controls' },
        h(
          'div',
          {},
          h('label', { for: 'mode' }, 'Mode'),
          h(
            'select',
            { id: 'mode', on: { change: ({ target }) => context.refine({ mode: target.value }) } },
            [
              ['', 'any'],
              ['enforce', 'enforce'],
              ['shadow', 'shadow: would have'],
              ['learn', 'learn'],
            ].map(([value, words]) => h('option', { value, selected: value === chosen }, words)),
          ),
        ),
      ),
    ]
  },
  load: (context) => context.ask(['findings'], { limit: 100, mode: context.query.mode }),
  draw: ({ findings, reviews }, context) => [
    h(
      'p',
      { class: 'quiet summary' },
      `The latest ${several(findings.length, 'finding')}. Marking them right or wrong is how the false rate of a detector is known.`,
    ),
    table({
      caption: 'Findings, newest first',
      empty: 'No finding. Quiet is what it should be; a drill shows one: rescind drill',
      rows: findings,
      key: ({ id }) => id,
      columns: [
        {
          title: 'Time',
          kind: 'when',
          cell: ({ event, time: at }) =>
            event === ''
              ? time(at)
              : h('a', { href: to('events', event) }, time(at), h('span', { class: 'away' }, ' why')),
        },
        {
          title: 'Detector',
          kind: 'name',
          cell: ({ detector, mode: of }) => [
            h('strong', {}, said(detector, 64)),
            of === 'enforce' ? undefined : [' ', mode(of)],
          ],
        },
        { title: 'Bits', kind: 'number', cell: ({ bits: value }) => (value === 0 ? '–' : bits(value)) },
        {
          title: 'Agent',
          kind: 'broad',
          cell: ({ agent, principal }) => [
            h('a', { href: to('agents', agent) }, said(agent, 64)),
            principal === undefined ? undefined : h('div', { class: 'quiet' }, 'for ', said(principal, 64)),
          ],
        },
        { title: 'Because', kind: 'wide', cell: ({ because }) => said(because, 240) },
        {
          title: 'Judgement',
          cell: (finding) => [
            judged(reviews[finding.id]),
            reviews[finding.id] === undefined
              ? findingActions(finding, context)
              : h('div', { class: 'quiet' }, said(reviews[finding.id].reason, 120)),
          ],
        },
      ],
    }),
  ],
}
