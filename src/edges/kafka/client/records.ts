import type { IHeaders, KafkaMessage, Message } from 'kafkajs'
import type { Append, LogRecord } from '../../../ports/log.ts'

const noHeaders: Readonly<Record<string, string>> = Object.freeze({})

export function recordOf(topic: string, partition: number, message: KafkaMessage): LogRecord {
  return {
    topic,
    partition,
    offset: Number(message.offset),
    key: message.key?.toString() ?? '',
    value: message.value?.toString() ?? null,
    headers: headersOf(message.headers),
    appended: Number(message.timestamp),
  }
}

/** Of a header that is there more than once the first counts. */
function headersOf(headers: IHeaders | undefined): Readonly<Record<string, string>> {
  if (headers === undefined) return noHeaders
  let out: Record<string, string> | undefined
  for (const name in headers) {
    const value = headers[name]
    const first = Array.isArray(value) ? value[0] : value
    if (first === undefined) continue
    out ??= {}
    setHeader(out, name, first.toString())
  }
  return out ?? noHeaders
}

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
