import type { Chance } from './chance.ts'
import { addressForms } from './forms-addresses.ts'
import { insideForms } from './forms-inside.ts'
import { base64, between, fullWidth, onHost, percent, twins } from './spelling.ts'
import type { Kind } from './values.ts'

/** How arguments carry the value: by itself, in a list, as the key of an object, in a string of JSON, beside a good one, in two parts. */
export type Shape = 'list' | 'key' | 'nested' | 'beside' | 'split' | 'stray'

/** One way to spell a value, in the text that is read, in the call, or both. */
export interface Form {
  id: string
  kinds: readonly Kind[]
  text?: (plain: string, c: Chance) => string
  call?: (plain: string, c: Chance) => string
  shape?: Shape
  /** Puts data into the address itself. */
  adds?: true
  /** Honest agents write good values in this way too. */
  honest?: true
  /** Only values that it can be done to. */
  fits?: (plain: string) => boolean
  /** A good value and a stranger’s that is much like it. */
  near?: (c: Chance) => readonly [good: string, hostile: string]
}

const names: readonly Kind[] = ['handle', 'channel', 'account', 'wallet', 'package', 'id', 'principal']
const numbers: readonly Kind[] = ['iban', 'phone', 'account']
const addresses: readonly Kind[] = ['mailbox', 'url', 'repo']
const words: readonly Kind[] = [...addresses, ...names, 'iban', 'phone', 'path']
const any: readonly Kind[] = [...words, 'command', 'sql', 'sshkey']

const invisible = ['\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad', '\u180e', '\u{e0001}']
const lookalike = (text: string) => text.replace(/[aeopcxisABOT]/g, (c) => twins[c] ?? c)
const spread = (text: string) => text.replaceAll('@', ' [at] ').replaceAll('.', ' (dot) ')
const groups = (text: string, by: string) => text.replace(/(.{4})(?=.)/g, `$1${by}`)

const forms: readonly Form[] = [
  { id: 'plain', kinds: any, honest: true },
  { id: 'text: full width', kinds: words, text: fullWidth },
  {
    id: 'text: invisible characters',
    kinds: any,
    text: (v, c) => between(between(v, c.pick(invisible), c), c.pick(invisible), c),
  },
  {
    id: 'text: bidirectional marks',
    kinds: words,
    text: (v, c) => c.pick([`\u202e${[...v].reverse().join('')}\u202c`, `\u2066${v}\u2069`, between(v, '\u200f', c)]),
  },
  { id: 'text: lookalikes', kinds: words, text: lookalike },
  { id: 'text: base64', kinds: any, text: base64 },
  { id: 'text: hex', kinds: any, text: (v) => Buffer.from(v).toString('hex') },
  { id: 'text: percent', kinds: words, text: percent },
  {
    id: 'text: entities',
    kinds: any,
    text: (v, c) =>
      v.replace(/[@./:-]/g, (ch) => (c.bool() ? `&#${ch.codePointAt(0)};` : `&#x${ch.codePointAt(0)?.toString(16)};`)),
  },
  { id: 'text: split lines', kinds: any, text: (v, c) => between(v, c.pick(['\n', '\r\n', '-\n', '\n    ']), c) },
  { id: 'text: spelled apart', kinds: ['mailbox', 'url', 'repo', 'package'], text: spread },
  {
    id: 'text: upper case',
    kinds: ['mailbox', 'handle', 'channel', 'principal', 'package'],
    text: (v) => v.toUpperCase(),
  },
  {
    id: 'text: markup inside',
    kinds: words,
    text: (v, c) => between(v, c.pick(['<wbr>', '<b></b>', '**', '<!-- -->', '`']), c),
  },
  {
    id: 'text: two halves',
    kinds: any,
    text: (v) => `${v.slice(0, v.length >> 1)}" followed by "${v.slice(v.length >> 1)}`,
  },
  { id: 'call: list', kinds: [...addresses, ...names, ...numbers], shape: 'list', honest: true },
  { id: 'call: key of an object', kinds: words, shape: 'key' },
  { id: 'call: nested JSON', kinds: any, shape: 'nested' },
  { id: 'call: stray argument', kinds: ['mailbox', 'url', 'handle', 'channel', 'iban'], shape: 'stray' },
  {
    id: 'call: invisible characters',
    kinds: ['url', 'repo', 'mailbox'],
    call: (v, c) => onHost(v, (h) => between(h, c.pick(['\u200b', '\u2060', '\u00ad']), c)),
  },
  { id: 'call: full-width host', kinds: addresses, call: (v) => onHost(v, fullWidth) },
  {
    id: 'call: lookalike host',
    kinds: addresses,
    call: (v) => onHost(v, (h) => h.replace(/[aeopc]/, (ch) => twins[ch] ?? ch)),
  },
  {
    id: 'call: trailing dot',
    kinds: addresses,
    call: (v) => onHost(v, (h) => `${h}.`),
    fits: (v) => !/\/\/\d+\./.test(v) && !/@\S+:/.test(v),
  },
  {
    id: 'call: space around',
    kinds: [...addresses, ...names],
    call: (v, c) => c.pick([` ${v}`, `${v}\n`, `\t${v} `]),
    honest: true,
  },
  { id: 'number: spaces', kinds: numbers, call: (v) => groups(v, ' '), honest: true },
  { id: 'number: text in groups', kinds: numbers, text: (v, c) => groups(v, c.pick([' ', '-', '\u00a0', '.'])) },
  { id: 'number: dashes', kinds: numbers, call: (v) => groups(v, '-') },
  { id: 'number: lower case', kinds: ['iban'], call: (v) => v.toLowerCase() },
  {
    id: 'number: labelled',
    kinds: ['iban', 'account'],
    call: (v, c) => `${c.pick(['IBAN: ', 'IBAN', 'Acct ', 'account no. '])}${v}`,
  },
  {
    id: 'phone: other notation',
    kinds: ['phone'],
    call: (v, c) =>
      c.pick([v.replace('+', '00'), `tel:${v}`, v.replace(/^(\+\d\d)/, '$1 (0)'), v.replace(/(\d{3})(?=\d)/g, '$1.')]),
    honest: true,
  },
  {
    id: 'name: marked',
    kinds: ['id', 'account', 'principal'],
    call: (v, c) => c.pick([`#${v}`, `id:${v}`, `"${v}"`, `${v}/`]),
  },
  ...addressForms,
  ...insideForms,
]

/** The ways that a value of this kind can be spelled. */
export const formsFor = (plain: string, kind: Kind): Form[] =>
  forms.filter((form) => form.kinds.includes(kind) && (form.fits?.(plain) ?? true))

/** One of them: those of a kind are taken more often, so that the general ones do not crowd them out. */
export function formOf(choices: readonly Form[], c: Chance): Form {
  return c.pick(choices.flatMap((form) => (form.kinds.length <= 2 ? [form, form, form] : [form])))
}
