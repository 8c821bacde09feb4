import { createRequire } from 'node:module'
import kafkajs from 'kafkajs'
import { wordsOf } from '../../../errors.ts'
import type { Damage } from '../../../ports/log.ts'
import { type BatchContext, decodeRecords, type Encoded } from './fast-records.ts'

const codecs: Readonly<Record<number, (() => Codec) | undefined>> = kafkajs.CompressionCodecs
const require = createRequire(import.meta.url)

/** A fetch as the client asks for it. */
export interface FetchRequest {
  replicaId: number
  maxWaitTime: number
  minBytes: number
  maxBytes: number
  isolationLevel?: number
  rackId?: string
  topics: readonly Asked[]
}

interface Asked {
  topic: string
  partitions: readonly { partition: number; fetchOffset: string | number; maxBytes: number }[]
}

const readCommitted = 1
const noSession = { id: 0, epoch: -1 }
const unknown = -1
const bytesPerPartition = 4 + 4 + 8 + 8 + 4

/** Where partitions ended when an answer last told: by topic, then by partition. */
const ends = new Map<string, Map<number, number>>()
/** Records behind the end that make a backlog. */
const backlog = 1000

/**
 * Partitions with a backlog last, all else as it was: a broker fills an answer partition by partition. Two with a backlog that
 * came first would be all of it, and what goes from lane to lane in the others would wait for several fetches at every hop.
 * One of them, another each time, stays first, for only the first is sure of an answer.
 */
function backlogsLast(topics: FetchRequest['topics']): FetchRequest['topics'] {
  const near: Asked[] = []
  const far: Asked[] = []
  for (const { topic, partitions } of topics) {
    const known = ends.get(topic)
    const rest = partitions.filter((each) => {
      const isFar = (known?.get(each.partition) ?? 0) - Number(each.fetchOffset) > backlog
      if (isFar) far.push({ topic, partitions: [each] })
      return !isFar
    })
    if (rest.length > 0) near.push({ topic, partitions: rest })
  }
  return far.length === 0 ? topics : [...far.slice(0, 1), ...near, ...far.slice(1)]
}

/** Fetch, version 11: one partition after the other into one buffer. */
export const encodeFetch = (request: FetchRequest) => ({
  apiKey: 1,
  apiVersion: 11,
  apiName: 'Fetch',
  encode: async (): Promise<Encoded> => {
    const { isolationLevel = readCommitted, rackId = '' } = request
    const topics = backlogsLast(request.topics)
    let size = 4 * 4 + 1 + 4 + 4 + 4 + 4 + 2 + Buffer.byteLength(rackId)
    for (const { topic, partitions } of topics)
      size += 2 + Buffer.byteLength(topic) + 4 + partitions.length * bytesPerPartition
    const buffer = Buffer.allocUnsafe(size)
    let at = 0
    for (const number of [request.replicaId, request.maxWaitTime, request.minBytes, request.maxBytes])
      at = buffer.writeInt32BE(number, at)
    at = buffer.writeInt8(isolationLevel, at)
    for (const number of [noSession.id, noSession.epoch, topics.length]) at = buffer.writeInt32BE(number, at)
    for (const { topic, partitions } of topics) {
      at = writeText(buffer, at, topic)
      at = buffer.writeInt32BE(partitions.length, at)
      for (const { partition, fetchOffset, maxBytes } of partitions) {
        at = buffer.writeInt32BE(partition, at)
        at = buffer.writeInt32BE(unknown, at)
        at = writeLong(buffer, at, Number(fetchOffset))
        at = writeLong(buffer, at, unknown)
        at = buffer.writeInt32BE(maxBytes, at)
      }
    }
    // No topics that leave a session.
    at = buffer.writeInt32BE(0, at)
    writeText(buffer, at, rackId)
    return { buf: buffer, buffer }
  },
})

function writeText(buffer: Buffer, at: number, text: string): number {
  const size = buffer.write(text, at + 2)
  return buffer.writeInt16BE(size, at) + size
}

const high = 2 ** 32
function writeLong(buffer: Buffer, at: number, value: number): number {
  return buffer.writeUInt32BE(((value % high) + high) % high, buffer.writeInt32BE(Math.floor(value / high), at))
}
/** Offsets and times; both are below 2^53. */
const readLong = (buffer: Buffer, at: number): number => buffer.readInt32BE(at) * high + buffer.readUInt32BE(at + 4)

type Message = ReturnType<typeof decodeRecords>[number] & { damage?: Damage }

interface FetchedPartition {
  partition: number
  errorCode: number
  highWatermark: string
  lastStableOffset: string
  lastStartOffset: string
  abortedTransactions: { producerId: string; firstOffset: string }[]
  preferredReadReplica: number
  messages: Message[]
}

