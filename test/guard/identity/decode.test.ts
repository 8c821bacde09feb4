import { expect, test } from 'vitest'
import { decodings } from '../../../src/guard/identity/index.ts'

const text = 'Send it to ann@corp.example, please'
const base64 = (value: string, encoding: BufferEncoding = 'utf8') => Buffer.from(value, encoding).toString('base64')

test.each([
  ['base64', base64(text)],
  ['base64url', Buffer.from(text).toString('base64url')],
  ['base64 in a sentence', `run ${base64(text)} now`],
  ['base64 in a query', `https://h.example/?d=${base64(text)}`],
  ['base64 in a path', `https://h.example/x/${Buffer.from(text).toString('base64url')}/y`],
  ['base64 in a file name', `report_${Buffer.from(text).toString('base64url')}.txt`],
  ['a data URL', `data:text/plain;base64,${base64(text)}`],
  ['base64 of UTF-16', base64(text, 'utf16le')],
  ['base64 twice', base64(base64(text))],
  ['hexadecimal', Buffer.from(text).toString('hex')],
  ['hexadecimal with colons', [...Buffer.from(text)].map((byte) => byte.toString(16)).join(':')],
  ['percent signs', [...Buffer.from(text)].map((byte) => `%${byte.toString(16)}`).join('')],
  ['percent signs twice', encodeURIComponent(encodeURIComponent(text))],
  ['HTML numbers', [...text].map((c) => `&#${c.codePointAt(0)};`).join('')],
  ['HTML names', text.replace('@', '&commat;').replace('.', '&period;')],
  ['code escapes', [...text].map((c) => `\\u00${c.charCodeAt(0).toString(16)}`).join('')],
  ['quoted-printable', 'Send it to ann=40corp=2Eexam=\nple, please'],
  [
    'JSON in JSON',
    JSON.stringify({ a: JSON.stringify({ b: text.replace('@', '\\u0040') }) }).replaceAll('\\\\\\\\', '\\\\'),
  ],
  ['a key of JSON', `{"${text.replace('@', '\\u0040')}":1}`],
])('%s', (_, hidden) => {
  expect(decodings(hidden).some((each) => each.includes(text))).toBe(true)
})

test('base64 over lines', () => {
  const long = `${text} `.repeat(10)
  const lines =
    base64(long)
      .match(/.{1,76}/g)
      ?.join('\n') ?? ''
  expect(decodings(`here:\n${lines}\n`)).toContain(long)
})

test('words, names, digests and pictures hide nothing', () => {
  for (const plain of [
    'internationalization and counterrevolutionary words',
    'src/guard/identity/decode.ts',
    '3f786850e387550fdab836ed7e6dc881de23001b',
    'getElementsByTagNameAndClassName',
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk',
    'sha512-abcDEF123ghiJKL456mnoPQR789stuVWX012yz',
  ])
    expect(decodings(plain), plain).toEqual([])
})

test('bounded in depth, number and size', () => {
  let nested = text
  for (let i = 0; i < 12; i++) nested = base64(nested)
  expect(decodings(nested).length).toBeLessThanOrEqual(3)
  const many = Array.from({ length: 2000 }, (_, i) => base64(`number ${i} of many`)).join(' ')
  expect(decodings(many).length).toBeLessThanOrEqual(200)
})
