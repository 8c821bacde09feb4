import { type IncomingHttpHeaders, request } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Engine } from '../../../src/edges/chdb/start.ts'
import { temporaryEngine } from './temporary.ts'

let engine: Engine & { directory: string }
const clients: { close(): Promise<void> }[] = []
const clientFor = (role: 'writer' | 'reader', gzip = false) => {
  const client = createClient({
    url: engine.url,
    ...engine[role],
    compression: { request: gzip, response: gzip },
    log: { level: ClickHouseLogLevel.OFF },
  })
  clients.push(client)
  return client
}
let writer: ReturnType<typeof clientFor>
let reader: ReturnType<typeof clientFor>

beforeAll(async () => {
  engine = await temporaryEngine()
  writer = clientFor('writer')
  reader = clientFor('reader', true)
  await writer.command({ query: 'CREATE DATABASE d ENGINE = Atomic' })
  await writer.command({ query: 'CREATE TABLE d.t (a Int64, b String) ENGINE = MergeTree ORDER BY a' })
})
afterAll(async () => {
  for (const client of clients) await client.close()
  await engine.close()
})

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}
/** A request as somebody else's program would make it. */
function raw(
  path: string,
  {
    headers = {},
    method = 'POST',
    body = '',
  }: { headers?: Record<string, string>; method?: string; body?: string | Buffer } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, engine.url), { method, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      )
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
const key = (role: 'writer' | 'reader') => ({ 'x-clickhouse-key': engine[role].password })
const rowsIn = async () => {
  const result = await writer.query({ query: 'SELECT toUInt32(count()) FROM d.t', format: 'TabSeparated' })
  return Number(await result.text())
}

describe('who may talk to it', () => {
  test.each([
    ['no token', {}],
    ['a wrong token', { 'x-clickhouse-key': 'guess' }],
    ['an empty password', { authorization: `Basic ${Buffer.from('default:').toString('base64')}` }],
  ])('%s is refused before the body is looked at', async (_, headers) => {
    const { status, headers: answered } = await raw('/?query=SELECT+1', { headers })
    expect([status, answered['x-clickhouse-exception-code']]).toEqual([401, '516'])
  })

  test('a token in the URL does not count', async () => {
    expect((await raw(`/?query=SELECT+1&password=${engine.writer.password}`)).status).toBe(401)
  })

  test('tokens as key, bearer and password', async () => {
    const { password } = engine.reader
    const basic = Buffer.from(`grafana:${password}`).toString('base64')
    for (const headers of [key('reader'), { authorization: `Bearer ${password}` }, { authorization: `Basic ${basic}` }])
      expect((await raw('/?query=SELECT+1', { headers })).body.toString()).toBe('1\n')
  })

  test('web pages and foreign names for loopback are refused, even for a ping', async () => {
    expect((await raw('/ping', { headers: { origin: 'http://localhost:3000' } })).status).toBe(403)
    expect((await raw('/ping', { headers: { host: 'rebound.example' } })).status).toBe(403)
    expect((await raw('/ping', { method: 'GET' })).body.toString()).toBe('Ok.\n')
    expect((await raw('/dashboard', { headers: key('reader') })).status).toBe(404)
  })
})

