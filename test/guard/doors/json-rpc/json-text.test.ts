import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inOneLine, surveyOf, withExactNumbers } from '../../../../src/guard/doors/json-rpc/json-text.ts'
import { readText } from '../../../../src/guard/doors/json-rpc/read-text.ts'

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0
const membersOf = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? (Array.isArray(value) ? 0 : Object.keys(value).length) +
      Object.values(value).reduce((n: number, v) => n + membersOf(v), 0)
    : 0

test('a survey says what the value says, however the text is laid out', () => {
  fc.assert(
    fc.property(fc.jsonValue({ depthSize: 'large' }), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
      const text = JSON.stringify(value, undefined, space)
      const survey = surveyOf(text)
      expect(survey.depth).toBe(depthOf(value))
      expect(survey.members).toBe(membersOf(value))
      expect(JSON.parse(inOneLine(text, survey))).toEqual(JSON.parse(text))
      expect(inOneLine(text, survey)).not.toMatch(/[\r\n]/)
      // What JavaScript writes, a double holds.
      expect(withExactNumbers(text, survey)).toBe(text)
    }),
  )
})

test('numbers that a double cannot hold are judged by their digits', () => {
  const read = (text: string) => JSON.parse(withExactNumbers(text, surveyOf(text))) as unknown
  expect(read('[12345678901234567890, 12345678901234567891]')).toEqual(['12345678901234567890', '12345678901234567891'])
  expect(read('{"a":9007199254740993,"b":-9007199254740993}')).toEqual({
    a: '9007199254740993',
    b: '-9007199254740993',
  })
  expect(read('[1e400,-1e400,1e-400,0.1234567890123456789]')).toEqual([
    '1e400',
    '-1e400',
    '1e-400',
    '0.1234567890123456789',
  ])
  expect(read('[1.10,1e5,-0,0.1,5e-324,3.141592653589793,1.0000000000000000000]')).toEqual([
    1.1,
    100000,
    -0,
    0.1,
    5e-324,
    Math.PI,
    1,
  ])
  expect(read('["12345678901234567890",{"12345678901234567890":1}]')).toEqual([
    '12345678901234567890',
    { '12345678901234567890': 1 },
  ])
})

test('what is no JSON does not become JSON by what is done to numbers', () => {
  for (const text of [
    '{"a":1234567890123456-7}',
    '{"a":0012345678901234567890}',
    '{12345678901234567890:1}',
    '{12345678901234567890 :1}',
    '{"a":12345678901234567890e}',
    '{"a":+12345678901234567890}',
    '{"a":.12345678901234567890}',
    '{"a":12345678901234567890"b"}',
  ])
    expect(readText(text)).toMatchObject([{ kind: 'garbage' }])
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:0123456789eE+-. \\\n\rab') }), (text) => {
      let isJson = true
      try {
        JSON.parse(text)
      } catch {
        isJson = false
      }
      if (!isJson && text.trim() !== '') expect(readText(text)).toMatchObject([{ kind: 'garbage' }])
      surveyOf(text)
    }),
    { numRuns: 2000 },
  )
})

test('members that are there twice are counted twice, at any depth and however they are written', () => {
  expect(surveyOf('{"a":1,"a":2}')).toMatchObject({ topMembers: 2, members: 2 })
  expect(surveyOf('{"a":{"b":":","\\u0062":"\\\\"}}')).toMatchObject({ topMembers: 1, members: 3 })
})

test('deep, long and many: read in one pass, refused with whose it was', () => {
  for (const levels of [5000, 100_000]) {
    const nested = `${'['.repeat(levels)}${']'.repeat(levels)}`
    expect(readText(`{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"arguments":${nested}}}`)).toMatchObject([
      { kind: 'fault', id: 7, asks: true, answers: false },
    ])
    expect(readText(`{"jsonrpc":"2.0","id":"x","result":${nested}}`)).toMatchObject([
      { kind: 'fault', id: 'x', asks: false, answers: true },
    ])
    expect(readText('{"a":'.repeat(levels))).toMatchObject([{ kind: 'garbage' }])
  }
  expect(readText(`[${Array(2000).fill('{}').join()}]`)).toMatchObject([{ kind: 'fault' }])
})

test('a batch is read message by message, each by its own text', () => {
  const read = readText('[{"id":1,"n":12345678901234567890},\n {"id":2} ,[{"id":3}], 4]')
  expect(read).toMatchObject([
    { kind: 'message', raw: '{"id":1,"n":12345678901234567890}', message: { n: '12345678901234567890' } },
    { kind: 'message', message: { id: 2 } },
    { kind: 'garbage' },
    { kind: 'garbage' },
  ])
})
