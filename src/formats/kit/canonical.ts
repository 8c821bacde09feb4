import { canonical } from '../../model/canonical.ts'
import { deeperThan } from './json.ts'

/** The canonical form of JSON text; text that is not JSON, or too deep, stays as it is. */
export function canonicalText(text: string): string {
  try {
    const value: unknown = JSON.parse(text)
    return deeperThan(value, 64) ? text : canonical(value)
  } catch {
    return text
  }
}
