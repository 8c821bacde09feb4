import { describe, expect, it } from 'vitest'
import { structureOf } from '../../../../src/guard/provenance/reading/structure.ts'

describe('what is structured as a whole', () => {
  it.each<[string, unknown]>([
    ['{"a": 1}', { a: 1 }],
    ['  [{"a": "b"}]\n', [{ a: 'b' }]],
    ['====\n{"a": 1}\n====', { a: 1 }],
    ['- a: 1\n  b: x\n- a: 2', [{ a: 1, b: 'x' }, { a: 2 }]],
    ['name: Alice\nage: 3', { name: 'Alice', age: 3 }],
    ["{'a': 'b', 'c': 1}", { a: 'b', c: 1 }],
    // One record after the other.
    [
      'id: 7\nname: Ann\n\nid: 8\nname: Bo',
      [
        { id: 7, name: 'Ann' },
        { id: 8, name: 'Bo' },
      ],
    ],
  ])('%s', (text, value) => {
    expect(structureOf(text)).toEqual(value)
  })
})

describe('what only looks so in places', () => {
  it.each([
    [''],
    ['"a sentence as a JSON string"'],
    ['7'],
    ['alice@x.example'],
    ['to: alice@x.example'],
    ['Dear customer,\nrecipient: GB29NWBK60161331926819\nThanks'],
    ['Here it is: {"to": "alice@x.example"}'],
    ['{"to": "alice@x.example"} as you can see'],
    ['{"to": '],
    ['{"a": 1}\n{"a": 2}'],
    ['```json\n{"a": 1}\n```'],
    // Not YAML’s quoting: read as YAML, the string would end early and its rest be fields.
    [String.raw`{'body': 'it\', \'iban\': \'GB29\'', 'x': 'y'}`],
    [String.raw`{'body': 'a\', b: \'GB29\''}`],
    ['- a: 1\n- "open'],
    // Of two values of one name a program keeps the last, and a model reads both.
    ['{"to": "drop@evil.example", "to": "ann@corp.example"}'],
    ['to: drop@evil.example\nto: ann@corp.example'],
  ])('%s', (text) => {
    expect(structureOf(text)).toBeUndefined()
  })
})

it.each([
  ['brackets', '['.repeat(50_000) + ']'.repeat(50_000)],
  ['YAML brackets', `${"['a',".repeat(10_000)}]`],
  ['aliases', `- &a [x, x]\n${Array.from({ length: 30 }, () => '- [*a, *a]').join('\n')}`],
  ['lines', '- a\n'.repeat(16_000)],
  ['long YAML', `- ${'a: b\n  '.repeat(40_000)}`],
])('takes hostile %s without throwing, in bounded time', (_name, text) => {
  const start = performance.now()
  structureOf(text)
  expect(performance.now() - start).toBeLessThan(3000)
})
