import { expect, test } from 'vitest'
import { patternOf } from '../../../src/guard/core/pattern.ts'
import { pathOf, Redactor, secretSpans } from '../../../src/guard/core/sanitise.ts'

function redact(given: unknown, fields: readonly string[]) {
  const redactor = new Redactor(fields.map((name) => ({ name, path: pathOf(name) })))
  const args = redactor.value(given)
  return { args, redacted: redactor.count }
}

test('redacts a bare name at any depth and a dotted path from the top', () => {
  const args = { to: 'a', card: { number: '1', list: [{ number: '2', note: 'x' }] }, body: { text: 't' } }
  expect(redact(args, ['number', 'body.text'])).toEqual({
    redacted: 3,
    args: {
      to: 'a',
      card: { number: '[redacted by rescind]', list: [{ number: '[redacted by rescind]', note: 'x' }] },
      body: { text: '[redacted by rescind]' },
    },
  })
  expect(args.card.number).toBe('1')
})

test('survives hostile arguments', () => {
  const hostile = JSON.parse('{"__proto__": {"secret": 1}, "constructor": {"secret": 2}}') as unknown
  const { args, redacted } = redact(hostile, ['secret'])
  expect(redacted).toBe(2)
  expect(JSON.stringify(args)).toBe(
    '{"__proto__":{"secret":"[redacted by rescind]"},"constructor":{"secret":"[redacted by rescind]"}}',
  )
  let deep: unknown = { secret: 1 }
  for (let i = 0; i < 10_000; i++) deep = { a: deep }
  expect(JSON.stringify(redact(deep, ['secret']).args)).not.toContain('secret')
})

test('paths: from the top, any name, every item, everything', () => {
  const value = { a: { b: 1, c: [{ d: 2 }, { d: 3 }] }, d: 4 }
  const taken = (path: string) => redact(value, [path]).redacted
  expect(['$.a.b', 'a.c[*].d', 'a.c[0].d', '*.b', 'd', '$', 'x', 'b.a'].map(taken)).toEqual([1, 2, 2, 1, 3, 1, 0, 0])
  expect(redact(value, ['$']).args).toEqual({ a: '[redacted by rescind]', d: '[redacted by rescind]' })
})

test('patterns take out what they match, in values, numbers and names, in linear time', () => {
  const find = patternOf('[0-9]{4}-[0-9]{4}')
  const redactor = new Redactor([{ name: '$', path: [], find }])
  expect(redactor.value({ note: 'card 1234-5678 and 8765-4321', n: 5, '1111-2222': true })).toEqual({
    note: 'card [redacted by rescind] and [redacted by rescind]',
    n: 5,
    '[redacted by rescind]': true,
  })
  expect(redactor.count).toBe(3)
  const numbers = new Redactor([{ name: 'n', path: ['n'], find: patternOf('^99') }])
  expect(numbers.value({ n: 9912, m: 9912 })).toEqual({ n: '[redacted by rescind]', m: 9912 })
  expect(patternOf('(')).toBeUndefined()
  expect(patternOf('(?=lookahead)')).toBeUndefined()
  expect(patternOf('(a|a)*b')?.('a'.repeat(50_000))).toEqual([])
})

test('secrets are found by their shapes', () => {
  const text = 'key AKIAABCDEFGHIJKLMNOP, password: hunter2hunter2 and nothing else'
  const redactor = new Redactor([{ name: '$ (secrets)', path: [], find: secretSpans }])
  expect(redactor.text(text)).toBe('key [redacted by rescind], password: [redacted by rescind] and nothing else')
  expect(redactor.fields).toEqual(['$ (secrets)'])
})
