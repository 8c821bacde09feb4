import { h, said } from '../dom.js'
import { brakeActions, commandActions } from '../parts/actions.js'
import { rung, state, time } from '../parts/badge.js'
import { heldCall, restricted, target } from '../parts/steps.js'
import { facts } from '../parts/table.js'
import { to } from '../route.js'
import { ago, bits, several, span } from '../text.js'

export default {
  title: () => 'Approvals',
  everyMs: 2000,
  async load(context) {
    const [{ commands }, { brake }] = await Promise.all([
      context.ask(['commands'], { waits: true, limit: 200 }),
      context.ask(['pipeline']),
    ])
    return { commands, brake }
  },
  draw({ commands, brake }, context) {
    const items = commands.toSorted((a, b) => a.command.time - b.command.time).map((row) => item(row, context))
    return [
      warning(brake, context),
      h(
        'p',
        { class: 'quiet summary', key: 'summary' },
        commands.length === 0
          ? 'Nobody waits for an answer.'
          : `${several(commands.length, 'command')} wait for a person, the oldest first.`.replace(
              'command wait',
              'command waits',
            ),
      ),
      h('ul', { class: 'cards', key: 'cards' }, items),
    ]
  },
}

function warning(brake, context) {
  if (brake === undefined)
    return h(
      'p',
      { class: 'trouble', key: 'brake' },
      'Whether the brake is on is not known: the instance that works on this tenant gives no answer.',
    )
  if (!brake.tripped) return undefined
  return h(
    'div',
    { class: 'trouble', key: 'brake' },
    h(
      'p',
      {},
      h('strong', {}, 'The brake is on. '),
      `There were ${several(brake.limit, 'automatic interruption')} within ${span(brake.windowMs)} on the word of ${brake.publishers.map((each) => each || 'nobody known').join(', ')}; each further one waits here until a person lets go.`,
    ),
    brakeActions(context),
  )
}

function item(row, context) {
  const { command } = row
  const id = `waits-${command.id}`
  const held = row.state === 'proposed'
  return h(
    'li',
    { key: command.id, 'aria-labelledby': id, class: 'card' },
    h('h2', { id }, held ? 'Held by the brake: ' : 'Asks a person: ', said(command.agent, 96)),
    h('p', {}, rung(command.rung), ' ', state(row), ' since ', time(row.since)),
    h('p', {}, said(command.because, 400)),
    facts([
      ['Call', heldCall(command)],
      [held ? 'Would forbid' : 'Stops', said(restricted(command.restriction), 300)],
      ['Falls on', target(command.target)],
      ['On behalf of', command.principal === undefined ? undefined : said(command.principal, 100)],
      [
        'Evidence',
        [
          `${bits(command.bits)} bits, `,
          h(
            'a',
            { href: to('commands', command.id) },
            'read why',
            h('span', { class: 'away' }, ' the ', command.rung, ' for ', said(command.agent, 80)),
          ),
        ],
      ],
      ['Expires', [time(command.expires), ` (${ago(command.expires)})`]],
    ]),
    commandActions(row, context),
  )
}
