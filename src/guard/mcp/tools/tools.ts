import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { ActionClass, Sensitivity } from '../../../model/event.ts'
import { type Fault, faultsOf } from '../../../model/faults.ts'
import { describeTool, type ToolDescription, type ToolModel, ToolTableEntry } from '../../act/index.ts'
import { isObject } from '../../doors/json-rpc/message.ts'
import { unmetRoles, unmetTool } from './unmet-rows.ts'

const Table = Type.Record(Type.String(), ToolTableEntry)
export type ToolTable = Readonly<Record<string, ToolTableEntry>>

/** What a tool is held to do, and whose word decided. */
export interface ToolClass {
  action: Static<typeof ActionClass>
  from: ToolModel['from']
  dataset?: string
  sensitivity?: Static<typeof Sensitivity>
}

/** Most tools whose descriptions are kept. */
const maxTools = 10_000

/** What each tool does: the operator’s table, else what its name, schema and description say, annotations beside them. */
export class Tools {
  readonly #table: ReadonlyMap<string, ToolTableEntry>
  readonly #described = new Map<string, ToolDescription>()
  readonly #models = new Map<string, ToolModel>()
  readonly #noted = new Set<string>()
  readonly #server: string | undefined

  /** @param server The name under which the operator or the client knows the server. */
  constructor(table: ToolTable = {}, server?: string) {
    this.#table = new Map(Object.entries(table))
    this.#server = server
  }

  /** Reads a result of tools/list, which may be one page of several. Answers, once each, the rows of the table that fit no tool. */
  learn(result: unknown): string[] {
    if (!isObject(result) || !Array.isArray(result.tools)) return []
    for (const tool of result.tools) {
      if (!isObject(tool) || typeof tool.name !== 'string') continue
      if (this.#described.size >= maxTools && !this.#described.has(tool.name)) return []
      const { name, title, description, inputSchema, annotations } = tool
      this.#described.set(name, {
        name,
        ...(typeof title === 'string' ? { title } : {}),
        ...(typeof description === 'string' ? { description } : {}),
        ...(inputSchema === undefined ? {} : { inputSchema }),
        ...(isObject(annotations) ? { annotations } : {}),
      })
      this.#models.delete(name)
    }
    return typeof result.nextCursor === 'string' ? [] : this.#unmet()
  }

  #unmet(): string[] {
    const listed = [...this.#described.keys()]
    const notes = [...this.#table].flatMap(([name, row]) =>
      this.#described.has(name) ? unmetRoles(this.model(name), row) : [unmetTool(name, listed)],
    )
    const news = notes.filter((each) => !this.#noted.has(each))
    for (const each of news) this.#noted.add(each)
    return news
  }

  /** The tool as its server described it last; undefined before. */
  described(name: string): ToolDescription | undefined {
    return this.#described.get(name)
  }

  entry(name: string): ToolTableEntry | undefined {
    return this.#table.get(name)
  }

  /** What the tool does, and the roles of its arguments; worked out at the first question and after each change. */
  model(name: string): ToolModel {
    const known = this.#models.get(name)
    if (known !== undefined) return known
    const server = this.#server === undefined ? {} : { server: this.#server }
    const model = describeTool({ ...(this.#described.get(name) ?? { name }), ...server }, this.#table.get(name))
    if (this.#models.size < maxTools) this.#models.set(name, model)
    return model
  }

  of(name: string): ToolClass {
    const { action, from } = this.model(name)
    const { dataset, sensitivity } = this.#table.get(name) ?? {}
    return {
      action,
      from,
      ...(dataset === undefined ? {} : { dataset }),
      ...(sensitivity === undefined ? {} : { sensitivity }),
    }
  }
}

/** Checks the operator’s table; never throws. */
export const parseToolTable = (given: unknown): { table: ToolTable } | { faults: Fault[] } =>
  Value.Check(Table, given) ? { table: given } : { faults: faultsOf(Table, given, 'tools') }
