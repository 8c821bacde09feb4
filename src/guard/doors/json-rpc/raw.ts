import type { Id, Message } from './message.ts'

/**
 * The text of a message with another id, and nothing else of it written anew: digits and the order of members stay.
 * Undefined where its id cannot be found for sure; then the message is to be written from its value.
 */
export function withId(raw: string, id: Id): string | undefined {
  const at = idIn(raw)
  return at === undefined ? undefined : `${raw.slice(0, at.from)}${JSON.stringify(id)}${raw.slice(at.to)}`
}

/** A message under another id, with its text where that can be kept. */
export function underId(message: Message, raw: string | undefined, id: Id): { message: Message; raw?: string } {
  const text = raw === undefined ? undefined : withId(raw, id)
  return { message: { ...message, id }, ...(text === undefined ? {} : { raw: text }) }
}

/** Where the value of the one `id` at the top stands. */
function idIn(raw: string): { from: number; to: number } | undefined {
  let depth = 0
  let key: string | undefined
  let from = -1
  let found: { from: number; to: number } | undefined
  for (let i = 0; i < raw.length; i++) {
    const c = raw[i]
    if (c === '"') {
      const begin = i++
      while (i < raw.length && raw[i] !== '"') i += raw[i] === '\\' ? 2 : 1
      if (depth === 1 && from < 0) key = raw.slice(begin, i + 1)
    } else if (c === '{' || c === '[') depth++
    else if (c === ':' && depth === 1 && from < 0) from = i + 1
    else if (c === '}' || c === ']' || c === ',') {
      if (depth === 1 && from >= 0) {
        if (key?.includes('\\') === true || (key === '"id"' && found !== undefined)) return undefined
        if (key === '"id"') found = { from, to: i }
        from = -1
        key = undefined
      }
      if (c !== ',') depth--
    }
  }
  return found
}
