import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { digest } from '../../../model/digest.ts'
import type { ToolPin } from './pin.ts'

/** Bounds of the files: servers of one agent, tools of one server, bytes of one file. */
export const storeLimits = { servers: 64, tools: 2000, bytes: 4 * 2 ** 20 } as const
/** A server that has not been seen for this long shadows nobody. */
const staleMs = 30 * 24 * 3_600_000

const text = Type.String({ maxLength: 512 })
const Risk = Type.Union([
  Type.Literal(''),
  Type.Literal('destination'),
  Type.Literal('command'),
  Type.Literal('secret'),
])
const Order = Type.Union([
  Type.Literal('override'),
  Type.Literal('conceal'),
  Type.Literal('secrets'),
  Type.Literal('send'),
  Type.Literal('run'),
  Type.Literal('invisible'),
  Type.Literal('endless'),
])
const Kept = Type.Object({
  server: text,
  seen: Type.Number(),
  tools: Type.Array(
    Type.Object({
      name: text,
      digest: text,
      words: text,
      hints: text,
      parameters: Type.Record(Type.String(), Risk),
      required: Type.Array(Type.String(), { maxItems: 128 }),
      orders: Type.Array(Order, { maxItems: 16 }),
      also: Type.Optional(Type.Array(text, { maxItems: storeLimits.servers })),
    }),
    { maxItems: storeLimits.tools },
  ),
})

/** A pin with the other servers that are known to offer its name. */
export type KeptPin = ToolPin & { also?: string[] }

/** One agent’s pins on this machine: a file per server, for this user’s eyes only. */
export class PinStore {
  readonly #folder: string
  readonly #file: string
  readonly #now: () => number

  /** `identity`: the server’s command line or URL, as the operator gave it. */
  constructor(root: string, agent: string, identity: string, now: () => number = Date.now) {
    this.#folder = join(root, digest(agent))
    this.#file = `${digest(identity)}.json`
    this.#now = now
  }

  load(): KeptPin[] {
    return read(join(this.#folder, this.#file))?.tools ?? []
  }

  /** Throws where the disk does. */
  save(server: string, pins: readonly KeptPin[]): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    const kept: Static<typeof Kept> = {
      server: server.slice(0, 512),
      seen: this.#now(),
      tools: pins.slice(0, storeLimits.tools).map((pin) => ({ ...pin, name: pin.name.slice(0, 512) })),
    }
    const half = join(this.#folder, `${this.#file}.${randomUUID()}.half`)
    try {
      writeFileSync(half, JSON.stringify(kept), { mode: 0o600 })
      renameSync(half, join(this.#folder, this.#file))
    } catch (error) {
      rmSync(half, { force: true })
      throw error
    }
  }

  /** Tool → the other servers of this agent that offer it. */
  others(): Map<string, string[]> {
    const offered = new Map<string, string[]>()
    for (const name of list(this.#folder)) {
      if (name === this.#file || !name.endsWith('.json')) continue
      const kept = read(join(this.#folder, name))
      if (kept === undefined || this.#now() - kept.seen > staleMs) continue
      for (const tool of kept.tools) offered.set(tool.name, [...(offered.get(tool.name) ?? []), kept.server])
    }
    return offered
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).slice(0, storeLimits.servers * 2)
  } catch {
    return []
  }
}

/** Undefined where there is none, or somebody has spoilt it. */
function read(path: string): Static<typeof Kept> | undefined {
  try {
    if (statSync(path).size > storeLimits.bytes) return undefined
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return Value.Check(Kept, value) ? value : undefined
  } catch {
    return undefined
  }
}
