import type { Refusal } from '../format.ts'

const byteAt = (text: string, at: number): number => text.charCodeAt(at) & 0xff
const hex = (text: string, from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) =>
    byteAt(text, from + i)
      .toString(16)
      .padStart(2, '0'),
  ).join('')

/**
 * A value in the frame of a schema registry that is no JSON, a character for each byte: what it is, by the frame. Where it is JSON the
 * frame never comes here (`edges/kafka/client/frames.ts`).
 */
export function framed(body: string): Refusal | undefined {
  const magic = body.charCodeAt(0)
  if (magic === 0 && body.length >= 5) {
    const schema = (byteAt(body, 1) << 24) | (byteAt(body, 2) << 16) | (byteAt(body, 3) << 8) | byteAt(body, 4)
    return refusal(`Confluent wire format, schema ${schema >>> 0}`)
  }
  if (magic === 3 && body.length >= 18)
    return refusal(
      `AWS Glue schema registry, ${byteAt(body, 1) === 0 ? 'not compressed' : 'compressed'}, schema version ${hex(body, 2, 18)}`,
    )
  return undefined
}

const refusal = (what: string): Refusal => ({
  code: 'FORMAT_UNSUPPORTED',
  reason: `${what}: the value is not JSON (Avro or Protobuf?). Publish JSON, with the JSON Schema serialiser or plain.`,
})
