import { isProgram } from '../shell/programs.ts'
import { isStatement } from './index.ts'
import { parseSql } from './parser.ts'

/** Words with which a statement begins and hardly any program is called. */
const begins =
  /^\s*(?:select|with|insert|update|delete|merge|upsert|replace|alter|create|drop|truncate|grant|revoke|deny|comment|explain|show|describe|copy|call|do|vacuum|analyze|reindex|values|begin|commit|rollback|reassign|refresh|lock)\b/i
/** What the description of a tool calls the language of a database, or its client. */
const talks = /\b(?:[a-z]*sql|psql|cypher|ddl|dml)\b/i

/** Its name, or what is said of it and its arguments, tells that it takes statements. */
export const talksSql = (texts: readonly string[]): boolean =>
  texts.some((text) => talks.test(text.replaceAll('_', ' ').slice(0, 4096)))

/**
 * A text in an argument for command lines that is a statement of a database: of any tool where it has what no command line has, of one that
 * talks SQL where it begins like a statement or is an order to the client of a database (`\\copy`).
 */
export function isSqlLine(text: string, ofDatabase: boolean): boolean {
  if (ofDatabase && /^\s*\\[a-z!]/i.test(text)) return true
  if (!begins.test(text)) return false
  const [first = ''] = text.trim().split(/[\s;(]/, 1)
  if (!ofDatabase) return !isProgram(first) && isStatement(text) && !/^\s*(?:do|copy|call|begin|with)\b/i.test(text)
  return !isProgram(first) || first === first.toUpperCase() || (parseSql(text)?.length ?? 0) > 0
}
