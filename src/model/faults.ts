import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'

/** What is wrong with a value, and where. */
export interface Fault {
  /** `http.port`, or the root’s name. */
  path: string
  message: string
}

interface Node {
  properties?: Readonly<Record<string, Node>>
  /** Of a record: one schema for every name. */
  patternProperties?: Readonly<Record<string, Node>>
  items?: Node
  const?: unknown
  anyOf?: readonly { const?: unknown }[]
  description?: string
}

const at = (value: unknown, steps: readonly string[]): unknown =>
  steps.reduce<unknown>(
    (held, step) => (typeof held === 'object' && held !== null ? Reflect.get(held, step) : undefined),
    value,
  )

const nodeAt = (schema: Node, steps: readonly string[]): Node | undefined =>
  steps.reduce<Node | undefined>(
    (node, step) => node?.properties?.[step] ?? node?.items ?? Object.values(node?.patternProperties ?? {})[0],
    schema,
  )

/** What a value may be, where that is a word or one of several; undefined: it is not. */
function wordsOf(node: Node | undefined): string | undefined {
  if (node?.const !== undefined) return `must be ${JSON.stringify(node.const)}`
  const words = node?.anyOf?.map((each) => each.const)
  if (words === undefined || words.includes(undefined)) return undefined
  return `must be one of ${words.map((each) => JSON.stringify(each)).join(', ')}`
}

/** A password that is no text, as YAML reads one of digits alone, is still a password. */
const concealed = (name: string, value: unknown): unknown =>
  name === 'password' && value !== null ? `a ${typeof value}, not shown` : value

function shown(name: string, value: unknown): string {
  const text = JSON.stringify(concealed(name, value), concealed) ?? String(value)
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}

/** Letters to change to make one word of the other; small words only. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length] ?? 0
}

/** The known word that was meant by one with a slip or three in it. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const [first] = known
    .map((each) => ({ each, far: distance(word.toLowerCase(), each.toLowerCase()) }))
    .filter(({ far }) => far <= 3)
    .sort((a, b) => a.far - b.far)
  return first?.each
}

/** What is said of a name that nobody reads. */
export function unknownName(name: string, known: readonly string[]): string {
  const meant = nearest(name, known)
  return meant === undefined ? `is not known. Known here: ${known.join(', ')}` : `is not known. Did you mean ${meant}?`
}

/**
 * Every fault of a value under a schema, one per path, in words that say what would be right. `root` is the path of a fault of
 * the value as a whole.
 */
export function faultsOf(schema: TSchema, value: unknown, root: string): Fault[] {
  const faults = new Map<string, Fault>()
  for (const error of Value.Errors(schema, value)) {
    const steps = error.instancePath
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    const node = nodeAt(schema as Node, steps)
    if (error.keyword === 'additionalProperties') {
      const params = error.params as { additionalProperties?: readonly string[] }
      for (const name of params.additionalProperties ?? []) {
        const path = [...steps, name].join('.')
        faults.set(path, { path, message: unknownName(name, Object.keys(node?.properties ?? {})) })
      }
      continue
    }
    if (error.keyword === 'required') {
      const params = error.params as { requiredProperties?: readonly string[] }
      for (const name of params.requiredProperties ?? []) {
        const path = [...steps, name].join('.')
        const about = node?.properties?.[name]?.description
        faults.set(path, { path, message: `is missing.${about === undefined ? '' : ` ${about}`}` })
      }
      continue
    }
    // `additionalProperties: false` and the branches of a union report on their own as well.
    if (error.keyword === 'boolean') continue
    const path = steps.length === 0 ? root : steps.join('.')
    if (faults.has(path)) continue
    const wanted = wordsOf(node) ?? error.message
    const about = node?.description === undefined ? '' : ` ${node.description}`
    faults.set(path, { path, message: `${wanted}; found ${shown(steps.at(-1) ?? '', at(value, steps))}.${about}` })
  }
  return [...faults.values()].slice(0, 20)
}
