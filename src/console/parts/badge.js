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

/** How a state of a command, or what a point says of it, is marked. The words come with it from the API. */
const marks = {
  proposed: ['?', 'mid'],
  issued: ['…', 'mid'],
  awaited: ['…', 'mid'],
  delivered: ['→', 'mid'],
  'partly-applied': ['◐', 'high'],
  applied: ['✓', 'good'],
  refused: ['✗', 'high'],
  failed: ['✗', 'high'],
  gone: ['–', 'calm'],
  expired: ['–', 'calm'],
  released: ['↩', 'calm'],
}
const noted = ['○', 'calm']

function tag(name, words) {
  const [glyph, level] = marks[name] ?? noted
  return h('span', { class: `tag plain ${level}` }, h('span', { class: 'glyph', 'aria-hidden': 'true' }, glyph), words)
}

export const outcome = ({ outcome: name, words }) => tag(name, words)

/** A line where points disagree: “applied by 3, refused by mcp@host: reason”. */
export const answers = ({ state: of, answers: words }) =>
  words === '' || of === 'applied' || of === 'issued' || of === 'expired' || of === 'released'
    ? undefined
    : h('div', { class: 'quiet answers' }, said(words, 240))

/** How far a command has come. What nobody waits for, for it was only noted or would have been one, is marked as such. */
export const state = ({ state: name, words }) =>
  tag(name === 'proposed' && words !== 'waits for a person' ? 'noted' : name, words)

/** Learn and shadow are said where they matter; enforce is what is meant otherwise. */
export const mode = (name) => h('span', { class: `tag plain ${name === 'enforce' ? 'calm' : 'low'}` }, name)

/** A finding’s mark: a triangle, and what a person said of it. */
export function judged(review) {
  if (review === undefined) return undefined
  const right = review.verb === 'right'
  return h('span', { class: `tag plain ${right ? 'good' : 'calm'}` }, right ? '✓ right, ' : '✗ wrong, ', review.by)
}

export const time = (ms) => h('time', { datetime: new Date(ms).toISOString(), title: exact(ms) }, when(ms))
