import type { AgentEvent } from '../../../model/event.ts'
import type { Guard } from '../../core/guard.ts'
import { jsonOf, type Redaction, Redactor, redacted, type Selection } from '../../core/sanitise.ts'
import type { Check, GuardResult } from '../../core/types.ts'
import { isObject, type Message } from '../../doors/json-rpc/message.ts'
import { blobText } from './blob.ts'
import { isHead, withoutColumn } from './clean-table.ts'

/** An answer as the client may have it. */
export interface CleanAnswer extends Redaction {
  message: Message
  /** Why it could not be cleaned: the message says so in its place. */
  withheld?: string
}

/** A message of the server’s with what must not be seen taken out; undefined: it goes as it came. */
export function cleaned(guard: Guard, message: Message, of: Check | Tool): CleanAnswer | undefined {
  const cleaning = 'outcome' in of ? guard.cleaning(of) : guard.cleaningOf(of)
  if (cleaning === undefined) return undefined
  const clean = cleanAnswer(message, cleaning.selections, cleaning.impossible)
  return clean.count === 0 && clean.withheld === undefined ? undefined : clean
}

/** What is recorded of it. */
export function sanitisedOf(clean: CleanAnswer | undefined): Pick<GuardResult, 'sanitised'> {
  if (clean === undefined) return {}
  const { count, fields, withheld } = clean
  return { sanitised: { count, fields, ...(withheld === undefined ? {} : { withheld: true }) } }
}

type Tool = NonNullable<AgentEvent['tool']>

const maxDepth = 64
/** Members that hold running text. */
const texts: ReadonlySet<string> = new Set(['text', 'message', 'data'])

/**
 * Takes selections out of an answer: out of its structured content, out of text that is JSON as a whole, out of running text, blobs
 * and errors. A field that running text speaks of without saying where its value ends cannot be taken out: then the
 * answer is withheld. Never throws.
 */
export function cleanAnswer(message: Message, selections: readonly Selection[], impossible?: string): CleanAnswer {
  const redactor = new Redactor(selections)
  try {
    if (impossible !== undefined) throw new Unclean(impossible)
    const answer = new Answer(redactor)
    const clean: Message = { ...message }
    if ('result' in message) clean.result = answer.result(message.result)
    if ('error' in message) clean.error = answer.other(message.error, '', 0)
    if ('params' in message) clean.params = answer.other(message.params, '', 0)
    for (const name of ['result', 'error', 'params'] as const)
      if (name in clean) clean[name] = answer.rest(clean[name], '', 0)
    return { message: clean, count: redactor.count, fields: redactor.fields }
  } catch (error) {
    const why = error instanceof Unclean ? error.message : 'the answer could not be read'
    return { message: withheld(message, why), count: redactor.count, fields: redactor.fields, withheld: why }
  }
}

/** An answer that cannot be cleaned. */
class Unclean extends Error {}

class Answer {
  readonly #redactor: Redactor
  /** Fields that a structure of this answer held: running text beside it says them again. */
  #isStructured = false

  constructor(redactor: Redactor) {
    this.#redactor = redactor
  }

  result(result: unknown): unknown {
    if (!isObject(result)) return this.other(result, '', 0)
    const { structuredContent, ...rest } = result
    if (structuredContent === undefined) return this.other(rest, '', 0)
    this.#isStructured = true
    const clean = this.#redactor.value(structuredContent)
    return { ...(this.other(rest, '', 0) as object), structuredContent: clean }
  }

