import { columnsOf } from '../../../src/edges/clickhouse/rows.ts'
import type { Row, Table } from '../../../src/ports/history.ts'

/** Reads RowBinary, one value after the other. */
export function reading(bytes: Uint8Array) {
  const buffer = Buffer.from(bytes)
  let at = 0
  const length = () => {
    let size = 0
    for (let shift = 0; ; shift += 7) {
      const byte = buffer.readUInt8(at++)
      size += (byte & 127) * 2 ** shift
      if (byte < 128) return size
    }
  }
  const text = () => {
    const size = length()
    at += size
    return buffer.toString('utf8', at - size, at)
  }
  const skip = (bytes: number) => {
    at += bytes
    return at - bytes
  }
  return {
    text,
    texts: () => Array.from({ length: length() }, text),
    uint64: () => Number(buffer.readBigUInt64LE(skip(8))),
    uint32: () => buffer.readUInt32LE(skip(4)),
    float64: () => buffer.readDoubleLE(skip(8)),
    bool: () => buffer.readUInt8(skip(1)) === 1,
    isOver: () => at === buffer.length,
  }
}

/** A row’s cells by their columns. */
export function cellsOf(table: Table, row: Row): Record<string, unknown> {
  const read = reading(row)
  const readers: Record<string, () => unknown> = {
    String: read.text,
    'LowCardinality(String)': read.text,
    'Array(String)': read.texts,
    'Array(LowCardinality(String))': read.texts,
    UInt64: read.uint64,
    "DateTime64(3, 'UTC')": read.uint64,
    UInt32: read.uint32,
    Float64: read.float64,
    Bool: read.bool,
  }
  const cells = Object.entries(columnsOf(table)).map(([name, type]) => [name, readers[type]?.()])
  if (!read.isOver()) throw new Error('a row is longer than its columns')
  return Object.fromEntries(cells)
}
