import type { Programs } from './shell/shell.ts'
import type { ToolTableEntry } from './tool/table.ts'

/** What is known beside a call’s tool and arguments. */
export interface ActContext {
  /** Folders that the agent works in; empty: not known, and every ordinary path is its own. */
  roots: readonly string[]
  home?: string
  /** Programs of the project: modules that lie under the roots. */
  projectPrograms?: Programs
  /** What the operator says of this tool beside what its model holds. */
  table?: ToolTableEntry
}
