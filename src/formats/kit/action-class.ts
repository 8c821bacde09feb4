import type { ActionClass } from '../../model/event.ts'
import type { Sink } from '../../model/sink.ts'
import { type NameReading, readName } from './tool-name/read-name.ts'

/** What an MCP server says of its own tool. Untrusted, and never enough alone. */
export interface ToolHints {
  readOnlyHint?: boolean
  destructiveHint?: boolean
  /** These two say nothing about the class; they are here so that annotations can be passed as they are. */
  openWorldHint?: boolean
  idempotentHint?: boolean
}

const classes: Readonly<Record<Sink, ActionClass>> = {
  look: 'read',
  own: 'write',
  shared: 'write',
  outward: 'export',
  money: 'export',
  execution: 'execute',
  persistence: 'admin',
  approval: 'approve',
  irreversible: 'delete',
}

/** The class follows from the sink; only listing and signing in have classes of their own. */
export function classOf(sink: Sink, reading?: NameReading): ActionClass {
  if (sink === 'look' && reading?.doing[0] === 'list') return 'list'
  if (sink === 'shared' && reading?.doing[0] === 'auth') return 'authenticate'
  return classes[sink]
}

/**
 * Guesses what a tool does from its name; use it only where nobody has said it. All verbs of a compound name count, the
 * gravest decides. A name that says nothing is `write`, unless its server says that it only reads: then nothing speaks
 * against that. A hint alone never changes what the name says.
 */
export function actionOf(toolName: string, hints: ToolHints = {}): ActionClass {
  const reading = readName(toolName)
  if (reading?.unknown !== undefined && hints.readOnlyHint === false && reading.sink === 'look') return 'write'
  if (reading !== undefined) return classOf(reading.sink, reading)
  return hints.readOnlyHint === true && hints.destructiveHint !== true ? 'read' : 'write'
}
