import type { Table } from '../../../ports/history.ts'

/** Days that a table's records are kept, counted from when the log took them. */
export type Retention = Readonly<Record<Table, number>>

/** Where the schema lives: a database of one server, or of every replica of a cluster. */
export interface SchemaTarget {
  database: string
  /** Name of a cluster in the servers' configuration: tables are replicated, statements run on all its hosts. */
  cluster?: string
  retention: Retention
}

export const onCluster = ({ cluster }: SchemaTarget): string =>
  cluster === undefined ? '' : ` ON CLUSTER '${cluster}'`

/**
 * `MergeTree`'s kinds by configuration. The path names the table and not its UUID, so a replica that is added later
 * finds the others; the servers' macros {shard} and {replica} tell them apart.
 */
export const engine = ({ cluster }: SchemaTarget, kind: string, ...args: readonly string[]): string =>
  cluster === undefined
    ? `${kind}(${args.join(', ')})`
    : `Replicated${kind}(${["'/clickhouse/tables/{shard}/{database}/{table}'", "'{replica}'", ...args].join(', ')})`

/** `recorded` is the only time that can be trusted: an event may claim to be of 1970. */
export const ttl = ({ retention }: SchemaTarget, of: Table): string =>
  `toDateTime(recorded) + toIntervalDay(${retention[of]})`

/** A batch that comes again within so many inserts is known by its token; a stored row survives a loss of power. */
export const durable = ({ cluster }: SchemaTarget): string =>
  `${cluster === undefined ? 'non_replicated' : 'replicated'}_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1`
