import { createRequire } from 'node:module'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeFetch, encodeFetch, type FetchRequest } from '../../../../src/edges/kafka/client/fast-fetch.ts'

// The client’s own, which nothing has replaced in this process.
const require = createRequire(import.meta.url)
const theirRequest = require('kafkajs/src/protocol/requests/fetch/v11/request.js') as typeof encodeFetch
const { decode: theirDecode } = require('kafkajs/src/protocol/requests/fetch/v11/response.js') as {
  decode: typeof decodeFetch
}
interface TheirEncoder {
  buffer: Buffer
  writeInt8(n: number): TheirEncoder
  writeInt16(n: number): TheirEncoder
  writeInt32(n: number): TheirEncoder
  writeInt64(n: number): TheirEncoder
  writeString(text: string): TheirEncoder
  writeEncoder(encoder: TheirEncoder): TheirEncoder
}
const Encoder = require('kafkajs/src/protocol/encoder.js') as new () => TheirEncoder
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0/index.js') as {
  RecordBatch(options: object): Promise<TheirEncoder>
}
const encodeRecord = require('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (record: object) => TheirEncoder
const encodeMessageSet = require('kafkajs/src/protocol/messageSet/index.js') as (options: object) => TheirEncoder

const offsets = fc.oneof(fc.nat(), fc.constantFrom(0, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 52))
const topics = fc.string({ minLength: 1, maxLength: 20 })

const requests: fc.Arbitrary<FetchRequest> = fc.record(
  {
    replicaId: fc.constant(-1),
    maxWaitTime: fc.nat(),
    minBytes: fc.nat(),
    maxBytes: fc.nat(),
    isolationLevel: fc.constantFrom(0, 1),
    rackId: fc.string({ maxLength: 10 }),
    topics: fc.array(
      fc.record({
        topic: topics,
        partitions: fc.array(
          fc.record({ partition: fc.nat(1000), fetchOffset: offsets.map(String), maxBytes: fc.nat() }),
          { maxLength: 5 },
        ),
      }),
      { maxLength: 5 },
    ),
  },
  { requiredKeys: ['replicaId', 'maxWaitTime', 'minBytes', 'maxBytes', 'topics'] },
)

test('asks with the bytes that the client asks with', async () => {
  await fc.assert(
    fc.asyncProperty(requests, async (request) => {
      const [ours, theirs] = await Promise.all([encodeFetch(request).encode(), theirRequest(request).encode()])
      expect(ours.buffer.equals(theirs.buffer)).toBe(true)
      const { encode: _, ...about } = encodeFetch(request)
      expect(theirRequest(request)).toMatchObject(about)
    }),
  )
})

/** A batch as a broker keeps it: its numbers are the broker’s, and it may be compressed, of a transaction or a control batch. */
const batches = fc.record({
  compression: fc.constantFrom(0, 1),
  firstOffset: offsets,
  firstTimestamp: fc.nat().map((n) => 1_700_000_000_000 + n),
  producerId: fc.constantFrom(-1, 7, 2 ** 40),
  transactional: fc.boolean(),
  flags: fc.constantFrom(0, 0x08, 0x20),
  values: fc.array(fc.string({ maxLength: 50 }), { maxLength: 4 }),
})

async function batchOf(given: typeof batches extends fc.Arbitrary<infer T> ? T : never): Promise<Buffer> {
  const { values, firstOffset, flags, ...rest } = given
  const { buffer } = await RecordBatch({
    ...rest,
    maxTimestamp: rest.firstTimestamp + 5,
    lastOffsetDelta: Math.max(0, values.length - 1),
    records: values.map((value, i) =>
      encodeRecord({ offsetDelta: i, timestampDelta: i, key: `${i}`, value, headers: { stream: 'events' } }),
    ),
  })
  const bytes = Buffer.from(buffer)
  bytes.writeBigInt64BE(BigInt(firstOffset), 0)
  bytes.writeInt16BE(bytes.readInt16BE(21) | flags, 21)
  return bytes
}

const answers = fc.array(
  fc.record({
    topic: topics,
    partitions: fc.array(
      fc.record({
        partition: fc.nat(1000),
        error: fc.constantFrom(0, 0, 0, 1, 6),
        offsets: fc.tuple(offsets, offsets, offsets),
        aborted: fc.option(fc.array(fc.tuple(fc.nat(), offsets), { maxLength: 2 })),
        replica: fc.constantFrom(-1, 3),
        batches: fc.array(batches, { maxLength: 3 }),
        /** Bytes of a last batch that did not fit. */
        cut: fc.nat(60),
      }),
      { maxLength: 4 },
    ),
  }),
  { maxLength: 4 },
)

async function bytesOf(answer: typeof answers extends fc.Arbitrary<infer T> ? T : never): Promise<Buffer> {
  const whole = new Encoder().writeInt32(40).writeInt16(0).writeInt32(5).writeInt32(answer.length)
  const parts: Buffer[] = []
  for (const { topic, partitions } of answer) {
    parts.push(new Encoder().writeString(topic).writeInt32(partitions.length).buffer)
    for (const { partition, error, offsets, aborted, replica, batches, cut } of partitions) {
      const head = new Encoder().writeInt32(partition).writeInt16(error)
      for (const offset of offsets) head.writeInt64(offset)
      head.writeInt32(aborted?.length ?? -1)
      for (const [producer, first] of aborted ?? []) head.writeInt64(producer).writeInt64(first)
      const kept = await Promise.all(batches.map(batchOf))
      const last = kept.at(-1)
      const records = Buffer.concat([...kept, ...(last === undefined ? [] : [last.subarray(0, cut)])])
      parts.push(head.writeInt32(replica).writeInt32(records.length).buffer, records)
    }
  }
  return Buffer.concat([whole.buffer, ...parts])
}

test('reads what the client reads, but for partitions that say nothing', async () => {
  await fc.assert(
    fc.asyncProperty(answers, async (answer) => {
      const bytes = await bytesOf(answer)
      const theirs = await theirDecode(bytes)
      const telling = theirs.responses
        .map(({ topicName, partitions }) => ({
          topicName,
          partitions: partitions.filter(
            ({ errorCode, preferredReadReplica, messages }) =>
              errorCode !== 0 || preferredReadReplica >= 0 || messages.length > 0,
          ),
        }))
        .filter(({ partitions }) => partitions.length > 0)
      expect(await decodeFetch(bytes)).toEqual({ ...theirs, responses: telling })
    }),
  )
})

test('a batch that compaction emptied says nothing, whatever its flags; one that cannot be is an error, as it is to the client', async () => {
  const made = { compression: 0, firstOffset: 0, firstTimestamp: 1, producerId: -1, transactional: false, flags: 0 }
  const whole = (values: string[]) => batchOf({ ...made, values } as Parameters<typeof batchOf>[0])
  const [empty, full, short] = [await whole([]), await whole(['v']), await whole(['v'])]
  empty.writeInt16BE(1, 21)
  short.writeInt32BE(20, 8)
  const head = new Encoder().writeInt32(0).writeInt16(0).writeInt32(0).writeInt32(1).writeString('t').writeInt32(1)
  head.writeInt32(0).writeInt16(0).writeInt64(4).writeInt64(4).writeInt64(0).writeInt32(0).writeInt32(-1)
  const answer = (records: Buffer) => Buffer.concat([head.buffer, theirSize(records), records])
  const good = answer(Buffer.concat([empty, full]))
  expect((await decodeFetch(good)).responses[0]?.partitions[0]?.messages).toHaveLength(1)
  expect(await decodeFetch(good)).toEqual(await theirDecode(good))
  for (const bad of [short, Buffer.alloc(9)]) {
    await expect(decodeFetch(answer(bad))).rejects.toThrow(RangeError)
    await expect(theirDecode(answer(bad))).rejects.toThrow()
  }
})

test('partitions with a backlog are asked for after all others, but for one', async () => {
  const at = (partition: number, end: number) => ({
    ...{ partition, error: 0 as const, aborted: null, replica: -1 as const, batches: [], cut: 0 },
    offsets: [end, end, 0] as [number, number, number],
  })
  const far = { topic: 'far', partitions: [at(0, 5000), at(1, 900), at(2, 5000)] }
  await decodeFetch(await bytesOf([far, { topic: 'near', partitions: [at(0, 10)] }]))
  const asked = (topic: string, ...partitions: number[]) => ({
    topic,
    partitions: partitions.map((partition) => ({ partition, fetchOffset: '0', maxBytes: 1 })),
  })
  const about = { replicaId: -1, maxWaitTime: 1, minBytes: 1, maxBytes: 1 }
  const bytes = async (encode: typeof encodeFetch, ...topics: FetchRequest['topics']) =>
    (await encode({ ...about, topics }).encode()).buffer.toString('hex')
  const mixed = [asked('far', 2, 1), asked('near', 0), asked('unknown', 3), asked('far', 0)]
  const sorted = [asked('far', 2), asked('far', 1), asked('near', 0), asked('unknown', 3), asked('far', 0)]
  expect(await bytes(encodeFetch, ...mixed)).toBe(await bytes(theirRequest, ...sorted))
})

test('what was written before format v2 the client reads', async () => {
  const set = encodeMessageSet({ messageVersion: 1, entries: [{ offset: 3, timestamp: 5, key: 'k', value: 'v' }] })
  const head = new Encoder().writeInt32(0).writeInt16(0).writeInt32(0).writeInt32(1)
  head.writeString('old').writeInt32(1).writeInt32(0).writeInt16(0).writeInt64(4).writeInt64(4).writeInt64(0)
  const bytes = Buffer.concat([head.writeInt32(0).writeInt32(-1).buffer, theirSize(set.buffer), set.buffer])
  const { responses } = await decodeFetch(bytes)
  expect(responses[0]?.partitions[0]?.messages.map(({ key, value }) => `${key}=${value}`)).toEqual(['k=v'])
  expect(await theirDecode(bytes)).toEqual(await decodeFetch(bytes))
})

const theirSize = (buffer: Buffer): Buffer => new Encoder().writeInt32(buffer.length).buffer
