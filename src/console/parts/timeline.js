import { h, shape } from '../dom.js'
import { exact, several, span, when } from '../text.js'

const height = 84
const base = 64

/**
 * Acts over time as bars, findings as triangles above them, commands as lines. `width`: of the place it stands in, px. The
 * table beneath says the same in words.
 */
export function timeline({ events, findings, commands, width }) {
  const times = [...events.map(({ time }) => time), ...findings.map(({ time }) => time)]
  if (times.length === 0) return undefined
  let first = Infinity
  let last = 0
  for (const time of times) {
    first = Math.min(first, time)
    last = Math.max(last, time)
  }
  const length = Math.max(last - first, 60_000)
  const columns = Math.max(12, Math.min(96, Math.floor(width / 10)))
  const acts = new Array(columns).fill(0)
  const denied = new Array(columns).fill(0)
  const column = (time) => Math.min(columns - 1, Math.floor(((time - first) / length) * columns))
  for (const { time, outcome } of events) {
    acts[column(time)]++
    if (outcome === 'denied' || outcome === 'stepped-up') denied[column(time)]++
  }
  const most = Math.max(...acts, 1)
  const step = width / columns
  const bars = acts.flatMap((n, i) => {
    if (n === 0) return []
    const tall = Math.max(3, (n / most) * 40)
    const at = { x: (i * step + 1).toFixed(1), width: (step - 2).toFixed(1), rx: '1' }
    const stopped = (denied[i] / n) * tall
    return [
      shape('rect', { ...at, class: 'acts', y: (base - tall).toFixed(1), height: (tall - stopped).toFixed(1) }),
      stopped === 0
        ? undefined
        : shape('rect', { ...at, class: 'denied', y: (base - stopped).toFixed(1), height: stopped.toFixed(1) }),
    ]
  })
  const x = (time) => Math.max(5, Math.min(width - 5, ((time - first) / length) * width))
  const marks = findings.map(({ time, bits }) => {
    const at = x(time)
    const size = Math.min(7, 4 + bits / 6)
    return shape('polygon', { class: 'finding', points: `${at - size},18 ${at + size},18 ${at},${18 - size * 1.7}` })
  })
  const orders = commands
    .filter(({ command: { time } }) => time >= first && time <= last + length * 0.02)
    .map(({ command: { time } }) =>
      shape('line', { class: 'command', x1: x(time).toFixed(1), x2: x(time).toFixed(1), y1: '2', y2: String(base) }),
    )
  const label = `${several(events.length, 'event')} over ${span(last - first)}, ${several(findings.length, 'finding')}, ${several(orders.length, 'command')}; from ${exact(first)} to ${exact(last)}`
  return h(
    'div',
    { class: 'timeline' },
    shape(
      'svg',
      {
        viewBox: `0 0 ${width} ${height - 14}`,
        role: 'img',
        'aria-label': label,
        width: String(width),
        height: String(height - 14),
      },
      orders,
      bars,
      shape('line', { class: 'axis', x1: '0', x2: String(width), y1: String(base + 0.5), y2: String(base + 0.5) }),
      marks,
    ),
    h(
      'div',
      { class: 'ends', 'aria-hidden': 'true' },
      h('span', {}, when(first)),
      h(
        'span',
        { class: 'legend' },
        key('acts', 'acts'),
        key('denied', 'stopped'),
        key('finding', 'finding'),
        key('command', 'command'),
      ),
      h('span', {}, when(last)),
    ),
  )
}

const pictures = {
  acts: () => shape('rect', { class: 'acts', x: '2', y: '2', width: '6', height: '8' }),
  denied: () => shape('rect', { class: 'denied', x: '2', y: '2', width: '6', height: '8' }),
  finding: () => shape('polygon', { class: 'finding', points: '0,10 10,10 5,1' }),
  command: () => shape('line', { class: 'command', x1: '5', x2: '5', y1: '0', y2: '11' }),
}
const key = (kind, words) =>
  h('span', {}, shape('svg', { viewBox: '0 0 10 11', width: '10', height: '11' }, pictures[kind]()), words)
