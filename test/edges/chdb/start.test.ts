import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Engine, type EngineWarning, startEngine } from '../../../src/edges/chdb/start.ts'
import { openHistory } from '../../../src/edges/clickhouse/open.ts'
import { historyWriter } from '../../../src/edges/clickhouse/writer.ts'
import { event } from '../../contract/history.ts'
import { memoryLog } from '../clickhouse/memory-log.ts'
import { temporaryEngine } from './temporary.ts'

const compiled = (path: string) => fileURLToPath(new URL(`../../../dist/src/${path}`, import.meta.url))

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('the engine’s process', () => {
  let engine: Engine & { directory: string }
  const warnings: EngineWarning[] = []
  beforeAll(async () => {
    engine = await temporaryEngine({ onWarning: (warning) => warnings.push(warning) })
  })
  afterAll(() => engine.close())

  test('SIGKILL in the middle of inserts: it comes back, and history is complete and without duplicates', async () => {
    const log = memoryLog()
    const history = await openHistory({ url: engine.url, ...engine.writer })
    const writer = await historyWriter({
      log,
      history,
      maxRows: 500,
      maxDelayMs: 20,
      backoffMs: { first: 10, longest: 100 },
    })
    const total = 20_000
    for (let n = 0; n < total; n += 500)
      await log.append(
        Array.from({ length: 500 }, (_, i) => ({
          topic: 'events',
          key: 'a',
          value: JSON.stringify(event('t', n + i)),
          headers: { stream: 'events' },
        })),
      )
    for (let kills = 1; kills <= 3; kills++) {
      await vi.waitFor(() => expect(writer.stats.rows).toBeGreaterThan(kills * 2_000), { timeout: 20_000, interval: 5 })
      const pid = engine.pid()
      if (pid !== undefined) process.kill(pid, 'SIGKILL')
    }
    await log.drained()
    await writer.flush()
    expect(writer.stats).toMatchObject({ rows: total, rejected: 0, lag: 0 })
    expect(writer.stats.retries).toBeGreaterThan(0)
    const span = { from: 0, to: 4_000_000_000_000 }
    const [counts] = await history.query('counts-per-agent', { tenant: 't', limit: 1, ...span })
    expect(counts?.events).toBe(total)
    expect(warnings.map(({ code }) => code)).toContain('engine-restarted')
    await writer.close()
    await history.close()
    // Three times an engine starts again, beside whatever else the machine does.
  }, 120_000)

  test('a second engine on the directory is refused, and told who holds it', async () => {
    const second = startEngine({ directory: engine.directory })
    await expect(second).rejects.toMatchObject({ code: 'HISTORY_UNAVAILABLE', retry: 'later' })
    await expect(second).rejects.toThrow(`held by process ${engine.pid()}`)
  })

  test('a port that is taken is told', async () => {
    const port = Number(new URL(engine.url).port)
    const taken = temporaryEngine({ port })
    await expect(taken).rejects.toThrow(/EADDRINUSE/)
  })

  test('a store that is gone is HISTORY_UNAVAILABLE, for reads, writes and the start', async () => {
    const other = await temporaryEngine()
    const history = await openHistory({ url: other.url, ...other.writer })
    await other.close()
    const gone = { code: 'HISTORY_UNAVAILABLE', retry: 'later' }
    await expect(history.query('event', { tenant: 't', id: 'x' })).rejects.toMatchObject(gone)
    const row = history.row('events', JSON.stringify(event('t', 1)), 1)
    await expect(history.insert('events', [row], 'x')).rejects.toMatchObject(gone)
    expect(await history.ping()).toBe(false)
    await history.close()
    await expect(openHistory({ url: other.url, ...other.writer })).rejects.toMatchObject(gone)
  })

  test('rows come to a directory whose name looks like a pattern', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'rescind-odd-'))
    const odd = await startEngine({ directory: join(parent, 'a{b,c}*[1]?'), memoryMiB: 512 })
    const history = await openHistory({ url: odd.url, ...odd.writer })
    await history.insert('events', [history.row('events', JSON.stringify(event('t', 1)), Date.now())], 'x')
    expect(await history.query('event', { tenant: 't', id: 'event-1' })).toHaveLength(1)
    await history.close()
    await odd.close()
    rmSync(parent, { recursive: true, force: true })
  })

  test('an empty answer that is called gzip is an answer', async () => {
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(200, { 'content-encoding': 'gzip' }).end())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const history = await openHistory({ url: `http://127.0.0.1:${port}`, compress: true, migrate: false })
    expect(await history.insert('events', [history.row('events', '{}', 1)], 'x')).toEqual([])
    await history.close()
    server.close()
  })

  test('a full disk refuses rows for later and still answers', async () => {
    const seen: string[] = []
    const full = await temporaryEngine({
      minFreeMiB: Number.MAX_SAFE_INTEGER,
      onWarning: ({ code }) => seen.push(code),
    })
    const opening = openHistory({ url: full.url, ...full.writer })
    await expect(opening).rejects.toThrow(/NOT_ENOUGH_SPACE|nearly full/)
    const reader = await openHistory({ url: full.url, ...full.reader, migrate: false })
    expect(await reader.ping()).toBe(true)
    expect(seen).toEqual(['disk-low'])
    await reader.close()
    await full.close()
  })

  test('where chdb is not installed that is told', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'rescind-bare-'))
    cpSync(compiled('errors.js'), join(elsewhere, 'src/errors.js'))
    cpSync(compiled('edges/chdb'), join(elsewhere, 'src/edges/chdb'), { recursive: true })
    writeFileSync(join(elsewhere, 'package.json'), '{"type":"module"}')
    const script = `import { startEngine } from './src/edges/chdb/start.js'
await startEngine({ directory: './data' }).catch((error) => console.log(error.code, error.message))`
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: elsewhere,
      encoding: 'utf8',
      timeout: 25_000,
    })
    expect(stdout).toMatch(/^HISTORY_ENGINE_MISSING .*Cannot find module 'chdb'/)
    rmSync(elsewhere, { recursive: true, force: true })
  })

  test('a later start answers at the same address, unless somebody else has it', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'rescind-port-'))
    const start = () => startEngine({ directory, memoryMiB: 512 })
    const first = await start()
    await first.close()
    const second = await start()
    expect(second.url).toBe(first.url)
    await second.close()

    const other = createServer().listen(Number(new URL(first.url).port), '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const third = await start()
    expect(third.url).not.toBe(first.url)
    other.close()
    await third.close()
    rmSync(directory, { recursive: true, force: true })
  })

  test('it ends when its parent is killed, and the next start gets the directory', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'rescind-orphan-'))
    const script = `import { startEngine } from ${JSON.stringify(compiled('edges/chdb/start.js'))}
const engine = await startEngine({ directory: ${JSON.stringify(directory)}, memoryMiB: 512 })
console.log(engine.pid())`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (text) => resolve(Number(text))))
    expect(alive(pid)).toBe(true)
    parent.kill('SIGKILL')
    const next = await startEngine({ directory, memoryMiB: 512 })
    await vi.waitFor(() => expect(alive(pid)).toBe(false), { timeout: 10_000 })
    await next.close()
    rmSync(directory, { recursive: true, force: true })
  })
})
