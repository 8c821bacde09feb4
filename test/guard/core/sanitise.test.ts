import { expect, test } from 'vitest'
import { redact } from '../../../src/guard/core/sanitise.ts'

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
