/** C0, DEL and C1: no name needs one, and what prints, splits or stores names may take one for its own sign. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const control = /[\u0000-\u001f\u007f-\u009f]/

export const hasControl = (text: string): boolean => control.test(text)

/** A name without control characters, for a schema. */
export const plainName = '^[^\\u0000-\\u001f\\u007f-\\u009f]*$'
/** A tenant: the same without `/`, which parts it from what it owns. */
export const tenantName = '^[^/\\u0000-\\u001f\\u007f-\\u009f]+$'

/** Whether a name fits a pattern in which `*` stands for any text, also none. Linear in the name for each `*`, whatever both hold. */
export function fitsPattern(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return pattern === name
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false
  let at = first.length
  const end = name.length - last.length
  for (const part of rest) {
    const found = name.indexOf(part, at)
    if (found === -1 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}

export const fitsAny = (patterns: readonly string[], name: string): boolean =>
  patterns.some((pattern) => fitsPattern(pattern, name))
