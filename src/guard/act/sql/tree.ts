import type { Ground } from '../files/paths.ts'
import { type Found, many } from '../found/found.ts'
import { isRecord } from '../record.ts'
import { functionEffect, statementEffect } from './effects.ts'

const limits = { depth: 200, nodes: 50_000 } as const

/** Kinds of node of sqlparser-rs that are statements, in the two words that say what they do. */
const words = (kind: string): [string, string] => {
  const [first = '', ...rest] = kind
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(' ')
  return [first, rest.join(' ')]
}

/** Names of a table or function: `[{Identifier:{value}}]`. */
export function nameIn(node: unknown): string {
  if (!Array.isArray(node)) return ''
  const parts: string[] = []
  for (const each of node.slice(0, 8)) {
    const id: unknown = isRecord(each) ? (each.Identifier ?? each) : undefined
    if (isRecord(id) && typeof id.value === 'string') parts.push(id.value)
  }
  return parts.join('.')
}

/** Reads a parser's trees of statements; false where one of them is of a kind that is not known. */
export function readTrees(
  statements: readonly unknown[],
  found: Found,
  kept: 'own' | 'shared',
  ground: Ground,
): boolean {
  let nodes = 0
  let sure = true
  const walk = (node: unknown, depth: number): void => {
    if (++nodes > limits.nodes || depth > limits.depth) {
      sure = false
      return
    }
    if (Array.isArray(node)) for (const each of node) walk(each, depth + 1)
    if (!isRecord(node)) return
    for (const [kind, inner] of Object.entries(node)) {
      if (kind === 'span' || kind.endsWith('_token')) continue
      if (isRecord(inner)) nodeOf(kind, inner, found, kept, ground)
      if (kind === 'into' && isRecord(inner)) found.raise(kept, 'SELECT INTO')
      walk(inner, depth + 1)
    }
  }
  for (const statement of statements) {
    const kind =
      typeof statement === 'string' ? statement : isRecord(statement) ? (Object.keys(statement)[0] ?? '') : ''
    const effect = statementEffect(...words(kind), kept)
    found.step(() => {
      if (effect === undefined) sure = false
      else found.raise(effect.sink, effect.because)
      walk(statement, 0)
    })
  }
  return sure
}

function nodeOf(
  kind: string,
  node: Readonly<Record<string, unknown>>,
  found: Found,
  kept: 'own' | 'shared',
  ground: Ground,
) {
  switch (kind) {
    case 'Table':
    case 'TableName':
      if (Array.isArray(node.name)) {
        const name = nameIn(node.name)
        found.part('selector', /^[a-z\d]+:\/\//i.test(name) ? 'url' : 'table', name)
        if (/^[a-z\d]+:\/\//i.test(name)) found.part('destination', 'url', name)
        // ClickHouse, Snowflake, DuckDB: a table may be a function that reaches out.
        const effect = node.args == null ? undefined : functionEffect(name)
        if (effect !== undefined) found.raise(effect.sink, effect.because)
      }
      return
    case 'Insert':
      return changed(found, kept, 'INSERT', nameIn(isRecord(node.table) ? node.table.TableName : undefined))
    case 'Delete':
    case 'Update':
      if (!('from' in node) && !('table' in node)) return
      return rows(found, kept, kind.toUpperCase(), node.selection)
    case 'Drop':
      if (typeof node.object_type === 'string') {
        found.raise(
          /Role|User/.test(node.object_type) ? 'persistence' : 'irreversible',
          `DROP ${node.object_type.toUpperCase()}`,
        )
        found.items += Array.isArray(node.names) ? node.names.length : 1
      }
      return
    case 'Truncate':
      found.items += many
      return
    case 'DropColumn':
      return found.raise('irreversible', 'DROP COLUMN')
    case 'Function': {
      const effect = functionEffect(nameIn(node.name))
      if (effect !== undefined) found.raise(effect.sink, effect.because)
      return
    }
    case 'Execute':
    case 'Call':
      return found.part('command', 'program', nameIn(node.name))
    case 'Program':
      if (typeof node.command === 'string') found.part('command', 'shell', node.command)
      return found.raise('execution', 'COPY with a program')
    case 'File':
      if (typeof node.filename === 'string') copied(node.filename, found, ground)
      return
    case 'Install':
    case 'Load':
    case 'CreateExtension': {
      const named = isRecord(node.extension_name)
        ? node.extension_name.value
        : isRecord(node.name)
          ? node.name.value
          : undefined
      if (typeof named === 'string') found.part('command', 'package', named)
    }
  }
}

function copied(file: string, found: Found, ground: Ground) {
  if (/^[a-z\d]+:\/\//i.test(file)) found.part('destination', 'url', file)
  else found.write(file, ground)
}

function changed(found: Found, kept: 'own' | 'shared', said: string, table: string) {
  found.part('selector', 'table', table)
  found.raise(kept, said)
}

/** DELETE and UPDATE: with a condition they touch what they name, without one everything. */
function rows(found: Found, kept: 'own' | 'shared', said: string, selection: unknown) {
  const tautology = /^\{"(?:Value":\{"value":\{"(?:Boolean":true|Number":\["[1-9]))/.test(
    JSON.stringify(selection ?? null).slice(0, 200),
  )
  if (selection === undefined || selection === null || tautology || sameOnBothSides(selection)) {
    found.raise('irreversible', `${said} of all rows`)
    found.items += many
    return
  }
  found.raise(kept, `${said} of some rows`)
  const list = /"InList":/.test(JSON.stringify(selection).slice(0, 200_000)) ? listLength(selection) : 1
  found.items += Math.max(1, list)
}

function sameOnBothSides(selection: unknown): boolean {
  const binary = isRecord(selection) && isRecord(selection.BinaryOp) ? selection.BinaryOp : undefined
  if (binary === undefined) return false
  if (binary.op === 'Or') return [binary.left, binary.right].some(sameOnBothSides)
  const bare = (node: unknown) =>
    JSON.stringify(node, (key, value: unknown) => (key === 'span' ? undefined : value)) ?? ''
  return binary.op === 'Eq' && bare(binary.left) === bare(binary.right)
}

function listLength(node: unknown, depth = 0): number {
  if (depth > 64) return 0
  if (Array.isArray(node)) return node.reduce<number>((most, each) => Math.max(most, listLength(each, depth + 1)), 0)
  if (!isRecord(node)) return 0
  let most = Array.isArray(node.list) ? node.list.length : 0
  for (const each of Object.values(node)) most = Math.max(most, listLength(each, depth + 1))
  return most
}
