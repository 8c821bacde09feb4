import type { ActionClass } from '../../../model/event.ts'
import type { Sink } from '../../../model/sink.ts'
import type { RoleOf, ToolSide } from '../roles/roles.ts'
import type { ToolTableEntry } from './table.ts'

/** A program that a tool runs: its arguments are the words of a command line, with or without the program before them. */
export interface ToolProgram {
  name: string
  /** The tool is called by it: the line never begins with another program. */
  isSure: boolean
  /** A shell knows it; else its words are read as those of a service’s client. */
  isKnown: boolean
}

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
  /** It makes records, and changes none. */
  records: boolean
  /** It keeps away what it names: a list of what is let in no more. */
  refuses: boolean
  /** Values that an argument is declared to take, by its pattern. */
  choices: ReadonlyMap<string, ReadonlySet<string>>
  /** Its commands run on another machine: nothing there is under the roots. */
  runsElsewhere: boolean
  /** It, or what is said of its arguments, speaks of statements of a database. */
  talksSql: boolean
  /** Its database is the agent's own. */
  scratch: boolean
  /** Words of its name, for reading an operation that an argument names. */
  words: readonly string[]
  /** Patterns of arguments that say which of several acts it does. */
  operations: ReadonlySet<string>
  /** The program whose command line its arguments are. */
  program?: ToolProgram
  /** Its name, or a description in its stead, says that it opens, reads or clicks, and nothing says more. */
  opens: boolean
  /** It makes a request of whatever method: what sends no body and uses a reading one is a visit. */
  requests: boolean
  /** The name itself does not say what it does; an operation may. */
  open: boolean
  table?: ToolTableEntry
}
