import { h, said } from '../dom.js'
import { time } from './badge.js'

const way = ['issued', 'delivered', 'applied']

/** The life of a command, each state with its time, and what has not come yet. */
export function steps({ state, steps: taken }) {
  const items = taken.map((step) =>
    h(
      'li',
      { key: String(step.seq), class: `done ${step.outcome ?? step.state}` },
      h('strong', {}, step.words),
      ' ',
      time(step.time),
      step.point === undefined ? undefined : [step.outcome === 'refused' ? ' by ' : ' at ', said(step.point, 64)],
      step.by === undefined ? undefined : [' by ', said(step.by, 64)],
      step.why === undefined ? undefined : h('div', { class: 'quiet' }, said(step.why, 300)),
    ),
  )
  const reached = new Set(taken.map((step) => step.state))
  const isOver = ['expired', 'released', 'proposed'].includes(state)
  const next = way.slice(way.findLastIndex((each) => reached.has(each)) + 1)
  const missing = isOver ? [] : state === 'partly-applied' ? ['applied'] : next
  return h(
    'ol',
    { class: 'life' },
    items,
    missing.map((each) =>
      h(
        'li',
        { key: each, class: 'missing' },
        h('strong', {}, each),
        state === 'partly-applied' ? ' not yet everywhere' : ' not yet',
      ),
    ),
  )
}

const nothing = 'everything'
/** What a restriction forbids, in words. */
export function restricted(restriction) {
  const kinds = [
    ['deny', 'denies'],
    ['stepUp', 'asks a person before'],
    ['sanitise', 'redacts'],
    ['allow', 'lets go'],
  ]
  const words = kinds
    .filter(([name]) => restriction[name] !== undefined)
    .map(([name, verb]) => {
      const parts = Object.entries(restriction[name]).map(([what, values]) => `${what}: ${values.join(', ')}`)
      return `${verb} ${parts.length === 0 ? nothing : parts.join('; ')}`
    })
  return words.length === 0 ? 'nothing; it tells only' : words.join('; ')
}

/** The call that a command held, as people may see it. */
export const heldCall = ({ act }) =>
  act?.shown === undefined ? undefined : said(`${act.tool ?? ''} ${act.shown}`, 1200)

/** Whom a command falls on. */
export const target = ({ agent, task, credential }) =>
  [
    agent === undefined ? undefined : ['agent ', said(agent, 80)],
    task === undefined ? undefined : [agent === undefined ? '' : ', ', 'task ', said(task, 60)],
    credential === undefined ? undefined : ['credential ', said(credential, 80)],
  ].filter((each) => each !== undefined)
