import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config/schema.ts'
import { tenantReader as embeddedReader, openReaderKey } from '../edges/chdb/reader-key.ts'
import { readerOf, readerSql } from '../edges/clickhouse/schema/readers.ts'
import { RescindError } from '../errors.ts'

export interface TenantReader {
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
    return { username: readerOf(tenant), password, sql: readerSql(database, tenant, digest) }
  }
  const file = join(data, 'history.key')
  if (!existsSync(file))
    throw new RescindError(
      'CONFIG_INVALID',
      `There is no ${file}: a monitor that keeps history there makes it at its first start. Give --data, or a configuration with history.url.`,
    )
  return embeddedReader(openReaderKey(file), tenant)
}
