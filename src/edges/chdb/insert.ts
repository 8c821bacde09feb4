import { randomUUID } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { syntaxError } from './exception.ts'
import type { EngineSession } from './native.ts'
import { literal } from './settings.ts'

export interface Insert {
  /** Table and columns, as written. */
  into: string
  format: string
  data: Buffer
}

const name = '(?:\\w+|`[^`]+`|"[^"]+")'
const head = new RegExp(
  `^insert\\s+into\\s+(?:table\\s+)?(${name}(?:\\.${name})?\\s*(?:\\([^()]*\\))?)\\s*(?:\\bformat\\s+(\\w+)|\\bvalues\\b)`,
  'i',
)
const fromSelect = new RegExp(
  `^insert\\s+into\\s+(?:table\\s+)?${name}(?:\\.${name})?\\s*(?:\\([^()]*\\))?\\s*(?:select|with)\\b`,
  'i',
)
const leading = /^(?:\s+|--[^\n]*\n|\/\*[\s\S]*?\*\/)+/

/**
 * Splits an INSERT from its data: the engine would end inline data at a blank line and run the rest as SQL, so no data
 * may stay in a statement. Undefined when there is no data: another statement, or INSERT … SELECT.
 */
export function insertOf(sql: string, data: Buffer): Insert | undefined {
  const text = sql.replace(leading, '')
  if (!/^insert\b/i.test(text)) {
    if (data.length > 0) throw syntaxError('A body beside the query parameter is taken for INSERT only')
    return undefined
  }
  const match = head.exec(text)
  if (match === null) {
    if (data.length > 0 || !fromSelect.test(text)) throw syntaxError('This form of INSERT is not offered')
    return undefined
  }
  const [whole, into = '', format = 'Values'] = match
  const rest = text.slice(whole.length).replace(/^\s+/, '')
  if (data.length > 0 && rest.replace(/;\s*$/, '') !== '') throw syntaxError('Data in the statement and in the body')
  return { into: into.trim(), format, data: data.length > 0 ? data : Buffer.from(rest) }
}

/** Data goes through a file that only we can read, never through a statement. */
export async function runInsert(
  session: EngineSession,
  scratch: string,
  { into, format, data }: Insert,
): Promise<void> {
  if (data.length === 0) return
  const path = join(scratch, randomUUID())
  // The engine takes a path for a pattern; one whose braces match anything matches itself, and nothing else of that name.
  const pattern = path.replace(/[{}*]/g, '?')
  try {
    await writeFile(path, data, { mode: 0o600 })
    await session.queryAsync(`INSERT INTO ${into} SELECT * FROM file(${literal(pattern)}, ${format})`, {
      format: 'Null',
    })
  } finally {
    await rm(path, { force: true })
  }
}
