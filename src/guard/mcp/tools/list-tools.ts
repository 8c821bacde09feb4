import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { RescindError, wordsOf } from '../../../errors.ts'
import { printable } from '../../identity/index.ts'
import type { ProxyOptions } from '../proxy.ts'

/** Asks a server for its tools: each page of its answer goes to `take`. Throws GUARD_UPSTREAM_FAILED. */
export async function eachPage(
  server: ProxyOptions['server'],
  take: (page: { tools: { name: string }[] }, serverName: string | undefined) => void,
): Promise<void> {
  const client = new Client({ name: 'rescind-guard', version: '0.1.0' })
  const transport =
    'command' in server
      ? new StdioClientTransport({
          command: server.command,
          args: [...server.args],
          env: Object.fromEntries(Object.entries(process.env).filter((e): e is [string, string] => e[1] !== undefined)),
        })
      : (new StreamableHTTPClientTransport(
          server.url,
          server.bearer === undefined ? {} : { requestInit: { headers: { authorization: `Bearer ${server.bearer}` } } },
        ) as Transport)
  try {
    await client.connect(transport)
    let seen = 0
    let cursor: string | undefined
    do {
      const page = await client.listTools(cursor === undefined ? {} : { cursor })
      take(page, client.getServerVersion()?.name)
      seen += page.tools.length
      cursor = page.nextCursor
    } while (cursor !== undefined && seen < 10_000)
  } catch (cause) {
    const who = 'command' in server ? `The MCP server (${server.command})` : `The MCP server at ${server.url.origin}`
    throw new RescindError(
      'GUARD_UPSTREAM_FAILED',
      `${who} did not tell its tools: ${printable(wordsOf(cause), 300)}. Start it by hand to see what it says, and check its command line or --url.`,
      { cause },
    )
  } finally {
    await client.close()
  }
}
