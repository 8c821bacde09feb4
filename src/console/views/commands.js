import { h, said } from '../dom.js'
import { commandActions } from '../parts/actions.js'
import { answers, rung, state, time } from '../parts/badge.js'
import { table } from '../parts/table.js'
import { to } from '../route.js'
import { several } from '../text.js'

const states = [
  'proposed',
  'issued',
  'delivered',
  'partly-applied',
  'applied',
  'refused',
  'failed',
  'expired',
  'released',
]

export default {
  title: () => 'Commands',
  everyMs: 3000,
  controls(context) {
    const chosen = context.query.state ?? ''
    return [
      h(
        'div',
        { class: 'controls' },
        h(
          'div',
          {},
          h('label', { for: 'state' }, 'State'),
          h(
            'select',
            { id: 'state', on: { change: ({ target }) => context.refine({ state: target.value }) } },
            h('option', { value: '' }, 'any'),
            states.map((each) => h('option', { value: each, selected: each === chosen }, each)),
          ),
        ),
      ),
    ]
  },
  load: (context) => context.ask(['commands'], { limit: 100, state: context.query.state }),
  draw: ({ commands, history, reviews }, context) => [
    h(
      'p',
      { class: 'quiet summary' },
      several(commands.length, 'command'),
      ', newest first. Only a receipt of an enforcement point makes one applied.',
      history === 'away' ? ' History is away: older ones are not shown.' : '',
    ),
    table({
      caption: 'Commands, newest first',
      empty: 'No such command. Prove that the path works: rescind drill',
      rows: commands,
      key: ({ command }) => command.id,
      columns: [
        {
          title: 'Command',
          cell: ({ command }) =>
            h(
              'a',
              { class: 'bare', href: to('commands', command.id) },
              rung(command.rung, command.widens),
              h('span', { class: 'away' }, ' for ', said(command.agent, 80)),
            ),
        },
        {
          title: 'State',
          kind: 'name',
          cell: (row) => [state(row), h('div', { class: 'quiet' }, 'since ', time(row.since)), answers(row)],
        },
        { title: 'Cause', kind: 'when', cell: ({ command }) => time(command.time) },
        {
          title: 'Agent',
          kind: 'broad',
          cell: ({ command }) => [
            h('a', { href: to('agents', command.agent) }, said(command.agent, 64)),
            command.principal === undefined
              ? undefined
              : h('div', { class: 'quiet' }, 'for ', said(command.principal, 64)),
          ],
        },
        { title: 'Why', kind: 'wide', cell: ({ command }) => said(command.because, 200) },
        { title: 'Answer', hidden: true, cell: (row) => commandActions(row, context, reviews[row.command.id]) },
      ],
    }),
  ],
}
