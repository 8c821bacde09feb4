import { hash } from 'node:crypto'
import { canonical } from '../../model/canonical.ts'

const maxDepth = 32
const maxText = 262_144

/**
 * Digest of what arguments mean: the order of members, spaces and the case of letters left aside, nothing else. A model
 * never words a call twice alike; what differs by more is another call. Undefined: too deep or too long to say.
 */
export function meaningOf(args: unknown): string | undefined {
  let deep = false
  const fold = (value: unknown, depth: number): unknown => {
    if (typeof value === 'string') return value.normalize('NFC').replace(/\s+/gu, ' ').trim().toLowerCase()
    if (typeof value !== 'object' || value === null) return value
    if (depth >= maxDepth) {
      deep = true
      return null
    }
    if (Array.isArray(value)) return value.map((each) => fold(each, depth + 1))
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fold(each, depth + 1)]))
  }
  const folded = fold(args ?? {}, 0)
  if (deep) return undefined
  const text = canonical(folded)
  return text.length > maxText ? undefined : hash('sha256', text)
}
