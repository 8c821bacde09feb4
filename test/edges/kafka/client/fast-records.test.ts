import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  decodeRecord,
  type Encoded,
  encodeRecord,
  type ToEncode,
} from '../../../../src/edges/kafka/client/fast-records.ts'

// The client’s own, which nothing has replaced in this process.
const require = createRequire(import.meta.url)
const theirEncoder = require('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (record: ToEncode) => Encoded
const theirDecoder = require('kafkajs/src/protocol/recordBatch/record/v0/decoder.js') as typeof decodeRecord
const Decoder = require('kafkajs/src/protocol/decoder.js') as new (
  buffer: Buffer,
) => { buffer: Buffer; readVarIntBytes(): Buffer }

const bytes = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each)),
)
const names = fc
  .oneof(fc.string({ minLength: 1, maxLength: 20 }), fc.constantFrom('stream', 'größe'))
  // For a name that every object has by birth, the client answers what that is along with the header.
  .filter((name) => !(name in {}))
const records = fc.record({
  offsetDelta: fc.nat(1_000_000),
  timestampDelta: fc.oneof(fc.nat(5000), fc.integer(), fc.constantFrom(2 ** 40, -(2 ** 40))),
  key: fc.oneof(bytes, fc.constant(null)),
  value: fc.oneof(bytes, fc.constant(null)),
  headers: fc.dictionary(names, fc.oneof(bytes, fc.array(bytes, { minLength: 1, maxLength: 3 })), { maxKeys: 4 }),
})
const contexts = fc.record({
  firstOffset: fc.nat().map(String),
  firstTimestamp: fc.nat().map((n) => String(1_700_000_000_000 + n)),
  maxTimestamp: fc.nat().map((n) => String(1_700_000_000_000 + n)),
  magicByte: fc.constant(2),
  isControlBatch: fc.boolean(),
  timestampType: fc.constantFrom(0, 1),
})

test('writes the bytes that the client writes', () => {
  fc.assert(
    fc.property(records, (record) => {
      expect(encodeRecord(record).buffer.equals(theirEncoder(record).buffer)).toBe(true)
    }),
  )
})

test('reads what the client reads', () => {
  fc.assert(
    fc.property(records, contexts, (record, context) => {
      const whole = () => new Decoder(new Decoder(theirEncoder(record).buffer).readVarIntBytes())
      expect(decodeRecord(whole(), context)).toEqual(theirDecoder(whole(), context))
    }),
  )
})

test('a header may have any name', () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const headers = Object.fromEntries([[name, 'text']])
    const { buffer } = encodeRecord({ key: null, value: '', headers })
    const rest = buffer.subarray(1)
    const read = decodeRecord({ buffer: rest }, { firstOffset: '0', firstTimestamp: '0', magicByte: 2 })
    expect(Object.entries(read.headers)).toEqual([[name, Buffer.from('text')]])
  }
})

test('a record that is cut off is an error, as it is to the client', () => {
  const { buffer } = theirEncoder({ key: 'key', value: 'value', headers: { stream: 'events' } })
  expect(() => decodeRecord({ buffer: buffer.subarray(1, 3) }, {} as never)).toThrow(RangeError)
})
