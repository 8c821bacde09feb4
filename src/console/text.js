/** Text for people. What agents and tools say is hostile: it may hide, reorder or flood what stands around it. */

/** Invisible or reordering: zero widths, bidi overrides and isolates, fillers, tags, variation selectors, separators. */
const hidden = /\p{Default_Ignorable_Code_Point}|[\u2028\u2029\ufff9-\ufffb]/gu
// biome-ignore lint/suspicious/noControlCharactersInRegex: to be made visible
const control = /[\u0000-\u001f\u007f-\u009f]/g
/** More marks on one letter than any language stacks. */
const stacked = /(\p{M}{3})\p{M}+/gu

/** The text with nothing hidden in it: control and reordering characters are shown by their code, the rest is cut. */
export function plain(text, max = 4000) {
  const whole = String(text)
  const cut = whole.length > max ? whole.slice(0, max).replace(/[\ud800-\udbff]$/, '') : whole
  const shown = cut
    .toWellFormed()
    .replace(control, (c) => (c < ' ' ? String.fromCodePoint(0x2400 + c.charCodeAt(0)) : code(c)))
    .replace(hidden, code)
    .replace(stacked, '$1')
  return cut === whole ? shown : `${shown}… (${count(whole.length - cut.length)} more characters)`
}

const code = (c) => `⟨U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`

const numbers = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 })
/** 12345.6 → 12,346 */
export const count = (value) => numbers.format(value)
/** Bits, odds and costs: few digits where they are many. */
export const figure = (value) => (Math.abs(value) >= 100 ? count(value) : String(Math.round(value * 100) / 100))
export const bits = (value) => value.toFixed(1).replace('-', '−')
/** Beyond it a number says no more than that it is large. */
const most = 1_000_000
/** A cost, as far as its size says something. */
export const cost = (value) => (value > most ? 'more than a million' : figure(value))
/** Odds that can be multiplied by the reader: 105, 0.65, 1/2,932. */
export const odds = (value) =>
  value >= 0.01 ? cost(value) : value < 1 / most ? 'less than one in a million' : `1/${count(1 / value)}`

/** `one agent`, `3 agents` */
export const several = (n, one, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`

const iso = (ms) => (Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : '–')
/** In UTC, as logs have it: the time alone when it is of the day shown. */
export function when(ms, now = Date.now()) {
  const text = iso(ms)
  return text.slice(0, 10) === iso(now).slice(0, 10) ? text.slice(11, 19) : `${text.slice(5, 10)} ${text.slice(11, 16)}`
}
export const exact = (ms) => iso(ms).replace('T', ' ').replace('Z', ' UTC')

/** @type {[string, number][]} */
const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
]
/** A span in its largest unit. */
export function span(ms) {
  for (const [unit, size] of units) if (Math.abs(ms) >= size) return `${Math.round(ms / size)} ${unit}`
  return `${Math.max(0, Math.round(ms))} ms`
}
export const ago = (ms, now = Date.now()) => (ms > now ? `in ${span(ms - now)}` : `${span(now - ms)} ago`)
