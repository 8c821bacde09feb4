import { createRequire } from 'node:module'

/**
 * The part of `chdb` 3.4.0 that the engine uses. The classifier is an export of its native addon that its own typings do
 * not list: the version is pinned, and `load` checks that it is there.
 */
export interface QueryResult {
  readonly rowsRead: number
  readonly bytesRead: number
  /** Seconds. */
  readonly elapsed: number
  bytes(): Uint8Array
  text(): string
}

export interface QueryStream extends AsyncIterable<{ raw(): Uint8Array }> {
  cancel(): void
}

export interface EngineSession {
  readonly connection: unknown
  queryAsync(sql: string, options: { format: string }): Promise<QueryResult>
  /** SELECT only. */
  queryStream(sql: string, options: { format: string }): QueryStream
  close(): void
}

/** `queryClass` 0 reads, 1 changes data or schema, 3 controls the engine, the session or host files. */
export interface Classified {
  statementCount: number
  queryClass: number
}

interface Chdb {
  Session: new (path: string, options?: { connectionArgs?: readonly string[] }) => EngineSession
}

interface Addon {
  DurableClassifyAsync(connection: unknown, sql: string, database: string): Promise<Classified>
}

export interface Native {
  open(directory: string, args?: readonly string[]): EngineSession
  classify(session: EngineSession, sql: string): Promise<Classified>
}

const addons: Readonly<Record<string, string>> = {
  'darwin-arm64': '@chdb/lib-darwin-arm64',
  'darwin-x64': '@chdb/lib-darwin-x64',
  'linux-x64': '@chdb/lib-linux-x64-gnu',
  'linux-arm64': '@chdb/lib-linux-arm64-gnu',
}

const hasFunctions = (value: unknown, names: readonly string[]): boolean =>
  typeof value === 'object' &&
  value !== null &&
  names.every((name) => typeof Object.getOwnPropertyDescriptor(value, name)?.value === 'function')
const isChdb = (value: unknown): value is Chdb => hasFunctions(value, ['Session'])
const isAddon = (value: unknown): value is Addon => hasFunctions(value, ['DurableClassifyAsync'])

/** Throws with a reason in words when this machine has no engine. */
export function load(): Native {
  const platform = `${process.platform}-${process.arch}`
  const addonName = addons[platform]
  if (addonName === undefined) throw new Error(`there is no engine for ${platform}; on Windows use WSL2`)
  const from = createRequire(import.meta.url)
  const chdb: unknown = from('chdb')
  const addon: unknown = createRequire(from.resolve('chdb'))(addonName)
  if (!isChdb(chdb) || !isAddon(addon)) throw new Error('the installed chdb is not the version that Rescind pins')
  return {
    open: (directory, args) =>
      args === undefined ? new chdb.Session(directory) : new chdb.Session(directory, { connectionArgs: args }),
    classify: (session, sql) => addon.DurableClassifyAsync(session.connection, sql, 'default'),
  }
}