describe('a reader', () => {
  beforeAll(async () => {
    await writer.insert({ table: 'd.t', values: [[1, 'one']], format: 'JSONCompactEachRow' })
  })

  test.each([
    'SELECT count() FROM d.t',
    'select b from d.t where a = 1 format JSON',
    '-- a comment\nSELECT 1;',
    '/* insert into d.t */ select 1',
    'FROM d.t SELECT a',
    '(SELECT 1)',
    'WITH x AS (SELECT 1 AS y) SELECT y FROM x',
    'SHOW DATABASES',
    'SHOW TABLES FROM d',
    'SHOW CREATE TABLE d.t',
    'DESCRIBE TABLE d.t',
    'EXISTS TABLE d.t',
    'EXPLAIN SELECT * FROM d.t',
    'SELECT * FROM system.columns LIMIT 1',
    'SELECT toStartOfMinute(now()) AS t, count() FROM numbers(10) GROUP BY t',
    "SELECT 'insert into d.t; drop table d.t'",
  ])('may: %s', async (sql) => {
    const { status, body } = await raw('/', { headers: key('reader'), body: sql })
    expect([status, status === 200 ? '' : body.toString()]).toEqual([200, ''])
  })

  test.each([
    "INSERT INTO d.t VALUES (2, 'x')",
    '/* select */ INSERT INTO d.t SELECT 2, 2',
    "INSERT INTO FUNCTION file('/tmp/rescind-x', 'CSV') SELECT 1",
    'CREATE TABLE d.u (a Int8) ENGINE = Memory',
    'CREATE TEMPORARY TABLE u (a Int8)',
    'DROP TABLE d.t',
    'DROP TABLE d.t SYNC',
    'TRUNCATE TABLE d.t',
    'ALTER TABLE d.t DELETE WHERE 1',
    'DELETE FROM d.t WHERE 1',
    'OPTIMIZE TABLE d.t',
    'RENAME TABLE d.t TO d.u',
    'EXCHANGE TABLES d.t AND d.t',
    'DETACH TABLE d.t',
    'ATTACH TABLE d.t',
    'SET readonly = 0',
    'SET max_memory_usage = 0',
    'SELECT 1 SETTINGS readonly = 0',
    'SELECT 1 SETTINGS max_memory_usage = 0',
    'USE d',
    'SYSTEM STOP MERGES',
    'SYSTEM SHUTDOWN',
    'KILL QUERY WHERE 1 ASYNC',
    "SELECT 1 INTO OUTFILE '/tmp/rescind-x'",
    "SELECT 1 INTO OUTFILE '/tmp/rescind-x' TRUNCATE FORMAT CSV",
    "/**/SELECT/**/1/**/INTO/**/OUTFILE/**/'/tmp/rescind-x'",
    "SELECT file('/etc/passwd')",
    "SELECT FILE('/etc/passwd')",
    "SELECT `file`('/etc/passwd')",
    'SELECT "file"(\'/etc/passwd\')',
    "SELECT (SELECT file('/etc/passwd'))",
    "SELECT arrayMap(x -> file('/etc/passwd'), [1])",
    "SELECT * FROM d.t WHERE b = file('/etc/passwd')",
    "SELECT * FROM d.t ORDER BY file('/etc/passwd')",
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    "FROM file('/etc/passwd', 'LineAsString') SELECT *",
    "SELECT * FROM (SELECT * FROM file('/etc/passwd', 'LineAsString'))",
    "SELECT 1 IN (SELECT * FROM file('/etc/passwd', 'LineAsString'))",
    "WITH x AS (SELECT * FROM file('/etc/passwd', 'LineAsString')) SELECT * FROM x",
    "DESCRIBE TABLE file('/etc/passwd', 'LineAsString')",
    "EXPLAIN SELECT * FROM file('/etc/passwd', 'LineAsString')",
    'SELECT * FROM `/etc/passwd`',
    "SELECT * FROM '/etc/passwd'",
    'SELECT * FROM default.`/etc/passwd`',
    'DESCRIBE TABLE `/etc/passwd`',
    'SHOW CREATE TABLE `/etc/passwd`',
    "SELECT 1 FORMAT Template SETTINGS format_template_resultset = '/etc/passwd'",
    "SELECT getClientHTTPHeader('x-clickhouse-key')",
    "SELECT * FROM url('http://127.0.0.1:1/', 'CSV', 'a String')",
    "SELECT * FROM s3('http://127.0.0.1:1/b/k', 'CSV', 'a String')",
    "SELECT * FROM remote('127.0.0.1', 'd', 't')",
    "SELECT * FROM mysql('127.0.0.1:1', 'd', 't', 'u', 'p')",
    "SELECT * FROM sqlite('/tmp/x.db', 't')",
    "SELECT * FROM executable('id', 'CSV', 'a String')",
    "SELECT * FROM eval('SELECT 1')",
    "SELECT * FROM merge('d', '.*')",
    "SELECT * FROM cluster('default', system.one)",
    "SELECT * FROM viewIfPermitted(SELECT 1 ELSE null('a Int8'))",
    "SELECT dictGet('x', 'y', 1)",
    'SELECT sleep(1)',
    'SELECT sleepEachRow(1) FROM numbers(3)',
    'SELECT 1; DROP TABLE d.t',
    'SELECT 1;;INSERT INTO d.t VALUES (3, 3)',
    'SELECT 1\n\n; DROP TABLE d.t',
    'CREATE FUNCTION f AS (x) -> file(x)',
    "BACKUP TABLE d.t TO File('/tmp/rescind-x')",
    "RESTORE TABLE d.t FROM File('/tmp/rescind-x')",
    'CREATE USER x',
    'GRANT ALL ON *.* TO default',
    'BEGIN TRANSACTION',
  ])('may not: %s', async (sql) => {
    const { status } = await raw('/', { headers: key('reader'), body: sql })
    expect(status).toBeGreaterThanOrEqual(400)
    expect(await rowsIn()).toBe(1)
  })

  test('may not insert over the query parameter, stop the monitor’s queries or send a big body', async () => {
    const query = encodeURIComponent('INSERT INTO d.t FORMAT JSONEachRow')
    expect((await raw(`/?query=${query}`, { headers: key('reader'), body: '{"a":9}' })).status).toBe(400)
    const big = await raw('/', { headers: key('reader'), body: `SELECT '${'x'.repeat(1024 * 1024)}'` })
    expect(big.status).toBe(413)
    expect(await rowsIn()).toBe(1)
  })

  test('is stopped at its memory and its time', async () => {
    const greedy = 'SELECT uniqExact(number, toString(number)) FROM numbers(100000000)'
    await expect(reader.query({ query: greedy }).then((r) => r.text())).rejects.toMatchObject({ code: '241' })
    const slow = reader.query({
      query: 'SELECT sum(cityHash64(number)) FROM numbers(1000000000000)',
      clickhouse_settings: { max_execution_time: 1 },
    })
    await expect(slow.then((r) => r.text())).rejects.toMatchObject({ code: '159' })
  })
})

