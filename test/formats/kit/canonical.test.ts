import { expect, test } from 'vitest'
import { canonicalText } from '../../../src/formats/kit/canonical.ts'
import { canonical } from '../../../src/model/canonical.ts'

test('the order of members and the spaces between them make no difference', () => {
  expect(canonicalText('{ "b": [1.0, {"z": 1e2, "a": "\\u00e4"}],\n "a": null }')).toBe(
    '{"a":null,"b":[1,{"a":"ä","z":100}]}',
  )
})

test('keys are ordered by their UTF-16 units, as RFC 8785 has it', () => {
  expect(canonicalText('{"\\ufb33":1,"\\ud83d\\ude00":2,"\\u20ac":3,"1":4,"\\r":5}')).toBe(
    '{"\\r":5,"1":4,"€":3,"😀":2,"\ufb33":1}',
  )
})

test('a member that is undefined is not there, as on the wire', () => {
  const given = { a: undefined, b: [undefined, { c: undefined }] }
  expect(canonical(given)).toBe(canonical(JSON.parse(JSON.stringify(given))))
})

test('text that is not JSON, or too deep, stays as it is', () => {
  const deep = `${'['.repeat(80)} ${']'.repeat(80)}`
  for (const text of ['not json', '{"a":', deep]) expect(canonicalText(text)).toBe(text)
})
