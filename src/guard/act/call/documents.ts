import { parseAllDocuments } from 'yaml'
import { readGraphql } from '../code/graphql.ts'
import { isRecord } from '../record.ts'
import { type Leaf, leavesOf } from './walk.ts'

/** Longest text that is taken for a document of values, in UTF-16 units. */
const longest = 65_536
const manifest = /^apiVersion:\s*\S[\s\S]*^kind:\s*\S|^kind:\s*\S[\s\S]*^apiVersion:\s*\S/m
const query = /^[\w.[\]-]{1,64}=[^&\s]{0,2000}(?:&[\w.[\]-]{1,64}=[^&\s]{0,2000}){1,64}$/

/** What a text holds that is an act itself: the leaves of its values, and the operations that it names. */
export interface TextValues {
  leaves: readonly Leaf[]
  cut: boolean
  /** It is a document of operations, and stands for none of its own words. */
  isDocument: boolean
  /** It only asks. */
  onlyAsks: boolean
  /** The value that it is. */
  value?: unknown
}

/** The values of a text that is JSON, one or one per line; a query string or a manifest of objects too, where `isFree`. */
export function valuesIn(leaf: Leaf, text: string, isFree: boolean): TextValues | undefined {
  if (text.length > longest) return undefined
  const object = jsonIn(text)
  const held = object === undefined && isFree ? manifestIn(text) : undefined
  const value = object ?? held ?? (isFree ? formIn(text) : undefined)
  if (value === undefined) return undefined
  const { leaves, cut } = leavesOf(value, () => undefined)
  const values =
    held === undefined
      ? leaves.filter(
          ({ name, above }) => !(isRpc(value) && above.every((each) => each === '') && /^(?:jsonrpc|id)$/.test(name)),
        )
      : leaves.filter(aimsObject)
  return { leaves: values.map((each) => under(leaf, 'json', each)), cut, isDocument: false, onlyAsks: false, value }
}

/** The operations of a GraphQL document with what they are done to. */
export function operationsIn(leaf: Leaf, text: string): TextValues | undefined {
  const document = readGraphql(text)
  if (document === undefined) return undefined
  const leaves = document.fields.flatMap(({ name, args }): Leaf[] => [
    ...(document.changes
      ? [{ path: name, pattern: name, name: 'operation', above: [], value: name, operation: true as const }]
      : []),
    ...args.map(({ path, value }): Leaf => {
      const names = path.replace(/\[\d+\]/g, '').split('.')
      return {
        path: `${name}.${path}`,
        pattern: `${name}.${names.join('.')}`,
        name: names.at(-1) ?? '',
        above: names.slice(0, -1),
        value,
      }
    }),
  ])
  return {
    leaves: leaves.map((each) => under(leaf, 'graphql', each)),
    cut: false,
    isDocument: true,
    onlyAsks: !document.changes,
  }
}

/** A call of JSON-RPC, or several: its number is the answer’s. */
const isRpc = (value: unknown): boolean =>
  (Array.isArray(value) ? value : [value]).every((each) => isRecord(each) && 'jsonrpc' in each && 'method' in each)

/** What an object of a cluster runs, whom it gives a right and where it leads; the rest of it is its content. */
const aimsObject = ({ name, above, key }: Leaf): boolean =>
  key !== true &&
  (/^(?:image|command|args|externalName|host|hosts|server|url)$/i.test(name) ||
    (name === 'name' && above.some((each) => each === 'subjects' || each === 'roleRef')))

const under = (leaf: Leaf, what: string, each: Leaf): Leaf => ({
  ...each,
  path: `${leaf.path}#${what}.${each.path}`,
  pattern: `${leaf.pattern}#${what}.${each.pattern}`,
})

function jsonIn(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined
  const parsed = (each: string): unknown => {
    try {
      return JSON.parse(each)
    } catch {
      return undefined
    }
  }
  const whole = parsed(text)
  if (whole !== undefined) return whole
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const values = lines.length > 1 && lines.length <= 1000 ? lines.map(parsed) : []
  return values.length > 0 && values.every(isRecord) ? values : undefined
}

function formIn(text: string): unknown {
  return query.test(text) ? Object.fromEntries(new URLSearchParams(text)) : undefined
}

/** Objects of a cluster as they are handed to it: what else is YAML is content. */
function manifestIn(text: string): unknown {
  if (!manifest.test(text)) return undefined
  try {
    const all = parseAllDocuments(text, { logLevel: 'error', uniqueKeys: false })
    const values = (Array.isArray(all) ? all : []).map((each): unknown => each.toJS({ maxAliasCount: 0 }))
    return values.some(isRecord) ? values : undefined
  } catch {
    return undefined
  }
}
