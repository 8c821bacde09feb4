import type { RowBinary } from './row-binary.ts'

/** Types of columns, as the tables have them: the store refuses an insert that says otherwise. */
export const word = 'LowCardinality(String)'
export const words = 'Array(LowCardinality(String))'
export const free = 'String'
export const frees = 'Array(String)'
export const instant = "DateTime64(3, 'UTC')"
export const whole = 'UInt64'
export const small = 'UInt32'
export const real = 'Float64'
export const flag = 'Bool'

export type Cell = string | number | boolean | readonly string[]
type Put = (out: RowBinary, cell: Cell) => void

const text: Put = (out, cell) => out.text(cell as string)
const texts: Put = (out, cell) => out.texts(cell as readonly string[])
const uint64: Put = (out, cell) => out.uint64(cell as number)

/** Writes a cell of a type. */
export const put = {
  [word]: text,
  [words]: texts,
  [free]: text,
  [frees]: texts,
  [instant]: uint64,
  [whole]: uint64,
  [small]: (out, cell) => out.uint32(cell as number),
  [real]: (out, cell) => out.float64(cell as number),
  [flag]: (out, cell) => out.bool(cell as boolean),
} satisfies Record<string, Put>

export type Type = keyof typeof put
