import type { ActionClass } from '../../model/event.ts'
import type { Sink } from '../../model/sink.ts'
import type { RoleOf, ToolSide } from './roles.ts'
import type { ToolTableEntry } from './table.ts'

/** What is known of a tool before it is called. Made once per tool; frozen in use. */
export interface ToolModel {
  name: string
  sink: Sink
  action: ActionClass
  /** By property pattern, `to[].email`. */
  roles: ReadonlyMap<string, RoleOf>
  /** Why this sink, in words. */
  because: string
  /** Whose word decided: the operator's, the name's, the schema's or description's, or nobody's. */
  from: 'table' | 'name' | 'schema' | 'description' | 'annotations' | 'nothing'
  side: ToolSide
  /** Its name, or a description in its stead, says that it leaves something new behind. */
  makes: boolean
  /** Its database is the agent's own. */
  scratch: boolean
  /** Words of its name, for reading an operation that an argument names. */
  words: readonly string[]
  /** Patterns of arguments that say which of several acts it does. */
  operations: ReadonlySet<string>
  /** It makes a request of whatever method: what sends no body and uses a reading one is a visit. */
  requests: boolean
  /** The name itself does not say what it does; an operation may. */
  open: boolean
  table?: ToolTableEntry
}
