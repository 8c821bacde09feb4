import { nearest } from '../../../model/faults.ts'
import type { ToolModel, ToolTableEntry } from '../../act/index.ts'

const plain = (pattern: string): string => pattern.replaceAll('[]', '')

const meant = (word: string, known: readonly string[]): string => {
  const near = nearest(word, known)
  return near === undefined ? '' : ` Did you mean ${near}?`
}

/** A row of the operator’s table for a tool that the server does not list; in words. */
export const unmetTool = (name: string, listed: readonly string[]): string =>
  `--tools: the server lists no tool ${name}: its row says nothing.${meant(name, listed)}`

/** Paths among the roles of a row that no argument of the tool has, as far as its schema tells; in words. */
export function unmetRoles(model: ToolModel, row: ToolTableEntry): string[] {
  const declared = [...new Set([...model.roles.keys()].map(plain))]
  if (declared.length === 0) return []
  // Below these the schema says nothing: anything may stand there.
  const ends = declared.filter((each) => !declared.some((other) => other.startsWith(`${each}.`)))
  return Object.keys(row.roles ?? {})
    .filter((path) => !ends.some((end) => plain(path) === end || plain(path).startsWith(`${end}.`)))
    .map((path) => `--tools: ${model.name}.roles: the tool has no argument ${path}.${meant(path, ends)}`)
}
