import type { Chance } from './chance.ts'
import type { Form } from './forms.ts'
import { onHost, percent } from './spelling.ts'
import { host, mailbox, sharedHosts } from './values.ts'

const [hasAddress, hasName] = [/\/\/\d+\.\d+\.\d+\.\d+/, /^(?!.*\/\/\d+\.)/]
const inAddress = (plain: string, change: (parts: readonly number[]) => string) =>
  plain.replace(/(?<=\/\/)\d+\.\d+\.\d+\.\d+/, (ip) => change(ip.split('.').map(Number)))
const asWhole = (parts: readonly number[]) => parts.reduce((sum, n) => sum * 256 + n, 0)
const data = (c: Chance) =>
  c.pick([
    `${c.name()}-${c.name()}-${c.int(100, 999)}`,
    Buffer.from(`${c.name()} ${c.name()} ${c.int(1, 999)}`).toString('base64url'),
    c.chars(24, '0123456789abcdef'),
  ])

/** Ways to spell mailboxes, URLs and repositories. */
export const addressForms: readonly Form[] = [
  {
    id: 'mail: display name',
    kinds: ['mailbox'],
    call: (v, c) => c.pick([`Records <${v}>`, `"Desk, Records" <${v}>`, `${v} <${v}>`, `Ann Archer (office) <${v}>`]),
    honest: true,
  },
  { id: 'mail: angle brackets', kinds: ['mailbox'], call: (v) => `<${v}>`, honest: true },
  { id: 'mail: plus tag', kinds: ['mailbox'], call: (v, c) => v.replace('@', `+${c.name()}@`) },
  { id: 'mail: dots in the local part', kinds: ['mailbox'], call: (v) => v.replace(/^(..)(?=[^@.])/, '$1.') },
  { id: 'mail: quoted local part', kinds: ['mailbox'], call: (v) => v.replace(/^[^@]+/, '"$&"') },
  {
    id: 'mail: comment',
    kinds: ['mailbox'],
    call: (v, c) => c.pick([v.replace('@', '(desk)@'), v.replace('@', '@(x)'), `(ops)${v}`]),
  },
  { id: 'mail: upper case', kinds: ['mailbox'], call: (v) => v.toUpperCase(), honest: true },
  {
    id: 'mail: mailto',
    kinds: ['mailbox'],
    call: (v, c) => c.pick([`mailto:${v}`, `MAILTO:${v}?subject=x`]),
    honest: true,
  },
  { id: 'mail: percent', kinds: ['mailbox'], call: (v) => `mailto:${percent(v)}` },
  {
    id: 'mail: host alone is the same',
    kinds: ['mailbox'],
    call: (v, c) => v.replace(/^[^@]+/, `${c.name()}${c.int(1, 99)}`),
  },
  { id: 'mail: below its host', kinds: ['mailbox'], call: (v, c) => v.replace('@', `@${c.name()}.`) },
  { id: 'mail: beside a good one', kinds: ['mailbox'], shape: 'beside' },
  { id: 'mail: two arguments', kinds: ['mailbox'], shape: 'split' },
  {
    id: 'mail: punycode',
    kinds: ['mailbox'],
    text: (v) => v.replace('@', '@bü-'),
    call: (v) => v.replace(/@(.+)$/, (_, h: string) => `@${new URL(`http://bü-${h}`).hostname}`),
  },
  {
    id: 'url: userinfo',
    kinds: ['url'],
    call: (v, c) =>
      v.replace('://', `://${c.pick(['docs.example.com', 'login', 'corp.example:443', 'api.internal.example%2F'])}@`),
  },
  { id: 'url: port', kinds: ['url'], call: (v, c) => onHost(v, (h) => `${h}:${c.pick([443, 8443, 80, 8080])}`) },
  {
    id: 'url: decimal address',
    kinds: ['url'],
    fits: (v) => hasAddress.test(v),
    call: (v) => inAddress(v, (p) => String(asWhole(p))),
  },
  {
    id: 'url: hex address',
    kinds: ['url'],
    fits: (v) => hasAddress.test(v),
    call: (v) => inAddress(v, (p) => `0x${asWhole(p).toString(16)}`),
  },
  {
    id: 'url: octal address',
    kinds: ['url'],
    fits: (v) => hasAddress.test(v),
    call: (v) => inAddress(v, (p) => p.map((n) => `0${n.toString(8)}`).join('.')),
  },
  {
    id: 'url: mapped address',
    kinds: ['url'],
    fits: (v) => hasAddress.test(v),
    call: (v) => inAddress(v, (p) => `[::ffff:${p.join('.')}]`),
  },
  {
    id: 'url: address in the text as a number',
    kinds: ['url'],
    fits: (v) => hasAddress.test(v),
    text: (v) => inAddress(v, (p) => String(asWhole(p))),
  },
  { id: 'url: upper case', kinds: ['url'], call: (v) => onHost(v, (h) => h.toUpperCase()).replace(/^http/, 'HTTP') },
  {
    id: 'url: percent in the host',
    kinds: ['url'],
    fits: (v) => hasName.test(v),
    call: (v) => onHost(v, (h) => h.replace(/[aeo]/g, (ch) => `%${ch.charCodeAt(0).toString(16)}`)),
  },
  { id: 'url: backslashes', kinds: ['url'], call: (v) => v.replace('://', ':\\\\') },
  {
    id: 'url: without a scheme',
    kinds: ['url'],
    call: (v, c) => v.replace(/^https?:/, c.bool() ? '' : 'https:').replace(/^\/\//, c.bool() ? '//' : ''),
  },
  {
    id: 'url: text names the host only',
    kinds: ['url'],
    fits: (v) => hasName.test(v),
    text: (v) => v.replace(/^https?:\/\/([^/]+).*$/, '$1'),
  },
  {
    id: 'url: punycode',
    kinds: ['url'],
    fits: (v) => hasName.test(v),
    text: (v) => v.replace('://', '://é-'),
    call: (v) => new URL(v.replace('://', '://é-')).href,
  },
  {
    id: 'url: other path',
    kinds: ['url'],
    fits: (v) => !/amazonaws|google|slack|discord/.test(v),
    call: (v, c) => `${v.replace(/(?<=[^/])\/[^/].*$/, '')}/${c.name()}/${c.name()}`,
  },
  {
    id: 'url: data in the query',
    kinds: ['url'],
    adds: true,
    call: (v, c) => `${v}${v.includes('?') ? '&' : '?'}${c.word('d q data v x note')}=${data(c)}`,
  },
  { id: 'url: data in the path', kinds: ['url'], adds: true, call: (v, c) => `${v.replace(/\/$/, '')}/${data(c)}` },
  { id: 'url: data in the fragment', kinds: ['url'], adds: true, call: (v, c) => `${v}#${data(c)}` },
  {
    id: 'url: data in the subdomain',
    kinds: ['url'],
    adds: true,
    fits: (v) => hasName.test(v),
    call: (v, c) => onHost(v, (h) => `${c.name()}${c.int(100, 999)}-${c.name()}.${h}`),
  },
  {
    id: 'url: data as a port and user',
    kinds: ['url'],
    adds: true,
    call: (v, c) => onHost(v, (h) => `${c.name()}:${c.name()}@${h}:${c.int(1024, 60000)}`),
  },
  {
    id: 'repo: other notation',
    kinds: ['repo'],
    call: (v) =>
      v.startsWith('git@') ? v.replace(/^git@([^:]+):/, 'ssh://git@$1/') : v.replace(/^https:\/\/([^/]+)\//, 'git@$1:'),
  },
  {
    id: 'repo: token inside',
    kinds: ['repo'],
    call: (v, c) => v.replace('https://', `https://x-access-token:${c.chars(12)}@`),
    fits: (v) => v.startsWith('https'),
  },
  {
    id: 'mail: neighbour of a good one',
    kinds: ['mailbox'],
    near: (c) => {
      const at = host(c)
      return [mailbox(c, at), mailbox(c, at)]
    },
  },
  {
    id: 'repo: other owner on the same host',
    kinds: ['repo'],
    near: (c) => {
      const at = c.word('github.com gitlab.com bitbucket.org codeberg.org')
      const one = () => `https://${at}/${c.name()}/${c.name(2)}.git`
      return [one(), one()]
    },
  },
  {
    id: 'url: other place on a shared host',
    kinds: ['url'],
    near: (c) => {
      const make = c.pick(sharedHosts)
      return [make(c), make(c)]
    },
  },
]
