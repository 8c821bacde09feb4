import { h, said, shape } from '../dom.js'
import { exact, when } from '../text.js'

/** Rungs fill up like a clock, revoke is full, quarantine a square: told apart without colour, and always named. */
const fills = { observe: 0, notify: 0.25, 'step-up': 0.5, tighten: 0.75, revoke: 1 }
const levels = { observe: 'calm', notify: 'low', 'step-up': 'mid', tighten: 'mid', revoke: 'high', quarantine: 'high' }

function sign(rung) {
  const fill = fills[rung]
  const inside =
    fill === undefined
      ? [shape('rect', { x: '1.5', y: '1.5', width: '9', height: '9', class: 'full' })]
      : [shape('circle', { cx: '6', cy: '6', r: '4.6', class: fill === 1 ? 'line full' : 'line' }), sector(fill)]
  return shape('svg', { viewBox: '0 0 12 12', width: '12', height: '12', 'aria-hidden': 'true', class: 'sign' }, inside)
}

function sector(fill) {
  if (fill === 0 || fill === 1) return undefined
  const angle = fill * 2 * Math.PI
  const end = `${(6 + 4.6 * Math.sin(angle)).toFixed(2)} ${(6 - 4.6 * Math.cos(angle)).toFixed(2)}`
  return shape('path', { class: 'full', d: `M6 6V1.4A4.6 4.6 0 ${fill > 0.5 ? 1 : 0} 1 ${end}z` })
}

/** How grave a rung is: calm, low, mid or high. */
export const levelOf = (name) => levels[name] ?? 'low'
/** `widens`: by the command a person lets acts go, which is named in place of its rung. */
export const rung = (name, widens) =>
  h('span', { class: `tag ${levelOf(name)}` }, sign(name), widens === undefined ? name : 'widened')

/** What a state means. “Sent” is never “applied”: what no point has applied says so. */
const states = {
  proposed: ['?', 'waits for a person', 'mid'],
  issued: ['…', 'issued, not applied', 'mid'],
  delivered: ['→', 'delivered, not applied', 'mid'],
  'partly-applied': ['◐', 'partly applied', 'high'],
  applied: ['✓', 'applied', 'good'],
  refused: ['✗', 'refused by a point', 'high'],
  failed: ['✗', 'failed at a point', 'high'],
  expired: ['–', 'expired', 'calm'],
  released: ['↩', 'released', 'calm'],
}
const unheld = ['notify', 'observe']

/** How far a command has come, in words. `mode` other than enforce: it only would have been ordered. */
export function stateWords({ state, mode, rung: name }) {
  if (state === 'proposed' && mode !== 'enforce') return `would have (${mode})`
  if (state === 'proposed' && unheld.includes(name)) return 'noted'
  return states[state]?.[1] ?? state
}

/** What a point says of a command; `gone`: it left before it answered. */
const outcomes = {
  awaited: ['…', 'not answered', 'mid'],
  delivered: ['→', 'delivered, not applied', 'mid'],
  applied: ['✓', 'applied', 'good'],
  refused: ['✗', 'refused', 'high'],
  failed: ['✗', 'failed', 'high'],
  gone: ['–', 'gone before it answered', 'calm'],
}
const tag = ([glyph, words, level]) =>
  h('span', { class: `tag plain ${level}` }, h('span', { class: 'glyph', 'aria-hidden': 'true' }, glyph), words)

export const outcome = (name) => tag(outcomes[name] ?? ['', name, 'calm'])

const against = ({ outcome: of }) => of === 'refused' || of === 'failed'
const isAwaited = ({ outcome: of, expected }) => expected && (of === 'awaited' || of === 'delivered')

/** Those that are against it first, then those that it waits for. */
export const inOrder = (points) =>
  Object.entries(points).sort(
    ([a, x], [b, y]) =>
      Number(against(y)) - Number(against(x)) ||
      Number(isAwaited(y) ?? 0) - Number(isAwaited(x) ?? 0) ||
      (a < b ? -1 : 1),
  )

/** A line where points disagree: “applied by 3, refused by mcp@host: reason”. */
function pointWords(points) {
  const all = inOrder(points)
  const applied = all.filter(([, { outcome: of }]) => of === 'applied').length
  const waits = all.filter(([, point]) => isAwaited(point)).length
  const refused = all.filter(([, point]) => against(point))
  if (refused.length === 0 && (applied === 0 || waits === 0)) return undefined
  return [
    applied === 0 ? undefined : `applied by ${applied}`,
    ...refused
      .slice(0, 3)
      .map(([name, { outcome: of, why }]) => `${of} ${of === 'failed' ? 'at' : 'by'} ${name}${why ? `: ${why}` : ''}`),
    refused.length > 3 ? `and ${refused.length - 3} more` : undefined,
    waits === 0 ? undefined : `not answered by ${waits}`,
  ]
    .filter((each) => each !== undefined)
    .join(', ')
}

/** The same as an element. */
export function answers(points) {
  const words = pointWords(points)
  return words === undefined ? undefined : h('div', { class: 'quiet answers' }, said(words, 240))
}

export function state(of) {
  const words = stateWords(of)
  const [glyph, , level] = words === states[of.state]?.[1] ? states[of.state] : ['○', '', 'calm']
  return tag([glyph, words, level])
}

/** Learn and shadow are said where they matter; enforce is what is meant otherwise. */
export const mode = (name) => h('span', { class: `tag plain ${name === 'enforce' ? 'calm' : 'low'}` }, name)

/** A finding’s mark: a triangle, and what a person said of it. */
export function judged(review) {
  if (review === undefined) return undefined
  const right = review.verb === 'right'
  return h('span', { class: `tag plain ${right ? 'good' : 'calm'}` }, right ? '✓ right, ' : '✗ wrong, ', review.by)
}

export const time = (ms) => h('time', { datetime: new Date(ms).toISOString(), title: exact(ms) }, when(ms))
