/** One statement as words: comments gone, each string, number and name one token. */
export interface Token {
  text: string
  kind: 'word' | 'string' | 'mark'
}

const limits = { text: 262_144, tokens: 20_000 } as const
const token =
  /--[^\n]*|#[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^'\\]|''|\\[\s\S])*'?|\$(\w*)\$[\s\S]*?(?:\$\1\$|$)|"(?:[^"]|"")*"?|`[^`]*`?|\[[^\]\n]*\]|[\p{L}_][\p{L}\p{N}_$.]*|\d[\w.]*|[^\s]/gu

/** Splits SQL into statements of tokens without knowing its dialect. */
export function statementsOf(text: string): Token[][] {
  const all: Token[][] = []
  let one: Token[] = []
  let count = 0
  for (const { 0: found } of text.slice(0, limits.text).matchAll(token)) {
    if (++count > limits.tokens) break
    if (found.startsWith('--') || found.startsWith('/*') || (found.startsWith('#') && found.length > 1)) {
      continue
    }
    if (found === ';') {
      if (one.length > 0) all.push(one)
      one = []
    } else if (/^['$]/.test(found) && found.length > 1)
      one.push({ text: found.replace(/^(?:'|\$\w*\$)|(?:'|\$\w*\$)$/g, ''), kind: 'string' })
    else if (/^["`[]/.test(found) && found.length > 1) one.push({ text: found.slice(1, -1), kind: 'word' })
    else one.push({ text: found, kind: /^[\p{L}\p{N}_]/u.test(found) ? 'word' : 'mark' })
  }
  if (one.length > 0) all.push(one)
  return all
}
