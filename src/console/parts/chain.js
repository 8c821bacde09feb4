import { h, said } from '../dom.js'
import { to } from '../route.js'
import { several } from '../text.js'
import { time } from './badge.js'

/** Who acted in a trace, as a tree of who called whom. `trace`: an answer of /v1/traces; `self`: the agent looked at. */
export function chain({ trace, links }, self) {
  if (links.length === 0) return h('p', { class: 'empty' }, 'The log holds nothing of this trace any more.')
  const names = new Set(links.map(({ agent }) => agent))
  const below = (caller) => links.filter((link) => link.calledBy === caller)
  const roots = links.filter(({ calledBy }) => calledBy === undefined || !names.has(calledBy))
  const seen = new Set()
  const branch = (link) => {
    // Agents may call each other: each is shown once.
    if (seen.has(link.agent)) return undefined
    seen.add(link.agent)
    const children = below(link.agent)
      .map(branch)
      .filter((each) => each !== undefined)
    return h(
      'li',
      { key: link.agent },
      node(link, link.agent === self),
      children.length === 0 ? undefined : h('ul', {}, children),
    )
  }
  const trees = roots.map(branch)
  const rest = links.map(branch)
  return [
    h(
      'p',
      { class: 'quiet' },
      'Trace ',
      h('a', { href: to('traces', trace) }, said(trace, 40)),
      `, ${several(links.length, 'agent')}`,
    ),
    h('ul', { class: 'chain' }, trees, rest),
  ]
}

const node = ({ agent, calledBy, principal, workload, acts, findings, first }, isSelf) =>
  h(
    'div',
    { class: isSelf ? 'self' : undefined },
    isSelf ? h('strong', {}, said(agent, 80)) : h('a', { href: to('agents', agent) }, said(agent, 80)),
    ` ${several(acts, 'act')} from `,
    time(first),
    findings === 0 ? undefined : h('strong', {}, ` ▲ ${several(findings, 'finding')}`),
    h(
      'div',
      { class: 'quiet' },
      principal === undefined ? 'for nobody named' : ['for ', said(principal, 64)],
      workload === undefined ? undefined : [', as ', said(workload, 80)],
      calledBy === undefined ? undefined : [', called by ', said(calledBy, 64)],
    ),
  )
