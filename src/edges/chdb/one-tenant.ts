import { accessDenied, EngineException, toWire } from './exception.ts'
import type { EngineSession } from './native.ts'
import { literal } from './settings.ts'

/**
 * A reader of one tenant. The embedded engine has no users and no row policies, so each table is read through a filter, which
 * holds in views, joins and subqueries too, and which `readonly` keeps from being taken off: no row of another tenant comes out.
 * Errors could still tell: a condition that fails on another’s row says by that what the row holds. So nothing goes before the
 * filter, `throwIf` is refused, and an error of running says no words. What is left is in docs/operate.md.
 */
const filterFirst = [
  'optimize_move_to_prewhere=0',
  'query_plan_optimize_prewhere=0',
  'query_plan_filter_push_down=0',
  'query_plan_merge_filters=0',
  // An index is asked about the rows of all.
  'use_skip_indexes=0',
  'use_primary_key=0',
  'use_partition_pruning=0',
  'use_query_condition_cache=0',
].join(', ')

/** What a query builder asks about the schema. The others tell what everybody does and how much there is of it. */
const openSystem = ['columns', 'databases', 'functions', 'formats', 'numbers', 'one', 'table_functions', 'time_zones']

/** Tables with a column of that name hold many tenants’ rows; those without are closed. Asked each time: there may be a new one. */
const tables = `SELECT database, name, (database, name) IN (SELECT database, table FROM system.columns WHERE name = 'tenant')
FROM system.tables WHERE engine != 'View'`

/** Narrows a session to one tenant. Comes after what the reader asked for, and before `readonly`. */
export async function narrow(session: EngineSession, tenant: string): Promise<void> {
  const known = (await session.queryAsync(tables, { format: 'JSONCompactEachRow' })).text().trim()
  const filters: string[] = []
  for (const line of known.split('\n')) {
    const [database, name, isShared] = JSON.parse(line) as [string, string, number]
    if (database === 'system' && openSystem.includes(name)) continue
    filters.push(`${literal(`${database}.${name}`)}:${literal(isShared === 1 ? `tenant = ${literal(tenant)}` : '0')}`)
  }
  const map = `{${filters.join(',')}}`
  await session.queryAsync(`set ${filterFirst}, additional_table_filters=${literal(map)}`, { format: 'Null' })
}

/** Throws where a reader of one tenant asks for what would go before the filter, or would tell how many rows others have. */
export function assertNarrow(sql: string, tree: string): void {
  if (/prewhere/i.test(sql)) throw accessDenied('PREWHERE, for a reader of one tenant')
  // A function of a column with a dictionary is run on words of rows that the filter has taken out.
  if (/^\s*Function throwIf\b/im.test(tree)) throw accessDenied('throwIf, for a reader of one tenant')
  if (/^\s*Explain\b/im.test(tree)) throw accessDenied('EXPLAIN, for a reader of one tenant')
}

/** Errors of understanding a query are about its own words: types, names, syntax, limits. */
const ofTheQuery = new Set([42, 43, 44, 46, 47, 50, 60, 62, 81, 115, 159, 164, 202, 241, 386])

/** The error without what the engine says of values. */
export function veiled(error: unknown): unknown {
  const { code } = toWire(error)
  if (error instanceof EngineException || ofTheQuery.has(code)) return error
  return new EngineException(
    code,
    'QUERY_FAILED',
    'The query failed on a value; a reader of one tenant is not told which',
  )
}
