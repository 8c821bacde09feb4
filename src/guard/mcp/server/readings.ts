import { isObject, type Message } from '../../doors/json-rpc/message.ts'
import type { Reading, ReadingKind } from '../../provenance/reading/reading.ts'
import { blobText } from './blob.ts'

/** Bounds of what is read of one message. What is beyond them is cut, and the list says so. */
export const readingLimits = {
  /** Characters of all readings together. */
  characters: 4 * 2 ** 20,
  /** Objects, lists and strings that are looked at. */
  nodes: 200_000,
  /** Levels of a value that is kept as a value; a deeper one is read as the strings in it. */
  depth: 64,
} as const

/** Where the text of an answer stands, by the method of its request; the rest is text. */
const kindOfAnswer: Readonly<Record<string, ReadingKind>> = {
  initialize: 'instructions',
  'tools/list': 'tool',
  'prompts/list': 'prompt',
  'prompts/get': 'prompt',
  'resources/list': 'resource',
  'resources/templates/list': 'resource',
  'resources/read': 'resource',
  'completion/complete': 'completion',
}

/** What the text of a request or notification of the server’s is. */
const kindOfMethod: Readonly<Record<string, ReadingKind>> = {
  'notifications/message': 'log',
  'notifications/progress': 'progress',
  'sampling/createMessage': 'sampling',
  'elicitation/create': 'elicitation',
}

/** Members that hold what is of a kind of its own, wherever they stand. */
const kindOfMember: Readonly<Record<string, ReadingKind>> = {
  _meta: 'meta',
  resource: 'resource',
  resources: 'resource',
  contents: 'resource',
}

/** Words of the protocol: they name what stands behind them and say nothing. */
const protocolWords: ReadonlySet<string> = new Set(
  (
    'jsonrpc id result error code message data method params level logger progress progressToken total content contents structuredContent ' +
    'isError type text role user assistant resource resource_link resources resourceTemplates uriTemplate uri name title description ' +
    'mimeType blob annotations audience priority lastModified size tools inputSchema outputSchema properties required items enum default ' +
    'additionalProperties object string number integer boolean array null image audio prompts arguments messages completion values hasMore ' +
    'nextCursor instructions serverInfo version protocolVersion capabilities listChanged subscribe logging prompts completions icons src ' +
    'readOnlyHint destructiveHint idempotentHint openWorldHint requestedSchema mode _meta $schema anyOf oneOf allOf format pattern'
  ).split(' '),
)

/**
 * Everything that a model may read of a message of the server’s: of an answer to `method`, or of a request or notification of its
 * own. `server`: as it calls itself, for what it says of its tools. Members that no version of MCP has yet are read too: every string and every name of a member, with the text in blobs.
 */
export function readingsOf(message: Message, method?: string, server?: string): Reading[] {
  const walk = new Walk()
  if (typeof message.method === 'string') walk.read(message.params, kindOfMethod[message.method] ?? 'text')
  else {
    const kind = (method === undefined ? undefined : kindOfAnswer[method]) ?? 'text'
    const { result } = message
    if (isObject(result) && result.structuredContent !== undefined) {
      walk.value(result.structuredContent)
      const { structuredContent: _, ...rest } = result
      walk.read(rest, kind)
    } else walk.read(result, kind)
    walk.read(message.error, 'error')
  }
  for (const [name, value] of Object.entries(message))
    if (!protocolWords.has(name)) walk.read({ [name]: value }, 'text')
  const readings = walk.done()
  return server === undefined ? readings : readings.map((each) => (isOfServer(each) ? { ...each, server } : each))
}

const isOfServer = ({ kind }: Reading): boolean => kind === 'tool' || kind === 'instructions'

/** Members whose value is a word of the protocol. */
const labels: ReadonlySet<string> = new Set(['type', 'role', 'jsonrpc', 'mode'])
/** Characters up to which a blob that is no base64 of a text may be the text itself. */
const shortBlob = 256

interface Open {
  value: unknown
  kind: ReadingKind
}

/** Reads values in the order in which they stand, without recursion. */
class Walk {
  readonly #readings: Reading[] = []
  #characters = 0
  #nodes = 0
  #cut: ReadingKind | undefined

  value(value: unknown): void {
    if (isShallow(value, readingLimits.depth, readingLimits.nodes)) {
      const size = JSON.stringify(value).length
      if (this.#characters + size <= readingLimits.characters) {
        this.#characters += size
        this.#readings.push({ kind: 'structured', value })
        return
      }
    }
    this.read(value, 'structured')
  }

  read(root: unknown, at: ReadingKind): void {
    const open: Open[] = [{ value: root, kind: at }]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { value, kind } = next
      if (++this.#nodes > readingLimits.nodes) {
        this.#cut ??= kind
        return
      }
      if (typeof value === 'string') this.#text(value, kind)
      else if (Array.isArray(value)) pushAll(open, value, kind)
      else if (isObject(value)) this.#members(value, kind, open)
    }
  }

  done(): Reading[] {
    if (this.#cut !== undefined) this.#readings.push({ kind: this.#cut, cut: true })
    return this.#readings
  }

  #members(value: Record<string, unknown>, kind: ReadingKind, open: Open[]): void {
    const from = open.length
    const here = value.type === 'resource_link' ? 'resource' : kind
    for (const [name, member] of Object.entries(value)) {
      if (!protocolWords.has(name)) this.#text(name, here)
      if (typeof member === 'string') {
        if (labels.has(name) && protocolWords.has(member)) continue
        if (name === 'blob' || (name === 'data' && typeof value.mimeType === 'string')) {
          const text = blobText(member)
          if (text?.cut === true) this.#cut ??= here
          // A picture, a sound: nothing that is read as text.
          if (text !== undefined || member.length <= shortBlob)
            open.push({ value: text?.text ?? member, kind: 'resource' })
          continue
        }
      }
      if (member !== null && (typeof member === 'string' || typeof member === 'object'))
        open.push({ value: member, kind: kindOfMember[name] ?? here })
    }
    reverseFrom(open, from)
  }

  #text(text: string, kind: ReadingKind): void {
    if (text === '') return
    const room = readingLimits.characters - this.#characters
    if (text.length > room) this.#cut ??= kind
    if (room <= 0) return
    this.#characters += Math.min(text.length, room)
    this.#readings.push({ kind, text: text.length > room ? text.slice(0, room) : text })
    const inside = text.startsWith('data:') ? blobText(text.slice(text.indexOf(',') + 1)) : undefined
    if (inside !== undefined) this.#text(inside.text.replace(/^data:/, ' data:'), kind)
  }
}

function pushAll(open: Open[], values: readonly unknown[], kind: ReadingKind): void {
  // More of them would never be looked at.
  const last = Math.min(values.length, readingLimits.nodes + 1)
  for (let i = last - 1; i >= 0; i--) open.push({ value: values[i], kind })
}

/** Taken from the end: what stands first is to come first. */
function reverseFrom(open: Open[], from: number): void {
  for (let i = from, j = open.length - 1; i < j; i++, j--) {
    const one = open[i] as Open
    open[i] = open[j] as Open
    open[j] = one
  }
}

function isShallow(root: unknown, depth: number, nodes: number): boolean {
  const open: [value: unknown, depth: number][] = [[root, 0]]
  let n = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, at] = next
    if (++n > nodes || at > depth) return false
    if (typeof value === 'object' && value !== null) {
      const inside = Object.values(value)
      if (n + open.length + inside.length > nodes) return false
      for (const each of inside) open.push([each, at + 1])
    }
  }
  return true
}
