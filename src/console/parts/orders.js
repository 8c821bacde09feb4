import { ask, path } from '../api.js'
import { h, said } from '../dom.js'
import { attempt, group, keepFocus, lookUntil } from './actions.js'
import { askReason } from './dialog.js'

const scope = 'rescind.respond'

const rungs = {
  revoke: { label: 'Revoke', says: 'Every act with its present authority is denied, at every enforcement point.' },
  quarantine: { label: 'Quarantine', says: 'It stops altogether: every act is denied, at every enforcement point.' },
  tighten: { label: 'Tighten', says: 'Acts that change, run or send are denied; it may go on reading.', part: true },
  'step-up': { label: 'Step up', says: 'A person is asked before each of its acts.', part: true },
}

const spans = [
  ['', 'as long as the policy says'],
  ['1800000', '30 minutes'],
  ['3600000', '1 hour'],
  ['14400000', '4 hours'],
  ['86400000', '24 hours'],
]

/** What a person may order against an agent by hand; each asks for a reason first. `tasks`: those that are open. */
export function orderActions(agent, tasks, context) {
  const buttons = Object.entries(rungs).map(([rung, { label }]) => ({
    label,
    about: agent,
    act: () => order(rung, agent, tasks, context),
  }))
  return group('order', scope, buttons)
}

async function order(rung, agent, tasks, context) {
  const { label, says, part } = rungs[rung]
  const given = await askReason({
    title: [`${label} `, h('bdi', {}, said(agent, 120)), '?'],
    says: `${says} It ends by itself, and a release ends it earlier.`,
    choice: scopeChoice(part === true ? tasks : []),
    verb: label,
  })
  if (given === undefined) return
  const { tenant, frame } = context
  await attempt(frame, async () => {
    const { command } = await ask(path(['agents', agent, rung]), {
      method: 'POST',
      body: { ...given, ...(tenant === undefined ? {} : { tenant }) },
    })
    const life = await lookUntil(command, tenant, ({ state }) => state === 'applied')
    if (life === undefined) return `Recorded. The ${rung} of ${agent} is on its way.`
    return `Done: the ${rung} of ${agent} is ${life.words}.`
  })
  await context.refresh()
  keepFocus(context)
}

/** How long it stands, and in which task where that can be said. */
function scopeChoice(tasks) {
  const options = (values) => values.map(([value, words]) => h('option', { value }, words))
  const span = h('select', { id: 'order-for' }, options(spans))
  const task = h(
    'select',
    { id: 'order-task' },
    // By number: an id may hold what no attribute shows as it is.
    options([['', 'all its work'], ...tasks.map(({ id }, i) => [String(i), `task ${id}`])]),
  )
  return {
    node: h(
      'div',
      {},
      h('label', { for: 'order-for' }, 'Stands for'),
      span,
      tasks.length === 0 ? undefined : [h('label', { for: 'order-task' }, 'Falls on'), task],
    ),
    read: () => ({
      ...(span.value === '' ? {} : { forMs: Number(span.value) }),
      ...(task.value === '' ? {} : { task: tasks[Number(task.value)].id }),
    }),
  }
}
