/** A field at the top of a GraphQL operation: what is done, and the values that stand in its arguments. */
export interface GraphqlField {
  name: string
  /** By the path of their names, `input.role`; a variable’s value stands beside the document. */
  args: readonly { path: string; value: string | number | boolean }[]
}

export interface GraphqlDocument {
  /** It holds a mutation. */
  changes: boolean
  fields: readonly GraphqlField[]
}

const limits = { text: 65_536, depth: 32, args: 256 } as const
const opens =
  /^(?:\s|,|#[^\n]*\n)*(?:(?:query|mutation|subscription|fragment)\b[^{}]{0,2000}\{|\{(?:\s|#[^\n]*\n)*[_A-Za-z.])/
/** What stands behind the last sign and means nothing. */
const ignored = /(?:\s|,|#[^\n]*$)+$/
const token =
  /(?:\s|,|#[^\n]*)*("""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|\.\.\.|[!$&()=@[\]{}|:]|[_A-Za-z]\w*|-?\d[\d.eE+-]*)/y

/** The operations of a GraphQL document; undefined where a text is none. */
export function readGraphql(text: string): GraphqlDocument | undefined {
  if (text.length > limits.text || !opens.test(text)) return undefined
  try {
    return new Reader(tokensOf(text)).document()
  } catch {
    return undefined
  }
}

function tokensOf(text: string): string[] {
  const tokens: string[] = []
  const each = new RegExp(token)
  const end = text.replace(ignored, '').length
  for (let at = 0; at < end; at = each.lastIndex) {
    const match = each.exec(text)
    if (match === null) throw new SyntaxError('no GraphQL')
    tokens.push(match[1] ?? '')
  }
  return tokens
}

const isName = (text: string | undefined): text is string => text !== undefined && /^[_A-Za-z]/.test(text)

class Reader {
  readonly #tokens: readonly string[]
  #at = 0
  #args = 0

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens
  }

  document(): GraphqlDocument {
    const fields: GraphqlField[] = []
    let changes = false
    while (this.#at < this.#tokens.length) {
      const head = this.#peek()
      if (head !== '{' && !/^(?:query|mutation|subscription|fragment)$/.test(head ?? ''))
        throw new SyntaxError('no operation')
      changes ||= head === 'mutation'
      while (this.#peek() !== '{') {
        const next = this.#next()
        if (next === '(') this.#skip('(', ')')
      }
      fields.push(...this.#selection(0))
    }
    return { changes, fields }
  }

  #peek = (): string | undefined => this.#tokens[this.#at]

  #next(): string {
    const next = this.#tokens[this.#at++]
    if (next === undefined) throw new SyntaxError('ends early')
    return next
  }

  /** After an opening sign, to past its closing one. */
  #skip(open: string, close: string): void {
    for (let depth = 1; depth > 0; ) {
      const next = this.#next()
      if (next === open) depth++
      else if (next === close) depth--
    }
  }

  /** The fields between braces, those of fragments among them; what they select of their own is skipped. */
  #selection(depth: number): GraphqlField[] {
    if (this.#next() !== '{' || depth > limits.depth) throw new SyntaxError('no selection')
    const fields: GraphqlField[] = []
    for (let next = this.#next(); next !== '}'; next = this.#next()) {
      if (next === '...') {
        if (this.#peek() === 'on') this.#at += 2
        else if (isName(this.#peek())) this.#at++
        this.#directives()
        if (this.#peek() === '{') fields.push(...this.#selection(depth + 1))
        continue
      }
      if (!isName(next)) throw new SyntaxError('no field')
      let name = next
      if (this.#peek() === ':') {
        this.#at++
        name = this.#next()
      }
      const args: GraphqlField['args'][number][] = []
      if (this.#peek() === '(') {
        this.#at++
        while (this.#peek() !== ')') this.#argument('', args, 0)
        this.#at++
      }
      this.#directives()
      if (this.#peek() === '{') {
        this.#at++
        this.#skip('{', '}')
      }
      fields.push({ name, args })
    }
    return fields
  }

  #directives(): void {
    while (this.#peek() === '@') {
      this.#at += 2
      if (this.#peek() !== '(') continue
      this.#at++
      this.#skip('(', ')')
    }
  }

  #argument(above: string, args: GraphqlField['args'][number][], depth: number): void {
    const name = this.#next()
    if (!isName(name) || this.#next() !== ':') throw new SyntaxError('no argument')
    this.#value(above === '' ? name : `${above}.${name}`, args, depth)
  }

  #value(path: string, args: GraphqlField['args'][number][], depth: number): void {
    if (depth > limits.depth) throw new SyntaxError('too deep')
    const next = this.#next()
    if (next === '$') {
      this.#at++
      return
    }
    if (next === '[') {
      for (let at = 0; this.#peek() !== ']'; at++) this.#value(`${path}[${at}]`, args, depth + 1)
      this.#at++
      return
    }
    if (next === '{') {
      while (this.#peek() !== '}') this.#argument(path, args, depth + 1)
      this.#at++
      return
    }
    if (next === 'null' || ++this.#args > limits.args) return
    if (/^[!&()=@\]}|:.]/.test(next)) throw new SyntaxError('no value')
    args.push({ path, value: scalarOf(next) })
  }
}

function scalarOf(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  if (text.startsWith('"""')) return text.slice(3, -3)
  if (text.startsWith('"')) return String(JSON.parse(text))
  return /^[-\d]/.test(text) ? Number(text) : text
}
