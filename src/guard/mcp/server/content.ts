import type { GuardResult } from '../../core/types.ts'
import { isObject } from '../../doors/json-rpc/message.ts'
import { readingsOf } from './readings.ts'

/** What of an answer to `method` the agent gets to read, how large it is and how many records it holds. */
export function resultOf(message: Record<string, unknown>, raw: string | undefined, method: string): GuardResult {
  const { result, error } = message
  const read = readingsOf(message, method)
  const size = () => read.reduce((n, { text, value }) => n + (text ?? JSON.stringify(value) ?? '').length, 0)
  if (!isObject(result)) {
    const text = isObject(error) && typeof error.message === 'string' ? error.message : ''
    return { read, failed: true, bytes: text.length }
  }
  const { structuredContent, content, contents } = result
  const parts = Array.isArray(content) ? content : contents
  return {
    read,
    bytes: raw?.length ?? size(),
    records: recordsOf(structuredContent) ?? (Array.isArray(parts) ? parts.length : 1),
    failed: result.isError === true,
  }
}

/** The length of the longest list that structured content holds at its top. */
function recordsOf(content: unknown): number | undefined {
  if (!isObject(content)) return undefined
  let most: number | undefined
  for (const value of Object.values(content)) if (Array.isArray(value)) most = Math.max(most ?? 0, value.length)
  return most
}
