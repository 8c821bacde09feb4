import { codePoint, type Token, tokensOf } from './tokens.ts'

/** How often texts are put together again, and how many are told. */
const limits = { passes: 12, texts: 400, characters: 4096 } as const

/**
 * The tokens of some code, its plain expressions put together: joined by `+`, side by side, from a list, filled into another,
 * from codes of characters, base64 or hexadecimal digits, reversed, replaced, by way of a name. Nothing is run.
 */
export function foldedIn(source: string): readonly Token[] {
  let tokens: readonly Token[] = tokensOf(source)
  for (let pass = 0; pass < limits.passes; pass++) {
    const next = folded(tokens, namesIn(tokens))
    if (next === undefined) break
    tokens = next
  }
  return tokens
}

/** The texts among tokens that say anything, each once. */
export function textsIn(tokens: readonly Token[]): string[] {
  const texts = tokens.flatMap(({ kind, value }) => (kind === 'text' && value.length > 2 ? [value] : []))
  return [...new Set(texts)].slice(0, limits.texts)
}

/** `host = "a.example"`: names that stand for one text all through. */
function namesIn(tokens: readonly Token[]): ReadonlyMap<string, string> {
  const names = new Map<string, string | undefined>()
  for (const [at, { kind, value }] of tokens.entries()) {
    if (kind !== 'name' || !isMark(tokens[at + 1], '=') || isMark(tokens[at + 2], '=')) continue
    const given = tokens[at + 2]
    const ends = tokens[at + 3]
    const isWhole = ends === undefined || ends.kind === 'name' || isMark(ends, ';', ')', ',', '}')
    const text = given?.kind === 'text' && given.fills !== true && isWhole ? given.value : undefined
    names.set(value, names.has(value) && names.get(value) !== text ? undefined : text)
  }
  return new Map([...names].flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const])))
}

const isMark = (token: Token | undefined, ...marks: string[]): boolean =>
  token?.kind === 'mark' && marks.includes(token.value)
const isName = (token: Token | undefined, pattern: RegExp): boolean =>
  token?.kind === 'name' && pattern.test(token.value)

/** One pass from left to right; undefined where nothing was put together. */
function folded(tokens: readonly Token[], names: ReadonlyMap<string, string>): Token[] | undefined {
  const into: Token[] = []
  let changed = false
  for (let at = 0; at < tokens.length; ) {
    const done = step(tokens, at, into.at(-1), names)
    const token = tokens[at]
    if (done !== undefined) {
      const text: Token = { kind: 'text', value: done.text.slice(0, limits.characters) }
      into.push(done.fills === true ? { ...text, fills: true } : text)
      at += done.width
      changed = true
    } else {
      if (token !== undefined) into.push(token)
      at++
    }
  }
  return changed ? into : undefined
}

interface Step {
  text: string
  /** Tokens that it takes the place of. */
  width: number
  /** There are names in it yet. */
  fills?: true
}

function step(
  tokens: readonly Token[],
  at: number,
  before: Token | undefined,
  names: ReadonlyMap<string, string>,
): Step | undefined {
  const t = (i: number) => tokens[at + i]
  const first = t(0)
  if (first === undefined) return undefined
  if (first.kind === 'text') return ofText(first, t, names)
  if (isMark(first, '(') && t(1)?.kind === 'text' && isMark(t(2), ')') && before?.kind !== 'name')
    return { text: t(1)?.value ?? '', width: 3 }
  if (isMark(first, '[')) return ofList(t)
  if (first.kind !== 'name' || isMark(before, '.')) return first.kind === 'name' ? ofCall(first, t) : undefined
  const text = names.get(first.value)
  if (text !== undefined && !isMark(t(1), '=', '(', ':')) return { text, width: 1 }
  return ofCall(first, t)
}

type At = (i: number) => Token | undefined

