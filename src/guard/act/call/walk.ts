/** Bounds of what is looked at in one call. */
export const walkLimits = { depth: 32, visited: 20_000, leaves: 1024, text: 262_144 } as const

/** One scalar of the arguments, or a key of an object that is a value itself. */
export interface Leaf {
  /** `to[0].email`; a key has `#key` after the object that holds it. */
  path: string
  /** The same without indexes: `to[].email`. */
  pattern: string
  /** Name of the innermost property. */
  name: string
  /** Names of the properties above it, the outermost first. */
  above: readonly string[]
  value: string | number | boolean
  key?: true
  /** A member beside it says which field it is the value of: `name` is that one’s. */
  paired?: true
  /** It says where in a document a patch of RFC 6902 works, or how. */
  pointer?: true
  /** It names an operation. */
  operation?: true
  /** What it holds is told value by value, or as operations, beside it. */
  held?: true
}

export interface Leaves {
  leaves: readonly Leaf[]
  /** Arrays of things, by pattern: how many each holds. */
  counts: ReadonlyMap<string, number>
  /** There was more than the bounds let through. */
  cut: boolean
}

/** Names that are declared below `pattern`: they are no values. None: the keys there are data; undefined: not known. */
export type DeclaredNames = (pattern: string) => ReadonlySet<string> | undefined

/** `{field: 'email', value: …}`, and the patch of RFC 6902: `{op, path: '/email', value}`. */
const naming = /^(?:field|property|prop|attribute|column|setting|parameter|param|option|key)(?:_?name)?$/i
const valued = /^(?:new_?)?value$/i

/** One change of RFC 6902: `{op: 'replace', path: '/email', value}`. */
const isPatch = (object: object): boolean =>
  'op' in object &&
  /^(?:add|replace|test)$/.test(String(object.op)) &&
  'value' in object &&
  'path' in object &&
  /^(?:\/|$)/.test(String(object.path))

/** Which field the value of an object is of, where another member of it says so. */
function fieldOf(object: object): string | undefined {
  for (const [key, value] of Object.entries(object).slice(0, 32)) {
    if (typeof value !== 'string' || value.length > 256) continue
    const said = naming.test(key) ? value : key === 'path' && 'op' in object ? value : ''
    const last = said.split(/[./[\]]+/).findLast((part) => part !== '' && !/^\d+$/.test(part))
    if (last !== undefined && plainName.test(last)) return last
  }
  return undefined
}

const plainName = /^[\p{L}_$][\p{L}\p{N}_$-]{0,63}$/u

/** Takes arguments apart, breadth before depth bounds, never throwing. */
export function leavesOf(args: unknown, declared: DeclaredNames): Leaves {
  const leaves: Leaf[] = []
  const counts = new Map<string, number>()
  const known = new Map<string, ReadonlySet<string> | undefined>()
  const namesUnder = (pattern: string) => {
    if (!known.has(pattern)) known.set(pattern, declared(pattern))
    return known.get(pattern)
  }
  let visited = 0
  let cut = false
  const add = (leaf: Leaf) => {
    if (leaves.length >= walkLimits.leaves) cut = true
    else leaves.push(leaf)
  }
  const walk = (
    value: unknown,
    path: string,
    pattern: string,
    name: string,
    above: readonly string[],
    marks: Pick<Leaf, 'paired' | 'pointer'> = {},
  ): void => {
    if (++visited > walkLimits.visited) {
      cut = true
      return
    }
    if (typeof value === 'string') {
      if (value.length > walkLimits.text) cut = true
      add({
        path,
        pattern,
        name,
        above,
        value: value.length > walkLimits.text ? value.slice(0, walkLimits.text) : value,
        ...marks,
      })
    } else if (typeof value === 'number' || typeof value === 'boolean')
      add({ path, pattern, name, above, value, ...marks })
    if (typeof value !== 'object' || value === null) return
    if (above.length >= walkLimits.depth) {
      cut = true
      return
    }
    if (Array.isArray(value)) {
      counts.set(pattern, (counts.get(pattern) ?? 0) + value.length)
      for (let at = 0; at < value.length && visited <= walkLimits.visited; at++)
        walk(value[at], `${path}[${at}]`, `${pattern}[]`, name, [...above, ''])
      return
    }
    const names = namesUnder(pattern)
    const isMap = pattern !== '' && names?.size === 0
    const patches = isPatch(value)
    for (const key in value) {
      if (visited > walkLimits.visited) break
      if (!Object.hasOwn(value, key)) continue
      const under = pattern === '' ? key : `${pattern}.${key}`
      if (names?.has(key) !== true && (isMap || !plainName.test(key) || /\d{4}/.test(key)))
        add({
          path: `${path}#key`,
          pattern: `${pattern}#key`,
          name,
          above,
          value: key.slice(0, walkLimits.text),
          key: true,
        })
      const inner: unknown = Reflect.get(value, key)
      const field =
        valued.test(key) && (typeof inner === 'string' || typeof inner === 'number') ? fieldOf(value) : undefined
      walk(
        inner,
        path === '' ? key : `${path}.${key}`,
        under,
        field ?? key,
        name === '' ? above : [...above, name],
        field !== undefined ? { paired: true } : patches && /^(?:op|path|from)$/.test(key) ? { pointer: true } : {},
      )
    }
  }
  walk(args, '', '', '', [])
  return { leaves, counts, cut }
}
