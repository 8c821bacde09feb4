import { ask, path } from '../api.js'
import { h, said } from '../dom.js'
import { commandActions } from '../parts/actions.js'
import { activity } from '../parts/activity.js'
import { answers, rung, state, time } from '../parts/badge.js'
import { chain } from '../parts/chain.js'
import { identities } from '../parts/identities.js'
import { orderActions } from '../parts/orders.js'
import { profile } from '../parts/profile.js'
import { sight } from '../parts/sight.js'
import { part, table } from '../parts/table.js'
import { waterfall } from '../parts/waterfall.js'
import { to } from '../route.js'
import { ago, bits, several } from '../text.js'

/** A chain is looked up in the log: not with every poll. */
const chainMs = 20_000

export default {
  title: (id) => `Agent ${id.length > 80 ? `${id.slice(0, 80)}…` : id}`,
  everyMs: 4000,
  async load(context) {
    const { id } = context
    const one = await context.ask(['agents', id])
    const [did, explained, found, ordered] = await Promise.all([
      context.ask(['agents', id, 'events'], { limit: 200 }),
      context.ask(['explain', id], { kind: 'agent' }),
      context.ask(['findings'], { agent: id, limit: 200 }),
      context.ask(['commands'], { agent: id, limit: 50 }),
    ])
    return { one, did, explained, found, ordered, trace: await traceOf(did.events, context) }
  },
  draw({ one, did, explained, found, ordered, trace }, context) {
    const { agent, mode } = one
    const standing = ordered.commands.filter(({ state: s }) => s !== 'expired' && s !== 'released')
    return [
      h(
        'p',
        { class: 'lead' },
        agent.rung === 'observe'
          ? 'Nothing is in force against it. '
          : [rung(agent.rung), ' ', agent.command === undefined ? undefined : state(agent.command), ' '],
        h('strong', {}, `${bits(agent.risk)} bits`),
        ` of risk now${agent.wouldRisk > agent.risk + 0.05 ? `, ${bits(agent.wouldRisk)} with shadowed detectors` : ''}. Last act `,
        time(agent.last),
        ` (${ago(agent.last)}); ${several(agent.acts, 'act')} since `,
        time(agent.first),
        mode === 'enforce' ? '.' : `. Mode: ${mode}, nothing is stopped.`,
      ),
      h(
        'div',
        { class: 'columns' },
        part(
          'why',
          'Why',
          explained.verdicts.length === 0 ? undefined : 'Evidence in bits, and what follows from it',
          waterfall(explained),
          sight(one),
        ),
        h(
          'div',
          { key: 'aside' },
          part('who', 'Both identities', undefined, identities(one, did.events)),
          part(
            'commands',
            'Commands',
            historyWords(ordered.history),
            commandTable(standing.length > 0 ? standing : ordered.commands.slice(0, 5), ordered.reviews, context),
          ),
          part(
            'order',
            'By hand',
            'What a person orders stands like any command, and is released like one',
            orderActions(agent.id, one.tasks, context),
          ),
        ),
      ),
      part(
        'activity',
        'What it did',
        did.from === 'history' ? 'The latest from history' : 'The latest from the log: history is off or away',
        activity(did.events, found, ordered.commands, context),
      ),
      h(
        'div',
        { class: 'columns even' },
        part(
          'profile',
          'Profile against now',
          `Learned from ${several(one.profile.tasks, 'clean task')}, ${several(one.profile.acts, 'act')}`,
          profile(one, did.shown),
        ),
        trace === undefined
          ? undefined
          : part('chain', 'Chain of its latest trace', undefined, chain(trace, context.id)),
      ),
    ]
  },
}

const historyWords = (history) => (history === 'away' ? 'History is away: older ones are not shown' : undefined)

async function traceOf(events, context) {
  const id = events.find(({ trace }) => trace !== undefined)?.trace.id
  if (id === undefined) return undefined
  const known = context.chain
  if (known?.trace === id && performance.now() - known.at < chainMs) return known.answer
  const answer = await ask(path(['traces', id], { tenant: context.tenant }), { signal: context.signal })
  context.chain = { trace: id, at: performance.now(), answer }
  return answer
}

const commandTable = (rows, reviews, context) =>
  table({
    caption: 'Commands against this agent',
    empty: 'None.',
    rows,
    key: ({ command }) => command.id,
    columns: [
      {
        title: 'Command',
        cell: ({ command }) => [
          h('a', { class: 'bare', href: to('commands', command.id) }, rung(command.rung, command.widens)),
          h('div', { class: 'quiet' }, said(command.because, 120)),
        ],
      },
      {
        title: 'State',
        kind: 'name',
        cell: (row) => [state(row), h('div', { class: 'quiet' }, 'since ', time(row.since)), answers(row)],
      },
      { title: 'Answer', hidden: true, cell: (row) => commandActions(row, context, reviews[row.command.id]) },
    ],
  })
