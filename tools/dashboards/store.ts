import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEngine } from '../../src/edges/chdb/start.ts'
import { openHistory } from '../../src/edges/clickhouse/open.ts'
import { tables } from '../../src/ports/history.ts'
import { seed } from './seed.ts'

export interface Answer {
  columns: string[]
  rows: unknown[][]
}

export interface Store {
  /** Rows that the story made. */
  rows: number
  /** Asks as Grafana does: over HTTP, as the reader, who may only read. Throws with what the store said. */
  ask(sql: string): Promise<Answer>
  close(): Promise<void>
}

/** The story is of 2026 and is not to be forgotten in the years after; a TTL past 2106 would wrap around. */
const forever = 20_000

/** A history engine of its own with the story in it, gone after `close`. */
export async function openStore(): Promise<Store> {
  const directory = mkdtempSync(join(tmpdir(), 'rescind-dashboards-'))
  const remove = () => rmSync(directory, { recursive: true, force: true })
  const engine = await startEngine({ directory, memoryMiB: 512 }).catch((error: unknown) => {
    remove()
    throw error
  })
  const close = async () => {
    await engine.close()
    remove()
  }
  try {
    const retentionDays = Object.fromEntries(tables.map((table) => [table, forever]))
    const history = await openHistory({ url: engine.url, ...engine.writer, retentionDays })
    const rows = await seed(history)
    await history.close()
    const { username, password } = engine.reader
    const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
    return {
      rows,
      close,
      async ask(sql) {
        const response = await fetch(`${engine.url}/?database=rescind&default_format=JSONCompact`, {
          method: 'POST',
          headers: { authorization },
          body: sql,
          signal: AbortSignal.timeout(30_000),
        })
        const said = await response.text()
        if (!response.ok) throw new Error(said.trim())
        const { meta, data } = JSON.parse(said) as { meta: { name: string }[]; data: unknown[][] }
        return { columns: meta.map(({ name }) => name), rows: data }
      },
    }
  } catch (error) {
    await close()
    throw error
  }
}
