/** One piece of source text, whatever the language: a text, a number, a name, or a mark. */
export interface Token {
  kind: 'text' | 'number' | 'name' | 'mark'
  value: string
  /** A text with names in it: an f-string, a template, a string in double quotes of a shell-like language. */
  fills?: true
}

const limits = { characters: 65_536, tokens: 20_000 } as const

const piece =
  /(?<comment>\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<prefix>\b[rbuf]{1,2})?(?<quote>"""|'''|["'`])|(?<number>\b(?:0x[\da-f]+|\d+)\b)|(?<name>[\p{L}_$][\p{L}\p{N}_$]*)|(?<mark>[^\s])/giuy

/** Takes source text apart far enough to see its texts and what stands between them. Linear; bounded. */
export function tokensOf(source: string): Token[] {
  const text = source.slice(0, limits.characters)
  const tokens: Token[] = []
  for (let at = 0; at < text.length && tokens.length < limits.tokens; ) {
    if (/\s/.test(text[at] ?? '')) {
      at++
      continue
    }
    piece.lastIndex = at
    const found = piece.exec(text)
    if (found === null) break
    at = piece.lastIndex
    const { comment, quote, prefix = '', number, name, mark } = found.groups ?? {}
    if (comment !== undefined) continue
    if (quote !== undefined) {
      const end = closing(text, at, quote)
      const raw = text.slice(at, end)
      at = Math.min(text.length, end + quote.length)
      const value = /r/i.test(prefix) ? raw : unescaped(raw)
      const fills = value.includes('{') && (/f/i.test(prefix) || quote === '`' || /[#$]\{/.test(raw))
      tokens.push(fills ? { kind: 'text', value, fills } : { kind: 'text', value })
    } else if (number !== undefined) tokens.push({ kind: 'number', value: number })
    else if (name !== undefined) tokens.push({ kind: 'name', value: name })
    else if (mark !== undefined) tokens.push({ kind: 'mark', value: mark })
  }
  return tokens
}

function closing(text: string, from: number, quote: string): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text.startsWith(quote, at)) return at
    else if (text[at] === '\n' && quote.length === 1 && quote !== '`') return at
  }
  return text.length
}

const unescaped = (raw: string): string =>
  raw.includes('\\')
    ? raw.replace(
        /\\(?:x([\da-f]{2})|u([\da-f]{4})|u\{([\da-f]{1,6})\}|([0-7]{3})|(\r?\n)|([\s\S]))/gi,
        (_, x?: string, u?: string, long?: string, octal?: string, line?: string, plain?: string) => {
          const hex = x ?? u ?? long
          if (hex !== undefined) return codePoint(Number.parseInt(hex, 16))
          if (octal !== undefined) return codePoint(Number.parseInt(octal, 8))
          if (line !== undefined) return ''
          return plain === 'n' ? '\n' : plain === 't' ? '\t' : (plain ?? '')
        },
      )
    : raw

export const codePoint = (code: number): string => (code >= 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '')
