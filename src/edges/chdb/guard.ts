import { accessDenied } from './exception.ts'
import type { EngineSession, Native } from './native.ts'
import { assertNarrow } from './one-tenant.ts'

/**
 * `readonly=1` is not enough in the embedded engine: INTO OUTFILE, SYSTEM, KILL and the scalar file() pass it. So the
 * engine's own parser classifies the statement, and its syntax tree is searched for functions that reach outside or
 * only burn time. Prefix patterns cannot do this: comments, `FROM … SELECT` and implicit SELECT get around them.
 */
const tableFunctions = new Set([
  'generate_series',
  'generateseries',
  'null',
  'numbers',
  'numbers_mt',
  'primes',
  'values',
  'view',
  'zeros',
  'zeros_mt',
])

const outside =
  /^(ai\w+|arrowstream|azure\w*|catboostevaluate|cluster\w*|cosn|deltalake\w*|dictget\w*|dictionary|eval|evalmlmethod|executable|file\w*|fuzz\w*|gcs|getmacro|getserverport|getserversetting|hdfs\w*|hudi\w*|iceberg\w*|input|jdbc|loop|merge\w*|mongodb|mysql|odbc|oss|paimon\w*|postgresql|prometheus\w*|python|redis|remote\w*|s3\w*|sleep\w*|sqlite|url|urlcluster|ytsaurus|zookeeper\w*)$/i

/** Throws unless the statement is one that only reads what this database holds; `isNarrow`: of one tenant. */
export async function assertReads(
  native: Native,
  session: EngineSession,
  sql: string,
  isNarrow: boolean,
): Promise<void> {
  const { statementCount, queryClass } = await native.classify(session, sql)
  if (statementCount !== 1) throw accessDenied('more than one statement')
  if (queryClass !== 0) throw accessDenied('a statement that does not only read')
  const tree = (await session.queryAsync(`explain ast ${sql}`, { format: 'TSVRaw' })).text()
  const refused = refusedFunction(tree)
  if (refused !== undefined) throw accessDenied(`the function ${refused}`)
  if (isNarrow) assertNarrow(sql, tree)
}

/** The first function of a syntax tree, as EXPLAIN AST prints it, that a reader may not call. */
export function refusedFunction(tree: string): string | undefined {
  for (const [, name = ''] of tree.matchAll(/^\s*(?:Table)?Function (\S+)/gim)) if (outside.test(name)) return name
  for (const [, name = ''] of tree.matchAll(/^\s*TableExpression.*\n\s*Function (\S+)/gim))
    if (!tableFunctions.has(name.toLowerCase())) return name
  return undefined
}

/** One statement per request for everyone: what follows a semicolon is never what the caller meant. */
export async function assertSingle(native: Native, session: EngineSession, sql: string): Promise<void> {
  const { statementCount } = await native.classify(session, sql)
  if (statementCount !== 1) throw accessDenied('more than one statement')
}
