import { readFileSync } from 'node:fs'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { parse } from 'yaml'
import { RescindError } from '../../errors.ts'
import { actionOf, type ToolHints } from '../../formats/action-class.ts'
import { ActionClass, Sensitivity } from '../../model/event.ts'
import { isObject } from './json-rpc.ts'
import { printable } from './printable.ts'

const Entry = Type.Object(
  {
    action: Type.Optional(ActionClass),
    dataset: Type.Optional(Type.String({ minLength: 1, maxLength: 512 })),
    sensitivity: Type.Optional(Sensitivity),
  },
  { additionalProperties: false },
)
const Table = Type.Record(Type.String(), Entry)
export type ToolTable = Readonly<Record<string, Static<typeof Entry>>>

/** What a tool is held to do, and who said so. */
export interface ToolClass {
  action: Static<typeof ActionClass>
  from: 'table' | 'annotations' | 'name'
  dataset?: string
  sensitivity?: Static<typeof Sensitivity>
}

/** Most tools whose annotations are kept. */
const maxTools = 10_000
const hintNames = ['readOnlyHint', 'destructiveHint', 'openWorldHint', 'idempotentHint'] as const

/**
 * Tool → action class: the operator’s table, else the server’s annotations together with the name (they may raise what
 * the name says, never lower it), else the name.
 */
export class Tools {
  readonly #table: ReadonlyMap<string, Static<typeof Entry>>
  readonly #hints = new Map<string, ToolHints>()

  constructor(table: ToolTable = {}) {
    this.#table = new Map(Object.entries(table))
  }

  /** Reads a result of tools/list. */
  learn(result: unknown): void {
    if (!isObject(result) || !Array.isArray(result.tools)) return
    for (const tool of result.tools) {
      if (!isObject(tool) || typeof tool.name !== 'string' || !isObject(tool.annotations)) continue
      if (this.#hints.size >= maxTools && !this.#hints.has(tool.name)) return
      const hints: ToolHints = {}
      for (const name of hintNames) {
        const hint = tool.annotations[name]
        if (typeof hint === 'boolean') hints[name] = hint
      }
      this.#hints.set(tool.name, hints)
    }
  }

  of(name: string): ToolClass {
    const own = this.#table.get(name)
    const hints = this.#hints.get(name)
    const byName = actionOf(name)
    const byHints = hints === undefined ? byName : actionOf(name, hints)
    const action = own?.action ?? byHints
    const from = own?.action !== undefined ? 'table' : byHints === byName ? 'name' : 'annotations'
    return {
      action,
      from,
      ...(own?.dataset === undefined ? {} : { dataset: own.dataset }),
      ...(own?.sensitivity === undefined ? {} : { sensitivity: own.sensitivity }),
    }
  }

  explain(names: readonly string[]): string {
    const rows = names.map((name) => {
      const { action, from, dataset = '', sensitivity = '' } = this.of(name)
      const hints = Object.entries(this.#hints.get(name) ?? {}).map(([k, v]) => `${k}=${v}`)
      return [printable(name), action, from, dataset, sensitivity, hints.join(' ')]
    })
    const table = [['tool', 'action', 'from', 'dataset', 'sensitivity', 'annotations'], ...rows]
    const widths = table[0]?.map((_, i) => Math.max(...table.map((row) => row[i]?.length ?? 0))) ?? []
    return table
      .map((row) =>
        row
          .map((cell, i) => cell.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd(),
      )
      .join('\n')
  }
}

export function readToolTable(path: string): ToolTable {
  const value = readYaml(path) ?? {}
  if (Value.Check(Table, value)) return value
  const [fault] = Value.Errors(Table, value)
  const where = fault?.instancePath.slice(1).replaceAll('/', '.') ?? ''
  throw new RescindError('CONFIG_INVALID', `${path}: ${where} ${fault?.message ?? 'is wrong'}`, { data: { path } })
}

/** A YAML or JSON file; throws CONFIG_FILE_UNREADABLE. */
export function readYaml(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new RescindError('CONFIG_FILE_UNREADABLE', `${path} cannot be read as YAML or JSON.`, { cause })
  }
}
