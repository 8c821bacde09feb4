import { h, said } from '../dom.js'
import { time } from '../parts/badge.js'
import { chain } from '../parts/chain.js'
import { part, table } from '../parts/table.js'
import { to } from '../route.js'
import { several } from '../text.js'

const mostRows = 200

export default {
  title: () => 'Trace',
  everyMs: 20_000,
  load: (context) => context.ask(['traces', context.id]),
  draw: (trace) => [
    part('chain', 'Chain of agents', undefined, chain(trace)),
    part(
      'events',
      'Events',
      `${several(trace.events.length, 'event')}, oldest first`,
      table({
        caption: 'Events of the trace',
        empty: 'None is in the log any more.',
        rows: trace.events.slice(-mostRows),
        key: ({ id }) => id,
        columns: [
          { title: 'Time', kind: 'when', cell: (event) => h('a', { href: to('events', event.id) }, time(event.time)) },
          { title: 'Agent', cell: ({ agent }) => said(agent.id, 80) },
          {
            title: 'Act',
            cell: ({ tool, kind, action }) => [
              said(tool?.name ?? kind, 64),
              action === undefined ? '' : ` (${action})`,
            ],
          },
          { title: 'Outcome', cell: ({ outcome }) => outcome ?? '–' },
        ],
      }),
    ),
  ],
}
