/**
 * One text for equal data (RFC 8785): keys in the order of their UTF-16 units, numbers and texts as ECMAScript writes them, no
 * spaces. As in JSON, a member that is undefined is not there, and what cannot be written is null.
 */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const object = value as Readonly<Record<string, unknown>>
    const members: string[] = []
    for (const key of Object.keys(object).sort())
      if (object[key] !== undefined) members.push(`${JSON.stringify(key)}:${canonical(object[key])}`)
    return `{${members.join(',')}}`
  }
  return JSON.stringify(value ?? null)
}