/** What follows a text. */
function ofText({ value, fills }: Token, t: At, names: ReadonlyMap<string, string>): Step | undefined {
  if (fills === true) {
    const filled = value.replace(
      /[$#]?\{\s*([\p{L}_$][\p{L}\p{N}_$]*)\s*\}/gu,
      (whole, name) => names.get(name) ?? whole,
    )
    return filled === value
      ? undefined
      : { text: filled, width: 1, ...(filled.includes('{') ? { fills: true as const } : {}) }
  }
  const second = t(1)
  if (second?.kind === 'text' && second.fills !== true) return { text: value + second.value, width: 2 }
  if (isMark(second, '+', '.') && t(2)?.kind === 'text' && t(2)?.fills !== true && !isMark(t(3), '.'))
    return { text: value + t(2)?.value, width: 3 }
  if (isMark(second, '%') && t(2)?.kind === 'text') return { text: value.replace(/%s/, t(2)?.value ?? ''), width: 3 }
  // `[::-1]`
  if (isMark(second, '[') && isMark(t(2), ':') && isMark(t(3), ':') && isMark(t(4), '-') && t(5)?.value === '1')
    return { text: reversed(value), width: 7 }
  if (!isMark(second, '.') || !isMark(t(3), '(')) return undefined
  const method = t(2)?.value ?? ''
  if (method === 'join' && isMark(t(4), '[', '(')) {
    const inner = listed(t, 5, ']', ')')
    return inner.texts === undefined ? undefined : { text: inner.texts.join(value), width: inner.width + 6 }
  }
  const { texts, width } = listed(t, 4, ')')
  if (texts === undefined) return undefined
  const [a, b] = texts
  if (/^(?:decode|encode|toString|strip|trim|lower|toLowerCase|format|concat|replace|replaceAll)$/.test(method)) {
    const text = /^replace/.test(method)
      ? value.replaceAll(a ?? '\0', b ?? '')
      : method === 'concat'
        ? value + texts.join('')
        : method === 'format'
          ? texts.reduce((so, each) => so.replace(/\{\d?\}/, each), value)
          : value
    return { text, width: width + 4 }
  }
  // `.split("").reverse().join("")`
  if (method === 'split' && a === '' && t(6)?.kind === 'mark' && t(7)?.value === 'reverse')
    return { text: reversed(value), width: 15 }
  return undefined
}

/** `["a", "b"].join(".")`, and a list of codes that becomes a text. */
function ofList(t: At): Step | undefined {
  const { texts, width } = listed(t, 1, ']')
  if (texts === undefined || width === 0 || !isMark(t(width + 1), '.') || !isName(t(width + 2), /^join$/))
    return undefined
  const by = t(width + 4)
  if (isMark(by, ')')) return { text: texts.join(','), width: width + 5 }
  return by?.kind === 'text' && isMark(t(width + 5), ')') ? { text: texts.join(by.value), width: width + 6 } : undefined
}

/** Calls by which codes or digits become a text. */
function ofCall(name: Token, t: At): Step | undefined {
  if (!isMark(t(1), '(')) return undefined
  if (/^(?:chr|fromCharCode|fromCodePoint|bytes|bytearray|unichr)$/.test(name.value)) {
    const from = isMark(t(2), '[') ? 3 : 2
    const codes: number[] = []
    let i = from
    for (; t(i)?.kind === 'number'; i += isMark(t(i + 1), ',') ? 2 : 1) codes.push(Number(t(i)?.value))
    if (codes.length === 0 || !isMark(t(i), ')', ']')) return undefined
    return { text: codes.map(codePoint).join(''), width: i + (from === 3 ? 2 : 1) }
  }
  const given = t(2)
  if (given?.kind !== 'text' || given.fills === true) return undefined
  const { width } = listed(t, 2, ')')
  const by = t(4)?.kind === 'text' ? (t(4)?.value ?? '') : ''
  const how = /b64|base64|atob/i.test(name.value + by) ? 'base64' : /hex/i.test(name.value + by) ? 'hex' : undefined
  if (how === undefined || width === 0) return undefined
  return { text: Buffer.from(given.value, how).toString('utf8'), width: width + 2 }
}

/** Texts between commas up to a closing mark; `width`: tokens up to and with it, 0 where it is something else. */
function listed(t: At, from: number, ...ends: string[]): { texts: string[] | undefined; width: number } {
  const texts: string[] = []
  let i = from
  for (; i - from < 400; i++) {
    const token = t(i)
    if (isMark(token, ...ends)) return { texts, width: i - from + 1 }
    if (token?.kind === 'text' && token.fills !== true) texts.push(token.value)
    else if (!isMark(token, ',')) break
  }
  return { texts: undefined, width: 0 }
}

const reversed = (text: string): string => [...text].reverse().join('')
