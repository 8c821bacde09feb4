import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { isInitializeRequest } from '@modelcontextprotocol/sdk/types.js'
import { notListening } from '../../errors.ts'
import { Carried, type Side } from './side.ts'

const maxBody = 16 * 2 ** 20
const maxSessions = 256

/** One client of a listening guard. */
export interface OpenSession {
  close(): Promise<void>
}

/** Who serves a new client; `headers` are those of its first request. */
export type Serve = (client: Side, headers: IncomingMessage['headers']) => Promise<OpenSession>

/** Listens as a streamable HTTP server on this machine only. */
export async function listen(port: number, serve: Serve): Promise<{ url: string; close(): Promise<void> }> {
  const transports = new Map<string, { transport: StreamableHTTPServerTransport; session: OpenSession }>()
  let hosts: string[] = []

  async function open(request: IncomingMessage): Promise<StreamableHTTPServerTransport> {
    let session: OpenSession | undefined
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      // A page of a stranger must not reach us under a name of its own (DNS rebinding).
      enableDnsRebindingProtection: true,
      allowedHosts: hosts,
      allowedOrigins: hosts.map((host) => `http://${host}`),
      onsessioninitialized: (id) => {
        if (session !== undefined) transports.set(id, { transport, session })
        if (transports.size > maxSessions) void transports.values().next().value?.transport.close()
      },
    })
    const client = new Carried(transport as Transport)
    session = await serve(client, request.headers)
    const { onclose } = transport
    transport.onclose = () => {
      if (transport.sessionId !== undefined) transports.delete(transport.sessionId)
      onclose?.()
      void session?.close()
    }
    return transport
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = request.headers['mcp-session-id']
    const known = typeof id === 'string' ? transports.get(id)?.transport : undefined
    if (known === undefined && id !== undefined) {
      refuse(response, 404, 'there is no such session')
      return
    }
    const body = request.method === 'POST' ? await bodyOf(request) : undefined
    const transport =
      known ?? (request.method === 'POST' && isInitializeRequest(body) ? await open(request) : undefined)
    if (transport === undefined) refuse(response, 400, 'a session begins with initialize')
    else await transport.handleRequest(request, response, body)
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) refuse(response, 400, error instanceof Error ? error.message : 'the request failed')
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(notListening(error, '127.0.0.1', port, '--listen')))
    server.listen(port, '127.0.0.1', resolve)
  })
  const bound = (server.address() as AddressInfo).port
  hosts = [`127.0.0.1:${bound}`, `localhost:${bound}`]
  return {
    url: `http://127.0.0.1:${bound}/mcp`,
    async close() {
      for (const { transport } of [...transports.values()]) await transport.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBody) throw new Error('the body is too large')
    chunks.push(chunk)
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(
    JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32000, message: `rescind guard: ${message}` } }),
  )
}
