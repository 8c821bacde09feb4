import addresses from 'email-addresses'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  decodings,
  fold,
  identitiesIn,
  identitiesOf,
  lookAlikeOf,
  secretsIn,
} from '../../../src/guard/identity/index.ts'

const word = fc.string({
  unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789'),
  minLength: 2,
  maxLength: 10,
})
const name = word.filter((text) => /^[a-z]/.test(text) && !/^\d+$/.test(text))
const mailboxes = fc
  .tuple(name, name, name)
  .map(([first, last, host]) => ({ local: `${first}.${last}`, domain: `${host}.example` }))
const wide = (text: string) => [...text].map((c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).join('')
const canonicals = (value: string) => identitiesOf(value).map(({ canonical }) => canonical)

const spellings: readonly ((local: string, domain: string) => string)[] = [
  (local, domain) => `${local.toUpperCase()}@${domain.toUpperCase()}`,
  (local, domain) => `${local}+tag@${domain}.`,
  (local, domain) => `"${local}"@${domain}`,
  (local, domain) => `"Somebody <x@other.example>" <${local}@${domain}>`,
  (local, domain) => `${local} (note) @ ${domain}`,
  (local, domain) => wide(`${local}@${domain}`),
  (local, domain) => `${[...local].join('\u200b')}@${[...domain].join('\u00ad')}`,
  (local, domain) => `mailto:${local}%40${domain}`,
  (local, domain) => `<${local}@${domain}>`,
  (local, domain) => `"${local}@${domain}"`,
]

test('a mailbox is the same however it is spelled, alone and in text', () => {
  fc.assert(
    fc.property(mailboxes, fc.constantFrom(...spellings), ({ local, domain }, spell) => {
      const plain = `${local}@${domain}`
      expect(canonicals(spell(local, domain))).toEqual([plain])
      const told = identitiesIn(`please write to ${spell(local, domain)} now`).map(({ canonical }) => canonical)
      expect(told).toContain(plain)
    }),
    { numRuns: 300 },
  )
})

test('addresses are read as email-addresses reads them', () => {
  const local = fc.oneof(
    name,
    name.map((text) => `"${text} x"`),
    fc.tuple(name, name).map(([a, b]) => `${a}.${b}`),
  )
  const display = fc.oneof(
    fc.constant(''),
    name,
    name.map((text) => `"${text}, y"`),
    name.map((text) => `${text} (c)`),
  )
  const one = fc
    .tuple(display, local, name)
    .map(([shown, user, host]) => (shown === '' ? `${user}@${host}.example` : `${shown} <${user}@${host}.example>`))
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 5 }), (list) => {
      const theirs = addresses
        .parseAddressList(list.join(', '))
        ?.flatMap((each) => (each.type === 'mailbox' ? [each.address] : []))
      expect(new Set(canonicals(list.join(', ')))).toEqual(new Set(theirs?.map(unquoted)))
    }),
    { numRuns: 300 },
  )
})
/** Theirs drops the quotes of a local part that needs them. */
const unquoted = (address: string): string => {
  const at = address.lastIndexOf('@')
  const local = address.slice(0, at)
  return /[ "]/.test(local) && !local.startsWith('"') ? `${JSON.stringify(local)}${address.slice(at)}` : address
}

test('an address of the network is the same in every base', () => {
  const byte = fc.integer({ min: 0, max: 255 })
  fc.assert(
    fc.property(fc.tuple(byte, byte, byte, byte), ([a, b, c, d]) => {
      const number = ((a * 256 + b) * 256 + c) * 256 + d
      const plain = `https://${a}.${b}.${c}.${d}/x`
      const hex = number.toString(16).padStart(8, '0')
      for (const host of [
        String(number),
        `0x${hex}`,
        `0${number.toString(8)}`,
        [a, b, c, d].map((each) => `0x${each.toString(16)}`).join('.'),
        `[::ffff:${hex.slice(0, 4)}:${hex.slice(4)}]`,
        `${a}.${b}.${c * 256 + d}`,
        wide(`${a}.${b}.${c}.${d}`),
      ])
        expect(canonicals(`http://${host}/x`), host).toEqual([plain])
    }),
  )
})

test('a path is the same with detours', () => {
  fc.assert(
    fc.property(
      fc.array(name, { minLength: 1, maxLength: 6 }),
      fc.constantFrom('/', '/./', '//', '/x/../'),
      (parts, joint) => {
        expect(canonicals(`/${parts.join(joint)}`)).toEqual([`/${parts.join('/')}`])
        expect(canonicals(`file:///${parts.join(joint === '//' ? '/' : joint)}`)).toEqual([`/${parts.join('/')}`])
      },
    ),
  )
})

test('nothing throws, whatever the text', () => {
  const pieces = fc.constantFrom(
    '@',
    '.',
    '://',
    'http',
    '"',
    '<',
    '>',
    '(',
    ')',
    '[',
    ']',
    ':',
    '%4',
    '\\',
    '&#',
    '=',
    '+',
    'a',
    '1',
    'é',
    '\ud800',
    '\u0301',
  )
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(
      text,
      fc.constantFrom(undefined, 'to', 'url', 'path', 'repo', 'account', 'phone', 'channel', 'host', 'user'),
      (value, hint) => {
        for (const found of [...identitiesOf(value, hint), ...identitiesIn(value)]) lookAlikeOf(found)
        decodings(value)
        secretsIn(value)
        fold(value)
      },
    ),
    { numRuns: 2000 },
  )
})

const hostile = [
  '@',
  '.',
  'a@',
  'a@a.',
  '(',
  'http://',
  ':/',
  '://a:b',
  '\\',
  '%40',
  '&#',
  'A',
  '1',
  'DE89',
  '+1',
  '1:',
  '"',
  '<',
  '[',
  'x.com/',
  '=\n',
  'é',
  'а\u0301',
  'a@\n',
  'eyJ',
  'password=',
  '-----BEGIN PRIVATE KEY-----',
  'a at b dot c ',
  '[at]',
  '4111 ',
  '\u200b',
  '。',
  'a@b:c/',
  '0x',
  '/..',
  '\\\\a',
  'konto ',
  '{"a":',
]
const all = { identitiesIn, identitiesOf, decodings, secretsIn, fold }
test.each(Object.entries(all))('%s takes time in proportion to a hostile text', (_, look) => {
  const cost = (text: string) => {
    const began = process.cpuUsage().user
    look(text)
    return (process.cpuUsage().user - began) / 1000
  }
  for (const piece of hostile) {
    const small = Math.min(...[1, 2, 3].map(() => cost(piece.repeat(10_000 / piece.length))))
    const large = cost(piece.repeat(200_000 / piece.length))
    // Twenty times the text: quadratic time would be four hundred times as long. Below a second nobody asks.
    expect(large < 1000 || large < small * 120, `${JSON.stringify(piece)} ${small} ms, ${large} ms`).toBe(true)
  }
})