describe('ClickHouse’s HTTP interface', () => {
  test('a client’s parameters, formats, empty results and errors', async () => {
    const text = "it's \\ \n\t'; drop"
    const row = await reader.query({
      query: 'SELECT {s:String} AS s, {n:Array(Int32)} AS n, {i:Identifier} FROM d.t',
      query_params: { s: text, n: [1, 2], i: 'b' },
      format: 'JSONEachRow',
    })
    expect(await row.json()).toEqual([{ s: text, n: [1, 2], b: 'one' }])
    const empty = await reader.query({ query: 'SELECT a FROM d.t WHERE a < 0', format: 'JSON' })
    expect(await empty.json()).toMatchObject({ data: [], meta: [{ name: 'a', type: 'Int64' }] })
    await expect(reader.query({ query: 'SELECT * FROM nowhere' })).rejects.toMatchObject({
      code: '60',
      type: 'UNKNOWN_TABLE',
    })
    await expect(writer.command({ query: 'SELECT 1; SELECT 2' })).rejects.toMatchObject({ code: '497' })
  })

  test('a long result streams and an error in the middle of it arrives', async () => {
    const long = await reader.query({ query: 'SELECT number FROM numbers(1000000)', format: 'JSONCompactEachRow' })
    let count = 0
    for await (const rows of long.stream()) count += rows.length
    expect(count).toBe(1_000_000)
    const broken = await reader
      .query({
        query: "SELECT throwIf(number = 900000, 'stop') FROM numbers(1000000) SETTINGS max_block_size = 1000",
        format: 'JSONCompactEachRow',
      })
      .catch((error: unknown) => error)
    // SETTINGS are refused to readers; the writer's stream is broken instead.
    expect(broken).toMatchObject({ code: '164' })
    const stream = await writer.query({
      query: "SELECT number, throwIf(number = 900000, 'stop') FROM numbers(1000000)",
      format: 'JSONCompactEachRow',
    })
    const drain = async () => {
      for await (const _ of stream.stream());
    }
    await expect(drain()).rejects.toThrow('stop')
  })

  test('clickhouse-go’s first query, and an empty Native result with its columns', async () => {
    const sql = 'SELECT displayName(), version(), revision(), timezone()'
    const first = await raw('/?client_protocol_version=54480&default_format=Native', {
      headers: { ...key('reader'), 'accept-encoding': 'gzip' },
      body: sql,
    })
    expect(first.body.toString('latin1')).toContain('revision()')
    const empty = await raw('/?default_format=Native', {
      headers: { ...key('reader'), 'accept-encoding': 'gzip' },
      body: 'SELECT a, b FROM d.t WHERE a < 0',
    })
    expect(empty.headers['content-encoding']).toBe('gzip')
    expect(gunzipSync(empty.body).toString('latin1')).toBe('\x02\x00\x01a\x05Int64\x01b\x06String')
  })

  test('data of every format stays data', async () => {
    await writer.command({ query: 'CREATE TABLE d.f (a Int64, b String) ENGINE = MergeTree ORDER BY a' })
    const put = (format: string, body: string | Buffer) =>
      raw(`/?query=${encodeURIComponent(`INSERT INTO d.f (a, b) FORMAT ${format}`)}`, { headers: key('writer'), body })
    const evil = 'x\n\n; drop table d.f\n'
    expect((await put('CSV', `1,"${evil}"\n`)).status).toBe(200)
    expect((await put('JSONEachRow', `{"a":2,\n\n"b":${JSON.stringify(evil)}}`)).status).toBe(200)
    expect((await put('JSONEachRow', '{"a":3,"b":"y"}\n\n; drop table d.f')).status).toBeGreaterThanOrEqual(400)
    expect((await put('RowBinary', Buffer.from([4, 0, 0, 0, 0, 0, 0, 0, 2, 10, 10]))).status).toBe(200)
    const values = `INSERT INTO d.f VALUES (5, '${evil}')`
    expect((await raw('/', { headers: key('writer'), body: values })).status).toBe(200)
    const rows = await writer.query({ query: 'SELECT a, b FROM d.f ORDER BY a', format: 'JSONCompactEachRow' })
    expect(await rows.json()).toEqual([
      [1, evil],
      [2, evil],
      [4, '\n\n'],
      [5, evil],
    ])
  })

  test('a client that leaves stops its query', async () => {
    const leaving = new AbortController()
    const query = writer.query({
      query: 'SELECT sum(cityHash64(number)) /* leaves */ FROM numbers(1000000000000)',
      abort_signal: leaving.signal,
    })
    const running = async () => {
      const sql =
        "SELECT toUInt32(count()) FROM system.processes WHERE query LIKE '%leaves%' AND query NOT LIKE '%processes%'"
      return Number(await (await writer.query({ query: sql, format: 'TabSeparated' })).text())
    }
    await vi.waitFor(async () => expect(await running()).toBe(1), { timeout: 5_000 })
    leaving.abort()
    await expect(query).rejects.toThrow()
    await vi.waitFor(async () => expect(await running()).toBe(0), { timeout: 5_000 })
  })
})
