import { pick } from '../support/random.ts'

type Random = () => number
/** A JSON Schema, as far as our description uses it. */
interface Schema {
  type?: string
  const?: unknown
  enum?: readonly unknown[]
  anyOf?: readonly Schema[]
  properties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  items?: Schema
  minLength?: number
  maxLength?: number
  maxItems?: number
  minimum?: number
  maximum?: number
}

interface Parameter {
  in: string
  name: string
  required?: boolean
  schema: Schema
}

interface Described {
  operationId: string
  parameters?: readonly Parameter[]
  requestBody?: { content: Readonly<Record<string, { schema?: Schema }>> }
}

export interface OpenApi {
  paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
}

export interface Request {
  operation: string
  method: string
  path: string
  type?: string
  body?: string
}

/** What somebody may call something: names of the other tenant that can be guessed, and what programs trip over. */
const hostile: readonly string[] = [
  ...[
    '__proto__',
    'constructor',
    '..',
    '.',
    '',
    ' ',
    'a/b',
    '%2e%2e%2f',
    "'; DROP TABLE events; --",
    '\u0000shared',
    '\u0000progress',
  ],
  ...[
    '\ud800',
    '\udfff\ud800',
    '\u202e\u2066',
    '\u001b[2J',
    '\r\n\r\n',
    '💥'.repeat(100),
    'fleet',
    'cohort:staff',
    'agent:payer',
    'policy/current',
  ],
]

/** Requests that fit the description of the API, then less and less. */
export class Requests {
  readonly #random: Random
  readonly #operations: readonly (Described & { method: string; path: string })[]
  /** Names that occur again, so that requests concern one another: agents, tasks, commands. */
  readonly #names: readonly string[]
  #made = 0

