import type { GuardResult } from '../core/types.ts'
import { isObject } from './json-rpc.ts'

/** Most characters of one answer that go into the task memory. */
const maxText = 131_072

/** What of an answer the agent gets to read, how large it is and how many records it holds. */
export function resultOf(message: Record<string, unknown>, raw: string | undefined): GuardResult {
  const { result, error } = message
  if (!isObject(result)) {
    const text = isObject(error) && typeof error.message === 'string' ? error.message : ''
    return { text: text.slice(0, maxText), failed: true, bytes: text.length }
  }
  const texts: string[] = []
  gather(result.content, texts)
  gather(result.contents, texts)
  gather(result.messages, texts)
  const { structuredContent } = result
  // Only where the text does not say it already: servers are asked to give both.
  if (texts.length === 0 && structuredContent !== undefined) texts.push(JSON.stringify(structuredContent))
  const text = texts.join('\n').slice(0, maxText)
  return {
    text,
    bytes: raw?.length ?? text.length,
    records: recordsOf(structuredContent) ?? (Array.isArray(result.content) ? result.content.length : 1),
    failed: result.isError === true,
  }
}

function gather(parts: unknown, into: string[]): void {
  if (!Array.isArray(parts)) return
  for (const part of parts) {
    if (!isObject(part)) continue
    if (typeof part.text === 'string') into.push(part.text)
    if (typeof part.uri === 'string') into.push(part.uri)
    if (isObject(part.resource)) gather([part.resource], into)
    if (isObject(part.content)) gather([part.content], into)
  }
}

/** The length of the longest list that structured content holds at its top. */
function recordsOf(content: unknown): number | undefined {
  if (!isObject(content)) return undefined
  const lists = Object.values(content).filter((v) => Array.isArray(v))
  return lists.length === 0 ? undefined : Math.max(...lists.map((v) => v.length))
}
