import { createHash } from 'node:crypto'
import type { AgentEvent } from '../../../model/event.ts'
import { type Message, metaOf, paramsOf, textOf } from '../../doors/json-rpc/message.ts'

/** What a client says of a message in its `_meta`: the trace, and on whose behalf. */
export function saidOf(message: Message): { principal?: string; trace?: { id: string; span: string } } {
  const meta = metaOf(message)
  const [, id, span] = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}$/.exec(String(meta.traceparent ?? '')) ?? []
  const principal = textOf(meta['rescind/principal'], 512)
  return {
    ...(principal === undefined ? {} : { principal }),
    ...(id === undefined || span === undefined ? {} : { trace: { id, span } }),
  }
}

/** The name that a server gives itself in its answer to initialize. */
export function nameOf({ result }: Message): string | undefined {
  const info = (result as { serverInfo?: { name?: unknown } } | undefined)?.serverInfo
  return textOf(info?.name, 512)
}

/** The bearer token that the client sends upstream, by its hash. */
export function credentialOf(headers: Readonly<Record<string, unknown>>): AgentEvent['credential'] {
  const { authorization } = headers
  if (typeof authorization !== 'string') return undefined
  return { id: `sha256:${createHash('sha256').update(authorization).digest('hex').slice(0, 32)}` }
}

/** The parameters of a request with other arguments: a tool’s stand in a member of their own. */
export function withArguments(message: Message, args: unknown): Message {
  const params = paramsOf(message)
  if (message.method === 'tools/call') return { ...message, params: { ...params, arguments: args } }
  const kept = '_meta' in params ? { _meta: params._meta } : {}
  return { ...message, params: { ...(typeof args === 'object' ? args : {}), ...kept } }
}
