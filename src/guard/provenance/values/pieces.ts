import type { Identity } from '../../identity/index.ts'
import { digestOfWord } from '../digests/hash.ts'
import type { Memory } from '../memory.ts'
import type { IndexedReading } from '../reading/columns.ts'

/** Bounds: what is shorter comes about by chance, what is longer is content. In UTF-16 units. */
const limits = { shortest: 8, longest: 96, piece: 3 } as const
/** Kinds whose parts are words of their own: `mallory at evil dot example`. */
const dotted: ReadonlySet<string> = new Set(['mailbox', 'host', 'url'])

/**
 * Whether a value that stands nowhere is put together from words of one paragraph that was read: cut in two where it has no mark,
 * or, of an address, all of its labels. Whoever hides a destination from what looks for it has it put together so.
 */
export function isPieced({ readings, seed }: Memory, normal: string, identity: Identity | undefined): boolean {
  const text = normal.replaceAll(' ', '')
  if (text.length < limits.shortest || text.length > limits.longest) return false
  const mayDot = identity !== undefined && dotted.has(identity.kind)
  const spans = new Map<number, [from: number, to: number]>()
  for (let from = 0; from < text.length; from++) {
    if (isMark(text, from)) continue
    const least = mayDot && isStart(text, from) ? 2 : limits.piece
    for (let to = from + least; to <= text.length; to++)
      if (!isMark(text, to - 1)) spans.set(digestOfWord(text, seed, from, to), [from, to])
  }
  const reached = new Uint8Array(text.length + 1)
  return readings.some((reading) => !reading.isDefinition && holdsPieces(reading, text, spans, mayDot, reached))
}

function holdsPieces(
  { words, starts }: IndexedReading,
  text: string,
  spans: ReadonlyMap<number, readonly [from: number, to: number]>,
  mayDot: boolean,
  reached: Uint8Array,
): boolean {
  for (let p = 0; p + 1 < starts.length; p++) {
    const found: (readonly [number, number])[] = []
    for (let i = starts[p] ?? 0; i < (starts[p + 1] ?? 0); i++) {
      const span = spans.get(words[i] ?? 0)
      if (span !== undefined && !found.includes(span)) found.push(span)
    }
    if (found.length > 1 && covers(found, text, mayDot, reached)) return true
  }
  return false
}

/** 1: reached, each piece ending at a mark; 2: with a cut where there is none. */
function covers(spans: (readonly [number, number])[], text: string, mayDot: boolean, reached: Uint8Array): boolean {
  reached.fill(0)
  reached[0] = 1
  spans.sort(([a], [b]) => a - b)
  for (let at = 0; at < text.length; at++) {
    const how = reached[at] ?? 0
    if (how === 0) continue
    if (isMark(text, at)) reached[at + 1] = Math.max(reached[at + 1] ?? 0, how)
    for (const [from, to] of spans) {
      if (from !== at || (at === 0 && to === text.length)) continue
      const isCut = to < text.length && !isMark(text, to)
      reached[to] = Math.max(reached[to] ?? 0, isCut ? 2 : how)
    }
  }
  const end = reached[text.length] ?? 0
  return end === 2 || (end === 1 && mayDot)
}

const isMark = (text: string, at: number): boolean => !/[\p{L}\p{N}]/u.test(text[at] ?? '')
const isStart = (text: string, at: number): boolean => at === 0 || isMark(text, at - 1)
