import type { SelectionSetNode, ValueNode } from 'graphql/language/ast.js'
import { Kind } from 'graphql/language/kinds.js'
import { parse } from 'graphql/language/parser.js'

/** A field at the top of a GraphQL operation: what is done, and the values that stand in its arguments. */
export interface GraphqlField {
  name: string
  /** By the path of their names, `input.role`; a variable’s value stands beside the document. */
  args: readonly { path: string; value: string | number | boolean }[]
}

export interface GraphqlDocument {
  /** It holds a mutation. */
  changes: boolean
  fields: readonly GraphqlField[]
}

const limits = { text: 65_536, depth: 32, args: 256 } as const
/** Cheap to ask, and no JSON. */
const opens =
  /^(?:\s|,|#[^\n]*\n)*(?:(?:query|mutation|subscription|fragment)\b[^{}]{0,2000}\{|\{(?:\s|#[^\n]*\n)*[_A-Za-z.])/

/** The operations of a GraphQL document (specification of October 2021); undefined where a text is none. */
export function readGraphql(text: string): GraphqlDocument | undefined {
  if (text.length > limits.text || !opens.test(text)) return undefined
  try {
    const fields = new Fields()
    let changes = false
    for (const definition of parse(text, { noLocation: true, maxTokens: limits.text }).definitions) {
      if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION)
        return undefined
      changes ||= definition.kind === Kind.OPERATION_DEFINITION && definition.operation === 'mutation'
      fields.select(definition.selectionSet, 0)
    }
    return { changes, fields: fields.all }
  } catch {
    return undefined
  }
}

/** Fields at the top of operations, those of fragments among them; what they select of their own is not read. */
class Fields {
  readonly all: GraphqlField[] = []
  #args = 0

  select({ selections }: SelectionSetNode, depth: number): void {
    if (depth > limits.depth) throw new SyntaxError('too deep')
    for (const each of selections)
      if (each.kind === Kind.FIELD) {
        const args: GraphqlField['args'][number][] = []
        for (const { name, value } of each.arguments ?? []) this.#value(name.value, value, args, 0)
        this.all.push({ name: each.name.value, args })
      } else if (each.kind === Kind.INLINE_FRAGMENT) this.select(each.selectionSet, depth + 1)
  }

  #value(path: string, node: ValueNode, args: GraphqlField['args'][number][], depth: number): void {
    if (depth > limits.depth) throw new SyntaxError('too deep')
    switch (node.kind) {
      case Kind.LIST:
        for (const [at, each] of node.values.entries()) this.#value(`${path}[${at}]`, each, args, depth + 1)
        return
      case Kind.OBJECT:
        for (const { name, value } of node.fields) this.#value(`${path}.${name.value}`, value, args, depth + 1)
        return
      case Kind.VARIABLE:
      case Kind.NULL:
        return
      default: {
        if (++this.#args > limits.args) return
        const isNumber = node.kind === Kind.INT || node.kind === Kind.FLOAT
        args.push({ path, value: isNumber ? Number(node.value) : node.value })
      }
    }
  }
}
