import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { notListening, wordsOf } from '../../../errors.ts'
import { type Id, idOf } from '../json-rpc/message.ts'
import { readText } from '../json-rpc/read-text.ts'
import type { Side } from '../side.ts'
import { Bodies, refusedByHead } from './admission.ts'
import { HttpClientSide, refuse } from './client-side.ts'
import { HttpSessions, type OpenSession, type SessionLimits, sessionLimits } from './sessions.ts'

/** Who serves a new client; `headers` are those of its first request. */
export type Serve = (client: Side, headers: IncomingMessage['headers']) => Promise<OpenSession>

const beatMs = 15_000
const maxConnections = 1024

/** Listens as a streamable HTTP server on this machine only. */
export async function listen(
  port: number,
  serve: Serve,
  limits: SessionLimits = sessionLimits,
): Promise<{ url: string; close(): Promise<void> }> {
  const sessions = new HttpSessions(limits)
  const bodies = new Bodies()
  let bound = port

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const began = performance.now()
    const refused = refusedByHead(request, bound)
    if (refused !== undefined) {
      refuse(response, refused.status, refused.why)
      return
    }
    const id = request.headers['mcp-session-id']
    const known = typeof id === 'string' ? sessions.get(id) : undefined
    if (id !== undefined && known === undefined) refuse(response, 404, 'there is no such session')
    else if (request.method === 'POST') await post(request, response, known, began)
    else if (known === undefined) refuse(response, 400, 'a session begins with initialize')
    else if (request.method === 'DELETE') {
      await known.close()
      response.writeHead(200).end()
    } else if (known.listens) refuse(response, 409, 'there is one stream for each session')
    else known.listen(response)
  }

  async function post(
    request: IncomingMessage,
    response: ServerResponse,
    known: HttpClientSide | undefined,
    began: number,
  ): Promise<void> {
    const body = await bodies.read(request, known === undefined)
    if (typeof body !== 'string') {
      refuse(response, body.status, body.why)
      return
    }
    if (known !== undefined) {
      sessions.ready(known)
      known.post(response, request.headers, body, began)
      return
    }
    const first = readText(body)
    const [message] = first
    const isInitialize = first.length === 1 && message?.kind === 'message' && message.message.method === 'initialize'
    const asked = isInitialize ? idOf(message.message) : undefined
    if (asked === undefined) refuse(response, 400, 'a session begins with initialize')
    else if (!sessions.hasRoom) refuse(response, 503, 'too many sessions are open', asked)
    else await open(request, response, body, asked, began)
  }

  async function open(
    request: IncomingMessage,
    response: ServerResponse,
    body: string,
    asked: Id,
    began: number,
  ): Promise<void> {
    const client = new HttpClientSide(randomUUID())
    const entry = sessions.add(client)
    try {
      const session = await serve(client, request.headers)
      if (!(await sessions.serve(entry, session))) refuse(response, 503, 'the guard ends', asked)
      // Gone while the server started: nobody would end it.
      else if (response.destroyed) await client.close()
      else client.post(response, request.headers, body, began)
    } catch (error) {
      await client.close()
      refuse(response, 502, wordsOf(error), asked)
    }
  }

  const server = createServer((request, response) => {
    response.on('error', () => {})
    handle(request, response).catch((error: unknown) => refuse(response, 400, wordsOf(error)))
  })
  server.maxConnections = maxConnections
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(notListening(error, '127.0.0.1', port, '--listen')))
    server.listen(port, '127.0.0.1', resolve)
  })
  bound = (server.address() as AddressInfo).port
  const beat = setInterval(() => sessions.beat(), beatMs)
  beat.unref()
  return {
    url: `http://127.0.0.1:${bound}/mcp`,
    async close() {
      clearInterval(beat)
      const closed = new Promise((resolve) => server.close(resolve))
      await sessions.close()
      server.closeAllConnections()
      await closed
    },
  }
}
