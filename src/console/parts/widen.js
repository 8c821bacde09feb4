import { h, said } from '../dom.js'

const spans = [
  [30 * 60_000, '30 minutes'],
  [3_600_000, '1 hour'],
  [4 * 3_600_000, '4 hours'],
  [24 * 3_600_000, '24 hours'],
]

/** Most destinations that are offered one by one. */
const maxOffered = 4

/**
 * How far an approval goes: this call only, or further acts of the agent for a while. `undefined` where only the held act
 * can be let go. `read` gives what the API is asked for.
 */
export function widenChoice({ act, rung, task, evidence, restriction }) {
  const about = evidence.filter((e) => e.event === act?.event && e.detector !== 'standing-evidence')
  const canWiden = rung === 'step-up' || rung === 'tighten'
  if (!canWiden || act === undefined || about.length === 0 || about.some((e) => e.everyTime === true)) return undefined
  const radio = (value, ...label) => {
    const input = h('input', { type: 'radio', name: 'widen', id: `widen-${value}`, value })
    return h('div', { class: 'option' }, input, h('label', { for: `widen-${value}` }, label))
  }
  const aims = (restriction.stepUp ?? restriction.deny)?.destinations ?? act.destinations ?? []
  const where = task === undefined ? 'for this agent' : 'for this agent in this task'
  const options = [radio('once', 'This call only, once')]
  if (act.tool !== undefined) {
    const sameAim = aims.length > 0 ? ' to the same destinations' : ''
    options.push(radio('tool', 'Tool ', h('strong', {}, said(act.tool, 80)), `${sameAim} ${where}`))
  }
  for (const [i, aim] of aims.slice(0, maxOffered).entries())
    options.push(
      radio(`destination-${i}`, 'Whatever goes to ', h('code', {}, said(aim, 40)), ` and is no graver, ${where}`),
    )
  const span = h(
    'select',
    { id: 'widen-for' },
    spans.map(([ms, words]) => h('option', { value: String(ms) }, words)),
  )
  span.value = String(spans[1][0])
  const anyTask = h('input', { type: 'checkbox', id: 'widen-any' })
  anyTask.checked = task === undefined
  const node = h(
    'fieldset',
    { class: 'widen' },
    h('legend', {}, 'What may go'),
    options,
    h('label', { for: 'widen-for' }, 'Further acts until the end of'),
    span,
    task === undefined
      ? undefined
      : h('div', { class: 'option' }, anyTask, h('label', { for: 'widen-any' }, 'In every task of the agent')),
  )
  node.querySelector('#widen-once').checked = true
  return {
    node,
    read() {
      const chosen = node.querySelector('input[name=widen]:checked').value
      if (chosen === 'once') return {}
      const [to, at] = chosen.split('-')
      const widen = { to, forMs: Number(span.value) }
      if (at !== undefined) widen.destination = aims[Number(at)]
      if (anyTask.checked) widen.anyTask = true
      return { widen }
    },
  }
}
