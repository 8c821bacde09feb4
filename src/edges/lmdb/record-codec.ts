import { RescindError } from '../../errors.ts'
import type { LogRecord } from '../../ports/log.ts'

/**
 * A record as stored: flags u8, appended f64, key length u32, key, [headers length u32, headers as JSON], value.
 * Little endian. The partition and the offset are the key of the row. The text flags spare the reader a UTF-8 decoder:
 * text is ASCII exactly when it has as many bytes as UTF-16 units.
 */
const tombstoneFlag = 1
const headersFlag = 2
const asciiKeyFlag = 4
const asciiValueFlag = 8
const fixedBytes = 13

const slabBytes = 1 << 20

export const noHeaders: Readonly<Record<string, string>> = Object.freeze({})

/** Writes records one after the other into large buffers; a slab lives as long as a record of it is being written. */
export class RecordEncoder {
  #slab = Buffer.allocUnsafeSlow(slabBytes)
  #at = 0

  encode(
    key: string,
    value: string | null,
    headers: Readonly<Record<string, string>> | undefined,
    appended: number,
  ): Uint8Array {
    const headerText = headers === undefined ? '' : headersText(headers)
    // A UTF-16 unit takes at most three bytes, so the exact size is only counted for what is large.
    let most = fixedBytes + 4 + 3 * (key.length + headerText.length + (value?.length ?? 0))
    if (most > slabBytes / 4)
      most = fixedBytes + 4 + Buffer.byteLength(key) + Buffer.byteLength(headerText) + Buffer.byteLength(value ?? '')
    let slab = this.#slab
    let start = this.#at
    if (most > slabBytes / 4) {
      slab = Buffer.allocUnsafeSlow(most)
      start = 0
    } else if (start + most > slabBytes) {
      slab = this.#slab = Buffer.allocUnsafeSlow(slabBytes)
      start = 0
    }
    const end = write(slab, start, key, value, headerText, appended)
    if (slab === this.#slab) this.#at = end
    return slab.subarray(start, end)
  }
}

function write(
  slab: Buffer,
  start: number,
  key: string,
  value: string | null,
  headers: string,
  appended: number,
): number {
  let at = start + fixedBytes
  let flags = 0
  const keyBytes = slab.write(key, at)
  if (keyBytes === key.length) flags |= asciiKeyFlag
  at += keyBytes
  if (headers !== '') {
    flags |= headersFlag
    const headerBytes = slab.write(headers, at + 4)
    slab.writeUInt32LE(headerBytes, at)
    at += 4 + headerBytes
  }
  if (value === null) flags |= tombstoneFlag
  else {
    const valueBytes = slab.write(value, at)
    if (valueBytes === value.length) flags |= asciiValueFlag
    at += valueBytes
  }
  slab[start] = flags
  slab.writeDoubleLE(appended, start + 1)
  slab.writeUInt32LE(keyBytes, start + 9)
  return at
}

export function decodeRecord(topic: string, partition: number, offset: number, bytes: Buffer): LogRecord {
  const flags = bytes[0]
  if (flags === undefined || bytes.length < fixedBytes) throw unreadable(topic, partition, offset)
  const appended = bytes.readDoubleLE(1)
  const keyEnd = fixedBytes + bytes.readUInt32LE(9)
  if (keyEnd > bytes.length) throw unreadable(topic, partition, offset)
  const key = bytes.toString((flags & asciiKeyFlag) === 0 ? 'utf8' : 'latin1', fixedBytes, keyEnd)
  let headers = noHeaders
  let valueStart = keyEnd
  if ((flags & headersFlag) !== 0) {
    if (keyEnd + 4 > bytes.length) throw unreadable(topic, partition, offset)
    valueStart = keyEnd + 4 + bytes.readUInt32LE(keyEnd)
    const parsed = parseHeaders(bytes.toString('utf8', keyEnd + 4, valueStart))
    if (parsed === undefined) throw unreadable(topic, partition, offset)
    headers = parsed
  }
  const value =
    (flags & tombstoneFlag) !== 0
      ? null
      : bytes.toString((flags & asciiValueFlag) === 0 ? 'utf8' : 'latin1', valueStart, bytes.length)
  return { topic, partition, offset, key, value, headers, appended }
}

/** Only the time, for retention: spares the strings. */
export function appendedOf(bytes: Buffer): number {
  return bytes.readDoubleLE(1)
}

function headersText(headers: Readonly<Record<string, string>>): string {
  for (const _ in headers) return JSON.stringify(headers)
  return ''
}

function parseHeaders(text: string): Readonly<Record<string, string>> | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined
  for (const value of Object.values(parsed)) if (typeof value !== 'string') return undefined
  return parsed as Readonly<Record<string, string>>
}

function unreadable(topic: string, partition: number, offset: number): RescindError {
  return new RescindError('BUG_STATE', `The record at ${topic}[${partition}]@${offset} cannot be read.`, {
    data: { topic, partition, offset },
  })
}
