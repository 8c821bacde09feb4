import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { isObject } from './json-rpc.ts'
import { Carried } from './side.ts'
import type { Upstream } from './upstream.ts'

/** A session at a streamable HTTP server; `authorization` is asked for with every request. */
export function httpUpstream(url: URL, authorization: () => string | undefined): Upstream {
  const transport = new StreamableHTTPClientTransport(url, {
    fetch: (input, init) => {
      const headers = new Headers(init?.headers)
      const value = authorization()
      if (value !== undefined) headers.set('authorization', value)
      return fetch(input, { ...init, headers })
    },
  })
  // The SDK’s class and its interface differ under exactOptionalPropertyTypes only.
  const side = new Carried(transport as Transport)
  let finish: (code: number) => void = () => {}
  const ended = new Promise<number>((resolve) => {
    finish = resolve
  })
  const { onmessage } = transport
  transport.onmessage = (message) => {
    if ('result' in message && isObject(message.result) && typeof message.result.protocolVersion === 'string')
      transport.setProtocolVersion(message.result.protocolVersion)
    onmessage?.(message)
  }
  return {
    side,
    ended,
    async stop() {
      await transport.terminateSession().catch(() => {})
      await transport.close()
      finish(0)
    },
  }
}
