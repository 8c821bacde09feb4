/**
 * The keys of a changelog. What a lane keeps beside its keys begins with a NUL and says what it is; a key of the lane that begins
 * with a NUL says so too. So whatever a key is made of, it is never read as something else.
 */
export type StateKey =
  | { kind: 'key'; key: string }
  /** The last value of a broadcast stream under a key. */
  | { kind: 'shared'; stream: string; key: string }
  /** One of many that a key’s store holds. */
  | { kind: 'part'; id: string; key: string }
  /** How far the partition is. */
  | { kind: 'progress' }

const isMarked = (key: string): boolean => key.charCodeAt(0) === 0
const unslashed = (name: string): string => name.replaceAll('%', '%25').replaceAll('/', '%2f')
const slashed = (name: string): string => name.replaceAll('%2f', '/').replaceAll('%25', '%')

export function stateKey(of: StateKey): string {
  if (of.kind === 'key') return isMarked(of.key) ? `\u0000key/${of.key}` : of.key
  if (of.kind === 'progress') return '\u0000progress'
  return `\u0000${of.kind}/${unslashed(of.kind === 'part' ? of.id : of.stream)}/${of.key}`
}

export function readStateKey(text: string): StateKey {
  if (!isMarked(text)) return { kind: 'key', key: text }
  const [kind = '', name = ''] = text.slice(1).split('/', 2)
  const rest = text.slice(1 + kind.length + 1)
  if (kind === 'key') return { kind, key: rest }
  const key = rest.slice(name.length + 1)
  if (kind === 'shared') return { kind, stream: slashed(name), key }
  if (kind === 'part') return { kind, id: slashed(name), key }
  return { kind: 'progress' }
}
