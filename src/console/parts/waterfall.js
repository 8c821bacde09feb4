import { h, said, shape } from '../dom.js'
import { to } from '../route.js'
import { bits, cost, count, figure, odds } from '../text.js'
import { rung, time } from './badge.js'
import { facts } from './table.js'

const width = 240

/**
 * From evidence to what was done: the bits of each detector stacked, what has faded, what stands; then odds × cost against
 * the cost of interrupting falsely, the rung taken and the nearest one not taken. `explained`: an answer of /v1/explain.
 */
export function waterfall(explained) {
  const { verdicts, reckoning: r, quiet } = explained
  const { widened, by } = explained.kind === 'command' ? (explained.commands[0] ?? {}) : {}
  if (by !== undefined)
    return h('p', {}, said(by, 80), ' ordered it by hand: ', said(explained.because, 400), '. It rests on no evidence.')
  const sum = verdicts.reduce((total, { bits: each }) => total + each, 0)
  const faded = r.bits - sum
  const needed = r.next?.bitsNeeded ?? 0
  const most = Math.max(sum, r.bits, needed, 1) * 1.05
  const scale = (value) => (Math.max(0, value) / most) * width
  let from = 0
  const steps = verdicts.map((verdict) => {
    const at = from
    from += verdict.bits
    return step(
      verdict.finding,
      h('strong', {}, said(verdict.detector, 64)),
      verdictWords(verdict),
      verdict.bits,
      bar(scale(at), scale(from), verdict.rule ? 'rule' : 'model'),
    )
  })
  if (verdicts.length > 0 && Math.abs(faded) > 0.05)
    steps.push(
      step(
        'faded',
        faded < 0 ? 'Faded, and given back' : 'Other evidence',
        faded < 0
          ? 'Risk halves with time, and each quiet look gives a little back.'
          : 'Of less than a bit each, or from before what is listed.',
        faded,
        bar(scale(Math.min(from, r.bits)), scale(Math.max(from, r.bits)), 'faded'),
      ),
    )
  const stands = step(
    'stands',
    h('strong', {}, 'Stands'),
    undefined,
    r.bits,
    bar(0, scale(r.bits), 'stands', needed > 0 ? scale(needed) : undefined),
  )
  return h(
    'div',
    { class: 'waterfall' },
    verdicts.length === 0
      ? h(
          'ul',
          { class: 'quiet-why' },
          (quiet ?? ['No detector found evidence.']).map((why) => h('li', {}, said(why, 300))),
        )
      : undefined,
    h('ol', { class: 'steps', 'aria-label': 'Evidence in bits' }, steps, stands),
    // What stands against an agent is reckoned as of now; a command was decided once, and what a person lets go was not reckoned.
    widened === undefined
      ? reckoned(
          r,
          explained.kind !== 'agent' && explained.commands.some((c) => c.widened === undefined && c.by === undefined),
        )
      : letGo(widened),
  )
}

const step = (key, title, words, value, picture) =>
  h(
    'li',
    { key },
    h('div', { class: 'what' }, h('div', {}, title), words ? h('div', { class: 'quiet' }, words) : undefined),
    picture,
    h('div', { class: 'bits' }, `${value > 0 ? '+' : ''}${bits(value)}`, h('span', { class: 'away' }, ' bits')),
  )

const letGo = ({ by, command, acts, at, until }) =>
  facts([
    ['Lets go', said(acts, 300)],
    ['Said by', [said(by, 80), ' ', time(at)]],
    ['Until', time(until)],
    ['Widens', h('a', { href: to('commands', command) }, 'the approval of the command that held such an act')],
  ])

const verdictWords = ({ because, event, rule, mode }) => [
  said(because, 300),
  ' ',
  h(
    'span',
    { class: 'kind' },
    rule === undefined ? '' : rule ? 'fixed bits of a rule' : 'measured against its own past',
    mode === undefined || mode === 'enforce' ? '' : `, ${mode} only`,
  ),
  ' ',
  h('a', { href: to('events', event) }, 'event', h('span', { class: 'away' }, ' ', said(event, 64))),
]

function bar(from, end, kind, mark) {
  const children = [
    shape('rect', {
      class: kind,
      x: from.toFixed(1),
      width: Math.max(1.5, end - from).toFixed(1),
      y: '3',
      height: '10',
      rx: '1.500',
    }),
  ]
  if (mark !== undefined)
    children.push(shape('line', { class: 'mark', x1: mark.toFixed(1), x2: mark.toFixed(1), y1: '0', y2: '16' }))
  return shape(
    'svg',
    { class: 'bar', viewBox: `0 0 ${width} 16`, preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    children,
  )
}

/** Odds × cost in words, with the numbers. */
function reckoned(r, isDecided) {
  const expected = r.odds * r.badAction
  const nothing = r.rung === 'observe'
  const taken = nothing
    ? ['nothing: letting it go on costs less than any interruption.']
    : [
        rung(r.rung),
        ` because ${cost(expected)} is more than ${figure(r.falseInterruption)}, what it costs when it is wrong.`,
      ]
  const next =
    r.next === undefined
      ? undefined
      : [
          rung(r.next.rung),
          r.next.bitsMissing > 0
            ? ` needs ${bits(r.next.bitsNeeded)} bits: ${bits(r.next.bitsMissing)} more.`
            : ` needs ${bits(r.next.bitsNeeded)} bits of evidence of its own kind.`,
        ]
  return facts([
    [
      'Expected cost',
      h(
        'span',
        { class: 'sum' },
        h('span', {}, odds(r.odds), h('small', {}, 'odds that it is bad')),
        '×',
        h('span', {}, count(r.badAction), h('small', {}, 'cost of a bad act')),
        '=',
        h('span', {}, cost(expected), h('small', {}, 'expected cost')),
      ),
    ],
    [isDecided ? 'Rung taken' : 'Calls now for', taken],
    [isDecided ? 'Not taken' : 'Not for', next],
    ['Policy', h('code', {}, said(r.policy, 32))],
  ])
}
