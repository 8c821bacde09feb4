import type { ServerResponse } from 'node:http'
import type { Writable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { midStream } from './exception.ts'
import type { EngineSession, QueryStream } from './native.ts'
import { emptyBlock } from './native-format.ts'

export interface Answering {
  response: ServerResponse
  headers: Record<string, string>
  gzip: boolean
  format: string
  tag: string
  /** Called with the stream once there is one, so that a client that leaves can stop it. */
  onStream(stream: QueryStream): void
  /** What the caller may be told of an error. */
  told(error: unknown): unknown
}

const summary = (read: { rowsRead: number; bytesRead: number; elapsed: number }): string =>
  JSON.stringify({
    read_rows: String(read.rowsRead),
    read_bytes: String(read.bytesRead),
    written_rows: '0',
    written_bytes: '0',
    total_rows_to_read: '0',
    result_rows: '0',
    result_bytes: '0',
    elapsed_ns: String(Math.round(read.elapsed * 1e9)),
  })

/** The engine streams SELECT only, and formats with one header for all rows must be written in one piece. */
const streams = (sql: string, format: string): boolean =>
  /^(Native|JSONEachRow|JSONCompactEachRow|TabSeparated|CSV|RowBinary)$/i.test(format) &&
  /^[\s(]*(select|with)\b/i.test(sql)

const drained = (out: Writable, response: ServerResponse): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      out.off('drain', done)
      response.off('close', done)
      resolve()
    }
    out.once('drain', done)
    response.once('close', done)
  })

/** Runs the statement and writes its result. An error before the first byte is thrown; a later one is framed. */
export async function answerQuery(session: EngineSession, sql: string, to: Answering): Promise<void> {
  const { response, format } = to
  let out: Writable = response
  let started = false
  const start = (extra: Record<string, string> = {}) => {
    started = true
    response.writeHead(200, { ...to.headers, ...extra, ...(to.gzip ? { 'content-encoding': 'gzip' } : {}) })
    if (to.gzip) {
      const zip = createGzip({ level: 1 })
      zip.pipe(response)
      out = zip
    }
  }
  try {
    if (streams(sql, format)) {
      const stream = session.queryStream(sql, { format })
      to.onStream(stream)
      for await (const chunk of stream) {
        if (!started) start()
        if (!out.write(Buffer.from(chunk.raw())) && !response.destroyed) await drained(out, response)
        if (response.destroyed) break
      }
      if (!started) {
        start()
        if (/^native$/i.test(format)) out.write(emptyBlock(await columnsOf(session, sql)))
      }
    } else {
      const result = await session.queryAsync(sql, { format })
      start({ 'x-clickhouse-summary': summary(result) })
      out.write(Buffer.from(result.bytes()))
    }
    out.end()
  } catch (error) {
    if (!started) throw error
    out.end(midStream(to.told(error), to.tag))
  }
}

async function columnsOf(session: EngineSession, sql: string): Promise<{ name: string; type: string }[]> {
  const bare = sql.replace(/;\s*$/, '').replace(/\bformat\s+\w+\s*$/i, '')
  const rows = (await session.queryAsync(`describe table (${bare})`, { format: 'JSONCompactEachRow' })).text()
  return rows
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const row: unknown = JSON.parse(line)
      const [name, type]: unknown[] = Array.isArray(row) ? row : []
      return { name: String(name), type: String(type) }
    })
}
