/** The few bytes of ClickHouse's Native format that have to be written by hand for clickhouse-go (Grafana's driver). */

const varint = (value: number): Buffer => {
  const bytes: number[] = []
  let rest = value
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128)
  bytes.push(rest)
  return Buffer.from(bytes)
}

const text = (value: string): Buffer => Buffer.concat([varint(Buffer.byteLength(value)), Buffer.from(value)])

/** The driver's first query, when it names its protocol version. */
export const isHello = (sql: string, url: URL): boolean =>
  url.searchParams.has('client_protocol_version') &&
  sql.startsWith('SELECT displayName(), version(), revision(), timezone()')

/**
 * The driver decodes the answer to its first query with its own, new revision: block info, then a custom-serialisation
 * flag per column. It says revision 0, so that all that follows is decoded as plain Native, which the engine writes.
 */
export function hello(version: string): Buffer {
  const column = (name: string, type: string, value: Buffer) =>
    Buffer.concat([text(name), text(type), Buffer.from([0]), value])
  return Buffer.concat([
    Buffer.from([1, 0, 2, 255, 255, 255, 255, 0]),
    varint(4),
    varint(1),
    column('displayName()', 'String', text('chdb')),
    column('version()', 'String', text(version)),
    column('revision()', 'UInt32', Buffer.alloc(4)),
    column('timezone()', 'String', text('UTC')),
  ])
}

/** A block without rows: without it the driver sees no columns in an empty result. */
export function emptyBlock(columns: readonly { name: string; type: string }[]): Buffer {
  return Buffer.concat([
    varint(columns.length),
    varint(0),
    ...columns.flatMap(({ name, type }) => [text(name), text(type)]),
  ])
}
