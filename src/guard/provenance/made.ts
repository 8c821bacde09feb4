import type { Reading } from './reading.ts'
import { structureOf } from './structure.ts'
import { tokensOf } from './text.ts'

/** Properties by which a system names what it has made. */
const naming = /^(?:.*_)?(?:ids?|key|name|title|slug|number|iid|sha|path|uri|url|html_?url|self|table)$/i
/** Longest answer that only says what was made, in UTF-16 units. */
const longest = 2000
const most = 64

/** The names of what an act has made, as its answer gives them: of one thing, or in few words; never of a listing. */
export function namesIn({ text, value }: Reading): string[] {
  const whole = value ?? (text !== undefined && text.length <= longest ? structureOf(text) : undefined)
  if (typeof whole === 'object' && whole !== null) return Array.isArray(whole) && whole.length > 1 ? [] : named(whole)
  if (text === undefined || text.length > longest) return []
  return tokensOf(text)
    .filter((token) => token.length >= 4 && /[\d/]/.test(token))
    .slice(0, most)
}

function named(root: object): string[] {
  const names: string[] = []
  const stack: [value: object, depth: number][] = [[root, 0]]
  for (let next = stack.pop(); next !== undefined && names.length < most; next = stack.pop()) {
    const [value, depth] = next
    for (const [key, each] of Object.entries(value)) {
      if (typeof each === 'object' && each !== null) {
        if (depth < 4 && (!Array.isArray(each) || each.length <= 1)) stack.push([each, depth + 1])
      } else if ((typeof each === 'string' || typeof each === 'number') && naming.test(key)) {
        const tokens = tokensOf(String(each))
        if (tokens.length > 0 && tokens.length <= 8) names.push(tokens.join(' '))
      }
    }
  }
  return names
}