  constructor(description: OpenApi, random: Random, names: readonly string[]) {
    this.#random = random
    this.#names = names
    this.#operations = Object.entries(description.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, each]) => ({ ...each, method: method.toUpperCase(), path })),
    )
  }

  next(): Request {
    const operation = pick(this.#operations, this.#random)
    const { operationId, method, parameters = [], requestBody } = operation
    let { path } = operation
    const query = new URLSearchParams()
    for (const { in: place, name, required, schema } of parameters) {
      if (place === 'query' && required !== true && this.#random() < 0.5) continue
      const value = String(this.#spoilt(this.#value(schema, name)))
      if (place === 'path') path = path.replace(`{${name}}`, encodeURIComponent(value.toWellFormed() || '-'))
      else if (place === 'query') query.append(name, value)
    }
    const search = query.size === 0 ? '' : `?${query}`
    const request: Request = { operation: operationId, method, path: `${path}${search}` }
    const [type, content] =
      Object.entries(requestBody?.content ?? {})[Math.floor(this.#random() * 2)] ??
      Object.entries(requestBody?.content ?? {})[0] ??
      []
    if (type === undefined) return request
    return { ...request, type, body: this.#body(type, content?.schema ?? {}) }
  }

  #body(type: string, schema: Schema): string {
    const one = () => {
      const text = JSON.stringify(this.#spoilt(this.#value(schema, 'body'))) ?? 'null'
      return this.#random() < 0.02 ? text.slice(0, Math.floor(this.#random() * text.length)) : text
    }
    // Some send much at once.
    const lines = type.includes('ndjson') ? (this.#random() < 0.1 ? 500 : 1 + Math.floor(this.#random() * 10)) : 1
    return Array.from({ length: lines }, one).join('\n')
  }

  /** A value of the schema. */
  #value(schema: Schema, name: string, depth = 0): unknown {
    const random = this.#random
    if (schema.const !== undefined) return schema.const
    if (schema.enum !== undefined) return pick(schema.enum, random)
    if (schema.anyOf !== undefined) return this.#value(pick(schema.anyOf, random), name, depth)
    switch (schema.type) {
      case 'object': {
        const members = Object.entries(schema.properties ?? {}).filter(
          ([each]) => schema.required?.includes(each) === true || random() < 0.4,
        )
        return Object.fromEntries(members.map(([each, of]) => [each, this.#value(of, each, depth + 1)]))
      }
      case 'array': {
        const most = Math.min(schema.maxItems ?? 3, random() < 0.05 ? 64 : 3)
        return Array.from({ length: Math.floor(random() * (most + 1)) }, () =>
          this.#value(schema.items ?? {}, name, depth + 1),
        )
      }
      case 'integer':
      case 'number':
        if (/time|issued|until|deadline|from|to$/.test(name)) return Date.now() - Math.floor(random() * 60_000)
        return Math.floor(
          (schema.minimum ?? 0) + random() * Math.min((schema.maximum ?? 100) - (schema.minimum ?? 0), 100),
        )
      case 'boolean':
        return random() < 0.5
      case 'string':
        return this.#text(schema, name)
      default:
        // No schema: an event, which the description of the body leaves to its formats.
        return name === 'body' ? this.#event() : this.#text(schema, name)
    }
  }

  #text({ minLength = 1, maxLength = 200 }: Schema, name: string): string {
    const random = this.#random
    const roll = random()
    if (name === 'tenant') return roll < 0.7 ? 'alpha' : 'beta'
    if (roll < 0.5) return pick(this.#names, random)
    if (roll < 0.9) return `${name}-${++this.#made}`.slice(0, maxLength)
    return 'x'.repeat(Math.max(minLength, Math.floor(random() * maxLength)))
  }

  /** An act of an agent, often a new one and a suspicious one. */
  #event(): unknown {
    const random = this.#random
    const agent = random() < 0.5 ? `a-${++this.#made}` : pick(this.#names, random)
    const isBad = random() < 0.3
    return {
      ...{
        id: `x-${++this.#made}`,
        time: Date.now() + Math.floor((random() - 0.7) * 400_000),
        kind: pick(['attempt', 'outcome', 'task-end'], random),
      },
      agent: { id: agent, cohort: random() < 0.5 ? `c-${++this.#made}` : 'staff' },
      task: { id: pick(this.#names, random) },
      ...{
        tool: { name: 'send_email' },
        action: isBad ? 'export' : 'read',
        outcome: 'allowed',
        principal: `p-${this.#made}`,
      },
      credential: { id: pick(this.#names, random) },
      trace: { id: random() < 0.5 ? `t-${this.#made}` : 'trace' },
      provenance: isBad ? { request: 'r', untrusted: 'identifier' } : { request: 'r', read: ['f'.repeat(32)] },
      destinations: [{ hash: `h-${this.#made}`, kind: 'email', seen: { in: 'tool-output', form: 'prose' } }],
    }
  }

  /** Often as it is; else something in it is what it should not be. */
  #spoilt(value: unknown): unknown {
    const random = this.#random
    if (random() < 0.5) return value
    if (typeof value !== 'object' || value === null) return this.#wrong(value)
    const members = value as Record<string, unknown>
    const names = Object.keys(members)
    if (names.length === 0 || random() < 0.1) return { ...members, [pick(hostile, random)]: this.#wrong(value) }
    const name = pick(names, random)
    const inner = members[name]
    const spoilt = typeof inner === 'object' && random() < 0.7 ? this.#spoilt(inner) : this.#wrong(inner)
    return Array.isArray(value) ? value.with(Number(name), spoilt) : { ...members, [name]: spoilt }
  }

  #wrong(value: unknown): unknown {
    const random = this.#random
    const roll = random()
    if (roll < 0.5) return pick(hostile, random)
    if (roll < 0.6) return 'x'.repeat(Math.floor(random() * 100_000))
    if (roll < 0.7) return JSON.parse(`${'['.repeat(500)}${']'.repeat(500)}`)
    if (roll < 0.8) return Array.from({ length: 1000 }, () => value)
    return pick<unknown>([null, -1, 2 ** 60, 1e308, 8_640_000_000_000_000, true, [], {}, 0.5], random)
  }
}
