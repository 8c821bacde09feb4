import { h, said } from '../dom.js'
import { commandActions } from '../parts/actions.js'
import { mode, outcome, rung, state, time } from '../parts/badge.js'
import { heldCall, restricted, steps, target } from '../parts/steps.js'
import { facts, part, table } from '../parts/table.js'
import { waterfall } from '../parts/waterfall.js'
import { to } from '../route.js'
import { ago } from '../text.js'

export default {
  title: () => 'Command',
  everyMs: 2000,
  async load(context) {
    const [life, explained] = await Promise.all([
      context.ask(['commands', context.id]),
      context.ask(['explain', context.id], { kind: 'command' }),
    ])
    return { life, explained }
  },
  draw({ life, explained }, context) {
    const { command } = life
    const widenings = explained.commands
      .filter(({ id }) => id !== command.id)
      .map(({ id }) => h('a', { href: to('commands', id) }, said(id, 40)))
    return [
      h(
        'p',
        { class: 'lead' },
        rung(command.rung, command.widens),
        ' ',
        state(life),
        ' against ',
        h('a', { href: to('agents', command.agent) }, said(command.agent, 120)),
        ': ',
        said(command.because, 400),
      ),
      commandActions(life, context),
      h(
        'div',
        { class: 'columns' },
        part('why', 'Why', 'As it was decided', waterfall(explained)),
        h(
          'div',
          { key: 'aside' },
          part('life', 'How far it has come', undefined, steps(life)),
          part(
            'order',
            'The order',
            undefined,
            facts([
              ['Falls on', target(command.target)],
              ['Call', heldCall(command)],
              ['Restriction', said(restricted(command.restriction), 400)],
              ['On behalf of', command.principal === undefined ? undefined : said(command.principal, 120)],
              ['Cause', time(command.time)],
              ['Expires', [time(command.expires), ` (${ago(command.expires)})`]],
              ['Mode', mode(command.mode)],
              [
                'Decided by',
                command.automatic ? 'the monitor' : said(command.by ?? command.widens?.by ?? 'a person', 80),
              ],
              ['Widened', widenings.length === 0 ? undefined : widenings],
              ['Policy', h('code', {}, said(command.policy, 32))],
              ['Id', h('code', {}, said(command.id, 80))],
            ]),
          ),
        ),
      ),
      life.byPoint.length === 0
        ? undefined
        : part(
            'points',
            'Points',
            'How far it has come at each; those against it first',
            table({
              caption: 'Enforcement points',
              empty: '',
              rows: life.byPoint,
              key: ({ point }) => point,
              columns: [
                { title: 'Point', cell: ({ point }) => said(point, 80) },
                { title: 'State', cell: outcome },
                { title: 'Since', cell: ({ time: at }) => time(at) },
                { title: 'Why', cell: ({ why }) => (why === undefined ? '–' : said(why, 200)) },
              ],
            }),
          ),
      life.receipts.length === 0
        ? undefined
        : part(
            'receipts',
            'Receipts',
            'What enforcement points answered',
            table({
              caption: 'Receipts',
              empty: '',
              rows: life.receipts,
              key: ({ point, outcome, time: at }) => `${point} ${outcome} ${at}`,
              columns: [
                { title: 'Point', cell: ({ point }) => said(point, 80) },
                { title: 'Answer', cell: ({ outcome }) => outcome },
                { title: 'Time', cell: ({ time: at }) => time(at) },
                { title: 'Why', cell: ({ why }) => (why === undefined ? '–' : said(why, 200)) },
              ],
            }),
          ),
    ]
  },
}
