import { createHash } from 'node:crypto'
import { tables } from '../../../ports/history.ts'
import { rollupsNow } from './points.ts'

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
const named = (text: string) => `\`${text.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``

const noTenant = 'dead_letters'
/** Dead letters are of no tenant. A rollup is read through the view that feeds it, too. */
const all = [
  ...tables.map((name) => ({ name, of: name })),
  ...rollupsNow.flatMap(({ name, of }) => [
    { name, of },
    { name: `${name}_feed`, of },
  ]),
]

/** The user of one tenant on a server. */
export const readerOf = (tenant: string): string =>
  `rescind_tenant_${createHash('sha256').update(tenant).digest('hex').slice(0, 16)}`

/**
 * The statements that make a reader of one tenant on a ClickHouse server: row policies decide what it sees, through views too. Its
 * session is that of `rescind_reader` (deploy/clickhouse/users.sql) without skip indexes, which are asked before a policy is.
 */
export function readerSql(database: string, tenant: string, passwordSha256: string): string[] {
  const user = readerOf(tenant)
  const policy = (table: string, filter: string) =>
    `CREATE ROW POLICY OR REPLACE ${user} ON ${named(database)}.${named(table)} USING ${filter} AS RESTRICTIVE TO ${user}`
  const open = (table: string) =>
    `CREATE ROW POLICY IF NOT EXISTS rescind_all ON ${named(database)}.${named(table)} USING 1 TO ALL`
  return [
    `CREATE USER OR REPLACE ${user} IDENTIFIED WITH sha256_hash BY ${quoted(passwordSha256)} DEFAULT ROLE NONE SETTINGS PROFILE rescind_reader, use_skip_indexes = 0 CONST, use_query_condition_cache = 0 CONST`,
    ...all.map(({ name, of }) => policy(name, of === noTenant ? '0' : `tenant = ${quoted(tenant)}`)),
    // A restrictive policy narrows what others let through: somebody must let it through, for everyone else too.
    ...all.map(({ name }) => open(name)),
    // Last: until the policies stand it may read nothing.
    `GRANT rescind_read TO ${user}`,
    `ALTER USER ${user} DEFAULT ROLE rescind_read`,
  ]
}
