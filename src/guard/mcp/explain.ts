import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { RescindError } from '../../errors.ts'
import { explainModels } from './explain-models.ts'
import type { ProxyOptions } from './proxy.ts'
import type { Tools } from './tools.ts'

/** Asks a server for its tools and prints what each is held to do, what its arguments are for, and why. */
export async function explainTools(server: ProxyOptions['server'], tools: Tools): Promise<string> {
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
    const names: string[] = []
    let cursor: string | undefined
    do {
      const page = await client.listTools(cursor === undefined ? {} : { cursor })
      tools.learn(page)
      names.push(...page.tools.map((t) => t.name))
      cursor = page.nextCursor
    } while (cursor !== undefined && names.length < 10_000)
    return explainModels(names, tools)
  } catch (cause) {
    throw new RescindError('GUARD_UPSTREAM_FAILED', 'The MCP server did not tell its tools.', { cause })
  } finally {
    await client.close()
  }
}
