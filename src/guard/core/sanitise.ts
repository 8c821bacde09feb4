const redacted = '[redacted by rescind]'
const maxDepth = 64

/** A copy of the arguments with the named fields redacted: a bare name at any depth, or a dotted path from the top. */
export function redact(args: unknown, fields: readonly string[]): { args: unknown; redacted: number } {
  const names = new Set(fields)
  let n = 0
  const walk = (value: unknown, path: string, depth: number): unknown => {
    if (typeof value !== 'object' || value === null) return value
    // Too deep to be read is too deep to be vouched for.
    if (depth > maxDepth) {
      n++
      return redacted
    }
    if (Array.isArray(value)) return value.map((item) => walk(item, path, depth + 1))
    const copy: [string, unknown][] = []
    for (const [key, item] of Object.entries(value)) {
      const here = path === '' ? key : `${path}.${key}`
      if (names.has(key) || names.has(here)) {
        n++
        copy.push([key, redacted])
      } else copy.push([key, walk(item, here, depth + 1)])
    }
    return Object.fromEntries(copy)
  }
  return { args: walk(args, '', 0), redacted: n }
}
