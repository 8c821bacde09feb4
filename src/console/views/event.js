import { h, said } from '../dom.js'
import { rung, state } from '../parts/badge.js'
import { facts, part } from '../parts/table.js'
import { waterfall } from '../parts/waterfall.js'
import { to } from '../route.js'

/** One event: why it led to something, or why nothing fired. */
export default {
  title: () => 'Event',
  everyMs: 15_000,
  load: (context) => context.ask(['explain', context.id], { kind: 'event' }),
  draw(explained) {
    const { agent, act = {}, because, commands, familiar = [], id } = explained
    const { tool, action, dataset, sensitivity, environment } = act
    return [
      h('p', { class: 'lead' }, said(because, 400)),
      h(
        'div',
        { class: 'columns' },
        part('why', 'Why', undefined, waterfall(explained)),
        part(
          'what',
          'What it was',
          undefined,
          facts([
            ['Event', said(id, 120)],
            ['Agent', h('a', { href: to('agents', agent) }, said(agent, 120))],
            ['Tool', tool === undefined ? undefined : said(tool, 80)],
            ['Class', action],
            [
              'Dataset',
              dataset === undefined
                ? undefined
                : [said(dataset, 80), sensitivity === undefined ? '' : ` (${sensitivity})`],
            ],
            ['Environment', environment === undefined ? undefined : said(environment, 60)],
            ...familiar.map(({ trait, value, tasks, of, cohort, fleet }) => [
              trait.replace(/s$/, ''),
              [
                said(value, 64),
                tasks > 0
                  ? `: in ${tasks} of its ${of} clean tasks`
                  : `: new for it${cohort ? ', known to its cohort' : fleet ? ', known to the fleet' : ''}`,
              ],
            ]),
            ...commands.map((each) => [
              'Command',
              [h('a', { class: 'bare', href: to('commands', each.id) }, rung(each.rung)), ' ', state(each)],
            ]),
          ]),
        ),
      ),
    ]
  },
}
