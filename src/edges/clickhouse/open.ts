import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { type ClickHouseClient, ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { RescindError, wordsOf } from '../../errors.ts'
import type { History, HistoryQueries, QueryName, RejectedRow, Row, Table } from '../../ports/history.ts'
import { defaultRetention, migrate } from './migrations.ts'
import { queries } from './queries.ts'
import { columnsOf, headOf, rowOf } from './rows.ts'
import type { Retention, SchemaTarget } from './schema/target.ts'

export interface HistoryOptions {
  /** Of ClickHouse's HTTP interface: a server's, or the embedded engine's. */
  url: string
  username?: string
  password?: string
  /** A bearer token instead of name and password. */
  token?: string
  /** Default `rescind`. */
  database?: string
  /** A cluster that the servers' configuration names: tables are made on all its hosts, replicated. */
  cluster?: string
  /** Bring the schema up to date; false for those who only read. Default true. */
  migrate?: boolean
  /** Open though the store does not answer: it is made ready once it does. Default false. */
  mayBeAway?: boolean
  /** Days per table, counted from when the log took the record. */
  retentionDays?: Partial<Retention>
  /** gzip both ways; worth it beyond loopback. Default false. */
  compress?: boolean
  /** Default 30,000. */
  timeoutMs?: number
  /** A stored record that this version does not understand: it is left out of the answer. */
  onUnreadable?(name: QueryName): void
}

/**
 * The data is at fault, not the store: parse errors, and a row over the size limit. Not 117, which an insert gets whose types are
 * not the table’s: its rows wait until that is mended.
 */
const badData = new Set(['6', '26', '27', '33', '38', '41', '53', '69', '70', '72', '130', '131', '306', '349'])

/** More bad rows than this in one batch are not the rows' fault, such as a constraint that somebody put on the table. */
const maxRejected = 1_000

const unavailable = (doing: string, error: unknown) =>
  new RescindError('HISTORY_UNAVAILABLE', `The history store failed at ${doing}: ${wordsOf(error)}`, {
    retry: 'later',
    cause: error,
  })

function connect(options: HistoryOptions): ClickHouseClient {
  const compress = options.compress === true
  const account =
    options.token === undefined
      ? { username: options.username ?? 'default', password: options.password ?? '' }
      : { access_token: options.token }
  try {
    return createClient({
      url: options.url,
      ...account,
      application: 'rescind',
      request_timeout: options.timeoutMs ?? 30_000,
      compression: { request: compress, response: compress },
      log: { level: ClickHouseLogLevel.OFF },
    })
  } catch (error) {
    throw new RescindError('CONFIG_INVALID', `history.url: ${wordsOf(error)}`, { cause: error })
  }
}

/** A cluster by its name, or by a macro of the servers. */
const clusterName = /^([\w.-]+|\{\w+\})$/

/**
 * Connects and, unless told otherwise, migrates. Fails with HISTORY_UNAVAILABLE or HISTORY_MIGRATION_FAILED; with
 * `mayBeAway` these come from the first insert or query instead, each of which tries again.
 */
export async function openHistory(options: HistoryOptions): Promise<History> {
  const { database = 'rescind', cluster } = options
  if (!/^\w+$/.test(database)) throw new RescindError('CONFIG_INVALID', 'history.database: letters, digits and _ only')
  if (cluster !== undefined && !clusterName.test(cluster))
    throw new RescindError('CONFIG_INVALID', 'history.cluster: a name of letters, digits, _, . and -, or a {macro}')
  const client = connect(options)
  const retention = { ...defaultRetention, ...options.retentionDays }
  const target: SchemaTarget = { database, retention, ...(cluster === undefined ? {} : { cluster }) }
  let preparing: Promise<void> | undefined
  const prepared = (): Promise<void> => {
    preparing ??= prepare().catch((error: unknown) => {
      preparing = undefined
      throw error
    })
    return preparing
  }

  async function prepare(): Promise<void> {
    if (options.migrate === false) return
    try {
      await migrate(client, target)
    } catch (error) {
      if (error instanceof RescindError) throw error
      if (!(error instanceof ClickHouseError)) throw unavailable('start', error)
      throw new RescindError('HISTORY_MIGRATION_FAILED', `The history schema: ${error.message}`, {
        retry: 'later',
        cause: error,
      })
    }
  }

  if (options.mayBeAway === true) prepared().catch(() => undefined)
  else
    await prepared().catch(async (error: unknown) => {
      await client.close()
      throw error
    })

  async function insertSpan(table: Table, rows: readonly Row[], token: string, at: number, rejected: RejectedRow[]) {
    try {
      const { stream } = await client.exec({
        query: `INSERT INTO ${database}.${table} (${Object.keys(columnsOf(table))}) FORMAT RowBinaryWithNamesAndTypes`,
        values: Readable.from(pieces(headOf(table), rows), { objectMode: false }),
        // It is empty, and an empty one may not be what gzip calls empty.
        decompress_response_stream: false,
        clickhouse_settings: {
          insert_deduplication_token: token,
          // A retry after a failure half way reaches the rollups that the first attempt did not.
          deduplicate_blocks_in_dependent_materialized_views: 1,
          async_insert: 0,
        },
      })
      await finished(stream.resume())
    } catch (error) {
      if (!(error instanceof ClickHouseError) || !badData.has(error.code)) throw unavailable('an insert', error)
      if (rows.length === 1) {
        rejected.push({ index: at, why: error.message })
        if (rejected.length > maxRejected) throw unavailable('an insert', error)
        return
      }
      // The store takes all rows of an insert or none, so halves find the bad ones.
      const half = rows.length >> 1
      await insertSpan(table, rows.slice(0, half), `${token}/${at}+${half}`, at, rejected)
      await insertSpan(table, rows.slice(half), `${token}/${at + half}+${rows.length - half}`, at + half, rejected)
    }
  }

  return {
    row: rowOf,
    async insert(table, rows, token) {
      const rejected: RejectedRow[] = []
      if (rows.length === 0) return rejected
      await prepared()
      await insertSpan(table, rows, token, 0, rejected)
      return rejected
    },
    async query<Name extends QueryName>(name: Name, params: HistoryQueries[Name]['params']) {
      const { sql, decode } = queries[name]
      await prepared()
      let rows: unknown[]
      try {
        const result = await client.query({
          query: sql.replaceAll('{database}', database),
          query_params: bounded(params),
          format: 'JSONCompactEachRow',
        })
        rows = await result.json()
      } catch (error) {
        throw unavailable(`the query ${name}`, error)
      }
      const answer: HistoryQueries[Name]['row'][] = []
      for (const cells of rows) {
        const row = Array.isArray(cells) ? decode(cells) : undefined
        if (row === undefined) options.onUnreadable?.(name)
        else answer.push(row)
      }
      return answer
    },
    ping: async () => (await client.ping({ select: true })).success,
    close: () => client.close(),
  }
}

/** A write of the socket for each row would cost more than the row. */
const pieceBytes = 256 * 1024
function* pieces(head: Buffer, rows: readonly Row[]): Generator<Buffer> {
  let piece: Uint8Array[] = [head]
  let bytes = head.length
  for (const row of rows) {
    piece.push(row)
    bytes += row.length
    if (bytes < pieceBytes) continue
    yield Buffer.concat(piece, bytes)
    piece = []
    bytes = 0
  }
  if (bytes > 0) yield Buffer.concat(piece, bytes)
}

/** An answer has an end, and an absent name is the empty one. */
function bounded(params: object): Record<string, unknown> {
  const given = new Map<string, unknown>(Object.entries(params))
  const limit = given.get('limit')
  if (typeof limit === 'number') given.set('limit', Math.max(1, Math.min(10_000, Math.trunc(limit))))
  return { agent: '', detector: '', finding: '', command: '', ...Object.fromEntries(given) }
}
