import type { IHeaders, KafkaMessage, Message } from 'kafkajs'
import { RescindError, wordsOf } from '../../../errors.ts'
import type { Append, Damage, LogRecord } from '../../../ports/log.ts'
import { textOf } from './frames.ts'

const noHeaders: Readonly<Record<string, string>> = Object.freeze({})

/** A message as the decoder of fetches hands it on: what it could not read says so. */
type Fetched = KafkaMessage & { damage?: Damage }

/** Throws LOG_READ_FAILED where the bytes cannot be read: of our own log nothing is passed over. */
export function recordOf(topic: string, partition: number, message: Fetched): LogRecord {
  const { damage } = message
  if (damage !== undefined)
    throw new RescindError('LOG_READ_FAILED', `${topic}/${partition} at ${message.offset}: ${damage.why}`)
  return {
    topic,
    partition,
    offset: Number(message.offset),
    key: message.key?.toString() ?? '',
    value: message.value ? textOf(message.value) : null,
    headers: headersOf(message.headers),
    appended: Number(message.timestamp),
  }
}

/** The same of a topic of others, where a record that cannot be read stands in nobody’s way. */
export function foreignRecordOf(topic: string, partition: number, message: Fetched): LogRecord {
  let { damage } = message
  if (damage === undefined)
    try {
      return recordOf(topic, partition, message)
    } catch (error) {
      damage = { why: wordsOf(error), records: 1 }
    }
  const offset = Number(message.offset)
  return {
    topic,
    partition,
    offset,
    key: '',
    value: null,
    headers: noHeaders,
    appended: Number(message.timestamp),
    damage,
  }
}

/** Of a header that is there more than once the first that has a value counts. One without a value says nothing. */
function headersOf(headers: IHeaders | undefined): Readonly<Record<string, string>> {
  if (headers === undefined) return noHeaders
  let out: Record<string, string> | undefined
  for (const name in headers) {
    const value = headers[name] as Bytes | Bytes[]
    const first = Array.isArray(value) ? value.find((each) => each !== null && each !== undefined) : value
    if (first === undefined || first === null) continue
    out ??= {}
    setHeader(out, name, first.toString())
  }
  return out ?? noHeaders
}

/** What Kafka allows, the types of the client do not. */
type Bytes = Buffer | string | null | undefined

/** A header may have any name; by assignment __proto__ would not become one. */
export function setHeader<T>(headers: Record<string, T>, name: string, value: T): void {
  if (name !== '__proto__') headers[name] = value
  else Object.defineProperty(headers, name, { value, enumerable: true, configurable: true, writable: true })
}

export function messageOf({ key, value, headers }: Append, partition: number): Message {
  return { key, value, partition, ...(headers === undefined ? {} : { headers: headers as IHeaders }) }
}

/** Roughly what a record takes on the wire. */
export const sizeOf = ({ key, value }: Append): number => key.length + (value?.length ?? 0) + 80
