import { h, said } from '../dom.js'
import { count, exact } from '../text.js'
import { facts } from './table.js'

const most = 5
const distinct = (values) => [...new Set(values.filter((value) => value !== undefined && value !== ''))]
const list = (values, max = 80) =>
  values.length === 0
    ? undefined
    : [
        values.slice(0, most).map((value) => h('div', {}, said(value, max))),
        values.length > most ? h('div', { class: 'quiet' }, `and ${values.length - most} more`) : undefined,
      ]

/** Who acts, and on whose behalf: the two are never one. `events`: newest first. */
export function identities({ agent, credentials, scopes, tasks }, events) {
  const principals = distinct([agent.principal, ...events.map(({ principal }) => principal)])
  const chains = distinct(events.map(({ chain }) => chain?.map(({ id }) => id).join(' → ')))
  const sources = distinct(events.map(({ source }) => source?.network ?? source?.ip))
  return [
    h('h3', {}, 'Acts as (workload)'),
    facts([
      ['Agent', said(agent.id, 200)],
      ['Workload', list(distinct(events.map((event) => event.agent.workload ?? event.source?.workload)))],
      ['Cohort', agent.cohort === undefined ? undefined : said(agent.cohort, 80)],
      ['Network', list(sources)],
      ['Credentials', list([...credentials].reverse())],
    ]),
    h('h3', {}, 'On behalf of (principal)'),
    facts([
      ['Principal', list(principals) ?? 'none is told: the human identity is missing'],
      ['Delegation', list(chains, 160)],
      ['Declared', scopes.length === 0 ? 'no scope' : list(scopes.map(scopeWords), 240)],
      ['Open tasks', openTasks(tasks)],
    ]),
  ]
}

function openTasks(tasks) {
  const tainted = tasks.filter((task) => task.tainted).length
  if (tasks.length === 0) return 'none'
  return `${count(tasks.length)}${tainted === 0 ? '' : `; nothing is learned from ${count(tainted)}, for it was interrupted`}`
}

function scopeWords(scope) {
  const { id, task, tools, actions, datasets, deadline } = scope
  const limits = [
    ['tools', tools],
    ['actions', actions],
    ['datasets', datasets],
  ]
    .filter(([, values]) => values !== undefined)
    .map(
      ([what, values]) => `${what} ${values.map((each) => (typeof each === 'string' ? each : each.name)).join(', ')}`,
    )
  const until = deadline === undefined ? '' : `, until ${exact(deadline)}`
  return `${id}${task === undefined ? '' : ` for task ${task}`}: ${limits.join('; ') || 'no limits'}${until}`
}
