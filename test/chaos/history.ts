import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { createClient } from '@clickhouse/client'
import { startEngine } from '../../src/edges/chdb/start.ts'
import { type Fault, faultProxy } from '../support/fault-proxy.ts'

const kinds = ['away', 'slow', 'full', 'errors', 'cut'] as const
type Kind = (typeof kinds)[number]

const faults: Record<Exclude<Kind, 'away'>, Fault> = {
  slow: { slowMs: 5000 },
  full: { status: 500, code: 243, body: 'Code: 243. DB::Exception: Cannot reserve 1.00 MiB, not enough space' },
  errors: { status: 503, code: 202, body: 'Code: 202. DB::Exception: Too many simultaneous queries' },
  cut: { cut: true },
}

export interface FaultyHistory {
  readonly faults: readonly Kind[]
  /** How the monitor is told of it. */
  env: Record<string, string>
  set(kind: Kind | undefined): void
  /** What the store holds of these events when it has had time to catch up. */
  complete(accepted: ReadonlySet<string>): Promise<{ historyLost: number; historyTwice: number; catchUpMs: number }>
  close(): Promise<void>
}

/** The real engine behind a proxy that makes it slow, full, failing, or away. */
export async function faultyHistory(): Promise<FaultyHistory> {
  const directory = mkdtempSync(join(tmpdir(), 'rescind-chaos-history-'))
  const engine = await startEngine({ directory, readerToken: 'chaos-reader-token', onWarning: () => {} })
  const proxy = await faultProxy(engine.url)
  const { username, password } = engine.writer
  let isAway = false
  let turning: Promise<void> = Promise.resolve()
  const client = createClient({ url: engine.url, username, password })
  const counted = async (): Promise<{ ids: number; rows: number; missing: (ids: ReadonlySet<string>) => number }> => {
    const result = await client.query({
      query: 'SELECT id, count() FROM (SELECT id FROM rescind.events FINAL) GROUP BY id',
      format: 'JSONCompactEachRow',
    })
    const counts = new Map<string, number>()
    for (const [id, n] of (await result.json()) as [string, string][]) counts.set(id, Number(n))
    let rows = 0
    for (const n of counts.values()) rows += n
    return {
      ids: counts.size,
      rows,
      missing(ids) {
        let n = 0
        for (const id of ids) if (!counts.has(id)) n++
        return n
      },
    }
  }
  return {
    faults: kinds,
    env: { RESCIND_HISTORY_URL: proxy.url, RESCIND_HISTORY_USERNAME: username, RESCIND_HISTORY_PASSWORD: password },
    set(kind) {
      proxy.fault = () => (kind === undefined || kind === 'away' ? undefined : faults[kind])
      if ((kind === 'away') === isAway) return
      isAway = kind === 'away'
      turning = turning.then(() => (kind === 'away' ? proxy.leave() : proxy.back()))
    },
    async complete(accepted) {
      await turning
      const began = performance.now()
      for (;;) {
        const { ids, rows, missing } = await counted()
        const historyLost = missing(accepted)
        const ms = performance.now() - began
        if (historyLost === 0 || ms > 180_000)
          return { historyLost, historyTwice: rows - ids, catchUpMs: Math.round(ms) }
        await pause(500)
      }
    },
    async close() {
      await client.close()
      await proxy.close()
      await engine.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
