import { h, said } from '../dom.js'
import { brakeActions } from '../parts/actions.js'
import { mode } from '../parts/badge.js'
import { facts, part, table } from '../parts/table.js'
import { count, several, span } from '../text.js'

const historyWords = {
  up: '✓ up',
  away: '✗ away: detection goes on, the log keeps what it misses',
  off: '– off: only what memory and the log hold can be shown. Set history.enabled, or install chdb.',
}

export default {
  title: () => 'Pipeline',
  everyMs: 2000,
  load: (context) => context.ask(['pipeline']),
  draw(p, context) {
    const waiting = p.inboxes.reduce((sum, each) => sum + each.waiting, 0)
    return [
      p.trouble === undefined
        ? undefined
        : h(
            'p',
            { class: 'trouble', role: 'alert' },
            'The flow has stopped: ',
            said(p.trouble, 400),
            ' Restart the monitor: it goes on from the log.',
          ),
      h(
        'div',
        { class: 'tiles', key: 'tiles' },
        tile('Waiting', count(waiting), 'records in inboxes'),
        tile('Accepted', count(p.accepted), 'events since the start'),
        tile('Ignored', count(p.ignored), 'records that are no acts'),
        tile('Dead letters', count(p.rejected), 'since the start'),
        tile('History behind', p.history.waiting === undefined ? '–' : count(p.history.waiting), 'records'),
        tile('Streams', count(p.streams.reduce((sum, { open }) => sum + open, 0)), 'enforcement points listen'),
      ),
      h(
        'div',
        { class: 'columns even' },
        part('lanes', 'Lanes', `${several(p.restored, 'key')} restored at the start`, lanes(p)),
        h(
          'div',
          { key: 'aside' },
          part(
            'brake',
            'Brake',
            undefined,
            p.brake === undefined
              ? h('p', {}, 'Not known: the instance that works on this tenant gives no answer.')
              : h(
                  'p',
                  {},
                  p.brake.tripped ? h('strong', {}, '✗ On: each further interruption waits for a person.') : '✓ Off.',
                  ` ${count(p.brake.counted)} of ${several(p.brake.limit, 'automatic interruption')} within ${span(p.brake.windowMs)}.`,
                ),
            p.brake?.tripped === true ? brakeActions(context) : undefined,
          ),
          part(
            'history',
            'History',
            undefined,
            facts([
              ['State', historyWords[p.history.state]],
              ['Trouble', p.history.trouble === undefined ? undefined : said(p.history.trouble, 300)],
              ['Stored', p.history.rows === undefined ? undefined : several(p.history.rows, 'row')],
              ['Retried', p.history.retries === undefined ? undefined : count(p.history.retries)],
              ['Refused rows', p.history.rejected === undefined ? undefined : count(p.history.rejected)],
            ]),
          ),
          part(
            'policy',
            'Policy',
            undefined,
            facts([
              ['Version', h('code', {}, said(p.policy.version, 32))],
              ['Mode', mode(p.policy.mode)],
            ]),
          ),
        ),
      ),
    ]
  },
}

const tile = (title, value, unit) =>
  h('div', { class: 'tile' }, h('div', {}, title), h('strong', {}, value), h('div', { class: 'quiet' }, unit))

const lanes = ({ lanes: all, inboxes }) =>
  table({
    caption: 'Lanes',
    empty: 'None.',
    rows: all.map((lane, i) => ({ ...lane, inbox: inboxes[i] })),
    key: ({ name }) => name,
    columns: [
      { title: 'Lane', cell: ({ name }) => name },
      { title: 'Waiting', kind: 'number', cell: ({ inbox }) => count(inbox?.waiting ?? 0) },
      { title: 'Processed', kind: 'number', cell: ({ processed }) => count(processed) },
      { title: 'Keys', kind: 'number', cell: ({ keys }) => count(keys) },
      { title: 'Evicted', kind: 'number', cell: ({ evicted }) => count(evicted) },
    ],
  })