  /** Whatever else stands there: texts by what they are, every other string by patterns. */
  other(value: unknown, name: string, depth: number): unknown {
    if (depth > maxDepth) return redacted
    if (typeof value === 'string') return texts.has(name) ? this.#text(value) : this.#redactor.text(value)
    if (Array.isArray(value)) return value.map((item) => this.other(item, name, depth + 1))
    if (!isObject(value)) return value
    const isMedia = typeof value.mimeType === 'string'
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        if (typeof item === 'string' && (key === 'blob' || (key === 'data' && isMedia))) return [key, this.#blob(item)]
        if (key === 'data' && isObject(item)) return [key, this.#redactor.value(item)]
        return [key, this.other(item, key, depth + 1)]
      }),
    )
  }

  /** What was taken out is taken out of all the rest, before it and after it. */
  rest(value: unknown, name: string, depth: number): unknown {
    if (depth > maxDepth) return redacted
    if (Array.isArray(value)) return value.map((item) => this.rest(item, name, depth + 1))
    if (!isObject(value)) return this.#redactor.sweep(value)
    const isMedia = typeof value.mimeType === 'string'
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => {
        if (typeof item !== 'string' || !(key === 'blob' || (key === 'data' && isMedia)))
          return [key, this.rest(item, key, depth + 1)]
        const text = blobText(item)
        const clean = text === undefined ? undefined : this.#redactor.sweep(text.text)
        return [key, clean === undefined || clean === text?.text ? item : Buffer.from(String(clean)).toString('base64')]
      }),
    )
  }

  #text(text: string): string {
    const value = jsonOf(text)
    if (value === undefined) return this.#prose(text)
    const before = this.#redactor.count
    const clean = this.#redactor.value(value)
    return this.#redactor.count === before
      ? text
      : JSON.stringify(clean, undefined, text.includes('\n') ? 2 : undefined)
  }

  #blob(encoded: string): string {
    const text = blobText(encoded)
    // A picture, a sound: what is in it is not looked at.
    if (text === undefined) return encoded
    if (text.cut) throw new Unclean('a blob is too long to be looked through')
    const clean = this.#text(text.text)
    return clean === text.text ? encoded : Buffer.from(clean).toString('base64')
  }

  /** Running text; what is fenced in it and is JSON is that. */
  #prose(text: string): string {
    return text
      .split(fenced)
      .map((part, i) => (i % 2 === 1 && jsonOf(part) !== undefined ? this.#text(part) : this.#sentences(part)))
      .join('')
  }

  #sentences(text: string): string {
    let clean = this.#redactor.text(text)
    for (const [name, selection] of this.#redactor.names()) {
      const table = withoutColumn(clean, name)
      if (table === undefined) throw new Unclean(`a table of it has ${selection.name}, which must not be shown`)
      const lines = labelled(table.text, name)
      for (const value of [...table.values, ...lines.values]) this.#redactor.took(selection, value)
      if (lines.isLoose && !this.#isStructured)
        throw new Unclean(`its running text speaks of ${selection.name}, which must not be shown`)
      clean = lines.text
    }
    return clean
  }
}

/** What stands between fences, every second part. */
const fenced = /((?<=^[ \t]*(?:```|~~~)[^\n]*\n)[\s\S]*?(?=\n[ \t]*(?:```|~~~)[ \t]*(?:\n|$)))/m

/**
 * `name: value` and `name = value` lines with the value taken out, up to the end of the line. `isLoose`: the name also stands
 * where no value follows it in this way. The head of a table is none of them.
 */
function labelled(text: string, name: string): { text: string; values: string[]; isLoose: boolean } {
  // A letter may grow when its case changes; then only the name as it is written is looked for.
  const folded = text.toLowerCase()
  const lower = folded.length === text.length ? folded : text
  const wanted = name.toLowerCase()
  const values: string[] = []
  let clean = ''
  let from = 0
  let isLoose = false
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, Math.max(at + 1, from))) {
    const end = at + wanted.length
    if (isWord(text[at - 1]) || isWord(text[end]) || isHead(text, end)) continue
    let next = end
    while (next < text.length && (text[next] === ' ' || text[next] === '"' || text[next] === "'" || text[next] === '*'))
      next++
    if (text[next] !== ':' && text[next] !== '=' && text[next] !== '|') {
      isLoose = true
      continue
    }
    const stop = text.indexOf('\n', next)
    clean += `${text.slice(from, next + 1)} ${redacted}`
    from = stop < 0 ? text.length : stop
    const value = text.slice(next + 1, from).trim()
    if (!value.startsWith(redacted)) values.push(value)
  }
  return { text: clean + text.slice(from), values, isLoose }
}

const isWord = (c: string | undefined): boolean => c !== undefined && /[\p{L}\d_]/u.test(c)

function withheld({ jsonrpc, id, error }: Message, why: string): Message {
  const text = `Rescind withheld this answer: ${why}. The call itself ran; do not repeat it.`
  if (error !== undefined) return { jsonrpc, id, error: { code: -32000, message: text } }
  return {
    jsonrpc,
    id,
    result: { content: [{ type: 'text', text }], isError: true, _meta: { 'rescind/outcome': 'sanitise' } },
  }
}
