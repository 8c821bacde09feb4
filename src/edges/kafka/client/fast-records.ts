import type { Message } from 'kafkajs'
import { setHeader } from './records.ts'

/** What the client wants of an encoder: its bytes under two names. */
export interface Encoded {
  readonly buf: Buffer
  readonly buffer: Buffer
}

/** A record as the client hands it to its encoder. */
export interface ToEncode extends Pick<Message, 'key' | 'value' | 'headers'> {
  offsetDelta?: number
  timestampDelta?: number
}

/** What all records of a batch share, as the client names it. */
export interface BatchContext {
  firstOffset: string
  firstTimestamp: string
  maxTimestamp?: string
  magicByte: number
  isControlBatch?: boolean
  timestampType?: number
}

const logAppendTime = 1

type Bytes = Buffer | string | null | undefined
const sizeOfBytes = (bytes: Bytes): number => {
  if (bytes === null || bytes === undefined) return 1
  const size = Buffer.byteLength(bytes)
  return sizeOfNumber(size) + size
}

/** Numbers are written zigzag, seven bits to a byte. */
const zigzag = (value: number): number => (value >= 0 ? value * 2 : -value * 2 - 1)
function sizeOfNumber(value: number): number {
  let size = 1
  for (let rest = zigzag(value); rest >= 128; rest = Math.floor(rest / 128)) size++
  return size
}

/** Format v2: length, attributes, time and offset by their distance to the batch’s first, key, value, headers. */
export function encodeRecord({ offsetDelta = 0, timestampDelta = 0, key, value, headers = {} }: ToEncode): Encoded {
  const pairs: [string, Bytes][] = []
  for (const name of Object.keys(headers)) {
    const given = headers[name]
    if (Array.isArray(given)) for (const each of given) pairs.push([name, each])
    else pairs.push([name, given])
  }
  let size = 1 + sizeOfNumber(timestampDelta) + sizeOfNumber(offsetDelta) + sizeOfBytes(key) + sizeOfBytes(value)
  size += sizeOfNumber(pairs.length)
  for (const [name, bytes] of pairs) size += sizeOfBytes(name) + sizeOfBytes(bytes)
  const buffer = Buffer.allocUnsafe(sizeOfNumber(size) + size)
  let at = writeNumber(buffer, 0, size)
  buffer[at++] = 0
  at = writeNumber(buffer, at, timestampDelta)
  at = writeNumber(buffer, at, offsetDelta)
  at = writeBytes(buffer, at, key)
  at = writeBytes(buffer, at, value)
  at = writeNumber(buffer, at, pairs.length)
  for (const [name, bytes] of pairs) at = writeBytes(buffer, writeBytes(buffer, at, name), bytes)
  return { buf: buffer, buffer }
}

function writeNumber(buffer: Buffer, from: number, value: number): number {
  let at = from
  let rest = zigzag(value)
  for (; rest >= 128; rest = Math.floor(rest / 128)) buffer[at++] = (rest % 128) | 128
  buffer[at++] = rest
  return at
}

function writeBytes(buffer: Buffer, from: number, bytes: Bytes): number {
  if (bytes === null || bytes === undefined) return writeNumber(buffer, from, -1)
  if (typeof bytes !== 'string') {
    const at = writeNumber(buffer, from, bytes.length)
    return at + bytes.copy(buffer, at)
  }
  const size = Buffer.byteLength(bytes)
  const at = writeNumber(buffer, from, size)
  buffer.write(bytes, at, size, 'utf8')
  return at + size
}

/** Where the next number or text is read. One for all: a record is read at once. */
let next = 0

function readNumber(buffer: Buffer): number {
  let value = 0
  for (let factor = 1; ; factor *= 128) {
    const byte = buffer[next++]
    if (byte === undefined) throw new RangeError('a record ends in a number')
    value += (byte & 127) * factor
    if (byte < 128) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }
}

function readBytes(buffer: Buffer): Buffer | null {
  const size = readNumber(buffer)
  if (size < 0) return null
  const from = next
  next += size
  return buffer.subarray(from, next)
}

/** The inverse; the length has been read by then, and `buffer` is the rest of the record. */
export function decodeRecord({ buffer }: { buffer: Buffer }, context: BatchContext) {
  next = 0
  return readRecord(buffer, context, Number(context.firstOffset), Number(context.firstTimestamp))
}

/** All `count` records of a batch, which begin at `from`. */
export function decodeRecords(buffer: Buffer, from: number, count: number, context: BatchContext) {
  const firstOffset = Number(context.firstOffset)
  const firstTimestamp = Number(context.firstTimestamp)
  const records: ReturnType<typeof readRecord>[] = []
  let at = from
  for (let left = count; left > 0; left--) {
    next = at
    const size = readNumber(buffer)
    at = next + size
    if (size < 0 || at > buffer.length) throw new RangeError('a record is longer than its batch')
    records.push(readRecord(buffer, context, firstOffset, firstTimestamp))
  }
  return records
}

function readRecord(buffer: Buffer, context: BatchContext, firstOffset: number, firstTimestamp: number) {
  const { magicByte, isControlBatch = false, timestampType, maxTimestamp } = context
  const attributes = buffer.readInt8(next++)
  const timestampDelta = readNumber(buffer)
  const timestamp =
    timestampType === logAppendTime && maxTimestamp ? maxTimestamp : String(firstTimestamp + timestampDelta)
  const offset = String(firstOffset + readNumber(buffer))
  const key = readBytes(buffer)
  const value = readBytes(buffer)
  const headers: Record<string, unknown> = {}
  for (let left = readNumber(buffer); left > 0; left--) {
    const name = readBytes(buffer)?.toString() ?? ''
    const given = readBytes(buffer)
    const before = Object.hasOwn(headers, name) ? headers[name] : undefined
    const all = before === undefined ? given : Array.isArray(before) ? [...before, given] : [before, given]
    setHeader(headers, name, all)
  }
  return {
    magicByte,
    attributes,
    timestamp,
    offset,
    key,
    value,
    headers,
    isControlRecord: isControlBatch,
    batchContext: context,
  }
}
