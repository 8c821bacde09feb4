import { hash } from 'node:crypto'
import { canonical } from '../../../model/canonical.ts'

/** Arguments deeper than this have the digest of their outline down to it. */
const maxDepth = 32

/** SHA-256 over the canonical arguments (RFC 8785), and their size in bytes. */
export function digestArguments(args: unknown): { digest: string; bytes: number } {
  const text = canonical(outline(args ?? {}, 0))
  return { digest: hash('sha256', text), bytes: Buffer.byteLength(text) }
}

function outline(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth >= maxDepth) return '…'
  if (Array.isArray(value)) return value.map((each) => outline(each, depth + 1))
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, outline(each, depth + 1)]))
}
