import { Config } from './schema.ts'

interface Leaf {
  path: readonly string[]
  /**
   * The text as the type of the setting wants it; text that does not fit stays text and fails the check by name.
   * Absent: no text says such a value, it is for the file only.
   */
  read?(text: string): unknown
}

interface Node {
  type?: string
  properties?: Readonly<Record<string, Node>>
  items?: Node
}

function* leaves(node: Node, path: readonly string[]): Generator<[string, Leaf]> {
  if (node.properties !== undefined) {
    for (const [name, child] of Object.entries(node.properties)) yield* leaves(child, [...path, name])
    return
  }
  const name = `RESCIND_${path.map((step) => step.replace(/[A-Z]/g, '_$&').toUpperCase()).join('_')}`
  if (node.items?.type === 'object' || node.type === 'object') yield [name, { path }]
  else yield [name, { path, read: (text) => typed(node.type, text) }]
}

function typed(type: string | undefined, text: string): unknown {
  if ((type === 'integer' || type === 'number') && text.trim() !== '' && Number.isFinite(Number(text)))
    return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  if (type === 'array')
    return text
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '')
  return text
}

/** Every setting’s variable: `http.port` is RESCIND_HTTP_PORT, `auth.jwksUri` is RESCIND_AUTH_JWKS_URI. */
export const envNames: ReadonlyMap<string, Leaf> = new Map(leaves(Config as Node, []))