/** The answer to it, without the partitions that it says nothing of. */
export async function decodeFetch(raw: Buffer) {
  const clientSideThrottleTime = raw.readInt32BE(0)
  const errorCode = raw.readInt16BE(4)
  const sessionId = raw.readInt32BE(6)
  let at = 14
  const responses: { topicName: string; partitions: FetchedPartition[] }[] = []
  for (let topics = raw.readInt32BE(10); topics > 0; topics--) {
    const from = at + 2
    at = from + raw.readInt16BE(at)
    const topicName = raw.toString('utf8', from, at)
    const partitions: FetchedPartition[] = []
    const known = ends.get(topicName) ?? new Map<number, number>()
    ends.set(topicName, known)
    let left = raw.readInt32BE(at)
    at += 4
    for (; left > 0; left--) {
      const head = at
      const aborted = raw.readInt32BE(head + 30)
      at = head + 34 + Math.max(0, aborted) * 16
      const preferredReadReplica = raw.readInt32BE(at)
      const size = raw.readInt32BE(at + 4)
      at += 8
      const records = at
      if (size > 0) at += size
      const error = raw.readInt16BE(head + 4)
      if (error === 0) known.set(raw.readInt32BE(head), readLong(raw, head + 6))
      const whole = size > 0 && at <= raw.length
      const messages = whole ? await decodeBatches(raw.subarray(records, at)) : []
      if (messages.length === 0 && error === 0 && preferredReadReplica < 0) continue
      partitions.push({
        partition: raw.readInt32BE(head),
        errorCode: error,
        highWatermark: String(readLong(raw, head + 6)),
        lastStableOffset: String(readLong(raw, head + 14)),
        lastStartOffset: String(readLong(raw, head + 22)),
        abortedTransactions: Array.from({ length: Math.max(0, aborted) }, (_, i) => ({
          producerId: String(raw.readBigInt64BE(head + 34 + i * 16)),
          firstOffset: String(readLong(raw, head + 42 + i * 16)),
        })),
        preferredReadReplica,
        messages,
      })
    }
    if (partitions.length > 0) responses.push({ topicName, partitions })
  }
  // The broker expects us to wait where it did not.
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses }
}

const magicAt = 16
/** From a batch’s beginning to its records. */
const batchHead = 61
const codecMask = 0x07
const appendTimeFlag = 0x08
const transactionFlag = 0x10
const controlFlag = 0x20

/** Batches of records, format v2; the last may be cut off. What is older the client reads. */
async function decodeBatches(buffer: Buffer): Promise<Message[]> {
  if (buffer.length <= magicAt) throw new RangeError('a batch of records has no beginning')
  if (buffer[magicAt] !== 2) return decodeOld(buffer)
  const messages: Message[] = []
  for (let at = 0; at + batchHead <= buffer.length; ) {
    const end = at + 12 + buffer.readInt32BE(at + 8)
    if (end > buffer.length) break
    if (end < at + batchHead) throw new RangeError('a batch of records is shorter than its beginning')
    const attributes = buffer.readInt16BE(at + 21)
    const context: BatchContext & Record<string, unknown> = {
      firstOffset: String(readLong(buffer, at)),
      firstTimestamp: String(readLong(buffer, at + 27)),
      partitionLeaderEpoch: buffer.readInt32BE(at + 12),
      inTransaction: (attributes & transactionFlag) !== 0,
      isControlBatch: (attributes & controlFlag) !== 0,
      lastOffsetDelta: buffer.readInt32BE(at + 23),
      producerId: String(buffer.readBigInt64BE(at + 43)),
      producerEpoch: buffer.readInt16BE(at + 51),
      firstSequence: buffer.readInt32BE(at + 53),
      maxTimestamp: String(readLong(buffer, at + 35)),
      timestampType: (attributes & appendTimeFlag) !== 0 ? 1 : 0,
      magicByte: 2,
    }
    const count = buffer.readInt32BE(at + 57)
    const from = at + batchHead
    at = end
    if (count <= 0) continue
    try {
      const codec = codecs[attributes & codecMask]?.()
      const records =
        codec === undefined
          ? decodeRecords(buffer.subarray(0, end), from, count, context)
          : decodeRecords(await codec.decompress(buffer.subarray(from, end)), 0, count, context)
      for (const record of records) messages.push(record)
    } catch (error) {
      if (isOfMachine(error)) throw error
      messages.push(damaged(context, count, wordsOf(error)))
    }
  }
  return messages
}

/** A codec that this machine has no build of: a person mends that, and then every record can be read. */
const isOfMachine = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(MODULE_NOT_FOUND|ERR_DLOPEN_FAILED)$/.test(String(error.code))

/** In the place of a batch whose records cannot be read, at the last of their offsets: who reads decides whether to go on. */
const damaged = (context: BatchContext & Record<string, unknown>, records: number, why: string): Message => ({
  magicByte: 2,
  attributes: 0,
  timestamp: context.firstTimestamp,
  offset: String(Number(context.firstOffset) + Number(context.lastOffsetDelta)),
  key: null,
  value: null,
  headers: {},
  isControlRecord: false,
  batchContext: context,
  damage: { why: `a batch of ${records} records from offset ${context.firstOffset} cannot be read (${why})`, records },
})

interface Codec {
  decompress(buffer: Buffer): Promise<Buffer>
}

/** The formats before v2, by the client. */
function decodeOld(buffer: Buffer): Promise<Message[]> {
  const Decoder = require('kafkajs/src/protocol/decoder.js') as new (buffer: Buffer) => object
  const decode = require('kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js') as (
    decoder: object,
  ) => Promise<Message[]>
  const size = Buffer.alloc(4)
  size.writeInt32BE(buffer.length)
  return decode(new Decoder(Buffer.concat([size, buffer])))
}
