import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config/schema.ts'
import { tenantReader as embeddedReader, openReaderKey } from '../edges/chdb/reader-key.ts'
import { lastPort } from '../edges/chdb/start.ts'
import { readerOf, readerSql } from '../edges/clickhouse/schema/readers.ts'
import { RescindError } from '../errors.ts'
import { engineDirectory } from './history.ts'

export interface TenantReader {
  /** Where the history answers; absent: the embedded engine has not run yet. */
  url?: string
  username: string
  password: string
  /** What makes this user on a ClickHouse server; absent: the embedded engine knows it already. */
  sql?: readonly string[]
}

/** Who may read the history of one tenant and nothing else, such as that tenant’s Grafana. */
export function tenantReader({ history: { url, database }, data }: Config, tenant: string): TenantReader {
  if (url !== undefined) {
    const password = randomBytes(24).toString('base64url')
    const digest = createHash('sha256').update(password).digest('hex')
    return { url: new URL(url).origin, username: readerOf(tenant), password, sql: readerSql(database, tenant, digest) }
  }
  const file = join(data, 'history.key')
  if (!existsSync(file))
    throw new RescindError(
      'CONFIG_INVALID',
      `There is no ${file}: a monitor that keeps history there makes it at its first start. Give --data, or a configuration with history.url.`,
    )
  const port = lastPort(engineDirectory(data))
  return { ...(port === 0 ? {} : { url: `http://127.0.0.1:${port}` }), ...embeddedReader(openReaderKey(file), tenant) }
}
