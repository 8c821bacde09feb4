import { randomBytes, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type Answering, answerQuery } from './answer.ts'
import { badRequest, EngineException, toWire } from './exception.ts'
import { gate } from './gate.ts'
import { assertReads, assertSingle } from './guard.ts'
import { insertOf, runInsert } from './insert.ts'
import type { EngineSession, Native, QueryStream } from './native.ts'
import { hello, isHello } from './native-format.ts'
import { narrow, veiled } from './one-tenant.ts'
import { checkOrigin, type EngineRequest, parseRequest, type Tokens } from './request.ts'
import { limitsFor, literal, parametersOf, settingsOf } from './settings.ts'

export interface Facade {
  native: Native
  directory: string
  /** Where insert data lies while the engine reads it; ours alone. */
  scratch: string
  /** Keeps the engine open, and stops queries of the other sessions. */
  control: EngineSession
  version: string
  tokens: Tokens
  memoryBytes: number
  /** False while the disk is too full to take more rows. */
  hasSpace(): boolean
}

const mebibyte = 1024 * 1024
const maxBytes = { writer: 64 * mebibyte, reader: mebibyte }

/** Enough of ClickHouse's HTTP interface for @clickhouse/client and clickhouse-go, one engine session per request. */
export function engineServer(facade: Facade): Server {
  // Apart, so that dashboards cannot starve the monitor; together below UV_THREADPOOL_SIZE (start.ts).
  const gates = { writer: gate(3, 64), reader: gate(3, 32) }
  const limits = limitsFor(facade.memoryBytes)

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    checkOrigin(request)
    const path = (request.url ?? '/').split('?', 1)[0]
    if (path === '/ping') {
      response.end('Ok.\n')
      return
    }
    if (path !== '/') throw new EngineException(36, 'BAD_ARGUMENTS', 'There is only / and /ping', 404)
    if (request.method !== 'POST' && request.method !== 'GET') throw badRequest('Use GET or POST')
    const asked = await parseRequest(request, facade.tokens, maxBytes)
    const to = answering(asked, response)
    if (isHello(asked.sql, asked.url)) {
      response.writeHead(200, to.headers).end(hello(facade.version))
      return
    }
    const leave = await gates[asked.role].enter()
    try {
      if (!response.destroyed) await run(asked, to)
    } finally {
      leave()
    }
  }

  async function run(asked: EngineRequest, to: Answering): Promise<void> {
    const session = facade.native.open(facade.directory)
    // Not the caller's query id: a reader could stop the monitor's query by giving its own the same one.
    const mark = randomUUID()
    let stream: QueryStream | undefined
    let over = false
    const onClose = () => {
      if (over || to.response.writableEnded) return
      stream?.cancel()
      // Never SYNC: that hangs.
      const kill = `kill query where Settings['log_comment']=${literal(mark)} async`
      facade.control.queryAsync(kill, { format: 'Null' }).catch(() => undefined)
    }
    to.onStream = (opened) => {
      stream = opened
    }
    to.response.on('close', onClose)
    try {
      await prepare(session, asked, mark)
      if (asked.role === 'reader') {
        if (asked.data.length > 0) throw badRequest('A body beside the query parameter is not taken here')
        await assertReads(facade.native, session, asked.sql, asked.tenant !== undefined)
        await answerQuery(session, asked.sql, to)
        return
      }
      const insert = insertOf(asked.sql, asked.data)
      if (insert === undefined) {
        await assertSingle(facade.native, session, asked.sql)
        await answerQuery(session, asked.sql, to)
      } else if (facade.hasSpace()) {
        await runInsert(session, facade.scratch, insert)
        to.response.writeHead(200, to.headers).end()
      } else {
        throw new EngineException(243, 'NOT_ENOUGH_SPACE', 'The disk is nearly full; inserts wait for space')
      }
    } catch (error) {
      throw to.told(error)
    } finally {
      over = true
      session.close()
    }
  }

  async function prepare(session: EngineSession, asked: EngineRequest, mark: string): Promise<void> {
    const set = (pairs: readonly (readonly [string, string])[]) =>
      session.queryAsync(`set ${pairs.map(([name, value]) => `${name}=${literal(value)}`).join(', ')}`, {
        format: 'Null',
      })
    await set(settingsOf(asked.url, asked.role, mark, limits))
    const database = asked.url.searchParams.get('database') ?? ''
    if (database !== '') await session.queryAsync(`use \`${database.replace(/[`\\]/g, '')}\``, { format: 'Null' })
    for (const parameter of parametersOf(asked.url)) await set([parameter])
    if (asked.tenant !== undefined) await narrow(session, asked.tenant)
    if (asked.role === 'reader') await set([['readonly', '1']])
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => refuse(facade, response, error))
  })
  server.keepAliveTimeout = 10_000
  server.headersTimeout = 10_000
  server.requestTimeout = 60_000
  server.maxConnections = 256
  return server
}

function refuse(facade: Facade, response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const { code, status, message } = toWire(error)
  // A body that was not read to its end cannot be followed by another request.
  if (!response.req.complete) response.setHeader('connection', 'close')
  response
    .writeHead(status, { 'content-type': 'text/plain; charset=UTF-8', 'x-clickhouse-exception-code': String(code) })
    .end(`${message} (version ${facade.version})\n`)
}

function answering(asked: EngineRequest, response: ServerResponse): Answering {
  const tag = randomBytes(8).toString('hex')
  const written = /\bformat\s+(\w+)\s*;?\s*$/i.exec(asked.sql)?.[1]
  const format = written ?? asked.formatHeader ?? asked.url.searchParams.get('default_format') ?? 'TabSeparated'
  if (!/^\w{1,64}$/.test(format)) throw badRequest('The name of the format is not a word')
  const queryId = asked.url.searchParams.get('query_id') ?? ''
  return {
    response,
    gzip: asked.acceptsGzip,
    format,
    tag,
    onStream: () => undefined,
    told: asked.tenant === undefined ? (error) => error : veiled,
    headers: {
      'content-type': format.startsWith('JSON') ? 'application/json; charset=UTF-8' : 'application/octet-stream',
      'x-clickhouse-exception-tag': tag,
      'x-clickhouse-format': format,
      'x-clickhouse-query-id': /^[\x21-\x7e]{1,128}$/.test(queryId) ? queryId : randomUUID(),
      'x-clickhouse-server-display-name': 'chdb',
      'x-clickhouse-timezone': 'UTC',
    },
  }
}
