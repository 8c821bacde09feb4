import { isRecord, textIn } from '../record.ts'

/** One property that a tool's input schema declares. */
export interface DeclaredProperty {
  /** `to[].email` */
  pattern: string
  name: string
  type?: string
  format?: string
  description?: string
  choices?: readonly string[]
  /** Choices that its description lists, and nothing holds it to. */
  said?: readonly string[]
}

const limits = { depth: 8, properties: 512 } as const

/** The properties of an input schema, nested ones and items of arrays too. Bounded; what is no schema declares nothing. */
export function propertiesOf(schema: unknown): DeclaredProperty[] {
  const all: DeclaredProperty[] = []
  const walk = (node: unknown, pattern: string, name: string, depth: number, root: unknown) => {
    if (!isRecord(node) || depth > limits.depth || all.length >= limits.properties) return
    const target = referred(node, root)
    if (target !== undefined) return walk(target, pattern, name, depth + 1, root)
    const type = typeOf(node)
    if (pattern !== '' && !all.some((each) => each.pattern === pattern)) {
      const choices = choicesOf(node)
      const said = choices === undefined ? choicesIn(textIn(node, 'description') ?? '') : undefined
      all.push({
        pattern,
        name,
        ...(type === undefined ? {} : { type }),
        ...optional('format', textIn(node, 'format')),
        ...optional('description', textIn(node, 'description')?.slice(0, 1024)),
        ...(choices === undefined ? {} : { choices }),
        ...(said === undefined ? {} : { said }),
      })
    }
    for (const of of ['anyOf', 'oneOf', 'allOf'])
      if (Array.isArray(node[of])) for (const each of node[of].slice(0, 32)) walk(each, pattern, name, depth + 1, root)
    if (isRecord(node.items)) walk(node.items, `${pattern}[]`, name, depth + 1, root)
    if (isRecord(node.properties))
      for (const [key, each] of Object.entries(node.properties))
        walk(each, pattern === '' ? key : `${pattern}.${key}`, key, depth + 1, root)
  }
  walk(schema, '', '', 0, schema)
  return all
}

const optional = <K extends string>(key: K, value: string | undefined) =>
  (value === undefined ? {} : { [key]: value }) as Partial<Record<K, string>>

function typeOf(node: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof node.type === 'string') return node.type
  if (Array.isArray(node.type))
    return node.type.find((each): each is string => typeof each === 'string' && each !== 'null')
  return undefined
}

function choicesOf(node: Readonly<Record<string, unknown>>): string[] | undefined {
  if (typeof node.const === 'string') return [node.const]
  if (!Array.isArray(node.enum)) return undefined
  return node.enum.filter((each): each is string => typeof each === 'string').slice(0, 64)
}

/** A description that is nothing but a list of words: `history, pause, resume`, `One of: “all” or “checked-in”`. */
function choicesIn(description: string): string[] | undefined {
  const list = description.trim().replace(/^(?:one of|either)\b:?\s*|\.$/gi, '')
  if (list.length > 400) return undefined
  const words = list.split(/\s*(?:,|\||\/|\bor\b)\s*/i).filter((word) => word !== '')
  const bare = words.map((word) => word.replace(/^["'`“‘]|["'`”’]$/g, ''))
  return bare.length > 1 && bare.every((word) => /^[\p{L}\p{N}][\p{L}\p{N}_-]{0,31}$/u.test(word)) ? bare : undefined
}

/** `#/$defs/Name` of the same schema. */
function referred(node: Readonly<Record<string, unknown>>, root: unknown): unknown {
  const ref = textIn(node, '$ref')
  if (ref === undefined || !ref.startsWith('#/')) return undefined
  let at: unknown = root
  for (const step of ref.slice(2).split('/').slice(0, 8)) {
    if (!isRecord(at) || !Object.hasOwn(at, step)) return undefined
    at = at[step]
  }
  return at
}
