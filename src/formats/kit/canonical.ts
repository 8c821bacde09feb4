import { deeperThan, type JsonObject } from './json.ts'

/** RFC 8785: keys in the order of their UTF-16 units, numbers and texts as ECMAScript writes them, no spaces. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const object = value as JsonObject
    const members = Object.keys(object)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonical(object[key])}`)
    return `{${members.join(',')}}`
  }
  return JSON.stringify(value ?? null)
}

/** The canonical form of JSON text; text that is not JSON, or too deep, stays as it is. */
export function canonicalText(text: string): string {
  try {
    const value: unknown = JSON.parse(text)
    return deeperThan(value, 64) ? text : canonical(value)
  } catch {
    return text
  }
}
