import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeRecord, noHeaders, RecordEncoder } from '../../../src/edges/lmdb/record-codec.ts'

const encoder = new RecordEncoder()
const text = fc.string({ unit: 'grapheme', maxLength: 300 })
const toBuffer = (bytes: Uint8Array) => Buffer.from(bytes)

test('every record comes back as it was', () => {
  fc.assert(
    fc.property(
      text,
      fc.option(text),
      fc.dictionary(text, text, { noNullPrototype: true, maxKeys: 5 }),
      fc.maxSafeNat(),
      (key, value, headers, appended) => {
        const bytes = toBuffer(encoder.encode(key, value, headers, appended))
        expect(decodeRecord('t', 1, 2, bytes)).toEqual({
          topic: 't',
          partition: 1,
          offset: 2,
          key,
          value,
          headers,
          appended,
        })
      },
    ),
  )
})

test('records written one after the other, small and larger than a slab, do not touch each other', () => {
  const values = Array.from({ length: 400 }, (_, index) => String(index).repeat(index % 50 === 0 ? 700_000 : 3000))
  const encoded = values.map((value, index) => encoder.encode(`${index}`, value, undefined, index))
  for (const [index, bytes] of encoded.entries()) {
    const { key, value, appended } = decodeRecord('t', 0, 0, toBuffer(bytes))
    expect(key).toBe(String(index))
    expect(value === values[index]).toBe(true)
    expect(appended).toBe(index)
  }
})

test('records without headers share one frozen object', () => {
  for (const headers of [undefined, {}]) {
    const decoded = decodeRecord('t', 0, 0, toBuffer(encoder.encode('a', 'b', headers, 0)))
    expect(decoded.headers).toBe(noHeaders)
  }
  expect(Object.isFrozen(noHeaders)).toBe(true)
})

test('bytes that are no record are said to be so, with their place', () => {
  const good = toBuffer(encoder.encode('key', 'value', { a: 'b' }, 0))
  const cut = [Buffer.alloc(0), good.subarray(0, 12), good.subarray(0, 15), good.subarray(0, 18)]
  const wrongHeaders = Buffer.from(good)
  wrongHeaders.write('[]', good.indexOf('{"a"'))
  for (const bytes of [...cut, wrongHeaders])
    expect(() => decodeRecord('t', 3, 4, bytes)).toThrow(
      expect.objectContaining({ code: 'BUG_STATE', data: { topic: 't', partition: 3, offset: 4 } }),
    )
})
